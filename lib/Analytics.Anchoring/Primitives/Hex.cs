using System.Globalization;
using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>Hexadecimal text as Ethereum's JSON-RPC writes it: quantities without leading zeros, data with two digits a byte.</summary>
public static class Hex
{
    /// <summary>Bytes as 0x and two lower-case digits each.</summary>
    public static string Data(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>A non-negative number as 0x and its digits without leading zeros; 0 is 0x0.</summary>
    public static string Quantity(BigInteger number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        if (number.IsZero) return "0x0";
        return "0x" + number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
    }

    /// <summary>Bytes from text with or without 0x.</summary>
    /// <exception cref="FormatException">An odd number of digits, or something that is no digit.</exception>
    public static byte[] ParseData(string text)
    {
        var digits = Digits(text);
        if (digits.Length % 2 != 0) throw new FormatException($"'{Short(text)}' has an odd number of hexadecimal digits; two for each byte are expected");
        try
        {
            return Convert.FromHexString(digits);
        }
        catch (FormatException)
        {
            throw new FormatException($"'{Short(text)}' is no hexadecimal text");
        }
    }

    /// <summary>Bytes of an exact length.</summary>
    /// <exception cref="FormatException">Another length, or no hexadecimal text.</exception>
    public static byte[] ParseData(string text, int length)
    {
        var bytes = ParseData(text);
        return bytes.Length == length ? bytes : throw new FormatException($"'{Short(text)}' has {bytes.Length} bytes; {length} are expected");
    }

    /// <summary>A number from 0x and digits.</summary>
    /// <exception cref="FormatException">It is none, or longer than 256 bits.</exception>
    public static BigInteger ParseQuantity(string text)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal) || text.Length is < 3 or > 66) throw new FormatException($"'{Short(text)}' is no quantity; 0x and 1 to 64 hexadecimal digits are expected");
        // The leading zero keeps the first digit from being a sign.
        return BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number : throw new FormatException($"'{Short(text)}' is no quantity; 0x and hexadecimal digits are expected");
    }

    /// <summary>A number's big-endian bytes without leading zeros; 0 has none.</summary>
    public static byte[] Minimal(BigInteger number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return number.IsZero ? [] : number.ToByteArray(isUnsigned: true, isBigEndian: true);
    }

    private static string Digits(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "...";
}
