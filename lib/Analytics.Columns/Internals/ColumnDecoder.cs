using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Analytics.Columns.Internals;

/// <summary>Turns pages back into a vector: the values of a page at their definition levels, PLAIN or by dictionary.</summary>
internal sealed class ColumnDecoder
{
    private int[] _definitions = [];
    private int[] _repetitions = [];
    private int[] _indexes = [];
    private byte[] _dictionary = [];
    private int[] _dictionaryEnds = [];

    /// <summary>Keeps a dictionary page's values for the data pages that follow.</summary>
    public void SetDictionary(ReadOnlySpan<byte> page, int count, Column column)
    {
        if (_dictionary.Length < page.Length) _dictionary = new byte[page.Length];
        page.CopyTo(_dictionary);
        if (column.Type.Kind is not (ColumnKind.Text or ColumnKind.TextList)) return;
        if (_dictionaryEnds.Length < count) _dictionaryEnds = new int[count];
        var at = 0;
        for (var i = 0; i < count; i++) _dictionaryEnds[i] = at += 4 + BinaryPrimitives.ReadInt32LittleEndian(page[at..]);
    }

    public void Decode(ReadOnlySpan<byte> page, int entries, bool byDictionary, Column column, ColumnVector into)
    {
        if (column.Type.Kind == ColumnKind.TextList)
        {
            DecodeLists(page, entries, byDictionary, column.Nullable ? 1 : 0, (TextListVector)into);
            return;
        }
        var values = entries;
        var definitions = ReadOnlySpan<int>.Empty;
        if (column.Nullable)
        {
            page = Levels(page, entries, 1, ref _definitions);
            definitions = _definitions.AsSpan(0, entries);
            values = definitions.Count(1);
            if (values == 0)
            {
                into.AppendNulls(entries);
                return;
            }
        }
        if (byDictionary) page = Indexes(page, values);
        switch (into)
        {
            case ValueVector<int> ints: Fixed(page, byDictionary, definitions, values, ints); break;
            case ValueVector<long> longs: Fixed(page, byDictionary, definitions, values, longs); break;
            case ValueVector<double> doubles: Fixed(page, byDictionary, definitions, values, doubles); break;
            case ValueVector<bool> flags: Flags(page, definitions, values, flags); break;
            case ValueVector<Int128> wide: Wide(page, byDictionary, definitions, values, ParquetFormat.DecimalBytes(column.Type.Precision), wide); break;
            case TextVector texts: Texts(page, byDictionary, definitions, values, texts); break;
            default: throw new InvalidOperationException($"no decoding into {into.GetType().Name}");
        }
    }

    /// <summary>Decodes levels and returns what is behind them.</summary>
    private static ReadOnlySpan<byte> Levels(ReadOnlySpan<byte> page, int entries, int width, ref int[] buffer)
    {
        if (buffer.Length < entries) buffer = new int[entries];
        var length = BinaryPrimitives.ReadInt32LittleEndian(page);
        RunLengthDecoder.Decode(page.Slice(4, length), width, buffer.AsSpan(0, entries));
        return page[(4 + length)..];
    }

    /// <summary>Decodes a page's indexes and returns the dictionary's bytes to look them up in.</summary>
    private ReadOnlySpan<byte> Indexes(ReadOnlySpan<byte> page, int values)
    {
        if (_indexes.Length < values) _indexes = new int[values];
        if (values > 0) RunLengthDecoder.Decode(page[1..], page[0], _indexes.AsSpan(0, values));
        return _dictionary;
    }

    private void Fixed<T>(ReadOnlySpan<byte> bytes, bool byDictionary, ReadOnlySpan<int> definitions, int values, ValueVector<T> into) where T : unmanaged
    {
        var from = MemoryMarshal.Cast<byte, T>(bytes);
        if (!byDictionary && values == definitions.Length + (definitions.IsEmpty ? values : 0))
        {
            into.Append(from[..values]);
            return;
        }
        var entries = definitions.IsEmpty ? values : definitions.Length;
        var at = 0;
        for (var i = 0; i < entries; i++)
        {
            if (!definitions.IsEmpty && definitions[i] == 0) into.AppendNull();
            else into.Append(from[byDictionary ? _indexes[at++] : at++]);
        }
    }

    private void Wide(ReadOnlySpan<byte> bytes, bool byDictionary, ReadOnlySpan<int> definitions, int values, int width, ValueVector<Int128> into)
    {
        Span<byte> whole = stackalloc byte[16];
        var entries = definitions.IsEmpty ? values : definitions.Length;
        var at = 0;
        for (var i = 0; i < entries; i++)
        {
            if (!definitions.IsEmpty && definitions[i] == 0)
            {
                into.AppendNull();
                continue;
            }
            var value = bytes.Slice((byDictionary ? _indexes[at++] : at++) * width, width);
            whole[..(16 - width)].Fill(value[0] >= 0x80 ? (byte)0xFF : (byte)0);
            value.CopyTo(whole[(16 - width)..]);
            into.Append(BinaryPrimitives.ReadInt128BigEndian(whole));
        }
    }

    private static void Flags(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> definitions, int values, ValueVector<bool> into)
    {
        var entries = definitions.IsEmpty ? values : definitions.Length;
        var at = 0;
        for (var i = 0; i < entries; i++)
        {
            if (!definitions.IsEmpty && definitions[i] == 0)
            {
                into.AppendNull();
                continue;
            }
            into.Append((bytes[at >> 3] >> (at & 7) & 1) != 0);
            at++;
        }
    }

    private void Texts(ReadOnlySpan<byte> bytes, bool byDictionary, ReadOnlySpan<int> definitions, int values, TextVector into)
    {
        var entries = definitions.IsEmpty ? values : definitions.Length;
        var at = 0;
        for (var i = 0; i < entries; i++)
        {
            if (!definitions.IsEmpty && definitions[i] == 0) into.AppendNull();
            else into.Append(byDictionary ? Entry(bytes, _indexes[at++]) : Next(ref bytes));
        }
    }

    private void DecodeLists(ReadOnlySpan<byte> page, int entries, bool byDictionary, int empty, TextListVector into)
    {
        page = Levels(page, entries, 1, ref _repetitions);
        page = Levels(page, entries, RunLengthEncoder.BitWidth(empty + 2), ref _definitions);
        ReadOnlySpan<int> repetitions = _repetitions.AsSpan(0, entries), definitions = _definitions.AsSpan(0, entries);
        var values = definitions.Count(empty + 1);
        if (byDictionary) page = Indexes(page, values);
        var at = 0;
        for (var i = 0; i < entries; i++)
        {
            if (definitions[i] < empty) into.AppendNull();
            else if (definitions[i] == empty) into.EndList();
            if (definitions[i] <= empty) continue;
            into.Items.Append(byDictionary ? Entry(page, _indexes[at++]) : Next(ref page));
            if (i + 1 == entries || repetitions[i + 1] == 0) into.EndList();
        }
    }

    private ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> dictionary, int index)
    {
        var start = index == 0 ? 0 : _dictionaryEnds[index - 1];
        return dictionary[(start + 4).._dictionaryEnds[index]];
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var value = bytes.Slice(4, length);
        bytes = bytes[(4 + length)..];
        return value;
    }
}
