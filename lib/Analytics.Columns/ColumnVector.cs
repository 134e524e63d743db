using System.Runtime.CompilerServices;

namespace Analytics.Columns;

/// <summary>
/// The values of one column in one batch: append, read, clear and reuse. Not safe for several writers. While all of them are NULL
/// only their number is kept: columns that a shop does not have cost no memory.
/// </summary>
public abstract class ColumnVector
{
    private ulong[]? _nulls;

    /// <summary>How many values it holds, NULLs included.</summary>
    public int Count { get; protected set; }

    /// <summary>How many of the values are NULL.</summary>
    public int NullCount { get; private set; }

    /// <summary>Whether all of the values are NULL, if there are any: then no bit and no place-holder of them is stored.</summary>
    public bool IsAllNull => NullCount == Count;

    /// <summary>Whether the value at <paramref name="index"/> is NULL.</summary>
    public bool IsNull(int index)
    {
        if (NullCount == 0) return false;
        if (IsAllNull) return (uint)index < (uint)Count;
        return _nulls is { } nulls && (uint)(index >> 6) < (uint)nulls.Length && (nulls[index >> 6] >> (index & 63) & 1) != 0;
    }

    /// <summary>Appends a NULL.</summary>
    public void AppendNull()
    {
        if (IsAllNull)
        {
            Count++;
            NullCount++;
            return;
        }
        var word = Count >> 6;
        if (_nulls is null) _nulls = new ulong[Math.Max(4, word + 1)];
        else if (word >= _nulls.Length) Array.Resize(ref _nulls, Math.Max(word + 1, _nulls.Length * 2));
        _nulls[word] |= 1UL << (Count & 63);
        NullCount++;
        AppendDefault();
    }

    /// <summary>Appends some NULLs.</summary>
    public void AppendNulls(int count)
    {
        if (count <= 0) return;
        if (IsAllNull)
        {
            Count += count;
            NullCount += count;
            return;
        }
        MarkNulls(Count, count);
        NullCount += count;
        AppendDefaults(count);
    }

    /// <summary>To be called before a value that is no NULL is stored: what was counted until now gets its bits and place-holders.</summary>
    protected void StoreNulls()
    {
        if (NullCount == 0 || !IsAllNull) return;
        var count = Count;
        MarkNulls(0, count);
        Count = 0;
        AppendDefaults(count);
    }

    private void MarkNulls(int start, int count)
    {
        var end = start + count;
        var words = (end + 63) >> 6;
        if (_nulls is null) _nulls = new ulong[Math.Max(4, words)];
        else if (words > _nulls.Length) Array.Resize(ref _nulls, Math.Max(words, _nulls.Length * 2));
        for (var index = start; index < end;)
        {
            var bits = Math.Min(64 - (index & 63), end - index);
            _nulls[index >> 6] |= (bits == 64 ? ulong.MaxValue : (1UL << bits) - 1) << (index & 63);
            index += bits;
        }
    }

    /// <summary>The bytes of the memory that it holds, used or not.</summary>
    public virtual long MemoryBytes => _nulls is null ? 0 : 8L * _nulls.Length;

    /// <summary>Appends consecutive rows of <paramref name="other"/>, which must be of the same vector type.</summary>
    public void AppendRange(ColumnVector other, int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, other.Count - start);
        if (other.NullCount == 0) AppendValues(other, start, count);
        else if (other.IsAllNull) AppendNulls(count);
        else
        {
            for (var end = start + count; start < end;)
            {
                var isNull = other.IsNull(start);
                var run = 1;
                while (start + run < end && other.IsNull(start + run) == isNull) run++;
                if (isNull) AppendNulls(run);
                else AppendValues(other, start, run);
                start += run;
            }
        }
    }

    /// <summary>Appends rows that are known to be no NULLs.</summary>
    protected abstract void AppendValues(ColumnVector other, int start, int count);

    /// <summary>Appends row <paramref name="index"/> of <paramref name="other"/>, which must be of the same vector type.</summary>
    public abstract void AppendFrom(ColumnVector other, int index);

    /// <summary>Makes room for so many values in all, so that appending them grows nothing.</summary>
    public abstract void EnsureCapacity(int values);

    /// <summary>Forgets all values and keeps the memory.</summary>
    public virtual void Clear()
    {
        Count = 0;
        NullCount = 0;
        if (_nulls is not null) Array.Clear(_nulls);
    }

    /// <summary>Appends the place-holder that stands behind a NULL.</summary>
    protected abstract void AppendDefault();

    /// <summary>Appends some place-holders. Behind a NULL: must not take what is held for NULLs alone.</summary>
    protected abstract void AppendDefaults(int count);

    /// <summary>An empty vector for a column type.</summary>
    public static ColumnVector Create(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => new ValueVector<bool>(),
        ColumnKind.Int32 or ColumnKind.Date => new ValueVector<int>(),
        ColumnKind.Int64 or ColumnKind.Timestamp => new ValueVector<long>(),
        ColumnKind.Double => new ValueVector<double>(),
        ColumnKind.Decimal => type.Precision <= 18 ? new ValueVector<long>() : new ValueVector<Int128>(),
        ColumnKind.Text => new TextVector(),
        ColumnKind.TextList => new TextListVector(),
        _ => throw new InvalidOperationException($"no vector for {type}"),
    };
}

/// <summary>Fixed-width values. Behind a NULL stands <c>default</c>.</summary>
/// <typeparam name="T">bool, int, long, double or Int128; see <see cref="ColumnKind"/>.</typeparam>
public sealed class ValueVector<T> : ColumnVector where T : unmanaged
{
    private static T[] s_defaults = new T[ColumnBatch.UsualRows];

    private T[] _values = [];

    /// <summary>The values; at a NULL the default.</summary>
    public ReadOnlySpan<T> Values => IsAllNull ? Defaults(Count) : _values.AsSpan(0, Count);

    /// <summary>The value at an index; the default where it is NULL.</summary>
    public T this[int index] => IsAllNull ? Defaults(Count)[index] : _values[index];

    /// <summary>Appends one value.</summary>
    public void Append(T value)
    {
        if (IsAllNull) StoreNulls();
        if (Count == _values.Length) Grow(Count + 1);
        _values[Count++] = value;
    }

    /// <summary>Appends many values, none of them NULL.</summary>
    public void Append(ReadOnlySpan<T> values)
    {
        if (values.IsEmpty) return;
        if (IsAllNull) StoreNulls();
        if (Count + values.Length > _values.Length) Grow(Count + values.Length);
        values.CopyTo(_values.AsSpan(Count));
        Count += values.Length;
    }

    /// <inheritdoc/>
    public override void EnsureCapacity(int values)
    {
        if (values > _values.Length) Array.Resize(ref _values, values);
    }

    /// <inheritdoc/>
    public override void AppendFrom(ColumnVector other, int index)
    {
        if (other.IsNull(index)) AppendNull();
        else Append(((ValueVector<T>)other)[index]);
    }

    /// <inheritdoc/>
    public override long MemoryBytes => base.MemoryBytes + (long)_values.Length * Unsafe.SizeOf<T>();

    /// <inheritdoc/>
    protected override void AppendValues(ColumnVector other, int start, int count) => Append(((ValueVector<T>)other).Values.Slice(start, count));

    /// <inheritdoc/>
    protected override void AppendDefault() => AppendDefaults(1);

    /// <inheritdoc/>
    protected override void AppendDefaults(int count)
    {
        if (Count + count > _values.Length) Grow(Count + count);
        _values.AsSpan(Count, count).Clear();
        Count += count;
    }

    /// <summary>So many defaults, shared by all vectors that hold nothing else; nobody writes to them.</summary>
    private static ReadOnlySpan<T> Defaults(int count)
    {
        var defaults = s_defaults;
        if (defaults.Length < count) s_defaults = defaults = new T[count];
        return defaults.AsSpan(0, count);
    }

    private void Grow(int needed) => Array.Resize(ref _values, Math.Max(needed, Math.Max(16, _values.Length * 2)));
}
