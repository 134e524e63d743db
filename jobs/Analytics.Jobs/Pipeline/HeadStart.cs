using Analytics.Columns;
using Analytics.Engine.DuckDb;
using Analytics.Publishing;
using Serilog;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// Makes ready on another core what a night needs later: the newest manifest, the engine's library, and the code that encodes tables and
/// publishes. On a night that brings one file, loading and compiling code takes longer than the work itself. It changes no result:
/// whatever fails here is done again, and its failure said, where it is needed.
/// </summary>
internal sealed class HeadStart
{
    private const int SampleRows = 64;

    // What every night writes, in the order in which it does.
    private static readonly string[] Tables = ["transactions", "rejects", "quality", "lineage", "anchors"];

    private readonly Lake _lake;
    private readonly Task<(RunRef Run, Manifest Manifest)?>? _newest;

    /// <summary>Begins where a second thread may be used.</summary>
    public HeadStart(RunServices services)
    {
        _lake = services.Lake;
        if (services.Threads < 2) return;
        _newest = Task.Run(() => _lake.Latest() is { } latest ? (latest, _lake.ReadManifest(latest)) : ((RunRef, Manifest)?)null);
        var rehearsal = _newest.ContinueWith(newest =>
        {
            if (services.Settings.Machine.Engine == "duckdb") _ = DuckDbEngine.LibraryVersion;
            if (newest.Result is { } run) Rehearsal.Publish(run.Run, run.Manifest);
        }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Watch(rehearsal, services.Log);
    }

    /// <summary>Begins with what needs neither settings nor a lake.</summary>
    public static Task Encode() => Environment.ProcessorCount > 1 ? Task.Run(EncodeTables) : Task.CompletedTask;

    /// <summary>Has the log told, at its most talkative, why a head start failed.</summary>
    public static void Watch(Task task, ILogger log) => task.ContinueWith(failed => log.Debug(failed.Exception, "a head start failed; what it was for is done when it is needed"),
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>A run's manifest: the newest one's is here or on its way.</summary>
    public Manifest ReadManifest(RunRef run)
    {
        if (_newest is not null)
        {
            Task.WaitAny(_newest);
            if (_newest.IsCompletedSuccessfully && _newest.Result is { } newest && newest.Run == run) return newest.Manifest;
        }
        return _lake.ReadManifest(run);
    }

    private static void EncodeTables()
    {
        foreach (var table in Tables)
        {
            var columns = TableSchemas.Of(table).Columns;
            var batch = new ColumnBatch(columns);
            for (var row = 0; row < SampleRows; row++)
                for (var column = 0; column < columns.Count; column++) AppendSample(batch[column], row);
            using var writer = new ParquetWriter(columns);
            writer.Begin(Stream.Null);
            writer.Append(batch);
            writer.End();
        }
    }

    // Values that repeat, so that dictionaries are built.
    private static void AppendSample(ColumnVector vector, int row)
    {
        switch (vector)
        {
            case ValueVector<bool> flags: flags.Append(row % 2 == 0); break;
            case ValueVector<int> ints: ints.Append(row % 3); break;
            case ValueVector<long> longs: longs.Append(row % 3); break;
            case ValueVector<double> doubles: doubles.Append(row % 3); break;
            case ValueVector<Int128> wide: wide.Append(row % 3); break;
            case TextVector texts: texts.Append(row % 2 == 0 ? "even" : "odd"); break;
            case TextListVector lists: lists.EndList(); break;
            default: throw new InvalidOperationException($"no sample for a {vector.GetType().Name}");
        }
    }
}
