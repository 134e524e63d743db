using Analytics.Columns;

namespace Analytics.Engine.Spark.Internals;

/// <summary>Files of this machine that our own writer made, whose footers this program reads quicker than Spark starts a job for them.</summary>
internal static class OwnFiles
{
    /// <summary>Whether all of them are, and have these columns. Where one is not, is missing or damaged, Spark's look at all of them says what is wrong.</summary>
    /// <param name="files">The files.</param>
    /// <param name="columns">The declared columns; others may be there as well.</param>
    public static bool Have(IReadOnlyList<string> files, IReadOnlyList<Column> columns)
    {
        try
        {
            foreach (var file in files)
            {
                if (Scratch.HasScheme(file)) return false;
                var found = ParquetFileReader.ReadColumns(file);
                foreach (var column in columns)
                    if (!found.Any(there => there.Name == column.Name && there.Type == column.Type)) return false;
            }
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return false;
        }
    }
}
