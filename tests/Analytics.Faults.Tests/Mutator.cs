using System.IO.Compression;
using System.Text;

namespace Analytics.Faults.Tests;

/// <summary>Makes broken files of good ones: as links, disks, editors and other people's programs do.</summary>
internal sealed class Mutator(IReadOnlyList<(string Name, byte[] Content)> good)
{
    private static readonly byte[][] Splinters =
    [
        .. ((string[])["\"", "\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "\n\n\n", "\0", "-", "e9", "\uFEFF", "é", "\u2028", "{", "}", "[", "\\", "\\u12", "null", "NaN",
            "99999999999999999999999", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "2025-02-30 10:00:00", "2025-03-30 02:30:00"]).Select(Encoding.UTF8.GetBytes),
        [0xC3], [0xFF, 0xFE], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    ];

    /// <summary>The file of a seed: its name and its bytes.</summary>
    public (string Name, byte[] Content) Make(int seed)
    {
        var random = new Random(seed);
        var (name, content) = good[seed % good.Count];
        var isParquet = name.EndsWith(".parquet", StringComparison.Ordinal);
        var isCsv = name.EndsWith(".csv", StringComparison.Ordinal);
        if (random.Next(50) == 0) return (name, []);
        if (isParquet) return (name, Bytes(content, random, random.Next(3) == 0 ? content.Length - 2_000 : 0));
        if (isCsv && random.Next(3) == 0) content = Columns(content, random);
        if (random.Next(4) > 0) content = Text(content, random);
        if (random.Next(4) == 0) content = Bytes(content, random, 0);
        // A quarter comes packed, and half of these are damaged after that.
        if (random.Next(4) > 0) return (name, content);
        content = Pack(content);
        return (name + ".gz", random.Next(2) == 0 ? content : Bytes(content, random, 0));
    }

    public static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>Flips bits, and cuts the file off or takes a part out of it.</summary>
    private static byte[] Bytes(byte[] content, Random random, int from)
    {
        if (content.Length == 0) return content;
        content = [.. content];
        from = Math.Clamp(from, 0, content.Length - 1);
        for (var flips = random.Next(0, 6); flips > 0; flips--) content[random.Next(from, content.Length)] ^= (byte)(1 << random.Next(8));
        var at = random.Next(content.Length);
        return random.Next(4) switch
        {
            0 => content[..at],
            1 => [.. content[..at], .. content[Math.Min(content.Length, at + random.Next(1, 400))..]],
            _ => content,
        };
    }

    /// <summary>Moves, renames, doubles or drops a column of the header, or of the whole file.</summary>
    private static byte[] Columns(byte[] content, Random random)
    {
        var lines = Encoding.UTF8.GetString(content).Split('\n');
        var width = lines[0].Split(',').Length;
        int one = random.Next(width), other = random.Next(width), kind = random.Next(6);
        var all = random.Next(2) == 0;
        for (var line = 0; line < lines.Length; line++)
        {
            if (line > 0 && !all || lines[line].Length == 0) continue;
            var fields = lines[line].Split(',').ToList();
            if (Math.Max(one, other) >= fields.Count) continue;
            switch (kind)
            {
                case 0:
                    (fields[one], fields[other]) = (fields[other], fields[one]);
                    break;
                case 1:
                    fields[one] = line == 0 ? fields[one] + random.Next(10) : fields[one];
                    break;
                case 2:
                    fields.Insert(other, fields[one]);
                    break;
                case 3:
                    fields.RemoveAt(one);
                    break;
                case 4:
                    fields[one] = fields[one].ToUpperInvariant();
                    break;
                default:
                    fields[one] = $" \"{fields[one]}\"";
                    break;
            }
            lines[line] = string.Join(',', fields);
        }
        if (random.Next(10) == 0) lines = lines[1..];
        if (random.Next(10) == 0) lines = [.. lines, .. lines];
        return Encoding.UTF8.GetBytes(string.Join(random.Next(5) == 0 ? "\r\n" : "\n", lines));
    }

    /// <summary>Puts splinters in, breaks quotes, joins and repeats lines.</summary>
    private static byte[] Text(byte[] content, Random random)
    {
        var bytes = content.ToList();
        for (var times = random.Next(1, 8); times > 0 && bytes.Count > 2; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    bytes.InsertRange(at, Splinters[random.Next(Splinters.Length)]);
                    break;
                case 3:
                    if (bytes.IndexOf((byte)'\n', at) is var end and >= 0) bytes.RemoveAt(end);
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 300))));
                    break;
                case 5:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 60)));
                    break;
                case 6:
                    bytes.InsertRange(random.Next(3) == 0 ? 0 : at, [0xEF, 0xBB, 0xBF]);
                    break;
                default:
                    if (random.Next(20) == 0) bytes.InsertRange(at, Enumerable.Repeat((byte)'x', random.Next(1, 100_000)));
                    else bytes[at] = (byte)'"';
                    break;
            }
        }
        return [.. bytes];
    }
}
