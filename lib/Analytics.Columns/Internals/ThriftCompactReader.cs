using System.Text;

namespace Analytics.Columns.Internals;

/// <summary>Reads Thrift's compact protocol; see <see cref="ThriftCompactWriter"/>. Fields that a caller does not know are skipped.</summary>
internal ref struct ThriftCompactReader(ReadOnlySpan<byte> bytes)
{
    private const int MaximumDepth = 16;
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private short _lastField;

    public int Position { get; private set; }

    /// <summary>The next field of the current struct; false at its end. The caller reads or skips its value.</summary>
    public bool NextField(out short field, out byte type)
    {
        var header = _bytes[Position++];
        type = (byte)(header & 15);
        if (header == 0)
        {
            field = 0;
            return false;
        }
        field = header >> 4 == 0 ? (short)ZigZag() : (short)(_lastField + (header >> 4));
        _lastField = field;
        return true;
    }

    /// <summary>Enters a struct; hand what it returns to <see cref="EndStruct"/> after its last field.</summary>
    public short BeginStruct()
    {
        var outer = _lastField;
        _lastField = 0;
        return outer;
    }

    public void EndStruct(short outer) => _lastField = outer;

    public int Int32() => checked((int)ZigZag());

    public long Int64() => ZigZag();

    public ReadOnlySpan<byte> Binary()
    {
        var length = checked((int)Varint());
        var value = _bytes.Slice(Position, length);
        Position += length;
        return value;
    }

    public string Text() => Encoding.UTF8.GetString(Binary());

    public int ListCount(out byte element)
    {
        var header = _bytes[Position++];
        element = (byte)(header & 15);
        var count = header >> 4 == 15 ? checked((int)Varint()) : header >> 4;
        if (count > _bytes.Length - Position) throw new InvalidDataException($"a list of {count} elements in {_bytes.Length - Position} bytes");
        return count;
    }

    public void Skip(byte type, int depth = 0)
    {
        if (depth > MaximumDepth) throw new InvalidDataException("structures are nested too deeply");
        switch (type)
        {
            case 1 or 2: break;
            case 3: Position++; break;
            case 4 or 5 or 6: Varint(); break;
            case 7: Position += 8; break;
            case 8: Binary(); break;
            case 9 or 10:
                for (var count = ListCount(out var element); count > 0; count--) Skip(element is 1 or 2 ? (byte)3 : element, depth + 1);
                break;
            case 12:
                var outer = BeginStruct();
                while (NextField(out _, out var inner)) Skip(inner, depth + 1);
                EndStruct(outer);
                break;
            default: throw new InvalidDataException($"unknown thrift type {type}");
        }
    }

    private long ZigZag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = _bytes[Position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        throw new InvalidDataException("a number of more than 64 bits");
    }
}
