namespace Analytics.Engine.DuckDb.Internals;

/// <summary>The macros of <c>prelude.sql</c>, defined when a database is opened.</summary>
internal static class Prelude
{
    private const string File = "prelude.sql";

    public static void Define(Connection connection)
    {
        var text = SqlText.Embedded(typeof(Prelude).Assembly, File).Text;
        foreach (var line in text.Split('\n'))
        {
            // A statement a line: the file is ours, and a test reads it back.
            if (line.Length == 0 || line.StartsWith("--", StringComparison.Ordinal)) continue;
            connection.Execute(line, File, CancellationToken.None);
        }
    }
}
