using System.Collections.Concurrent;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>Cuts chunks into groups and groups into work.</summary>
internal sealed class GroupCutter(ChunkReader reader, int keyColumns, GroupedRun run, BlockingCollection<GroupedWork> pending, CancellationToken abort)
{
    // Work of this size takes milliseconds, against microseconds for handing it over.
    private const int RowsPerWork = 8192;
    private const int GroupsPerWork = 512;
    private const int StreamCapacity = 8;
    private readonly Column[] _keyColumns = [.. reader.Columns.Take(keyColumns)];
    private readonly KeyCursor _cursor = new(reader, [.. Enumerable.Range(0, keyColumns)]);
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
            if (!_cursor.IsRemembered(start)) Begin(start);
            var end = start + 1;
            while (end < reader.Count && _cursor.Same(end, end - 1)) end++;
            Take(start, end - start);
            start = end;
        }
    }

    public void Finish()
    {
        EndGroup();
        if (_work is not null) Hand();
    }

    private void Begin(int row)
    {
        EndGroup();
        Groups++;
        _cursor.Remember(row);
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
            _work.Keys.AppendRow(_cursor.Key, 0);
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
        _work.Keys.AppendRow(_cursor.Key, 0);
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
