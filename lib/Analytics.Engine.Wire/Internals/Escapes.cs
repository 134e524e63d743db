using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Analytics.Engine.Wire.Internals;

/// <summary>
/// Texts within a line: a backslash is followed by a letter, and never by a backslash. So an escape can be found by a plain search,
/// and SQL can write and read texts by plain replacements in any order, as long as the backslash itself comes first in writing and last in reading.
/// </summary>
internal static class Escapes
{
    public static ReadOnlySpan<byte> Null => "\\N"u8;

    /// <summary>No field is without bytes: a splitter of lines that drops empty ones at the end loses nothing.</summary>
    public static ReadOnlySpan<byte> Empty => "\\E"u8;

    public static ReadOnlySpan<byte> ListStart => "\\["u8;

    public static ReadOnlySpan<byte> ItemEnd => "\\;"u8;

    private static readonly SearchValues<byte> Special = SearchValues.Create("\\\t\n\r"u8);

    public static void WriteText(ByteBuffer buffer, ReadOnlySpan<byte> text, string column)
    {
        if (!Utf8.IsValid(text)) throw new InvalidDataException($"column {column}: the text is no valid UTF-8");
        if (text.IsEmpty) buffer.Append(Empty);
        else WriteEscaped(buffer, text);
    }

    public static void WriteItem(ByteBuffer buffer, ReadOnlySpan<byte> item, string column)
    {
        if (!Utf8.IsValid(item)) throw new InvalidDataException($"column {column}: a text of the list is no valid UTF-8");
        WriteEscaped(buffer, item);
        buffer.Append(ItemEnd);
    }

    /// <summary>The text behind a field that is neither NULL nor a list; false where it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> field, ref byte[] scratch, out ReadOnlySpan<byte> text)
    {
        if (field.SequenceEqual(Empty))
        {
            text = default;
            return true;
        }
        return !field.IsEmpty & TryReadItem(field, ref scratch, out text);
    }

    public static bool TryReadItem(ReadOnlySpan<byte> field, ref byte[] scratch, out ReadOnlySpan<byte> text)
    {
        text = field;
        if (!Utf8.IsValid(field)) return false;
        var escape = field.IndexOf((byte)'\\');
        if (escape < 0) return true;
        if (scratch.Length < field.Length) scratch = new byte[Math.Max(field.Length, 2 * scratch.Length)];
        var length = 0;
        while (escape >= 0)
        {
            field[..escape].CopyTo(scratch.AsSpan(length));
            length += escape;
            if (escape + 1 == field.Length) return false;
            var value = field[escape + 1] switch { (byte)'B' => '\\', (byte)'T' => '\t', (byte)'L' => '\n', (byte)'R' => '\r', _ => '\0' };
            if (value == '\0') return false;
            scratch[length++] = (byte)value;
            field = field[(escape + 2)..];
            escape = field.IndexOf((byte)'\\');
        }
        field.CopyTo(scratch.AsSpan(length));
        text = scratch.AsSpan(0, length + field.Length);
        return true;
    }

    /// <summary>A piece of a line for a message: short, and without anything that a terminal obeys.</summary>
    public static string Show(ReadOnlySpan<byte> field)
    {
        const int most = 60;
        var text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, most)]);
        var shown = string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
        return field.Length > most ? $"{shown}... ({field.Length} bytes)" : shown;
    }

    private static void WriteEscaped(ByteBuffer buffer, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var next = text.IndexOfAny(Special);
            if (next < 0)
            {
                buffer.Append(text);
                return;
            }
            buffer.Append(text[..next]);
            buffer.Append((byte)'\\');
            buffer.Append(text[next] switch { (byte)'\\' => (byte)'B', (byte)'\t' => (byte)'T', (byte)'\n' => (byte)'L', _ => (byte)'R' });
            text = text[(next + 1)..];
        }
    }
}
