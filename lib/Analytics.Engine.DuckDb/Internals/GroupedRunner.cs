using System.Collections.Concurrent;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// Grouped work: this thread reads the sorted rows and cuts them into groups, workers run the task, and whoever finishes
/// the next work in key order appends it to the output. So much is in flight at most, whatever the groups' sizes.
/// </summary>
internal sealed class GroupedRunner(Database database, int threads)
{
    private const int StackBytes = 16 << 20;

    public GroupedOutcome Run(string relation, GroupedTask task, string output, CancellationToken cancel)
    {
        Check(task, relation);
        cancel.ThrowIfCancellationRequested();
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var run = new GroupedRun(task, new TableLoad(database, output, GroupedRun.OutputColumns(task), cancel), abort, threads);
        var pending = new BlockingCollection<GroupedWork>();
        var workers = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            workers[i] = new Thread(() => run.Work(pending), StackBytes) { IsBackground = true, Name = $"{task.Name} {i}" };
            workers[i].Start();
        }
        var counts = (Groups: 0L, Rows: 0L);
        try
        {
            counts = ReadGroups(relation, task, run, pending, abort.Token);
        }
        catch (Exception wrong)
        {
            run.Stop(wrong);
        }
        finally
        {
            pending.CompleteAdding();
            foreach (var worker in workers) worker.Join();
            pending.Dispose();
        }
        if (cancel.IsCancellationRequested) throw new OperationCanceledException("the grouped work was cancelled", run.FirstError?.SourceException, cancel);
        run.FirstError?.Throw();
        run.Load.Commit(cancel);
        return new GroupedOutcome(counts.Groups, counts.Rows, run.Load.Appender.Rows, run.Failures);
    }

    /// <summary>Key, order and then all other columns: rows that are left in a tie are equal, so their order cannot show.</summary>
    internal static string Query(string relation, GroupedTask task)
    {
        var keys = task.Input.Take(task.KeyColumns).Select(column => column.Name).ToList();
        var order = keys.Concat(task.OrderBy).Concat(task.Input.Select(column => column.Name)).Distinct(StringComparer.Ordinal);
        return $"select {string.Join(", ", task.Input.Select(column => SqlLiteral.Name(column.Name)))} from {SqlLiteral.Name(relation)} order by {TableWriter.OrderBy(order)}";
    }

    private (long Groups, long Rows) ReadGroups(string relation, GroupedTask task, GroupedRun run, BlockingCollection<GroupedWork> pending, CancellationToken abort)
    {
        using var reader = new ChunkReader(database.Connect(), new RenderedSql(relation, Query(relation, task), []), task.Input, abort, own: true);
        var cutter = new GroupCutter(reader, task.KeyColumns, run, pending, abort);
        while (reader.Next(abort)) cutter.Cut();
        cutter.Finish();
        return (cutter.Groups, cutter.Rows);
    }

    private static void Check(GroupedTask task, string relation)
    {
        if (task.KeyColumns < 1 || task.KeyColumns > task.Input.Count)
            throw DuckDbErrors.Contract($"{task.Name}: {task.KeyColumns} key columns of {task.Input.Count} input columns: expected at least 1", relation);
        foreach (var key in task.Input.Take(task.KeyColumns))
            if (key.Type.Kind == ColumnKind.TextList)
                throw DuckDbErrors.Contract($"{task.Name}: key column {key.Name} is a list, which cannot be a key: join it into a text", relation);
        foreach (var name in task.OrderBy)
            if (task.Input.All(column => column.Name != name))
                throw DuckDbErrors.Contract($"{task.Name}: order column {name} is none of its input columns", relation);
    }
}
