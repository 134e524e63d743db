using System.Globalization;
using System.Text;

namespace Analytics.Records.Internals;

/// <summary>Typed values as the texts that the contract's grammars read.</summary>
internal static class ParquetText
{
    /// <summary>Writes a value as UTF-8.</summary>
    /// <returns>The bytes written; negative where the value is none.</returns>
    public delegate int Writer<in T>(T value, Span<byte> target);

    /// <summary>A decimal without the zeros that only its type adds.</summary>
    public static int Decimal(decimal value, Span<byte> target)
    {
        value.TryFormat(target, out var written, default, CultureInfo.InvariantCulture);
        if (target[..written].Contains((byte)'.')) written = target[..written].TrimEnd((byte)'0').TrimEnd((byte)'.').Length;
        return written;
    }

    /// <summary>A double or float: the shortest digits that read back as it, without an exponent. NaN, which is no value, is NULL.</summary>
    public static int Floating(string? shortest, Span<byte> target)
    {
        if (shortest is null) return -1;
        var exponent = shortest.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0) return Encoding.ASCII.GetBytes(shortest, target);
        var sign = shortest[0] == '-' ? "-" : "";
        var digits = shortest[sign.Length..exponent];
        var power = int.Parse(shortest.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var scale = point < 0 ? 0 : digits.Length - point - 1;
        digits = digits.Replace(".", "", StringComparison.Ordinal);
        power -= scale;
        var text = power >= 0 ? digits + new string('0', power)
            : digits.Length > -power ? digits[..^-power] + "." + digits[^-power..]
            : "0." + new string('0', -power - digits.Length) + digits;
        return Encoding.ASCII.GetBytes(sign + text, target);
    }

    /// <summary>ISO 8601, with as much of the fraction as there is.</summary>
    public static int Time(DateTime value, bool isDate, bool isUtc, Span<byte> target)
    {
        var format = isDate ? "yyyy-MM-dd" : isUtc ? "yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-ddTHH:mm:ss.FFFFFFF";
        return value.TryFormat(target, out var written, format, CultureInfo.InvariantCulture) ? written : -1;
    }
}
