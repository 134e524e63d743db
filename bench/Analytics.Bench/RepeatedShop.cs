using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Analytics.Bench;

/// <summary>Makes larger and smaller shops out of a file of the Online Retail layout (InvoiceNo first, InvoiceDate as yyyy-MM-dd HH:mm:ss).</summary>
internal static class RepeatedShop
{
    /// <summary>Repeats the file: each copy has its own order numbers, and dates shifted by a fixed number of days more.</summary>
    public static int Write(string input, string output, int times, int shiftDays)
    {
        var (header, lines) = Read(input);
        using var writer = new StreamWriter(output, false, new UTF8Encoding(false), 1 << 20);
        writer.Write(header + "\n");
        for (var copy = 0; copy < times; copy++)
            foreach (var line in lines)
            {
                var comma = line.IndexOf(',', StringComparison.Ordinal);
                var order = line[..comma];
                var digits = order.AsSpan().TrimStart("CA").ToString();
                var (start, length) = DateOf(line);
                var date = DateOnly.ParseExact(line.AsSpan(start, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(copy * shiftDays);
                writer.Write(string.Create(CultureInfo.InvariantCulture,
                    $"{order[..(order.Length - digits.Length)]}{long.Parse(digits, CultureInfo.InvariantCulture) + copy * 1_000_000L}{line[comma..start]}{date:yyyy-MM-dd}{line[(start + 10)..]}\n"));
            }
        return 0;
    }

    /// <summary>Cuts the file into one a day.</summary>
    public static int WriteDays(string input, string folder)
    {
        var (header, lines) = Read(input);
        Directory.CreateDirectory(folder);
        foreach (var day in lines.GroupBy(line => line.Substring(DateOf(line).Start, 10)))
            File.WriteAllText(Path.Combine(folder, day.Key + ".csv"), header + "\n" + string.Join('\n', day) + "\n");
        return 0;
    }

    private static (int Start, int Length) DateOf(string line)
    {
        // The only ",yyyy-MM-dd hh:mm:ss," of a line; names hold no such text.
        for (var at = line.IndexOf(",20", StringComparison.Ordinal); at >= 0; at = line.IndexOf(",20", at + 1, StringComparison.Ordinal))
            if (at + 20 < line.Length && line[at + 5] == '-' && line[at + 8] == '-' && line[at + 14] == ':' && line[at + 20] == ',') return (at + 1, 19);
        throw new InvalidDataException($"no date in {line}");
    }

    private static (string Header, List<string> Lines) Read(string input)
    {
        using var file = File.OpenRead(input);
        using Stream text = input.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(text, Encoding.UTF8);
        var header = reader.ReadLine()!;
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) lines.Add(line);
        return (header, lines);
    }
}
