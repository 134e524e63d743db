using Analytics.Columns;
using Analytics.Engine;
using Analytics.Engine.Spark;
using Analytics.Files;
using Analytics.Jobs.Commands;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// The one place that knows which file systems there are: the local one, and Hadoop's for a URI such as <c>hdfs://host/lake</c>. Hadoop's are
/// reached through a JVM with Spark's classes: spark-submit's, else one that is started for the purpose and ends with the command. An
/// engine uses the same JVM.
/// </summary>
internal static class FileSystems
{
    private static readonly Lock Gate = new();
    private static SparkGateway? _gateway;

    /// <summary>The JVM, once a file system asked for it.</summary>
    public static SparkGateway? Gateway
    {
        get
        {
            lock (Gate) return _gateway;
        }
    }

    /// <summary>Whether a path is a URI of Hadoop's file systems.</summary>
    public static bool IsUri(string path) => SparkGateway.IsUri(path);

    /// <summary>A path as the rest of the program takes it: <c>file:</c> URIs are local paths.</summary>
    public static string Plain(string path)
    {
        if (!path.StartsWith("file:", StringComparison.Ordinal)) return path;
        var rest = path["file:".Length..].TrimStart('/');
        return "/" + rest;
    }

    /// <summary>The file system that a path lies in.</summary>
    /// <exception cref="UserException">Code 4: it is one of Hadoop's, and there is no Spark to reach it through.</exception>
    public static IFileStore Of(MachineSettings machine, string path)
    {
        if (!IsUri(path)) return new LocalFileStore();
        lock (Gate)
        {
            try
            {
                _gateway ??= SparkGateway.Open(Engines.SparkOptions(machine, new EngineRequest(1, Path.GetTempPath(), "analytics", null)), CommandHost.Cancel);
            }
            catch (EngineException wrong)
            {
                throw new UserException(ExitCode.Outside, $"{path}: Hadoop's file systems are reached through Spark, by ./spark-submit.sh or by a Spark that is started for the purpose; {wrong.Message}", wrong);
            }
            return _gateway.Files(path);
        }
    }

    /// <summary>Ends the JVM, where it was started here.</summary>
    public static void Close()
    {
        lock (Gate)
        {
            _gateway?.Dispose();
            _gateway = null;
        }
    }

    /// <summary>Opens a file of our own writer wherever it lies.</summary>
    public static void Open(this ParquetFileReader reader, IFileStore files, string path)
    {
        if (IsUri(path)) reader.Open(files.ReadAllBytes(path), path);
        else reader.Open(path);
    }
}
