using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Analytics.Sample.Tests;

internal sealed record NaiveLine(string File, int Line, Dictionary<string, string> Fields, string Raw)
{
    public string Order => Fields["order_id"];
    public string Store => Fields["store_id"];
    public string Item => Fields["item_id"];
    public string Customer => Fields["customer_id"];
    public decimal Quantity => Number("quantity");
    public decimal Price => Number("unit_price");
    public DateTime At => DateTime.ParseExact(Fields["ordered_at"], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    public DateOnly Date => DateOnly.FromDateTime(At);
    private decimal Number(string column) => decimal.Parse(Fields[column], CultureInfo.InvariantCulture);
}

/// <summary>What the sample holds as the contract reads it, written apart from the generator and with no thought of speed.</summary>
internal sealed class NaiveReader
{
    private static readonly string[] Needed = ["order_id", "item_id", "quantity", "ordered_at", "unit_price"];
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public List<NaiveLine> Sales { get; } = [];
    public List<NaiveLine> Returns { get; } = [];
    public List<NaiveLine> Adjustments { get; } = [];
    public List<(string File, int Line)> Duplicates { get; } = [];
    public List<(string File, int Line, string Rule, string? Column)> Rejected { get; } = [];

    public NaiveReader(string folder)
    {
        var seen = new HashSet<string>();
        foreach (var path in Directory.GetFiles(folder).OrderBy(Path.GetFileName, StringComparer.Ordinal))
            foreach (var line in Path.GetFileName(path).Contains("jsonl", StringComparison.Ordinal) ? JsonLines(path) : CsvLines(path))
            {
                if (Fault(line.Fields) is var (rule, column)) Rejected.Add((line.File, line.Line, rule, column));
                else if (!seen.Add(string.Join('\u0001', line.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Value))))
                    Duplicates.Add((line.File, line.Line));
                else if (line.Item.Length != 4 || !line.Item.All(char.IsAsciiDigit) || line.Price == 0) Adjustments.Add(line);
                else if (line.Order[0] == 'C' || line.Quantity < 0) Returns.Add(line);
                else Sales.Add(line);
            }
    }

    private static (string Rule, string Column)? Fault(Dictionary<string, string> fields)
    {
        foreach (var column in Needed)
        {
            var text = fields[column];
            if (text == "") return ("missing", column);
            if (column == "ordered_at")
            {
                if (!DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)) return ("time", column);
                if (at.Year < 1990) return ("window", column);
                if (Zone.IsInvalidTime(at)) return ("time_gap", column);
            }
            else if (column is "quantity" or "unit_price")
            {
                var number = text[0] is '-' or '+' ? text[1..] : text;
                var parts = number.Split('.');
                if (parts.Length > 2 || parts.Any(part => part == "" || !part.All(char.IsAsciiDigit))) return ("number", column);
                var decimals = column == "quantity" ? 3 : 4;
                if (parts.Length == 2 && parts[1].Length > decimals || parts[0].Length > 18 - decimals) return ("precision", column);
                if (column == "unit_price" && text[0] == '-') return ("negative", column);
            }
        }
        return fields["currency"] == "EUR" ? null : ("currency", "currency");
    }

    private static byte[] Unpacked(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (path.EndsWith(".zst", StringComparison.Ordinal)) return new ZstdSharp.Decompressor().Unwrap(bytes).ToArray();
        if (!path.EndsWith(".gz", StringComparison.Ordinal)) return bytes;
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }

    // Latin-1 keeps each byte one character, so that broken UTF-8 stays visible.
    private static string[] Lines(string path)
    {
        var text = Encoding.Latin1.GetString(Unpacked(path));
        if (text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal)) text = text[3..];
        return text.EndsWith('\n') ? text[..^1].Split('\n') : text.Split('\n');
    }

    private IEnumerable<NaiveLine> JsonLines(string path)
    {
        var (file, lines) = (Path.GetFileName(path), Lines(path));
        for (var i = 0; i < lines.Length; i++)
        {
            Dictionary<string, string>? fields = null;
            try
            {
                using var json = JsonDocument.Parse(Encoding.Latin1.GetBytes(lines[i]));
                fields = json.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.ValueKind switch
                {
                    JsonValueKind.Null => "",
                    JsonValueKind.String => field.Value.GetString()!,
                    _ => field.Value.GetRawText(),
                });
            }
            catch (JsonException)
            {
                Rejected.Add((file, i + 1, "json", null));
            }
            if (fields is not null) yield return new(file, i + 1, fields, lines[i]);
        }
    }

    private IEnumerable<NaiveLine> CsvLines(string path)
    {
        var (file, lines) = (Path.GetFileName(path), Lines(path));
        var header = lines[0].TrimEnd('\r').Split(',');
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].TrimEnd('\r') == "") continue;
            var start = i;
            var record = lines[i];
            var fields = Split(record);
            // A quote still open takes the next lines in; one that leads nowhere gives them back.
            while (fields is { Open: true } && i + 1 < lines.Length) fields = Split(record += "\n" + lines[++i]);
            if (fields.Values is null || fields.Open)
            {
                Rejected.Add((file, start + 1, "quote", null));
                i = start;
                continue;
            }
            if (record.Contains('\0') || !IsUtf8(record)) Rejected.Add((file, start + 1, "encoding", null));
            else if (fields.Values.Count != header.Length) Rejected.Add((file, start + 1, "columns", null));
            else yield return new(file, start + 1, header.Zip(fields.Values).ToDictionary(field => field.First, field => Utf8(field.Second)), record);
        }
    }

    private static (List<string>? Values, bool Open) Split(string record)
    {
        var values = new List<string>();
        if (record.EndsWith('\r')) record = record[..^1];
        for (var at = 0; ;)
        {
            var value = new StringBuilder();
            if (at < record.Length && record[at] == '"')
            {
                for (at++; ; at++)
                {
                    if (at >= record.Length) return (values, true);
                    if (record[at] == '"' && (++at >= record.Length || record[at] != '"')) break;
                    value.Append(record[at]);
                }
                if (at < record.Length && record[at] != ',') return (null, false);
            }
            else while (at < record.Length && record[at] != ',') value.Append(record[at++]);
            values.Add(value.ToString());
            if (at++ >= record.Length) return (values, false);
        }
    }

    private static string Utf8(string latin) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin));

    private static bool IsUtf8(string latin) => Utf8(latin) is var text && !text.Contains('\uFFFD');
}
