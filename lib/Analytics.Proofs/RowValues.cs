using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Analytics.Columns;

namespace Analytics.Proofs;

/// <summary>The values in an encoded row, for people: numbers and booleans as JSON has them, decimals, dates and times as text.</summary>
public static class RowValues
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Decodes a row.</summary>
    /// <param name="columns">The table's columns in order.</param>
    /// <param name="row">The row as <see cref="RowEncoding"/> writes it.</param>
    /// <exception cref="FormatException">It is no row of these columns, or not in its one canonical form.</exception>
    public static JsonObject Decode(IReadOnlyList<Column> columns, ReadOnlySpan<byte> row)
    {
        var values = new JsonObject();
        foreach (var column in columns) values[column.Name] = Value(column, ref row);
        if (row.Length > 0) throw new FormatException($"{row.Length} bytes follow the last column");
        return values;
    }

    /// <summary>A value as <c>--where</c> compares it: empty for NULL, a list as a JSON array.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonArray list => list.ToJsonString(Plain),
        JsonValue single when single.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };

    private static JsonNode? Value(Column column, ref ReadOnlySpan<byte> row)
    {
        var tag = Take(1, column, ref row)[0];
        if (tag == RowEncoding.Null) return column.Nullable ? null : throw new FormatException($"column {column.Name} is NULL and may not be");
        var expected = column.Type.Kind switch
        {
            ColumnKind.Boolean => RowEncoding.Boolean,
            ColumnKind.Int32 => RowEncoding.Int32,
            ColumnKind.Int64 => RowEncoding.Int64,
            ColumnKind.Double => RowEncoding.Double,
            ColumnKind.Decimal => RowEncoding.Decimal,
            ColumnKind.Date => RowEncoding.Date,
            ColumnKind.Timestamp => RowEncoding.Timestamp,
            ColumnKind.Text => RowEncoding.Text,
            _ => RowEncoding.TextList,
        };
        if (tag != expected) throw new FormatException($"column {column.Name} has the tag {tag}; {expected} is expected for {column.Type}");
        switch (tag)
        {
            case RowEncoding.Boolean:
                return Take(1, column, ref row)[0] switch { 0 => false, 1 => true, var other => throw new FormatException($"column {column.Name} is {other}, no boolean") };
            case RowEncoding.Int32:
                return BinaryPrimitives.ReadInt32BigEndian(Take(4, column, ref row));
            case RowEncoding.Int64:
                return BinaryPrimitives.ReadInt64BigEndian(Take(8, column, ref row));
            case RowEncoding.Double:
                var number = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64BigEndian(Take(8, column, ref row)));
                if (double.IsNaN(number) && BitConverter.DoubleToInt64Bits(number) != RowEncoding.NaN) throw new FormatException($"column {column.Name} holds another NaN than 7ff8000000000000");
                return double.IsFinite(number) ? number : number.ToString(CultureInfo.InvariantCulture);
            case RowEncoding.Decimal:
                var scale = Take(1, column, ref row)[0];
                if (scale != column.Type.Scale) throw new FormatException($"column {column.Name} has the scale {scale}; {column.Type} is expected");
                return Decimal(BinaryPrimitives.ReadInt128BigEndian(Take(16, column, ref row)), scale);
            case RowEncoding.Date:
                var days = BinaryPrimitives.ReadInt32BigEndian(Take(4, column, ref row)) + (long)new DateOnly(1970, 1, 1).DayNumber;
                if (days < 0 || days > DateOnly.MaxValue.DayNumber) throw new FormatException($"column {column.Name} holds no date of the years 1 to 9999");
                return DateOnly.FromDayNumber((int)days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            case RowEncoding.Timestamp:
                var micros = BinaryPrimitives.ReadInt64BigEndian(Take(8, column, ref row));
                if (micros < -62_135_596_800_000_000 || micros > 253_402_300_799_999_999) throw new FormatException($"column {column.Name} holds no time of the years 1 to 9999");
                return DateTime.UnixEpoch.AddTicks(micros * 10).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            case RowEncoding.Text:
                return String(column, ref row);
            default:
                var count = BinaryPrimitives.ReadInt32BigEndian(Take(4, column, ref row));
                if (count < 0 || count > row.Length / 4) throw new FormatException($"column {column.Name} says that it holds {count} texts");
                var list = new JsonArray();
                for (var i = 0; i < count; i++) list.Add((JsonNode)String(column, ref row));
                return list;
        }
    }

    private static string Decimal(Int128 unscaled, int scale)
    {
        var digits = unscaled.ToString(CultureInfo.InvariantCulture);
        if (scale == 0) return digits;
        var sign = digits[0] == '-' ? "-" : "";
        digits = digits[sign.Length..].PadLeft(scale + 1, '0');
        return $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }

    private static string String(Column column, ref ReadOnlySpan<byte> row)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(Take(4, column, ref row));
        if (length < 0) throw new FormatException($"column {column.Name} has a text of {length} bytes");
        try
        {
            return Strict.GetString(Take(length, column, ref row));
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"column {column.Name} holds bytes that are no UTF-8", e);
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Take(int bytes, Column column, ref ReadOnlySpan<byte> row)
    {
        if (bytes > row.Length) throw new FormatException($"the row ends within column {column.Name}");
        var taken = row[..bytes];
        row = row[bytes..];
        return taken;
    }
}
