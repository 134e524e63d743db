using System.Reflection;

namespace Analytics.Engine;

/// <summary>A query in the shared dialect with the name of the file that it stands in, so that errors can name it.</summary>
/// <param name="Source">The file's name, such as <c>daily_sales.sql</c>.</param>
/// <param name="Text">The query; parameters are written <c>:name</c>.</param>
public sealed record SqlText(string Source, string Text)
{
    /// <summary>Reads a file that is embedded in an assembly under its own name.</summary>
    /// <exception cref="InvalidOperationException">No such resource: a bug.</exception>
    public static SqlText Embedded(Assembly assembly, string fileName)
    {
        var suffix = "." + fileName;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (name != fileName && !name.EndsWith(suffix, StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new SqlText(fileName, reader.ReadToEnd());
        }
        throw new InvalidOperationException($"no SQL file {fileName} in {assembly.GetName().Name}");
    }
}
