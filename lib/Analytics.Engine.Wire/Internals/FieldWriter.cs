using System.Buffers.Text;
using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine.Wire.Internals;

/// <summary>Writes values as fields.</summary>
internal static class FieldWriter
{
    private const int MostNumberBytes = 64;

    /// <exception cref="InvalidDataException">The value cannot be told: a text that is no UTF-8, a NULL in a list, a decimal with too many digits.</exception>
    public static void Write(ByteBuffer buffer, ColumnVector vector, int row, Column column)
    {
        if (vector.IsNull(row))
        {
            buffer.Append(Escapes.Null);
            return;
        }
        switch (column.Type.Kind)
        {
            case ColumnKind.Boolean: buffer.Append(((ValueVector<bool>)vector)[row] ? "true"u8 : "false"u8); break;
            case ColumnKind.Int32 or ColumnKind.Date: Write(buffer, ((ValueVector<int>)vector)[row]); break;
            case ColumnKind.Int64 or ColumnKind.Timestamp: Write(buffer, ((ValueVector<long>)vector)[row]); break;
            case ColumnKind.Double: Write(buffer, ((ValueVector<double>)vector)[row]); break;
            case ColumnKind.Decimal: WriteDecimal(buffer, vector is ValueVector<long> small ? small[row] : ((ValueVector<Int128>)vector)[row], column); break;
            case ColumnKind.Text: Escapes.WriteText(buffer, ((TextVector)vector)[row], column.Name); break;
            case ColumnKind.TextList: WriteList(buffer, (TextListVector)vector, row, column.Name); break;
            default: throw new InvalidOperationException($"no field for {column.Type}");
        }
    }

    public static void Write(ByteBuffer buffer, long value)
    {
        Utf8Formatter.TryFormat(value, buffer.Room(MostNumberBytes), out var written);
        buffer.Advance(written);
    }

    private static void Write(ByteBuffer buffer, double value)
    {
        // The shortest text that reads back as the same bits; every NaN is one NaN, as no text tells them apart.
        value.TryFormat(buffer.Room(MostNumberBytes), out var written, "R", CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }

    private static void WriteDecimal(ByteBuffer buffer, Int128 unscaled, Column column)
    {
        if (!DecimalField.Fits(unscaled, column.Type.Precision))
            throw new InvalidDataException($"column {column.Name}: {unscaled.ToString(CultureInfo.InvariantCulture)} (unscaled) has more digits than {column.Type} holds");
        if (unscaled < 0)
        {
            buffer.Append((byte)'-');
            unscaled = -unscaled;
        }
        var scale = column.Type.Scale;
        Span<byte> digits = stackalloc byte[MostNumberBytes];
        int count;
        if (unscaled <= long.MaxValue) Utf8Formatter.TryFormat((long)unscaled, digits, out count);
        else unscaled.TryFormat(digits, out count, default, CultureInfo.InvariantCulture);
        if (count <= scale)
        {
            buffer.Append(scale == 0 ? "0"u8 : "0."u8);
            for (var i = count; i < scale; i++) buffer.Append((byte)'0');
            buffer.Append(digits[..count]);
            return;
        }
        buffer.Append(digits[..(count - scale)]);
        if (scale == 0) return;
        buffer.Append((byte)'.');
        buffer.Append(digits[(count - scale)..count]);
    }

    private static void WriteList(ByteBuffer buffer, TextListVector lists, int row, string column)
    {
        buffer.Append(Escapes.ListStart);
        var (start, length) = lists[row];
        for (var item = start; item < start + length; item++)
        {
            if (lists.Items.IsNull(item)) throw new InvalidDataException($"column {column}: a list holds a NULL, which VARCHAR[] columns do not allow");
            Escapes.WriteItem(buffer, lists.Items[item], column);
        }
    }
}
