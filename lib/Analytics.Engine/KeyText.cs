using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>Writes a key's value for a reader: dates and times in ISO 8601, decimals with all their digits.</summary>
public static class KeyText
{
    /// <summary>One value as text; null where it is NULL.</summary>
    public static string? Of(ColumnVector vector, int row, ColumnType type)
    {
        if (vector.IsNull(row)) return null;
        return type.Kind switch
        {
            ColumnKind.Boolean => ((ValueVector<bool>)vector)[row] ? "true" : "false",
            ColumnKind.Int32 => ((ValueVector<int>)vector)[row].ToString(CultureInfo.InvariantCulture),
            ColumnKind.Int64 => ((ValueVector<long>)vector)[row].ToString(CultureInfo.InvariantCulture),
            ColumnKind.Double => ((ValueVector<double>)vector)[row].ToString("R", CultureInfo.InvariantCulture),
            ColumnKind.Date => Date(((ValueVector<int>)vector)[row]),
            ColumnKind.Timestamp => Time(((ValueVector<long>)vector)[row]),
            ColumnKind.Decimal => Decimal(vector is ValueVector<long> small ? small[row] : ((ValueVector<Int128>)vector)[row], type.Scale),
            ColumnKind.Text => ((TextVector)vector).GetString(row),
            ColumnKind.TextList => "[" + string.Join(", ", ((TextListVector)vector).GetStrings(row)!) + "]",
            _ => throw new InvalidOperationException($"no text for {type}"),
        };
    }

    /// <summary>Names and values of a row's key columns: <c>level = total, key = NULL</c>.</summary>
    public static string Row(ColumnBatch batch, int[] keys, int row) =>
        string.Join(", ", keys.Select(key => $"{batch.Columns[key].Name} = {Of(batch[key], row, batch.Columns[key].Type) ?? "NULL"}"));

    private static string Date(int days)
    {
        var number = days + (long)new DateOnly(1970, 1, 1).DayNumber;
        return number >= 0 && number <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"day {days}");
    }

    private static string Time(long micros)
    {
        var ticks = (Int128)DateTime.UnixEpoch.Ticks + (Int128)micros * TimeSpan.TicksPerMicrosecond;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime((long)ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"microsecond {micros}");
    }

    private static string Decimal(Int128 unscaled, int scale)
    {
        var digits = Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var text = scale == 0 ? digits : digits[..^scale] + "." + digits[^scale..];
        return unscaled < 0 ? "-" + text : text;
    }
}
