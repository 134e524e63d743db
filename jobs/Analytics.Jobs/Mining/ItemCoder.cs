using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Mining;

/// <summary>
/// Gives texts whole numbers in the order of their first occurrence, without a string each: texts of up to eight bytes are
/// their own hash key, longer ones are compared in one buffer.
/// </summary>
internal sealed class ItemCoder
{
    private ulong[] _keys = new ulong[1024];
    private int[] _codes = NewSlots(1024);
    private byte[] _bytes = new byte[1 << 16];
    private int[] _starts = new int[512];
    private long[] _lines = new long[512];
    private int _count;

    public int Count => _count;

    /// <summary>The code of a text; a new one where it is new.</summary>
    /// <param name="text">One byte or more, none of them 0.</param>
    /// <param name="line">Where it stands, for a message about it.</param>
    public int Code(ReadOnlySpan<byte> text, long line)
    {
        var key = Key(text);
        var mask = _keys.Length - 1;
        var slot = (int)((key * 0x9E3779B97F4A7C15) >> 32) & mask;
        for (; _codes[slot] >= 0; slot = (slot + 1) & mask)
            if (_keys[slot] == key && (text.Length <= 8 ? Length(_codes[slot]) <= 8 : this[_codes[slot]].SequenceEqual(text))) return _codes[slot];
        return Add(text, key, slot, line);
    }

    /// <summary>The text of a code.</summary>
    public ReadOnlySpan<byte> this[int code] => _bytes.AsSpan(_starts[code], Length(code));

    private int Length(int code) => _starts[code + 1] - _starts[code];

    private static ulong Key(ReadOnlySpan<byte> text)
    {
        if (text.Length <= 8)
        {
            var key = 0UL;
            for (var i = 0; i < text.Length; i++) key |= (ulong)text[i] << (8 * i);
            return key;
        }
        var hash = (ulong)text.Length;
        for (; text.Length >= 8; text = text[8..]) hash = (hash ^ MemoryMarshal.Read<ulong>(text)) * 0x9E3779B97F4A7C15 ^ hash >> 29;
        foreach (var b in text) hash = (hash ^ b) * 0xBF58476D1CE4E5B9;
        return hash ^ hash >> 31;
    }

    private int Add(ReadOnlySpan<byte> text, ulong key, int slot, long line)
    {
        var start = _starts[_count];
        if ((long)start + text.Length > Array.MaxLength) throw new UserException(ExitCode.Data, $"the distinct ids are longer than {Array.MaxLength} bytes together");
        if (start + text.Length > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)start + text.Length)));
        if (_count + 2 > _starts.Length)
        {
            Array.Resize(ref _starts, 2 * _starts.Length);
            Array.Resize(ref _lines, _starts.Length);
        }
        text.CopyTo(_bytes.AsSpan(start));
        _starts[_count + 1] = start + text.Length;
        _lines[_count] = line;
        _keys[slot] = key;
        _codes[slot] = _count++;
        if (2 * _count > _keys.Length) Rehash();
        return _count - 1;
    }

    private void Rehash()
    {
        var (keys, codes) = (_keys, _codes);
        _keys = new ulong[2 * keys.Length];
        _codes = NewSlots(_keys.Length);
        var mask = _keys.Length - 1;
        for (var i = 0; i < keys.Length; i++)
        {
            if (codes[i] < 0) continue;
            var slot = (int)((keys[i] * 0x9E3779B97F4A7C15) >> 32) & mask;
            while (_codes[slot] >= 0) slot = (slot + 1) & mask;
            _keys[slot] = keys[i];
            _codes[slot] = codes[i];
        }
    }

    private static int[] NewSlots(int count)
    {
        var slots = new int[count];
        Array.Fill(slots, -1);
        return slots;
    }

    /// <summary>The texts in UTF-8 order, and for each code its place in that order.</summary>
    /// <exception cref="UserException">A text is not UTF-8.</exception>
    public (string[] Sorted, int[] Place) Sort(string file, string what)
    {
        var order = new int[_count];
        for (var i = 0; i < _count; i++)
        {
            order[i] = i;
            if (!Utf8.IsValid(this[i]))
                throw new UserException(ExitCode.Data, $"{file}, line {_lines[i]}: {what} is not UTF-8 text; convert the file to UTF-8");
        }
        Array.Sort(order, (a, b) => this[a].SequenceCompareTo(this[b]));
        var sorted = new string[_count];
        var place = new int[_count];
        for (var i = 0; i < _count; i++)
        {
            sorted[i] = Encoding.UTF8.GetString(this[order[i]]);
            place[order[i]] = i;
        }
        return (sorted, place);
    }
}
