using Analytics.Columns;
using Analytics.Engine.DuckDb;
using Analytics.Publishing;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// Makes ready on another core, while a night's input is read, what the night needs late: the engine's library, and the code that encodes
/// tables and publishes. On a night that brings one file, loading and compiling code takes longer than the work itself. It changes no
/// result: whatever fails here fails again, and is said, where it is needed.
/// </summary>
internal static class HeadStart
{
    private const int SampleRows = 64;

    // What every night writes, in the order in which it does.
    private static readonly string[] Tables = ["transactions", "rejects", "quality", "lineage", "anchors"];

    /// <summary>Begins, where a second thread may be used; the night waits for nothing of it.</summary>
    public static void Begin(RunServices services)
    {
        if (services.Threads < 2) return;
        Task.Run(() =>
        {
            EncodeTables();
            if (services.Settings.Machine.Engine == "duckdb") _ = DuckDbEngine.LibraryVersion;
            if (services.Lake.Latest() is { } latest) Rehearsal.Publish(services.Lake, latest);
        }, services.Cancel).ContinueWith(task => services.Log.Debug(task.Exception, "the head start failed; what it was for is done when it is needed"),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
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
