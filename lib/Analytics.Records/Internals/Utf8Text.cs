using System.Buffers;
using System.Text;

namespace Analytics.Records.Internals;

/// <summary>Trimming, upper case and printing of UTF-8 texts.</summary>
internal static class Utf8Text
{
    /// <summary>The text without Unicode white space at its ends.</summary>
    /// <param name="text">The text, valid UTF-8.</param>
    /// <param name="skipped">How many bytes went at its front.</param>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text, out int skipped)
    {
        skipped = 0;
        if (text.Length == 0 || (IsInk(text[0]) && IsInk(text[^1]))) return text;
        while (text.Length > 0 && !IsInk(text[0]))
        {
            if (Rune.DecodeFromUtf8(text, out var rune, out var used) != OperationStatus.Done || !Rune.IsWhiteSpace(rune)) break;
            text = text[used..];
            skipped += used;
        }
        while (text.Length > 0 && !IsInk(text[^1]))
        {
            if (Rune.DecodeLastFromUtf8(text, out var rune, out var used) != OperationStatus.Done || !Rune.IsWhiteSpace(rune)) break;
            text = text[..^used];
        }
        return text;
    }

    /// <summary>Whether nothing but white space is there.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> text) => text.Length == 0 || (!IsInk(text[0]) && Trim(text, out _).Length == 0);

    /// <summary>Whether the text has no NUL and is UTF-8.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.Contains((byte)0) && System.Text.Unicode.Utf8.IsValid(bytes);

    /// <summary>Writes the text in upper case (invariant, one character for one).</summary>
    public static byte[] ToUpper(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text))
        {
            var upper = new byte[text.Length];
            Ascii.ToUpper(text, upper, out _);
            return upper;
        }
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ToUpperInvariant());
    }

    /// <summary>The text as it can be shown: NUL and what is no UTF-8 as \xNN, at most <paramref name="most"/> bytes, never half a character.</summary>
    public static ReadOnlySpan<byte> Printable(ReadOnlySpan<byte> bytes, int most)
    {
        if (bytes.Length <= most && IsText(bytes)) return bytes;
        var result = new byte[Math.Min(most, bytes.Length * 4L)];
        var written = 0;
        while (bytes.Length > 0)
        {
            var good = Rune.DecodeFromUtf8(bytes, out _, out var used) == OperationStatus.Done && bytes[0] != 0;
            if (written + (good ? used : 4 * used) > result.Length) break;
            for (var i = 0; i < used; i++)
            {
                if (good)
                {
                    result[written++] = bytes[i];
                    continue;
                }
                result[written++] = (byte)'\\';
                result[written++] = (byte)'x';
                result[written++] = Hex(bytes[i] >> 4);
                result[written++] = Hex(bytes[i] & 15);
            }
            bytes = bytes[used..];
        }
        return result.AsSpan(0, written);

        static byte Hex(int digit) => "0123456789ABCDEF"u8[digit];
    }

    // Printable ASCII is never white space; most texts begin and end with it.
    private static bool IsInk(byte value) => value is > 0x20 and < 0x7F;
}
