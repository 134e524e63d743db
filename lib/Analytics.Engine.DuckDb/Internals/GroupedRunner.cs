using System.Collections.Concurrent;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// Grouped work: this thread reads the sorted rows and cuts them into groups, workers run the task, and whoever finishes
/// the next work in key order appends it to the output. So much is in flight at most, whatever the groups' sizes.
/// </summary>
internal sealed class GroupedRunner(Database database, int threads)
{
    // Work of this size takes milliseconds, against microseconds for handing it over.
    private const int RowsPerWork = 8192;
    private const int GroupsPerWork = 512;
    private const int StreamCapacity = 8;
    private const int StackBytes = 16 << 20;

    public GroupedOutcome Run(string relation, GroupedTask task, string output, CancellationToken cancel)
    {
        Check(task, relation);
        cancel.ThrowIfCancellationRequested();
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var run = new GroupedRun(task, new TableLoad(database, output, GroupedRun.OutputColumns(task), cancel), abort);
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

    /// <summary>Cuts chunks into groups and groups into work.</summary>
    private sealed class GroupCutter(ChunkReader reader, int keyColumns, GroupedRun run, BlockingCollection<GroupedWork> pending, CancellationToken abort)
    {
        private readonly Column[] _keyColumns = [.. reader.Columns.Take(keyColumns)];
        private readonly ColumnBatch _key = new([.. reader.Columns.Take(keyColumns)]);
        private GroupedWork? _work;
        private ColumnBatch? _rows;
        private GroupQueue? _stream;
        private long _number;

        public long Groups { get; private set; }

        public long Rows { get; private set; }

        public void Cut()
        {
            Rows += reader.Count;
            var start = 0;
            while (start < reader.Count)
            {
                if (Groups == 0 || !IsCurrentKey(start)) Begin(start);
                var end = start + 1;
                while (end < reader.Count && SameKey(end, end - 1)) end++;
                Take(start, end - start);
                start = end;
            }
        }

        public void Finish()
        {
            EndGroup();
            if (_work is not null) Hand();
        }

        private bool IsCurrentKey(int row)
        {
            for (var i = 0; i < keyColumns; i++)
                if (!reader[i].SameAs(row, _key[i], 0)) return false;
            return true;
        }

        private bool SameKey(int row, int other)
        {
            for (var i = 0; i < keyColumns; i++)
                if (!reader[i].SameAs(row, other)) return false;
            return true;
        }

        private void Begin(int row)
        {
            EndGroup();
            Groups++;
            _key.Clear();
            for (var i = 0; i < keyColumns; i++) reader[i].CopyTo(_key[i], row, 1, _keyColumns[i].Name, "key");
        }

        private void Take(int start, int count)
        {
            while (count > 0)
            {
                if (_rows is { Count: >= ColumnBatch.UsualRows }) Overflow();
                _rows ??= run.Inputs.Rent(_stream is null ? count : ColumnBatch.UsualRows);
                var taken = Math.Min(count, ColumnBatch.UsualRows - _rows.Count);
                reader.CopyTo(_rows, start, taken);
                start += taken;
                count -= taken;
            }
        }

        /// <summary>The group outgrew one batch: from here on it is read by a worker while it is still being filled.</summary>
        private void Overflow()
        {
            if (_stream is null)
            {
                if (_work is not null) Hand();
                _stream = new GroupQueue(StreamCapacity, abort);
                _work = new GroupedWork(_number++, _keyColumns) { Stream = _stream };
                _work.Keys.AppendRow(_key, 0);
                Hand();
            }
            _stream.Put(_rows!, out _rows);
            _rows?.Clear();
        }

        private void EndGroup()
        {
            if (_stream is not null)
            {
                if (_rows is { Count: > 0 }) _stream.Put(_rows, out _);
                _stream.End();
                _stream = null;
                _rows = null;
                return;
            }
            if (_rows is null) return;
            _work ??= new GroupedWork(_number++, _keyColumns);
            _work.Keys.AppendRow(_key, 0);
            _work.Groups.Add(_rows);
            _work.Rows += _rows.Count;
            _rows = null;
            if (_work.Rows >= RowsPerWork || _work.Groups.Count >= GroupsPerWork) Hand();
        }

        private void Hand()
        {
            run.WaitForRoom(abort);
            pending.Add(_work!, abort);
            _work = null;
        }
    }
}
