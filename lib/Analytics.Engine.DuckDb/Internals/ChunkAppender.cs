using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Analytics.Columns;
using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// Appends batches to a table through native chunks: fixed-width values by block copies, texts by their bytes.
/// A range of rows of several batches side by side may fill the columns (key columns of one batch, values of another).
/// </summary>
internal sealed unsafe class ChunkAppender : IDisposable
{
    private readonly IReadOnlyList<Column> _columns;
    private readonly string _relation;
    private readonly DuckDBLogicalType[] _types;
    private readonly DuckDBAppender _appender;
    private readonly DuckDBDataChunk _chunk;
    private readonly int _capacity;
    private readonly TextArena _texts = new();
    private int _filled;

    public ChunkAppender(Connection connection, string relation, IReadOnlyList<Column> columns)
    {
        _columns = columns;
        _relation = relation;
        _types = new DuckDBLogicalType[columns.Count];
        for (var i = 0; i < _types.Length; i++) _types[i] = TypeMap.Create(columns[i].Type);
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk(Array.ConvertAll(_types, t => t.DangerousGetHandle()), (ulong)_types.Length);
        _capacity = (int)NativeMethods.Helpers.DuckDBVectorSize();
        if (NativeMethods.Appender.DuckDBAppenderCreate(connection.Native, null!, relation, out _appender) != DuckDBState.Success)
        {
            var error = Failure();
            Dispose();
            throw error;
        }
    }

    /// <summary>Rows appended.</summary>
    public long Rows { get; private set; }

    /// <summary>Appends all rows of a batch whose columns are the table's.</summary>
    public void Append(ColumnBatch batch)
    {
        if (batch.Columns.Count != _columns.Count)
            throw DuckDbErrors.Contract($"{_relation}: a batch has {batch.Columns.Count} columns, {_columns.Count} are declared", _relation);
        Check(batch, 0);
        var row = 0;
        while (row < batch.Count)
        {
            var count = Math.Min(_capacity - _filled, batch.Count - row);
            for (var i = 0; i < _columns.Count; i++) Copy(i, batch[i], row, count, _filled);
            Advance(count);
            row += count;
        }
    }

    /// <summary>Appends the rows of a batch, each behind the values that row <paramref name="keyRow"/> of <paramref name="keys"/> holds.</summary>
    public void Append(ColumnBatch keys, int keyRow, ColumnBatch batch)
    {
        Check(batch, keys.Columns.Count);
        var row = 0;
        while (row < batch.Count)
        {
            var count = Math.Min(_capacity - _filled, batch.Count - row);
            for (var i = 0; i < keys.Columns.Count; i++)
                for (var copy = 0; copy < count; copy++) Copy(i, keys[i], keyRow, 1, _filled + copy);
            for (var i = 0; i < batch.Columns.Count; i++) Copy(keys.Columns.Count + i, batch[i], row, count, _filled);
            Advance(count);
            row += count;
        }
    }

    /// <summary>Hands over what is left. Without it the last rows are lost.</summary>
    public void Finish()
    {
        Flush();
        if (NativeMethods.Appender.DuckDBAppenderClose(_appender) != DuckDBState.Success) throw Failure();
    }

    public void Dispose()
    {
        _appender?.Dispose();
        _chunk.Dispose();
        _texts.Dispose();
        foreach (var type in _types) type.Dispose();
    }

    private void Check(ColumnBatch batch, int firstColumn)
    {
        if (BatchCheck.Fault(batch, _columns, firstColumn) is { } fault) throw DuckDbErrors.Contract($"{_relation}: {fault}", _relation);
    }

    private void Advance(int count)
    {
        _filled += count;
        Rows += count;
        if (_filled == _capacity) Flush();
    }

    private void Flush()
    {
        if (_filled == 0) return;
        NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)_filled);
        if (NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk) != DuckDBState.Success) throw Failure();
        NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
        _texts.Reset();
        _filled = 0;
    }

    private EngineException Failure()
    {
        if (_appender is null || _appender.IsInvalid) return DuckDbErrors.Translate(DuckDBErrorType.Invalid, "the relation cannot be appended to", _relation);
        using var error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
        return DuckDbErrors.Translate(NativeMethods.ErrorData.DuckDBErrorDataErrorType(error), NativeMethods.ErrorData.DuckDBErrorDataMessage(error), _relation);
    }

    private void Copy(int column, ColumnVector source, int row, int count, int target)
    {
        var vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);
        var data = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
        var type = _columns[column].Type;
        switch (source)
        {
            case ValueVector<bool> values: Block(values.Values.Slice(row, count), data, target); break;
            case ValueVector<int> values: Block(values.Values.Slice(row, count), data, target); break;
            case ValueVector<double> values: Block(values.Values.Slice(row, count), data, target); break;
            case ValueVector<Int128> values:
                CheckRange(values.Values.Slice(row, count), column, row);
                Block(values.Values.Slice(row, count), data, target);
                break;
            case ValueVector<long> values when type.Kind == ColumnKind.Decimal: Decimals(values.Values.Slice(row, count), data, column, row, target); break;
            case ValueVector<long> values: Block(values.Values.Slice(row, count), data, target); break;
            case TextVector texts: Texts(texts, row, count, data, target, column, row, isItem: false); break;
            case TextListVector lists: Lists(lists, row, count, vector, data, column, target); break;
            default: throw new InvalidOperationException($"no writer for {type}");
        }
        if (source.NullCount > 0) Nulls(vector, source, row, count, target);
    }

    private static void Block<T>(ReadOnlySpan<T> values, byte* data, int target) where T : unmanaged =>
        values.CopyTo(new Span<T>((T*)data + target, values.Length));

    private void Decimals(ReadOnlySpan<long> values, byte* data, int column, int row, int target)
    {
        var precision = _columns[column].Type.Precision;
        var limit = PowerOfTen(precision);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] >= limit || values[i] <= -limit) throw OutOfRange(column, row + i, values[i]);
            if (precision <= 4) ((short*)data)[target + i] = (short)values[i];
            else if (precision <= 9) ((int*)data)[target + i] = (int)values[i];
            else ((long*)data)[target + i] = values[i];
        }
    }

    private void CheckRange(ReadOnlySpan<Int128> values, int column, int row)
    {
        var limit = PowerOfTen(_columns[column].Type.Precision);
        for (var i = 0; i < values.Length; i++)
            if (values[i] >= limit || values[i] <= -limit) throw OutOfRange(column, row + i, values[i]);
    }

    private EngineException OutOfRange(int column, int row, Int128 value) =>
        DuckDbErrors.Contract($"{_relation}: column {_columns[column].Name}, row {row + 1} of a batch: {value} has more digits than {_columns[column].Type} holds", _relation);

    private static Int128 PowerOfTen(int digits)
    {
        Int128 power = 1;
        for (var i = 0; i < digits; i++) power *= 10;
        return power;
    }

    private void Texts(TextVector texts, int start, int count, byte* data, int target, int column, int reportRow, bool isItem)
    {
        for (var i = 0; i < count; i++)
        {
            var text = texts[start + i];
            if (!Utf8.IsValid(text))
                throw DuckDbErrors.Contract($"{_relation}: column {_columns[column].Name}, row {reportRow + (isItem ? 0 : i) + 1} of a batch: the text is no valid UTF-8", _relation);
            var entry = data + (target + i) * 16L;
            if (text.Length <= 12)
            {
                // Short texts live in the entry; the bytes behind them must be zero, because DuckDB compares entries whole.
                Unsafe.InitBlockUnaligned(entry, 0, 16);
                *(int*)entry = text.Length;
                text.CopyTo(new Span<byte>(entry + 4, 12));
                continue;
            }
            // duckdb_string_t of a long text: length, its first four bytes, where it lies.
            var place = _texts.Keep(text);
            *(int*)entry = text.Length;
            *(int*)(entry + 4) = *(int*)place;
            *(byte**)(entry + 8) = place;
        }
    }

    private void Lists(TextListVector lists, int start, int count, nint vector, byte* data, int column, int target)
    {
        var entries = (DuckDBListEntry*)data;
        var total = target == 0 ? 0UL : (ulong)NativeMethods.Vectors.DuckDBListVectorGetSize(vector);
        for (var i = 0; i < count; i++)
        {
            var (first, length) = lists[start + i];
            if (length > 0)
            {
                for (var item = first; item < first + length; item++)
                    if (lists.Items.IsNull(item))
                        throw DuckDbErrors.Contract($"{_relation}: column {_columns[column].Name}, row {start + i + 1} of a batch: a list holds a NULL, which VARCHAR[] columns do not allow", _relation);
                NativeMethods.Vectors.DuckDBListVectorReserve(vector, total + (ulong)length);
                NativeMethods.Vectors.DuckDBListVectorSetSize(vector, total + (ulong)length);
                var child = NativeMethods.Vectors.DuckDBListVectorGetChild(vector);
                Texts(lists.Items, first, length, (byte*)NativeMethods.Vectors.DuckDBVectorGetData(child), (int)total, column, start + i, isItem: true);
            }
            entries[target + i] = new DuckDBListEntry(total, (ulong)length);
            total += (ulong)length;
        }
        NativeMethods.Vectors.DuckDBListVectorSetSize(vector, total);
    }

    private static void Nulls(nint vector, ColumnVector source, int row, int count, int target)
    {
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        var validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        for (var i = 0; i < count; i++)
            if (source.IsNull(row + i)) validity[(target + i) >> 6] &= ~(1UL << ((target + i) & 63));
    }
}
