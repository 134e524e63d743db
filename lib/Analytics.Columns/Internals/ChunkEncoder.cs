namespace Analytics.Columns.Internals;

/// <summary>One column of the row group that is being filled: levels and values; turned into pages when the group is complete.</summary>
internal abstract class ChunkEncoder(Column column)
{
    /// <summary>A data page ends after so many rows ...</summary>
    private const int PageRows = 65_536;
    /// <summary>... or with the row that brings its texts to so many bytes.</summary>
    private const int PageTextBytes = 1 << 20;

    public Column Column { get; } = column;

    public ValueStore Values { get; } = ValueStore.Create(column);

    /// <summary>Rows of the chunk.</summary>
    public int Rows { get; protected set; }

    /// <summary>Entries that carry no value: NULLs and, in lists, empty lists.</summary>
    public abstract int NullCount { get; }

    public abstract void Append(ColumnVector vector, int start, int count);

    /// <summary>The bytes of the texts in some rows of a vector of this column.</summary>
    public abstract long TextBytes(ColumnVector vector, int start, int count);

    /// <summary>The values that belong to one row; only asked row after row from the first.</summary>
    protected abstract int ValuesOf(int row);

    /// <summary>Writes the levels of some rows and returns their number.</summary>
    protected abstract int WriteLevels(ByteBuffer page, int start, int end);

    /// <summary>Writes the page of some rows and returns its number of entries. Pages must be written in order.</summary>
    public int WritePage(ByteBuffer page, int start, int end, ref int firstValue)
    {
        var entries = WriteLevels(page, start, end);
        var values = 0;
        if (NullCount == 0 && entries == end - start) values = entries;
        else if (NullCount == Rows) values = 0;
        else for (var row = start; row < end; row++) values += ValuesOf(row);
        Values.WriteValues(page, firstValue, values);
        firstValue += values;
        return entries;
    }

    /// <summary>The row behind the page that begins at <paramref name="start"/>.</summary>
    public int PageEnd(int start, int firstValue)
    {
        var most = Math.Min(Rows, start + PageRows);
        if (Values.UsesDictionary || Values.TextBytes <= PageTextBytes) return most;
        long bytes = 0;
        var row = start;
        while (row < most && bytes < PageTextBytes)
            for (var count = ValuesOf(row++); count > 0; count--) bytes += Values.TextLength(firstValue++);
        return row;
    }

    public virtual void Clear()
    {
        Rows = 0;
        Values.Clear();
    }

    public static ChunkEncoder Create(Column column) =>
        column.Type.Kind == ColumnKind.TextList ? new ListChunkEncoder(column) : new FlatChunkEncoder(column);

    /// <summary>Levels as data pages of version 1 have them: four bytes of length, then runs.</summary>
    protected static void WriteLevels(ByteBuffer page, ReadOnlySpan<int> levels, int width)
    {
        var at = page.Length;
        page.AppendInt32(0);
        RunLengthEncoder.Encode(page, levels, width);
        page.PatchInt32(at, page.Length - at - 4);
    }
}

/// <summary>A column with one value or NULL a row.</summary>
internal sealed class FlatChunkEncoder(Column column) : ChunkEncoder(column)
{
    private int[] _definitions = []; // 1 for a value, 0 for NULL; filled only while the chunk has both
    private int _nulls;

    public override int NullCount => _nulls;

    public override void Append(ColumnVector vector, int start, int count)
    {
        if (vector.NullCount == 0 || !HasNull(vector, start, count))
        {
            Values.Append(vector, start, count);
            if (_nulls > 0) Define(count, 1);
            Rows += count;
            return;
        }
        if (!Column.Nullable) throw new ArgumentException($"column {Column.Name} allows no NULL, but a row to be written has one");
        if (vector.IsAllNull)
        {
            Define(count, 0);
            _nulls += count;
            Rows += count;
            return;
        }
        for (var row = start; row < start + count;)
        {
            var end = row;
            var isNull = vector.IsNull(row);
            while (end < start + count && vector.IsNull(end) == isNull) end++;
            if (isNull)
            {
                Define(end - row, 0);
                _nulls += end - row;
            }
            else
            {
                Values.Append(vector, row, end - row);
                if (_nulls > 0) Define(end - row, 1);
            }
            Rows += end - row;
            row = end;
        }
    }

    private static bool HasNull(ColumnVector vector, int start, int count)
    {
        for (var row = start; row < start + count; row++)
            if (vector.IsNull(row)) return true;
        return false;
    }

    private void Define(int count, int definition)
    {
        if (_nulls == Rows && definition == 0) return;
        if (Rows + count > _definitions.Length) Array.Resize(ref _definitions, Math.Max(Rows + count, 2 * _definitions.Length));
        if (_nulls == 0) _definitions.AsSpan(0, Rows).Fill(1);
        else if (_nulls == Rows) _definitions.AsSpan(0, Rows).Clear();
        _definitions.AsSpan(Rows, count).Fill(definition);
    }

    public override long TextBytes(ColumnVector vector, int start, int count) =>
        vector is TextVector texts ? texts.Range(start, count).Length : 0;

    protected override int ValuesOf(int row) => _nulls == 0 ? 1 : _nulls == Rows ? 0 : _definitions[row];

    protected override int WriteLevels(ByteBuffer page, int start, int end)
    {
        if (!Column.Nullable) return end - start;
        if (_nulls > 0 && _nulls < Rows)
        {
            WriteLevels(page, _definitions.AsSpan(start, end - start), 1);
            return end - start;
        }
        var at = page.Length;
        page.AppendInt32(0);
        RunLengthEncoder.EncodeRun(page, _nulls == 0 ? 1 : 0, end - start);
        page.PatchInt32(at, page.Length - at - 4);
        return end - start;
    }

    public override void Clear()
    {
        base.Clear();
        _nulls = 0;
    }
}

/// <summary>A list of texts a row: optional or required list, repeated group, required element.</summary>
internal sealed class ListChunkEncoder(Column column) : ChunkEncoder(column)
{
    private readonly int _empty = column.Nullable ? 1 : 0; // definition level of an empty list; NULL is one below, an element one above
    private int[] _repetitions = [];
    private int[] _definitions = [];
    private int[] _entryEnds = []; // entries up to and with a row
    private int[] _valueCounts = [];
    private int _entries;
    private int _withoutValue;

    public override int NullCount => _withoutValue;

    public override void Append(ColumnVector vector, int start, int count)
    {
        var lists = (TextListVector)vector;
        if (Rows + count > _entryEnds.Length)
        {
            Array.Resize(ref _entryEnds, Math.Max(Rows + count, 2 * _entryEnds.Length));
            Array.Resize(ref _valueCounts, _entryEnds.Length);
        }
        for (var row = start; row < start + count; row++)
        {
            var isNull = lists.IsNull(row);
            if (isNull && !Column.Nullable) throw new ArgumentException($"column {Column.Name} allows no NULL, but a row to be written has one");
            var (first, length) = lists[row];
            if (lists.Items.NullCount > 0 && HasNull(lists.Items, first, length))
                throw new ArgumentException($"column {Column.Name}: a list to be written has a NULL in it");
            Values.Append(lists.Items, first, length);
            if (length == 0)
            {
                AppendEntry(0, isNull ? 0 : _empty);
                _withoutValue++;
            }
            for (var i = 0; i < length; i++) AppendEntry(i == 0 ? 0 : 1, _empty + 1);
            _entryEnds[Rows] = _entries;
            _valueCounts[Rows++] = length;
        }
    }

    private static bool HasNull(TextVector items, int start, int count)
    {
        for (var i = start; i < start + count; i++)
            if (items.IsNull(i)) return true;
        return false;
    }

    private void AppendEntry(int repetition, int definition)
    {
        if (_entries == _repetitions.Length)
        {
            Array.Resize(ref _repetitions, Math.Max(16, 2 * _entries));
            Array.Resize(ref _definitions, _repetitions.Length);
        }
        _repetitions[_entries] = repetition;
        _definitions[_entries++] = definition;
    }

    public override long TextBytes(ColumnVector vector, int start, int count)
    {
        if (count == 0) return 0;
        var lists = (TextListVector)vector;
        var first = lists[start].Start;
        var (lastStart, lastLength) = lists[start + count - 1];
        return lists.Items.Range(first, lastStart + lastLength - first).Length;
    }

    protected override int ValuesOf(int row) => _valueCounts[row];

    protected override int WriteLevels(ByteBuffer page, int start, int end)
    {
        var first = start == 0 ? 0 : _entryEnds[start - 1];
        var count = (end == 0 ? 0 : _entryEnds[end - 1]) - first;
        WriteLevels(page, _repetitions.AsSpan(first, count), 1);
        WriteLevels(page, _definitions.AsSpan(first, count), RunLengthEncoder.BitWidth(_empty + 2));
        return count;
    }

    public override void Clear()
    {
        base.Clear();
        _entries = _withoutValue = 0;
    }
}
