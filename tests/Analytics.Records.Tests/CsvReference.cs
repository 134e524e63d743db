using System.Text;

namespace Analytics.Records.Tests;

/// <summary>A record as the naive reader sees it: its line, and either its fields or the rule that broke.</summary>
internal sealed record NaiveRecord(long Line, byte[] Raw, List<byte[]> Fields, string? Rule);

/// <summary>The grammar of CSV, one byte after the other and as slow as it likes.</summary>
internal static class CsvReference
{
    public static List<NaiveRecord> Read(byte[] data, byte delimiter, byte? quote, int most)
    {
        var records = new List<NaiveRecord>();
        var position = data.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var line = 1L;
        while (position < data.Length)
        {
            var lineEnd = Array.IndexOf(data, (byte)'\n', position);
            var next = lineEnd < 0 ? data.Length : lineEnd + 1;
            var firstLine = WithoutCarriageReturn(data[position..(lineEnd < 0 ? data.Length : lineEnd)]);
            if (firstLine.Length == 0)
            {
                line++;
                position = next;
                continue;
            }
            if (firstLine.Length > most)
            {
                records.Add(new(line++, firstLine, [], "size"));
                position = next;
                continue;
            }
            var fields = OneRecord(data, position, delimiter, quote, out var end, out var after);
            if (fields is null || end - position > most)
            {
                records.Add(new(line++, firstLine, [], "quote"));
                position = next;
                continue;
            }
            var raw = data[position..end];
            records.Add(new(line, raw, fields, IsText(raw) ? null : "encoding"));
            line += data[position..after].Count(value => value == '\n');
            position = after;
        }
        return records;
    }

    /// <summary>Null where a quote is broken. The end is without, the place after it with the line end.</summary>
    private static List<byte[]>? OneRecord(byte[] data, int position, byte delimiter, byte? quote, out int end, out int after)
    {
        var fields = new List<byte[]>();
        end = after = 0;
        while (true)
        {
            var field = new List<byte>();
            if (position < data.Length && data[position] == quote)
            {
                position++;
                while (true)
                {
                    if (position == data.Length) return null;
                    if (data[position] != quote)
                    {
                        field.Add(data[position++]);
                    }
                    else if (position + 1 < data.Length && data[position + 1] == quote)
                    {
                        field.Add(data[position]);
                        position += 2;
                    }
                    else
                    {
                        position++;
                        break;
                    }
                }
                if (!AtLineEnd(data, position, out _) && data[position] != delimiter) return null;
            }
            else
            {
                while (!AtLineEnd(data, position, out _) && data[position] != delimiter) field.Add(data[position++]);
            }
            fields.Add([.. field]);
            if (AtLineEnd(data, position, out var length))
            {
                end = position;
                after = position + length;
                return fields;
            }
            position++;
        }
    }

    private static bool AtLineEnd(byte[] data, int position, out int length)
    {
        length = 0;
        if (position == data.Length) return true;
        length = data[position] == '\n' ? 1 : 0;
        if (data[position] == '\r' && position + 1 == data.Length) length = 1;
        if (data[position] == '\r' && position + 1 < data.Length && data[position + 1] == '\n') length = 2;
        return length > 0;
    }

    private static byte[] WithoutCarriageReturn(byte[] line) => line.Length > 0 && line[^1] == '\r' ? line[..^1] : line;

    public static bool IsText(byte[] bytes)
    {
        if (bytes.Contains((byte)0)) return false;
        try
        {
            new UTF8Encoding(false, true).GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
