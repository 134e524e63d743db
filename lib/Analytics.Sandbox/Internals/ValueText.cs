using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Analytics.Sandbox.Internals;

/// <summary>Values that are no plain number or flag, as text; and messages without what is meant for other tools.</summary>
internal static class ValueText
{
    public static SandboxKind KindOf(string type) => type switch
    {
        "Boolean" => SandboxKind.Boolean,
        "TinyInt" or "SmallInt" or "Integer" or "BigInt" or "UnsignedTinyInt" or "UnsignedSmallInt" or "UnsignedInteger" => SandboxKind.Integer,
        "Float" or "Double" => SandboxKind.Double,
        "Decimal" or "HugeInt" or "UnsignedHugeInt" or "UnsignedBigInt" or "VarInt" or "BigNum" => SandboxKind.Decimal,
        "Date" => SandboxKind.Date,
        "Timestamp" or "TimestampS" or "TimestampMs" or "TimestampNs" or "TimestampTz" => SandboxKind.Timestamp,
        _ => SandboxKind.Text,
    };

    /// <summary>A value as text.</summary>
    public static string Of(object? value)
    {
        switch (value)
        {
            case null or DBNull: return "NULL";
            case string text: return text;
            case bool flag: return flag ? "true" : "false";
            case DateTime time: return Time(time);
            case DateTimeOffset time: return Time(time.UtcDateTime);
            case DateOnly date: return date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            case TimeOnly time: return time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
            case double number: return number.ToString("R", CultureInfo.InvariantCulture);
            case float number: return number.ToString("R", CultureInfo.InvariantCulture);
            case BigInteger number: return number.ToString(CultureInfo.InvariantCulture);
            case Stream stream: return Hex(stream);
            case byte[] bytes: return "\\x" + Convert.ToHexStringLower(bytes);
            case BitArray bits: return Bits(bits);
            case IDictionary map: return Nested(map);
            case IEnumerable list: return Nested(list);
            case IFormattable other: return other.ToString(null, CultureInfo.InvariantCulture);
            default: return value.ToString() ?? "";
        }
    }

    /// <summary>DuckDB's message in one line, without hints that lead nowhere here.</summary>
    public static string Clean(string message)
    {
        foreach (var noise in (ReadOnlySpan<string>)["\n\nLINE ", "\nLINE ", "\nPossible solutions", "\nStack Trace:", "\nThis error signals", "\n* ", " Use \"SET "])
        {
            var at = message.IndexOf(noise, StringComparison.Ordinal);
            if (at > 0) message = message[..at];
        }
        message = message.ReplaceLineEndings(" ").Trim();
        return message.Length <= 2000 ? message : message[..2000] + " ...";
    }

    private static string Time(DateTime time) =>
        time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string Hex(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return "\\x" + Convert.ToHexStringLower(copy.ToArray());
    }

    private static string Bits(BitArray bits)
    {
        var text = new StringBuilder(bits.Count);
        for (var i = 0; i < bits.Count; i++) text.Append(bits[i] ? '1' : '0');
        return text.ToString();
    }

    private static string Nested(IDictionary map)
    {
        var text = new StringBuilder("{");
        foreach (DictionaryEntry entry in map)
            text.Append(text.Length > 1 ? ", " : "").Append(Of(entry.Key)).Append(": ").Append(Of(entry.Value));
        return text.Append('}').ToString();
    }

    private static string Nested(IEnumerable list)
    {
        var text = new StringBuilder("[");
        foreach (var item in list) text.Append(text.Length > 1 ? ", " : "").Append(Of(item));
        return text.Append(']').ToString();
    }
}
