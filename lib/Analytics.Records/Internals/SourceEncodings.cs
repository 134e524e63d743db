namespace Analytics.Records.Internals;

internal enum SourceEncoding
{
    Utf8,
    Windows1252,
    Latin1,
}

/// <summary>The encodings of CSV and the way of the single-byte ones into UTF-8.</summary>
internal static class SourceEncodings
{
    // Windows code page 1252, 0x80 to 0x9F; 0 where it defines nothing.
    private static ReadOnlySpan<char> Windows1252 =>
    [
        '\u20AC', '\0', '\u201A', '\u0192', '\u201E', '\u2026', '\u2020', '\u2021', '\u02C6', '\u2030', '\u0160', '\u2039', '\u0152', '\0', '\u017D', '\0',
        '\0', '\u2018', '\u2019', '\u201C', '\u201D', '\u2022', '\u2013', '\u2014', '\u02DC', '\u2122', '\u0161', '\u203A', '\u0153', '\0', '\u017E', '\u0178',
    ];

    public static bool TryParse(string name, out SourceEncoding encoding)
    {
        (encoding, var known) = name.ToLowerInvariant() switch
        {
            "utf-8" or "utf8" => (SourceEncoding.Utf8, true),
            "windows-1252" or "cp1252" => (SourceEncoding.Windows1252, true),
            "iso-8859-1" or "latin1" or "latin-1" => (SourceEncoding.Latin1, true),
            _ => (SourceEncoding.Utf8, false),
        };
        return known;
    }

    /// <summary>The most UTF-8 bytes that one source byte becomes.</summary>
    public const int MostBytes = 3;

    /// <summary>
    /// Turns a single-byte text into UTF-8. A byte that the code page does not define stays as it is: alone it is no UTF-8,
    /// so that the record is rejected for it and its raw text shows it.
    /// </summary>
    /// <returns>How many bytes were written.</returns>
    public static int ToUtf8(SourceEncoding encoding, ReadOnlySpan<byte> source, Span<byte> target)
    {
        var written = 0;
        while (source.Length > 0)
        {
            var ascii = source.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (ascii < 0) ascii = source.Length;
            source[..ascii].CopyTo(target[written..]);
            written += ascii;
            source = source[ascii..];
            while (source.Length > 0 && source[0] >= 0x80)
            {
                var value = source[0];
                int rune = encoding == SourceEncoding.Windows1252 && value < 0xA0 ? Windows1252[value - 0x80] : value;
                if (rune == 0)
                {
                    target[written++] = value;
                }
                else if (rune < 0x800)
                {
                    target[written++] = (byte)(0xC0 | rune >> 6);
                    target[written++] = (byte)(0x80 | rune & 0x3F);
                }
                else
                {
                    target[written++] = (byte)(0xE0 | rune >> 12);
                    target[written++] = (byte)(0x80 | rune >> 6 & 0x3F);
                    target[written++] = (byte)(0x80 | rune & 0x3F);
                }
                source = source[1..];
            }
        }
        return written;
    }

    /// <summary>How many bytes the text that <see cref="ToUtf8"/> wrote had in its source.</summary>
    public static long SourceLength(SourceEncoding encoding, ReadOnlySpan<byte> text)
    {
        if (encoding == SourceEncoding.Utf8) return text.Length;
        var length = 0L;
        while (text.Length > 0)
        {
            System.Text.Rune.DecodeFromUtf8(text, out _, out var used);
            text = text[used..];
            length++;
        }
        return length;
    }
}
