using System.Text;

namespace Analytics.Columns.Internals;

/// <summary>
/// Thrift's compact protocol, as far as Parquet's footer and page headers need it
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
/// Field ids are those of parquet.thrift and must be written in ascending order.
/// </summary>
internal sealed class ThriftCompactWriter(ByteBuffer output)
{
    private const byte True = 1, False = 2, I32 = 5, I64 = 6, Binary = 8, List = 9, Struct = 12;
    private readonly short[] _outer = new short[16];
    private int _depth;
    private short _lastField;

    /// <summary>Starts a struct that is no field: a message, or an element of a list.</summary>
    public void BeginStruct()
    {
        _outer[_depth++] = _lastField;
        _lastField = 0;
    }

    public void BeginStruct(short field)
    {
        Header(field, Struct);
        BeginStruct();
    }

    public void EndStruct()
    {
        output.Append((byte)0);
        _lastField = _outer[--_depth];
    }

    /// <summary>A struct without fields.</summary>
    public void EmptyStruct(short field)
    {
        BeginStruct(field);
        EndStruct();
    }

    public void Bool(short field, bool value) => Header(field, value ? True : False);

    public void Int32(short field, int value)
    {
        Header(field, I32);
        ZigZag(value);
    }

    public void Int64(short field, long value)
    {
        Header(field, I64);
        ZigZag(value);
    }

    public void Bytes(short field, ReadOnlySpan<byte> value)
    {
        Header(field, Binary);
        Bytes(value);
    }

    public void Text(short field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void BeginStructList(short field, int count) => ListHeader(field, count, Struct);

    public void Int32List(short field, ReadOnlySpan<int> values)
    {
        ListHeader(field, values.Length, I32);
        foreach (var value in values) ZigZag(value);
    }

    public void BinaryList(short field, params ReadOnlySpan<byte[]> values)
    {
        ListHeader(field, values.Length, Binary);
        foreach (var value in values) Bytes(value);
    }

    private void Bytes(ReadOnlySpan<byte> value)
    {
        output.AppendVarint((ulong)value.Length);
        output.Append(value);
    }

    private void ListHeader(short field, int count, byte element)
    {
        Header(field, List);
        if (count < 15)
        {
            output.Append((byte)(count << 4 | element));
            return;
        }
        output.Append((byte)(0xF0 | element));
        output.AppendVarint((ulong)count);
    }

    private void Header(short field, byte type)
    {
        var delta = field - _lastField;
        if (delta is > 0 and <= 15)
        {
            output.Append((byte)(delta << 4 | type));
        }
        else
        {
            output.Append(type);
            ZigZag(field);
        }
        _lastField = field;
    }

    private void ZigZag(long value) => output.AppendVarint((ulong)(value << 1 ^ value >> 63));
}
