using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Analytics.Columns.Internals;

/// <summary>UTF-8 texts of one column chunk.</summary>
internal sealed class TextStore : ValueStore
{
    /// <summary>Longer bounds are cut: a footer is read whole for every question asked of a file.</summary>
    private const int MaximumBoundBytes = 64;

    private byte[] _bytes = [];
    private int[] _ends = [];
    private int[] _indexes = [];
    private int[] _entries = [];
    private ulong[] _entryHashes = [];
    private int[] _slots = [];

    public override long TextBytes => Count == 0 ? 0 : _ends[Count - 1];

    public override int TextLength(int index) => _ends[index] - Start(index);

    public override void Append(ColumnVector vector, int start, int count)
    {
        if (count == 0) return;
        var texts = (TextVector)vector;
        if (Count + count > _ends.Length) Array.Resize(ref _ends, Math.Max(Count + count, 2 * _ends.Length));
        var from = texts.Range(start, count);
        var at = (int)TextBytes;
        var needed = checked(at + from.Length);
        if (needed > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        from.CopyTo(_bytes.AsSpan(at));
        var ends = texts.Ends.Slice(start, count);
        var shift = at + from.Length - ends[^1];
        for (var i = 0; i < ends.Length; i++) _ends[Count + i] = ends[i] + shift;
        Count += count;
    }

    public override void Analyse()
    {
        if (Count == 0) return;
        UsesDictionary = BuildDictionary();
        SetBounds();
    }

    public override void WriteDictionary(ByteBuffer page)
    {
        for (var i = 0; i < DictionaryCount; i++) WritePlain(page, _entries[i]);
    }

    public override void WriteValues(ByteBuffer page, int start, int count)
    {
        if (!UsesDictionary)
        {
            for (var i = start; i < start + count; i++) WritePlain(page, i);
            return;
        }
        var width = RunLengthEncoder.BitWidth(DictionaryCount);
        page.Append((byte)width);
        RunLengthEncoder.Encode(page, _indexes.AsSpan(start, count), width);
    }

    private ReadOnlySpan<byte> Value(int index)
    {
        var start = Start(index);
        return _bytes.AsSpan(start, _ends[index] - start);
    }

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];

    private void WritePlain(ByteBuffer page, int index)
    {
        var value = Value(index);
        var room = page.Room(4 + value.Length);
        BinaryPrimitives.WriteInt32LittleEndian(room, value.Length);
        value.CopyTo(room[4..]);
        page.Advance(4 + value.Length);
    }

    /// <summary>False as soon as more than half of the values are distinct, or the dictionary grows too large.</summary>
    private bool BuildDictionary()
    {
        var most = Count / 2;
        if (most == 0) return false;
        if (_indexes.Length < Count) _indexes = new int[_ends.Length];
        if (_slots.Length == 0) (_slots, _entries, _entryHashes) = (new int[512], new int[256], new ulong[256]);
        Array.Clear(_slots);
        var shift = 64 - int.Log2(_slots.Length);
        var entries = 0;
        long dictionaryBytes = 0;
        ReadOnlySpan<byte> previous = default;
        var previousIndex = -1;
        for (var i = 0; i < Count; i++)
        {
            var value = Value(i);
            if (previousIndex >= 0 && value.SequenceEqual(previous))
            {
                _indexes[i] = previousIndex;
                continue;
            }
            var hash = Hash(value);
            var slot = (int)(hash >> shift);
            int index;
            while ((index = _slots[slot] - 1) >= 0 && !(_entryHashes[index] == hash && Value(_entries[index]).SequenceEqual(value)))
                slot = slot + 1 & _slots.Length - 1;
            if (index < 0)
            {
                dictionaryBytes += 4 + value.Length;
                if (entries == most || dictionaryBytes > MaximumDictionaryBytes) return false;
                index = entries++;
                _entries[index] = i;
                _entryHashes[index] = hash;
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
        return dictionaryBytes + indexBytes < TextBytes + 4L * Count;
    }

    private void GrowSlots(int entries)
    {
        _slots = new int[2 * _slots.Length];
        Array.Resize(ref _entries, _slots.Length / 2);
        Array.Resize(ref _entryHashes, _slots.Length / 2);
        var shift = 64 - int.Log2(_slots.Length);
        for (var i = 0; i < entries; i++)
        {
            var slot = (int)(_entryHashes[i] >> shift);
            while (_slots[slot] != 0) slot = slot + 1 & _slots.Length - 1;
            _slots[slot] = i + 1;
        }
    }

    /// <summary>Eight bytes a step. It decides no byte of the file: entries are numbered by first occurrence.</summary>
    private static ulong Hash(ReadOnlySpan<byte> value)
    {
        const ulong golden = 0x9E3779B97F4A7C15;
        var hash = (ulong)value.Length * golden;
        while (value.Length >= 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(value));
            value = value[8..];
        }
        ulong rest = 0;
        for (var i = 0; i < value.Length; i++) rest |= (ulong)value[i] << (8 * i);
        return Mix(hash ^ rest);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static ulong Mix(ulong bits)
        {
            bits *= golden;
            return (bits ^ bits >> 32) * 0xD6E8FEB86659FD93;
        }
    }

    private void SetBounds()
    {
        var candidates = UsesDictionary ? DictionaryCount : Count;
        var (least, greatest) = (UsesDictionary ? _entries[0] : 0, UsesDictionary ? _entries[0] : 0);
        for (var i = 1; i < candidates; i++)
        {
            var index = UsesDictionary ? _entries[i] : i;
            if (Value(index).SequenceCompareTo(Value(least)) < 0) least = index;
            else if (Value(index).SequenceCompareTo(Value(greatest)) > 0) greatest = index;
        }
        var minimum = Value(least);
        var maximum = Value(greatest);
        MinimumIsExact = minimum.Length <= MaximumBoundBytes;
        Minimum.Append(minimum[..Utf8Prefix(minimum)]);
        MaximumIsExact = maximum.Length <= MaximumBoundBytes;
        HasBounds = MaximumIsExact;
        if (MaximumIsExact) Maximum.Append(maximum);
        else HasBounds = AppendAbove(maximum[..Utf8Prefix(maximum)]);
    }

    /// <summary>The bytes up to the limit that end at a whole code point.</summary>
    private static int Utf8Prefix(ReadOnlySpan<byte> text)
    {
        if (text.Length <= MaximumBoundBytes) return text.Length;
        var end = MaximumBoundBytes;
        while (end > 0 && (text[end] & 0xC0) == 0x80) end--;
        return end;
    }

    /// <summary>
    /// A text above every text that begins with the prefix: its last ASCII character that can be raised is raised, the rest cut.
    /// False where there is none; then there are no bounds at all.
    /// </summary>
    private bool AppendAbove(ReadOnlySpan<byte> prefix)
    {
        for (var i = prefix.Length - 1; i >= 0; i--)
        {
            if (prefix[i] >= 0x7F) continue;
            Maximum.Append(prefix[..i]);
            Maximum.Append((byte)(prefix[i] + 1));
            return true;
        }
        return false;
    }

    public override void Clear()
    {
        base.Clear();
        if (_bytes.Length > 16 << 20) _bytes = []; // one row group of large texts must not stay for good
    }
}
