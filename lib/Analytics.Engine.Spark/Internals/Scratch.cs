using System.Globalization;
using Analytics.Files;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// Folders on the file system that driver and executors share: rows that the program holds go to Spark as a Parquet file in one, rows that
/// Spark gives come back as text files in another. Nothing goes through the memory of the JVM's driver, however much it is.
/// </summary>
internal sealed class Scratch : IDisposable
{
    private readonly IFileStore _files;
    private readonly string _root;
    private int _next;

    public Scratch(IFileStore files, string folder)
    {
        _files = files;
        _root = StorePath.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"spark-{Environment.ProcessId}-{Guid.NewGuid():N}"));
        _files.CreateFolder(_root);
    }

    public IFileStore Files => _files;

    /// <summary>Whether it lies on one of Hadoop's file systems, so that no path of it is one for a shell.</summary>
    public bool IsUri => HasScheme(_root);

    /// <summary>A path for a new folder.</summary>
    public string NewFolder(string what) => StorePath.Combine(_root, string.Create(CultureInfo.InvariantCulture, $"{_next++:D5}-{what}"));

    /// <summary>The path as Spark must be told it: a path without a scheme would be looked for on the cluster's own file system.</summary>
    public static string SparkPath(string path) => HasScheme(path) ? path : "file:" + Path.GetFullPath(path);

    /// <summary>The same where Spark looks for patterns in it.</summary>
    public static string SparkPattern(string path)
    {
        var plain = SparkPath(path);
        return plain.AsSpan().IndexOfAny("{}[]*?\\") < 0 ? plain : string.Concat(plain.Select(letter => "{}[]*?\\".Contains(letter, StringComparison.Ordinal) ? "\\" + letter : letter.ToString()));
    }

    /// <summary>Whether a path is a URI such as <c>hdfs://host/folder</c>.</summary>
    public static bool HasScheme(string path)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && path.AsSpan(0, colon).IndexOfAnyExceptInRange('a', 'z') is var odd && (odd < 0 || char.IsAsciiDigit(path[odd]));
    }

    /// <summary>The files of a written result in the order of their partitions.</summary>
    public IReadOnlyList<FileItem> Parts(string folder) =>
        [.. _files.List(folder).Where(file => file.Name.StartsWith("part-", StringComparison.Ordinal)).OrderBy(file => PartNumber(file.Name))];

    public void Delete(string folder) => _files.DeleteTree(folder);

    public void Dispose()
    {
        try
        {
            _files.DeleteTree(_root);
        }
        catch (FileStoreException)
        {
            // The file system is gone with Spark; staging is cleaned up by the next run.
        }
    }

    private static int PartNumber(string name)
    {
        var end = name.IndexOf('-', 5);
        return int.Parse(name.AsSpan(5, (end < 0 ? name.Length : end) - 5), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
