using System.Text;

namespace Analytics.Columns;

/// <summary>UTF-8 texts, end to end in one buffer.</summary>
public sealed class TextVector : ColumnVector
{
    private int[] _ends = [];
    private byte[] _bytes = [];

    /// <summary>The bytes of all texts together.</summary>
    public int ByteCount => IsAllNull ? 0 : _ends[Count - 1];

    /// <summary>The UTF-8 bytes of one text; empty where it is NULL.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if (IsAllNull)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
                return default;
            }
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsSpan(start, _ends[index] - start);
        }
    }

    /// <summary>Where each text ends in the bytes of all; empty where all are NULL.</summary>
    internal ReadOnlySpan<int> Ends => IsAllNull ? default : _ends.AsSpan(0, Count);

    /// <summary>The bytes of consecutive texts, end to end.</summary>
    internal ReadOnlySpan<byte> Range(int start, int count)
    {
        if (count == 0 || IsAllNull) return default;
        var from = start == 0 ? 0 : _ends[start - 1];
        return _bytes.AsSpan(from, _ends[start + count - 1] - from);
    }

    /// <summary>The text as a string, or null.</summary>
    public string? GetString(int index) => IsNull(index) ? null : Encoding.UTF8.GetString(this[index]);

    /// <summary>Appends UTF-8 bytes; the caller knows that they are valid.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        var start = Reserve(utf8.Length);
        utf8.CopyTo(_bytes.AsSpan(start));
        _ends[Count++] = start + utf8.Length;
    }

    /// <summary>Appends a string, or NULL.</summary>
    public void Append(string? text)
    {
        if (text is null)
        {
            AppendNull();
            return;
        }
        var length = Encoding.UTF8.GetByteCount(text);
        var start = Reserve(length);
        Encoding.UTF8.GetBytes(text, _bytes.AsSpan(start));
        _ends[Count++] = start + length;
    }

    /// <inheritdoc/>
    public override void EnsureCapacity(int values)
    {
        if (values > _ends.Length) Array.Resize(ref _ends, values);
    }

    /// <summary>Makes room for so many bytes of all texts together.</summary>
    public void EnsureByteCapacity(int bytes)
    {
        if (bytes > _bytes.Length) Array.Resize(ref _bytes, bytes);
    }

    /// <inheritdoc/>
    public override void AppendFrom(ColumnVector other, int index)
    {
        if (other.IsNull(index)) AppendNull();
        else Append(((TextVector)other)[index]);
    }

    /// <inheritdoc/>
    public override long MemoryBytes => base.MemoryBytes + 4L * _ends.Length + _bytes.Length;

    /// <inheritdoc/>
    protected override void AppendValues(ColumnVector other, int start, int count)
    {
        if (count == 0) return;
        var texts = (TextVector)other;
        var from = texts.Range(start, count);
        var at = Reserve(from.Length);
        from.CopyTo(_bytes.AsSpan(at));
        if (Count + count > _ends.Length) Array.Resize(ref _ends, Math.Max(Count + count, 2 * _ends.Length));
        var ends = texts.Ends.Slice(start, count);
        var shift = at + from.Length - ends[^1];
        for (var i = 0; i < ends.Length; i++) _ends[Count + i] = ends[i] + shift;
        Count += count;
    }

    /// <inheritdoc/>
    protected override void AppendDefault() => AppendDefaults(1);

    /// <inheritdoc/>
    protected override void AppendDefaults(int count)
    {
        var at = Count == 0 ? 0 : _ends[Count - 1];
        if (Count + count > _ends.Length) Array.Resize(ref _ends, Math.Max(Count + count, 2 * _ends.Length));
        _ends.AsSpan(Count, count).Fill(at);
        Count += count;
    }

    private int Reserve(int length)
    {
        if (IsAllNull) StoreNulls();
        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (Count == _ends.Length) Array.Resize(ref _ends, Math.Max(16, Count * 2));
        var needed = checked(start + length);
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(256L, 2L * _bytes.Length))));
        return start;
    }
}

/// <summary>Lists of UTF-8 texts.</summary>
public sealed class TextListVector : ColumnVector
{
    private int[] _ends = [];

    /// <summary>The texts of all lists, one list behind the other.</summary>
    public TextVector Items { get; } = new();

    /// <summary>First text (in <see cref="Items"/>) and number of texts of one list.</summary>
    public (int Start, int Length) this[int index]
    {
        get
        {
            if (IsAllNull)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
                return default;
            }
            var start = index == 0 ? 0 : _ends[index - 1];
            return (start, _ends[index] - start);
        }
    }

    /// <summary>Ends a list: what was appended to <see cref="Items"/> since the last one is its content.</summary>
    public void EndList()
    {
        if (IsAllNull) StoreNulls();
        if (Count == _ends.Length) Array.Resize(ref _ends, Math.Max(16, Count * 2));
        _ends[Count++] = Items.Count;
    }

    /// <summary>The list as strings, or null.</summary>
    public string[]? GetStrings(int index)
    {
        if (IsNull(index)) return null;
        var (start, length) = this[index];
        var texts = new string[length];
        for (var i = 0; i < length; i++) texts[i] = Items.GetString(start + i)!;
        return texts;
    }

    /// <inheritdoc/>
    public override void EnsureCapacity(int values)
    {
        if (values > _ends.Length) Array.Resize(ref _ends, values);
    }

    /// <inheritdoc/>
    public override void AppendFrom(ColumnVector other, int index)
    {
        if (other.IsNull(index))
        {
            AppendNull();
            return;
        }
        var list = (TextListVector)other;
        var (start, length) = list[index];
        for (var i = start; i < start + length; i++) Items.AppendFrom(list.Items, i);
        EndList();
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        Items.Clear();
    }

    /// <inheritdoc/>
    public override long MemoryBytes => base.MemoryBytes + 4L * _ends.Length + Items.MemoryBytes;

    /// <inheritdoc/>
    protected override void AppendValues(ColumnVector other, int start, int count)
    {
        for (var row = start; row < start + count; row++) AppendFrom(other, row);
    }

    /// <inheritdoc/>
    protected override void AppendDefault() => AppendDefaults(1);

    /// <inheritdoc/>
    protected override void AppendDefaults(int count)
    {
        // Lists without items, also where the items of the list that is about to end are there already.
        var at = Count == 0 ? 0 : _ends[Count - 1];
        if (Count + count > _ends.Length) Array.Resize(ref _ends, Math.Max(Count + count, 2 * _ends.Length));
        _ends.AsSpan(Count, count).Fill(at);
        Count += count;
    }
}
