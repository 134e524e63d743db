using System.Buffers.Binary;
using Analytics.Columns;

namespace Analytics.Proofs;

/// <summary>
/// One row as bytes, the same whatever file or engine it comes from: the columns in schema order, each a tag and its value.
/// docs/proofs.md has it byte by byte.
/// </summary>
/// <remarks>
/// NULL 00; BOOLEAN 01 and 00 or 01; INTEGER 02 and 4 bytes; BIGINT 03 and 8; DOUBLE 04 and the 8 bytes of IEEE 754, one NaN;
/// DECIMAL 05, one byte of scale, 16 bytes of unscaled value; DATE 06 and 4 bytes of days since 1970-01-01; TIMESTAMP 07 and 8 bytes
/// of microseconds since then; VARCHAR 08, 4 bytes of length, UTF-8; VARCHAR[] 09, 4 bytes of count, then length and bytes of each.
/// All numbers big-endian, in two's complement where they can be negative.
/// </remarks>
public static class RowEncoding
{
    /// <summary>The encoding's name in rows.json.</summary>
    public const string Name = "analytics-row-1";

    internal const byte Null = 0, Boolean = 1, Int32 = 2, Int64 = 3, Double = 4, Decimal = 5, Date = 6, Timestamp = 7, Text = 8, TextList = 9;

    internal const long NaN = 0x7FF8_0000_0000_0000;

    /// <summary>Writes a row behind what the buffer holds.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="row">The row's place in them.</param>
    /// <param name="to">The buffer; grown where needed.</param>
    /// <param name="length">Bytes used of it, before and after.</param>
    public static void Append(ColumnBatch batch, int row, ref byte[] to, ref int length)
    {
        for (var column = 0; column < batch.Columns.Count; column++)
        {
            var type = batch.Columns[column].Type;
            if (batch[column].IsNull(row))
            {
                Take(1, ref to, ref length)[0] = Null;
                continue;
            }
            switch (type.Kind)
            {
                case ColumnKind.Boolean:
                    var flag = Take(2, ref to, ref length);
                    flag[0] = Boolean;
                    flag[1] = batch.Booleans(column)[row] ? (byte)1 : (byte)0;
                    break;
                case ColumnKind.Int32 or ColumnKind.Date:
                    var number = Take(5, ref to, ref length);
                    number[0] = type.Kind == ColumnKind.Date ? Date : Int32;
                    BinaryPrimitives.WriteInt32BigEndian(number[1..], batch.Ints(column)[row]);
                    break;
                case ColumnKind.Int64 or ColumnKind.Timestamp:
                    var large = Take(9, ref to, ref length);
                    large[0] = type.Kind == ColumnKind.Timestamp ? Timestamp : Int64;
                    BinaryPrimitives.WriteInt64BigEndian(large[1..], batch.Longs(column)[row]);
                    break;
                case ColumnKind.Double:
                    var value = batch.Doubles(column)[row];
                    var bits = Take(9, ref to, ref length);
                    bits[0] = Double;
                    BinaryPrimitives.WriteInt64BigEndian(bits[1..], double.IsNaN(value) ? NaN : BitConverter.DoubleToInt64Bits(value));
                    break;
                case ColumnKind.Decimal:
                    var unscaled = Take(18, ref to, ref length);
                    unscaled[0] = Decimal;
                    unscaled[1] = (byte)type.Scale;
                    BinaryPrimitives.WriteInt128BigEndian(unscaled[2..], type.Precision <= 18 ? batch.Longs(column)[row] : batch.Int128s(column)[row]);
                    break;
                case ColumnKind.Text:
                    AppendText(Text, batch.Texts(column)[row], ref to, ref length);
                    break;
                case ColumnKind.TextList:
                    var list = batch.TextLists(column);
                    var (start, count) = list[row];
                    var head = Take(5, ref to, ref length);
                    head[0] = TextList;
                    BinaryPrimitives.WriteInt32BigEndian(head[1..], count);
                    for (var i = start; i < start + count; i++) AppendText(null, list.Items[i], ref to, ref length);
                    break;
                default:
                    throw new InvalidOperationException($"no encoding for {type}");
            }
        }
    }

    /// <summary>A row as bytes.</summary>
    public static byte[] Encode(ColumnBatch batch, int row)
    {
        var bytes = new byte[256];
        var length = 0;
        Append(batch, row, ref bytes, ref length);
        return bytes[..length];
    }

    private static void AppendText(byte? tag, ReadOnlySpan<byte> text, ref byte[] to, ref int length)
    {
        var bytes = Take((tag is null ? 4 : 5) + text.Length, ref to, ref length);
        if (tag is { } value)
        {
            bytes[0] = value;
            bytes = bytes[1..];
        }
        BinaryPrimitives.WriteInt32BigEndian(bytes, text.Length);
        text.CopyTo(bytes[4..]);
    }

    private static Span<byte> Take(int bytes, ref byte[] to, ref int length)
    {
        if (length + bytes > to.Length) Array.Resize(ref to, Math.Max(2 * to.Length, length + bytes));
        length += bytes;
        return to.AsSpan(length - bytes, bytes);
    }
}
