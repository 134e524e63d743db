using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.Publishing;
using Analytics.Sandbox.Internals;

namespace Analytics.Sandbox;

/// <summary>
/// Runs the SQL of people whom nobody checked, over the tables of one published run. Each query has a process of its own, because
/// DuckDB inside ours could take the whole service with it: a text of gigabytes is outside its memory limit, an interrupt is not seen
/// within a function, and an assertion of the native code ends the process. Safe from any thread.
/// </summary>
/// <param name="program">The worker.</param>
/// <param name="concurrent">Queries at a time; a further one waits, within its own time limit.</param>
public sealed class SqlSandbox(SandboxProgram program, int concurrent = 2) : IDisposable
{
    /// <summary>The runtime and DuckDB itself, and texts that DuckDB does not count: what a query's process may hold beyond its memory limit.</summary>
    public const long OverheadBytes = 512L << 20;

    /// <summary>The longest statement that is read, in characters.</summary>
    public const int MaxSqlLength = 100_000;

    private const string HeapLimitHex = "0C000000";
    private readonly SemaphoreSlim _slots = new(concurrent, concurrent);

    /// <summary>Starts a query over a run of a lake on this machine.</summary>
    /// <exception cref="SandboxException">The query has no result.</exception>
    /// <exception cref="PublishingException">The run cannot be read.</exception>
    public Task<SandboxQuery> StartAsync(Lake lake, RunRef run, string sql, SandboxLimits limits, CancellationToken cancel) =>
        StartAsync(lake.Full(run.Path), SandboxTable.Of(lake.ReadManifest(run)), sql, limits, cancel);

    /// <summary>Starts a query. Dispose what it gives, read to the end or not.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="tables">What may be read.</param>
    /// <param name="sql">The query.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="cancel">Kills it, also while its rows are read.</param>
    /// <exception cref="SandboxException">The query has no result.</exception>
    public async Task<SandboxQuery> StartAsync(string folder, IReadOnlyList<SandboxTable> tables, string sql, SandboxLimits limits, CancellationToken cancel)
    {
        limits.Check();
        if (string.IsNullOrWhiteSpace(sql)) throw new SandboxException(SandboxFault.Refused, "there is no statement. Expected one SELECT over this run's tables.");
        if (sql.Length > MaxSqlLength)
            throw new SandboxException(SandboxFault.Refused, string.Create(CultureInfo.InvariantCulture, $"the statement has {sql.Length:N0} characters. Expected {MaxSqlLength:N0} at most."));
        if (sql.Contains('\0')) throw new SandboxException(SandboxFault.Refused, "the statement holds a NUL character: remove it.");
        var started = Stopwatch.GetTimestamp();
        if (!await _slots.WaitAsync(limits.Time, cancel).ConfigureAwait(false))
            throw new SandboxException(SandboxFault.Busy, $"{concurrent} queries are running, as many as may, and none ended within {Seconds(limits.Time)}: try again later.");
        SandboxQuery? query = null;
        try
        {
            var left = limits.Time - Stopwatch.GetElapsedTime(started);
            query = new SandboxQuery(Start(folder), limits, left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1), started, () => _slots.Release(), cancel);
            await query.AskAsync(Request(tables, sql, limits)).ConfigureAwait(false);
            return query;
        }
        catch
        {
            if (query is not null) await query.DisposeAsync().ConfigureAwait(false);
            else _slots.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    internal static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");

    private static byte[] Request(IReadOnlyList<SandboxTable> tables, string sql, SandboxLimits limits)
    {
        // Should the asking process die with its pipe held open by another, the kernel ends the worker by its processor time.
        var cpu = (long)Math.Ceiling(limits.Time.TotalSeconds * limits.Threads) + 10;
        var request = new WorkerRequest(sql, tables, limits.MemoryBytes, limits.MaxRows, limits.MaxBytes, limits.Threads, limits.MemoryBytes + OverheadBytes, cpu);
        return [.. JsonSerializer.SerializeToUtf8Bytes(request, WorkerJson.Default.WorkerRequest), (byte)'\n'];
    }

    private Process Start(string folder)
    {
        var start = new ProcessStartInfo(program.FileName)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        foreach (var argument in program.Arguments) start.ArgumentList.Add(argument);
        // Nothing of our environment, in which secrets may stand, but what the runtime needs to start.
        string[] needed = ["PATH", "LD_LIBRARY_PATH", "DOTNET_ROOT", "DOTNET_ROLL_FORWARD", "TMPDIR", "SystemRoot"];
        var kept = needed.Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name))).Where(static pair => pair.Value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in kept) start.Environment[name] = value;
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimitHex;
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception wrong) when (wrong is System.ComponentModel.Win32Exception or IOException)
        {
            throw new SandboxException(SandboxFault.Outside, $"the process of the query cannot be started: {wrong.Message}", wrong);
        }
    }
}
