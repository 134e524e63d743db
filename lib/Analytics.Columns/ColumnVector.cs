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

    /// <summary>Appends so many NULLs.</summary>
    public void AppendNulls(int count)
    {
        if (count <= 0) return;
        var last = Count + count - 1;
        if (_nulls is null) _nulls = new ulong[Math.Max(4, (last >> 6) + 1)];
        else if (last >> 6 >= _nulls.Length) Array.Resize(ref _nulls, Math.Max((last >> 6) + 1, _nulls.Length * 2));
        for (var i = Count; i <= last;)
        {
            var bits = Math.Min(64 - (i & 63), last - i + 1);
            _nulls[i >> 6] |= ulong.MaxValue >> (64 - bits) << (i & 63);
            i += bits;
        }
        NullCount += count;
        AppendDefaults(count);
    }

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

    /// <summary>Appends the place-holders of so many NULLs.</summary>
    protected virtual void AppendDefaults(int count)
    {
        for (var i = 0; i < count; i++) AppendDefault();
    }

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
