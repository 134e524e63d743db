using System.Collections;
using Analytics.Columns;

namespace Analytics.Engine.Wire.Internals;

/// <summary>Rows that come sorted by key, cut into groups. A group's rows are decoded when the task asks for them.</summary>
internal sealed class GroupedInput(GroupedTask task, Stream stream)
{
    private readonly LineReader _lines = new(stream, "the input");
    private readonly FieldReader _fields = new();
    private readonly ByteBuffer _key = new();
    private readonly ColumnBatch _batch = new(task.Input);
    private bool _hasLine;
    private bool _begun;

    /// <summary>The key fields of the group, tabs between them.</summary>
    public ReadOnlySpan<byte> Key => _key.Written;

    /// <summary>Rows of the group so far, skipped ones included.</summary>
    public long Rows { get; private set; }

    /// <summary>Why the input cannot be read on; a task that swallows it must not pass as done.</summary>
    public Exception? Broken { get; private set; }

    /// <summary>Turns to the next group; the one before must have been finished.</summary>
    public bool TryBegin()
    {
        if (!_begun) Advance();
        _begun = true;
        if (!_hasLine) return false;
        var line = _lines.Current;
        var end = Fields.EndOf(line, task.KeyColumns);
        if (end < 0) throw WrongFields(line);
        _key.Truncate(0);
        _key.Append(line[..end]);
        Rows = 0;
        return true;
    }

    /// <summary>The group's rows; to be enumerated once.</summary>
    public GroupRows OpenRows() => new(this);

    /// <summary>Passes over what the task left of the group.</summary>
    public void Finish()
    {
        while (BelongsToGroup())
        {
            Rows++;
            Advance();
        }
    }

    public void Drain() => _lines.Drain();

    private bool Fill()
    {
        _batch.Clear();
        try
        {
            while (_batch.Count < ColumnBatch.UsualRows && BelongsToGroup())
            {
                TakeRow();
                Rows++;
                Advance();
            }
        }
        catch (Exception broken)
        {
            Broken = broken;
            throw;
        }
        return _batch.Count > 0;
    }

    private void TakeRow()
    {
        var fields = new Fields(_lines.Current);
        for (var i = 0; i < task.Input.Count; i++)
        {
            if (!fields.TryNext(out var field)) throw WrongFields(_lines.Current);
            if (_fields.Append(field, _batch[i], task.Input[i]) is { } wrong) throw new WireFormatException($"line {_lines.Lines} of the input, {wrong}");
        }
        if (fields.TryNext(out _)) throw WrongFields(_lines.Current);
    }

    private bool BelongsToGroup()
    {
        if (!_hasLine) return false;
        var line = _lines.Current;
        var key = _key.Written;
        return line.StartsWith(key) && (line.Length == key.Length || line[key.Length] == '\t');
    }

    private void Advance() => _hasLine = _lines.TryRead();

    private WireFormatException WrongFields(ReadOnlySpan<byte> line) => new(
        $"line {_lines.Lines} of the input has {Fields.Count(line)} fields; task {task.Name} expects {task.Input.Count}: {string.Join(", ", task.Input.Select(column => column.Name))}");

    /// <summary>One group's rows in batches, the same batch each time.</summary>
    internal sealed class GroupRows(GroupedInput input) : IEnumerable<ColumnBatch>
    {
        private bool _taken;

        /// <summary>Rows handed to the task so far.</summary>
        public long RowsRead { get; private set; }

        public IEnumerator<ColumnBatch> GetEnumerator()
        {
            if (_taken) throw new InvalidOperationException("the rows of a group can be read once: keep what is needed again");
            _taken = true;
            return Batches();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private IEnumerator<ColumnBatch> Batches()
        {
            while (input.Fill())
            {
                RowsRead += input._batch.Count;
                yield return input._batch;
            }
        }
    }
}
