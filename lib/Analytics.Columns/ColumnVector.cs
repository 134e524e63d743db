using System.Runtime.CompilerServices;

namespace Analytics.Columns;

/// <summary>The values of one column in one batch: append, read, clear and reuse. Not safe for several writers.</summary>
public abstract class ColumnVector
{
    private ulong[]? _nulls;

    /// <summary>How many values it holds, NULLs included.</summary>
    public int Count { get; protected set; }

    /// <summary>How many of the values are NULL.</summary>
    public int NullCount { get; private set; }

    /// <summary>Whether the value at <paramref name="index"/> is NULL.</summary>
    public bool IsNull(int index) => NullCount != 0 && _nulls is { } nulls && (uint)(index >> 6) < (uint)nulls.Length && (nulls[index >> 6] >> (index & 63) & 1) != 0;

    /// <summary>Appends a NULL.</summary>
    public void AppendNull()
    {
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
        var words = (Count + count + 63) >> 6;
        if (_nulls is null) _nulls = new ulong[Math.Max(4, words)];
        else if (words > _nulls.Length) Array.Resize(ref _nulls, Math.Max(words, _nulls.Length * 2));
        for (var index = Count; index < Count + count;)
        {
            var bits = Math.Min(64 - (index & 63), Count + count - index);
            _nulls[index >> 6] |= (bits == 64 ? ulong.MaxValue : (1UL << bits) - 1) << (index & 63);
            index += bits;
        }
        NullCount += count;
        AppendDefaults(count);
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
        else if (other.NullCount == other.Count) AppendNulls(count);
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

    /// <summary>Appends some place-holders.</summary>
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
    private T[] _values = [];

    /// <summary>The values; at a NULL the default.</summary>
    public ReadOnlySpan<T> Values => _values.AsSpan(0, Count);

    /// <summary>The value at an index; the default where it is NULL.</summary>
    public T this[int index] => _values[index];

    /// <summary>Appends one value.</summary>
    public void Append(T value)
    {
        if (Count == _values.Length) Grow(Count + 1);
        _values[Count++] = value;
    }

    /// <summary>Appends many values, none of them NULL.</summary>
    public void Append(ReadOnlySpan<T> values)
    {
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
        else Append(((ValueVector<T>)other)._values[index]);
    }

    /// <inheritdoc/>
    public override long MemoryBytes => base.MemoryBytes + (long)_values.Length * Unsafe.SizeOf<T>();

    /// <inheritdoc/>
    protected override void AppendValues(ColumnVector other, int start, int count) => Append(((ValueVector<T>)other).Values.Slice(start, count));

    /// <inheritdoc/>
    protected override void AppendDefault() => Append(default(T));

    /// <inheritdoc/>
    protected override void AppendDefaults(int count)
    {
        if (Count + count > _values.Length) Grow(Count + count);
        _values.AsSpan(Count, count).Clear();
        Count += count;
    }

    private void Grow(int needed) => Array.Resize(ref _values, Math.Max(needed, Math.Max(16, _values.Length * 2)));
}
