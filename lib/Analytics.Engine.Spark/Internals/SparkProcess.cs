using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// A Spark driver JVM that we start: <c>spark-submit ... pyspark-shell</c>, which opens a gateway, writes where it listens to a file,
/// and ends when its standard input closes, so that it never outlives us, however we end.
/// </summary>
internal sealed class SparkProcess : IDisposable
{
    private const int ShownLines = 8;
    private readonly Process _process;
    private readonly string _log;
    private readonly StreamWriter _logWriter;
    private readonly Lock _gate = new();

    private SparkProcess(Process process, string log, StreamWriter logWriter) => (_process, _log, _logWriter) = (process, log, logWriter);

    /// <summary>The JVM's process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether the JVM has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts Spark and waits for its gateway.</summary>
    /// <exception cref="EngineException">Spark does not start; the end of its log is in the message.</exception>
    public static (SparkProcess Process, GatewayEndpoint Endpoint) Start(SparkInstallation spark, SparkOptions options, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("analytics-spark-");
        var log = options.LogFile ?? Path.Combine(Path.GetTempPath(), $"analytics-spark-{Environment.ProcessId}.log");
        var connection = Path.Combine(folder.FullName, "gateway");
        SparkProcess? started = null;
        try
        {
            started = Launch(spark, options, connection, log);
            return (started, started.Await(connection, options, cancel));
        }
        catch
        {
            started?.Dispose();
            throw;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The arguments behind <c>spark-submit</c>.</summary>
    /// <param name="spark">Which Spark.</param>
    /// <param name="options">What was asked for.</param>
    internal static IEnumerable<string> Arguments(SparkInstallation spark, SparkOptions options)
    {
        if (DriverJvm.JavaOptions(spark, options, Environment.GetEnvironmentVariable) is { } java)
        {
            yield return "--conf";
            yield return $"{DriverJvm.DefaultOptions}={java}";
        }
        yield return "--master";
        yield return options.Master;
        yield return "--name";
        yield return options.ApplicationName;
        foreach (var (key, value) in options.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal))
        {
            yield return "--conf";
            yield return $"{key}={value}";
        }
        yield return "pyspark-shell";
    }

    /// <summary>The end of Spark's own log, for a message.</summary>
    public string LogTail()
    {
        lock (_gate) _logWriter.Flush();
        using var reader = new StreamReader(new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = Tail(reader);
        return lines.Count == 0 ? $"its log {_log} is empty" : $"its log {_log} ends:\n  {string.Join("\n  ", lines)}";
    }

    /// <summary>The last lines of a log that say something: no stack traces, and what is repeated but for its time only once, the last time.</summary>
    internal static IReadOnlyList<string> Tail(TextReader log)
    {
        var lines = new List<string>();
        while (log.ReadLine() is { } line)
        {
            if (line.Length == 0 || line.StartsWith("\tat ", StringComparison.Ordinal)) continue;
            lines.RemoveAll(earlier => Untimed(earlier) == Untimed(line));
            lines.Add(line);
            if (lines.Count > ShownLines) lines.RemoveAt(0);
        }
        return lines;

        static string Untimed(string line) => line.TrimStart([.. "0123456789/:-., "]);
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            // It takes a moment to remove its own temporary files; what does not end by itself is ended.
            if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It has ended already.
        }
        _process.Dispose();
        lock (_gate) _logWriter.Dispose();
    }

    private static SparkProcess Launch(SparkInstallation spark, SparkOptions options, string connection, string log)
    {
        // Ctrl-C reaches every process of the terminal; Spark must outlive it, so that its jobs are cancelled in order.
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("trap '' INT; exec \"$0\" \"$@\"");
        start.ArgumentList.Add(Path.Combine(spark.Home, "bin", "spark-submit"));
        foreach (var argument in Arguments(spark, options)) start.ArgumentList.Add(argument);
        start.Environment["SPARK_HOME"] = spark.Home;
        start.Environment["_PYSPARK_DRIVER_CONN_INFO_PATH"] = connection;
        if (options.DriverOnly) DriverJvm.LimitArenas(start.Environment);
        // A machine whose name does not resolve must still be able to run on itself.
        if (options.IsLocal && Environment.GetEnvironmentVariable("SPARK_LOCAL_IP") is null) start.Environment["SPARK_LOCAL_IP"] = "127.0.0.1";
        if (Path.GetDirectoryName(Path.GetFullPath(log)) is { } parent) Directory.CreateDirectory(parent);
        var writer = new StreamWriter(new FileStream(log, FileMode.Create, FileAccess.Write, FileShare.Read), new UTF8Encoding(false));
        try
        {
            var process = new SparkProcess(Process.Start(start)!, log, writer);
            process._process.OutputDataReceived += process.Log;
            process._process.ErrorDataReceived += process.Log;
            process._process.BeginOutputReadLine();
            process._process.BeginErrorReadLine();
            return process;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private void Log(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_gate)
        {
            if (_logWriter.BaseStream.CanWrite) _logWriter.WriteLine(line.Data);
        }
    }

    private GatewayEndpoint Await(string connection, SparkOptions options, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (File.Exists(connection) && Read(connection) is { } endpoint) return endpoint;
            if (_process.HasExited)
            {
                _process.WaitForExit();
                throw new EngineException($"Spark did not start with the master '{options.Master}' (spark-submit ended with code {_process.ExitCode}); {LogTail()}", kind: EngineErrorKind.Io);
            }
            if (watch.Elapsed > options.StartTimeout) throw new EngineException($"Spark did not start with the master '{options.Master}' within {options.StartTimeout.TotalSeconds:0} s; {LogTail()}", kind: EngineErrorKind.Io);
            cancel.WaitHandle.WaitOne(20);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Port and secret, each with its length before it; null while the file is not whole.</summary>
    private static GatewayEndpoint? Read(string connection)
    {
        var bytes = File.ReadAllBytes(connection);
        if (bytes.Length < 8) return null;
        var port = BinaryPrimitives.ReadInt32BigEndian(bytes);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4));
        return bytes.Length < 8 + length ? null : new GatewayEndpoint(port, Encoding.UTF8.GetString(bytes, 8, length));
    }
}
