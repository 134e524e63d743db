using Analytics.Engine.Spark.Hadoop;
using Analytics.Engine.Spark.Internals;
using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;
using Analytics.Files;

namespace Analytics.Engine.Spark;

/// <summary>
/// A JVM with the classes of Spark and Hadoop: the one whose spark-submit started this program, else one that is started here and ends with
/// this object. It holds no Spark session until an engine opens one, so it also serves commands that only want files of HDFS: two seconds
/// and no cluster.
/// </summary>
public sealed class SparkGateway : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HadoopFileStore> _stores = new(StringComparer.Ordinal);
    private Gateway? _owner;
    private FileConnections? _pool;
    private JavaObject? _configuration;
    private string? _sent;

    private SparkGateway(GatewayEndpoint endpoint, SparkProcess? process) => (Endpoint, Process) = (endpoint, process);

    internal GatewayEndpoint Endpoint { get; }

    /// <summary>The Spark that was started here; null where spark-submit started this program.</summary>
    internal SparkProcess? Process { get; }

    /// <summary>Finds the JVM, or starts one.</summary>
    /// <exception cref="EngineException">Spark or Java is missing, of an unknown version, or does not start.</exception>
    public static SparkGateway Open(SparkOptions options, CancellationToken cancel = default)
    {
        if (SparkEnvironment.Gateway() is { } given) return new SparkGateway(given, null);
        var (process, endpoint) = SparkProcess.Start(SparkInstallation.Find(options.SparkHome), options, cancel);
        return new SparkGateway(endpoint, process);
    }

    /// <summary>Whether a path is a URI of Hadoop's file systems, such as <c>hdfs://host/folder</c>.</summary>
    public static bool IsUri(string path) => Scratch.HasScheme(path);

    /// <summary>The store of the file system that a URI names; with Hadoop's configuration as Spark sees it (HADOOP_CONF_DIR, <c>spark.hadoop.*</c>).</summary>
    /// <exception cref="FileStoreException">There is no such file system, or it cannot be reached.</exception>
    public HadoopFileStore Files(string uri)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal);
        var end = start < 0 ? -1 : uri.IndexOf('/', start + 3);
        var key = end < 0 ? uri : uri[..end];
        lock (_gate)
        {
            if (_stores.TryGetValue(key, out var store)) return store;
            _owner ??= HadoopErrors.Try("reach the JVM", uri, () => new Gateway(Endpoint));
            _pool ??= new FileConnections(Endpoint);
            _configuration ??= HadoopErrors.Try("read Hadoop's configuration for it", uri, () => Configuration(_owner));
            return _stores[key] = new HadoopFileStore(_pool, _owner, _configuration, uri);
        }
    }

    /// <summary>A folder of this machine for what Spark sends to executors; it lives as long as the JVM is used.</summary>
    internal string SentFolder()
    {
        lock (_gate)
        {
            if (_sent is not null) return _sent;
            // A YARN container is deleted with all that it holds, however it ends.
            var place = Environment.GetEnvironmentVariable("CONTAINER_ID") is { Length: > 0 } ? Directory.GetCurrentDirectory() : Path.GetTempPath();
            return _sent = Directory.CreateDirectory(Path.Combine(place, $"analytics-sent-{Guid.NewGuid():N}")).FullName;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pool?.Dispose();
        _owner?.Dispose();
        Process?.Dispose();
        if (_sent is not null) Directory.Delete(_sent, recursive: true);
    }

    private static JavaObject Configuration(Gateway gateway)
    {
        using var conf = gateway.New("org.apache.spark.SparkConf");
        using var tool = gateway.CallStatic("org.apache.spark.deploy.SparkHadoopUtil", "get").AsObject("get");
        return tool.Call("newConfiguration", conf);
    }
}
