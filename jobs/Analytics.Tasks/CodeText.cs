using System.Buffers.Text;

namespace Analytics.Tasks;

/// <summary>Item codes as a text, blanks between them: as SQL writes and reads them without a list type.</summary>
internal static class CodeText
{
    public static int Write(ReadOnlySpan<int> codes, ref byte[] buffer)
    {
        if (buffer.Length < 11 * codes.Length) buffer = new byte[Math.Max(11 * codes.Length, 2 * buffer.Length)];
        var length = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            if (i > 0) buffer[length++] = (byte)' ';
            Utf8Formatter.TryFormat(codes[i], buffer.AsSpan(length), out var written);
            length += written;
        }
        return length;
    }

    /// <exception cref="FormatException">Anything but codes with single blanks between them.</exception>
    public static void Read(ReadOnlySpan<byte> text, List<int> codes)
    {
        var rest = text;
        while (true)
        {
            if (!Utf8Parser.TryParse(rest, out int code, out var used) || (used < rest.Length && rest[used] != ' '))
                throw new FormatException($"'{System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 100)])}' is no list of item codes");
            codes.Add(code);
            if (used == rest.Length) return;
            rest = rest[(used + 1)..];
        }
    }
}
