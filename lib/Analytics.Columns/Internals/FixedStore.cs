using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Analytics.Columns.Internals;

/// <summary>Values of 4, 8 or up to 16 bytes. Doubles stand here as their bits, so that a dictionary keeps -0.0 and every NaN.</summary>
/// <typeparam name="T">int, long or Int128.</typeparam>
internal sealed class FixedStore<T>(Column column) : ValueStore where T : unmanaged, IComparable<T>, IEquatable<T>
{
    private readonly int _width = typeof(T) == typeof(Int128) ? ParquetFormat.DecimalBytes(column.Type.Precision) : Unsafe.SizeOf<T>();
    private T[] _values = [];
    private int[] _indexes = [];
    private T[] _entries = [];
    private int[] _slots = [];

    public override void Append(ColumnVector vector, int start, int count)
    {
        if (Count + count > _values.Length) Array.Resize(ref _values, Math.Max(Count + count, 2 * _values.Length));
        var to = _values.AsSpan(Count);
        if (column.Type.Kind == ColumnKind.Double)
            MemoryMarshal.Cast<double, T>(((ValueVector<double>)vector).Values.Slice(start, count)).CopyTo(to);
        else
            ((ValueVector<T>)vector).Values.Slice(start, count).CopyTo(to);
        Count += count;
    }

    public override void Analyse()
    {
        if (Count == 0) return;
        UsesDictionary = BuildDictionary();
        SetBounds(UsesDictionary ? _entries.AsSpan(0, DictionaryCount) : _values.AsSpan(0, Count));
    }

    public override void WriteDictionary(ByteBuffer page) => WritePlain(page, _entries.AsSpan(0, DictionaryCount));

    public override void WriteValues(ByteBuffer page, int start, int count)
    {
        if (!UsesDictionary)
        {
            WritePlain(page, _values.AsSpan(start, count));
            return;
        }
        var width = RunLengthEncoder.BitWidth(DictionaryCount);
        page.Append((byte)width);
        RunLengthEncoder.Encode(page, _indexes.AsSpan(start, count), width);
    }

    private void WritePlain(ByteBuffer page, ReadOnlySpan<T> values)
    {
        var room = page.Room(values.Length * _width);
        if (typeof(T) == typeof(Int128))
        {
            Span<byte> whole = stackalloc byte[16];
            foreach (var value in MemoryMarshal.Cast<T, Int128>(values))
            {
                BinaryPrimitives.WriteInt128BigEndian(whole, value);
                whole[(16 - _width)..].CopyTo(room);
                room = room[_width..];
            }
        }
        else
        {
            // Parquet is little-endian, and so are the machines we run on.
            MemoryMarshal.AsBytes(values).CopyTo(room);
        }
        page.Advance(values.Length * _width);
    }

    /// <summary>False as soon as more than half of the values are distinct: then PLAIN is as small.</summary>
    private bool BuildDictionary()
    {
        var most = Math.Min(Count / 2, MaximumDictionaryBytes / _width);
        if (most == 0) return false;
        if (_indexes.Length < Count) _indexes = new int[_values.Length];
        if (_slots.Length == 0) (_slots, _entries) = (new int[512], new T[256]);
        Array.Clear(_slots);
        var shift = 64 - int.Log2(_slots.Length);
        var entries = 0;
        var previous = _values[0];
        var previousIndex = -1;
        for (var i = 0; i < Count; i++)
        {
            var value = _values[i];
            if (previousIndex >= 0 && value.Equals(previous))
            {
                _indexes[i] = previousIndex;
                continue;
            }
            var slot = (int)(Hash(value) >> shift);
            int index;
            while ((index = _slots[slot] - 1) >= 0 && !_entries[index].Equals(value)) slot = slot + 1 & _slots.Length - 1;
            if (index < 0)
            {
                if (entries == most) return false;
                index = entries++;
                _entries[index] = value;
                _slots[slot] = entries;
                if (2 * entries == _slots.Length)
                {
                    GrowSlots(entries);
                    shift--;
                }
            }
            _indexes[i] = previousIndex = index;
            previous = value;
        }
        DictionaryCount = entries;
        var indexBytes = (long)Count * RunLengthEncoder.BitWidth(entries) / 8;
        return (long)entries * _width + indexBytes < (long)Count * _width;
    }

    private void GrowSlots(int entries)
    {
        _slots = new int[2 * _slots.Length];
        Array.Resize(ref _entries, _slots.Length / 2);
        var shift = 64 - int.Log2(_slots.Length);
        for (var i = 0; i < entries; i++)
        {
            var slot = (int)(Hash(_entries[i]) >> shift);
            while (_slots[slot] != 0) slot = slot + 1 & _slots.Length - 1;
            _slots[slot] = i + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(T value)
    {
        const ulong golden = 0x9E3779B97F4A7C15;
        if (typeof(T) == typeof(int)) return (uint)(int)(object)value * golden;
        var bits = typeof(T) == typeof(long) ? (ulong)(long)(object)value : (ulong)(Int128)(object)value ^ (ulong)((Int128)(object)value >> 64) * 0xC2B2AE3D27D4EB4F;
        return (bits ^ bits >> 32) * golden;
    }

    private void SetBounds(ReadOnlySpan<T> values)
    {
        if (column.Type.Kind == ColumnKind.Double)
        {
            SetDoubleBounds(MemoryMarshal.Cast<T, double>(values));
            return;
        }
        var (minimum, maximum) = (values[0], values[0]);
        foreach (var value in values)
        {
            if (value.CompareTo(minimum) < 0) minimum = value;
            if (value.CompareTo(maximum) > 0) maximum = value;
        }
        if (column.Type.Kind == ColumnKind.Decimal)
        {
            CheckPrecision(minimum);
            CheckPrecision(maximum);
        }
        WritePlain(Minimum, [minimum]);
        WritePlain(Maximum, [maximum]);
        HasBounds = MinimumIsExact = MaximumIsExact = true;
    }

    /// <summary>No bounds where a NaN is among the values; zeros as -0.0 below and +0.0 above, as parquet.thrift asks.</summary>
    private void SetDoubleBounds(ReadOnlySpan<double> values)
    {
        var (minimum, maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (double.IsNaN(value)) return;
            if (value < minimum) minimum = value;
            if (value > maximum) maximum = value;
        }
        if (minimum == 0) minimum = -0.0;
        if (maximum == 0) maximum = 0.0;
        BinaryPrimitives.WriteDoubleLittleEndian(Minimum.Room(8), minimum);
        BinaryPrimitives.WriteDoubleLittleEndian(Maximum.Room(8), maximum);
        Minimum.Advance(8);
        Maximum.Advance(8);
        HasBounds = MinimumIsExact = MaximumIsExact = true;
    }

    private void CheckPrecision(T value)
    {
        var unscaled = typeof(T) == typeof(Int128) ? (Int128)(object)value : (long)(object)value;
        var limit = ParquetFormat.PowerOfTen(column.Type.Precision);
        if (unscaled <= -limit || unscaled >= limit)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"column {column.Name}: the unscaled value {unscaled} has more than the {column.Type.Precision} digits of {column.Type}"));
    }
}
