using System.Numerics;
using System.Runtime.CompilerServices;
using Analytics.Columns;
using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>One flat vector of a native chunk, read in place. Valid as long as its chunk is.</summary>
internal readonly unsafe struct NativeColumn
{
    private const int InlinedText = 12;
    private readonly ColumnType _type;
    private readonly byte* _data;
    private readonly ulong* _validity;
    private readonly nint _vector;

    public NativeColumn(DuckDBDataChunk chunk, int column, ColumnType type)
        : this(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, column), type)
    {
    }

    private NativeColumn(nint vector, ColumnType type)
    {
        _type = type;
        _vector = vector;
        _data = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
        _validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
    }

    public bool IsNull(int row) => _validity != null && (_validity[row >> 6] >> (row & 63) & 1) == 0;

    /// <summary>Appends rows [start, start + count) to a vector of the column's type.</summary>
    /// <exception cref="EngineException">A list holds a NULL.</exception>
    public void CopyTo(ColumnVector target, int start, int count, string columnName, string source)
    {
        switch (_type.Kind)
        {
            case ColumnKind.Boolean: CopyFixed<bool, bool>((ValueVector<bool>)target, start, count); break;
            case ColumnKind.Int32 or ColumnKind.Date: CopyFixed<int, int>((ValueVector<int>)target, start, count); break;
            case ColumnKind.Int64 or ColumnKind.Timestamp: CopyFixed<long, long>((ValueVector<long>)target, start, count); break;
            case ColumnKind.Double: CopyFixed<double, double>((ValueVector<double>)target, start, count); break;
            case ColumnKind.Decimal when _type.Precision <= 4: CopyFixed<short, long>((ValueVector<long>)target, start, count); break;
            case ColumnKind.Decimal when _type.Precision <= 9: CopyFixed<int, long>((ValueVector<long>)target, start, count); break;
            case ColumnKind.Decimal when _type.Precision <= 18: CopyFixed<long, long>((ValueVector<long>)target, start, count); break;
            case ColumnKind.Decimal: CopyFixed<Int128, Int128>((ValueVector<Int128>)target, start, count); break;
            case ColumnKind.Text:
                CopyTexts((TextVector)target, start, count);
                break;
            case ColumnKind.TextList: CopyLists((TextListVector)target, start, count, columnName, source); break;
            default: throw new InvalidOperationException($"no reader for {_type}");
        }
    }

    /// <summary>Whether two rows hold the same key value; NULL equals NULL, and zero equals minus zero as DuckDB sorts them.</summary>
    public bool SameAs(int row, int other)
    {
        var isNull = IsNull(row);
        if (isNull != IsNull(other)) return false;
        return isNull || _type.Kind switch
        {
            ColumnKind.Boolean => _data[row] == _data[other],
            ColumnKind.Int32 or ColumnKind.Date => At<int>(row) == At<int>(other),
            ColumnKind.Int64 or ColumnKind.Timestamp => At<long>(row) == At<long>(other),
            ColumnKind.Double => At<double>(row).Equals(At<double>(other)),
            ColumnKind.Decimal => Decimal(row) == Decimal(other),
            ColumnKind.Text => Text(row).SequenceEqual(Text(other)),
            ColumnKind.TextList => SameList(row, other),
            _ => throw new InvalidOperationException($"{_type} cannot be compared"),
        };
    }

    /// <summary>Whether a row holds the same key value as row <paramref name="index"/> of a vector.</summary>
    public bool SameAs(int row, ColumnVector vector, int index)
    {
        var isNull = IsNull(row);
        if (isNull != vector.IsNull(index)) return false;
        return isNull || vector switch
        {
            ValueVector<bool> flags => (_data[row] != 0) == flags[index],
            ValueVector<int> numbers => At<int>(row) == numbers[index],
            ValueVector<long> numbers => _type.Kind == ColumnKind.Decimal ? Decimal(row) == numbers[index] : At<long>(row) == numbers[index],
            ValueVector<double> numbers => At<double>(row).Equals(numbers[index]),
            ValueVector<Int128> numbers => Decimal(row) == numbers[index],
            TextVector texts => Text(row).SequenceEqual(texts[index]),
            TextListVector lists => SameList(row, lists, index),
            _ => throw new InvalidOperationException($"{_type} cannot be compared"),
        };
    }

    private NativeColumn Items => new(NativeMethods.Vectors.DuckDBListVectorGetChild(_vector), ColumnType.Text);

    private bool SameList(int row, int other)
    {
        var (first, second) = (At<DuckDBListEntry>(row), At<DuckDBListEntry>(other));
        if (first.Length != second.Length) return false;
        var items = Items;
        for (ulong i = 0; i < first.Length; i++)
            if (!items.SameAs((int)(first.Offset + i), (int)(second.Offset + i))) return false;
        return true;
    }

    private bool SameList(int row, TextListVector lists, int index)
    {
        var entry = At<DuckDBListEntry>(row);
        var (start, length) = lists[index];
        if ((ulong)length != entry.Length) return false;
        var items = Items;
        for (var i = 0; i < length; i++)
            if (!items.SameAs((int)entry.Offset + i, lists.Items, start + i)) return false;
        return true;
    }

    private ReadOnlySpan<byte> Text(int row)
    {
        // duckdb_string_t: a length, then either 12 bytes in place or 4 bytes of prefix and a pointer.
        var entry = _data + row * 16L;
        var length = *(int*)entry;
        return new ReadOnlySpan<byte>(length <= InlinedText ? entry + 4 : *(byte**)(entry + 8), length);
    }

    private T At<T>(int row) where T : unmanaged => Unsafe.ReadUnaligned<T>(_data + row * (long)sizeof(T));

    private Int128 Decimal(int row) => _type.Precision switch
    {
        <= 4 => At<short>(row),
        <= 9 => At<int>(row),
        <= 18 => At<long>(row),
        _ => At<Int128>(row),
    };

    private void CopyFixed<TNative, T>(ValueVector<T> target, int start, int count)
        where TNative : unmanaged
        where T : unmanaged
    {
        var row = start;
        var end = start + count;
        while (row < end)
        {
            var valid = RunOfValid(row, end);
            if (valid > row)
            {
                AppendFixed<TNative, T>(target, row, valid - row);
                row = valid;
            }
            for (; row < end && IsNull(row); row++) target.AppendNull();
        }
    }

    private void AppendFixed<TNative, T>(ValueVector<T> target, int row, int count)
        where TNative : unmanaged
        where T : unmanaged
    {
        var from = _data + row * (long)sizeof(TNative);
        if (typeof(TNative) == typeof(T)) target.Append(new ReadOnlySpan<T>(from, count));
        else if (typeof(TNative) == typeof(short))
            for (var i = 0; i < count; i++) ((ValueVector<long>)(object)target).Append(((short*)from)[i]);
        else if (typeof(TNative) == typeof(int))
            for (var i = 0; i < count; i++) ((ValueVector<long>)(object)target).Append(((int*)from)[i]);
        else throw new InvalidOperationException($"no widening of {typeof(TNative)}");
    }

    private void CopyTexts(TextVector target, int start, int count)
    {
        for (var row = start; row < start + count; row++)
        {
            if (IsNull(row)) target.AppendNull();
            else target.Append(Text(row));
        }
    }

    private void CopyLists(TextListVector target, int start, int count, string columnName, string source)
    {
        var items = Items;
        var entries = (DuckDBListEntry*)_data;
        for (var row = start; row < start + count; row++)
        {
            if (IsNull(row))
            {
                target.AppendNull();
                continue;
            }
            var first = checked((int)entries[row].Offset);
            for (var item = first; item < first + (int)entries[row].Length; item++)
            {
                if (items.IsNull(item))
                    throw DuckDbErrors.Contract($"{source}: column {columnName} has a list with a NULL in it, which VARCHAR[] columns do not allow: filter it out of the list", source);
                target.Items.Append(items.Text(item));
            }
            target.EndList();
        }
    }

    /// <summary>The first NULL row at or behind <paramref name="row"/>, or <paramref name="end"/>.</summary>
    private int RunOfValid(int row, int end)
    {
        if (_validity == null) return end;
        while (row < end)
        {
            var nulls = ~_validity[row >> 6] >> (row & 63);
            if (nulls != 0) return Math.Min(end, row + BitOperations.TrailingZeroCount(nulls));
            row = (row | 63) + 1;
        }
        return end;
    }
}
