using System.Text;

namespace Analytics.Sample;

/// <summary>One physical record of a file: its bytes without the line end, and what becomes of it.</summary>
/// <param name="Bytes">The record's bytes, line end aside.</param>
/// <param name="Fate">Its fate.</param>
/// <param name="Line">The shop's line in it; null in a broken one.</param>
/// <param name="Planted">What is odd about it; null in an ordinary one.</param>
internal sealed record SourceRecord(byte[] Bytes, Fate Fate, ShopLine? Line, Oddity? Planted);

/// <summary>Something odd in a record, good or broken.</summary>
internal sealed record Oddity(string Kind, string? Rule, string? Column, string? Value);

internal enum FileLayout
{
    Csv,
    JsonLines,
}

/// <summary>One input file under construction.</summary>
internal sealed class SourceFile(string name)
{
    /// <summary>Its path below the input's root; .gz and .zst are packed.</summary>
    public string Name { get; } = name;

    public FileLayout Layout { get; } = name.Contains(".jsonl", StringComparison.Ordinal) ? FileLayout.JsonLines : FileLayout.Csv;

    /// <summary>The columns' order; positions in <see cref="ShopLine.Columns"/>.</summary>
    public int[] ColumnOrder { get; init; } = [.. Enumerable.Range(0, ShopLine.Columns.Length)];

    public string LineEnd { get; init; } = "\n";

    public bool ByteOrderMark { get; init; }

    public bool LastLineEnds { get; init; } = true;

    /// <summary>Before which record (from 0) an empty line stands; -1 for none.</summary>
    public int BlankLineBefore { get; init; } = -1;

    public List<SourceRecord> Records { get; } = [];

    public SourceRecord Encode(ShopLine line, Oddity? planted = null) => new(EncodeTexts(line.Texts()), line.NaturalFate, line, planted);

    /// <summary>One record of texts in the order of <see cref="ShopLine.Columns"/>.</summary>
    public byte[] EncodeTexts(string[] texts) => Encoding.UTF8.GetBytes(
        Layout == FileLayout.Csv ? string.Join(',', ColumnOrder.Select(column => Csv(texts[column]))) : JsonLine(texts));

    /// <summary>The whole file before packing, and the physical line on which each record starts.</summary>
    public (byte[] Content, int[] Lines) Compose()
    {
        var content = new MemoryStream();
        var end = Encoding.ASCII.GetBytes(LineEnd);
        if (ByteOrderMark) content.Write([0xEF, 0xBB, 0xBF]);
        var line = 1;
        if (Layout == FileLayout.Csv)
        {
            content.Write(Encoding.UTF8.GetBytes(string.Join(',', ColumnOrder.Select(column => ShopLine.Columns[column]))));
            content.Write(end);
            line++;
        }
        var lines = new int[Records.Count];
        for (var i = 0; i < Records.Count; i++)
        {
            if (i == BlankLineBefore)
            {
                content.Write(end);
                line++;
            }
            lines[i] = line;
            var bytes = Records[i].Bytes;
            content.Write(bytes);
            if (i < Records.Count - 1 || LastLineEnds) content.Write(end);
            line += 1 + bytes.Count(value => value == (byte)'\n');
        }
        return (content.ToArray(), lines);
    }

    public byte[] Pack(byte[] content) =>
        Name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip.Pack(content)
        : Name.EndsWith(".zst", StringComparison.Ordinal) ? Zstandard.Store(content)
        : content;

    private static string Csv(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string JsonLine(string[] texts)
    {
        var fields = ShopLine.Columns.Select((column, i) =>
            $"{Json.Quote(column)}:{(texts[i] == "" ? "null" : ShopLine.Numbers.Contains(column) ? texts[i] : Json.Quote(texts[i]))}");
        return $"{{{string.Join(',', fields)}}}";
    }
}
