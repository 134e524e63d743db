using System.Text.Json;
using Analytics.Records;

namespace Analytics.Tasks;

/// <summary>What a file, or a range of its lines, held: as JSON on its way from the executors, and put together from its ranges.</summary>
public static class SummaryJson
{
    /// <summary>Writes a summary.</summary>
    public static byte[] Write(ParseSummary summary)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("records", summary.Records);
            json.WriteNumber("rejected", summary.Rejected);
            json.WriteNumber("rows", summary.Rows);
            json.WriteString("sha256", summary.Sha256);
            json.WriteNumber("bytes", summary.Bytes);
            json.WriteNumber("unpacked_bytes", summary.UnpackedBytes);
            json.WriteNumber("chunks", summary.Chunks);
            json.WriteStartArray("dates");
            foreach (var date in summary.Dates)
            {
                json.WriteStartArray();
                json.WriteNumberValue(date.Date.DayNumber);
                json.WriteNumberValue(date.Rows);
                json.WriteNumberValue(date.FirstLine);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteStartObject("rejected_by_rule");
            foreach (var rule in summary.RejectedByRule) json.WriteNumber(rule.Rule, rule.Records);
            json.WriteEndObject();
            json.WriteStartArray("currencies");
            foreach (var currency in summary.Currencies) json.WriteStringValue(currency);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ParseSummary Read(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var json = document.RootElement;
        return new ParseSummary
        {
            Records = json.GetProperty("records").GetInt64(),
            Rejected = json.GetProperty("rejected").GetInt64(),
            Rows = json.GetProperty("rows").GetInt64(),
            Sha256 = json.GetProperty("sha256").GetString()!,
            Bytes = json.GetProperty("bytes").GetInt64(),
            UnpackedBytes = json.GetProperty("unpacked_bytes").GetInt64(),
            Chunks = json.GetProperty("chunks").GetInt32(),
            Dates = [.. json.GetProperty("dates").EnumerateArray().Select(date => new DateCount(DateOnly.FromDayNumber(date[0].GetInt32()), date[1].GetInt64(), date[2].GetInt64()))],
            RejectedByRule = [.. json.GetProperty("rejected_by_rule").EnumerateObject().Select(rule => new RuleCount(rule.Name, rule.Value.GetInt64()))],
            Currencies = [.. json.GetProperty("currencies").EnumerateArray().Select(currency => currency.GetString()!)],
        };
    }

    /// <summary>The summary of a file from those of its ranges, in any order.</summary>
    /// <param name="ranges">The ranges, at least one.</param>
    /// <param name="sha256">SHA-256 of the whole file, which no range knows.</param>
    /// <param name="bytes">The file's length.</param>
    public static ParseSummary Merge(IReadOnlyCollection<ParseSummary> ranges, string sha256, long bytes)
    {
        if (ranges.Count == 0) throw new ArgumentException("a file has at least one range", nameof(ranges));
        return new ParseSummary
        {
            Records = ranges.Sum(range => range.Records),
            Rejected = ranges.Sum(range => range.Rejected),
            Rows = ranges.Sum(range => range.Rows),
            Sha256 = sha256,
            Bytes = bytes,
            UnpackedBytes = bytes,
            Chunks = ranges.Sum(range => range.Chunks),
            Dates = [.. ranges.SelectMany(range => range.Dates).GroupBy(date => date.Date).OrderBy(group => group.Key)
                .Select(group => new DateCount(group.Key, group.Sum(date => date.Rows), group.Min(date => date.FirstLine)))],
            RejectedByRule = [.. ranges.SelectMany(range => range.RejectedByRule).GroupBy(rule => rule.Rule).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new RuleCount(group.Key, group.Sum(rule => rule.Records)))],
            Currencies = [.. ranges.SelectMany(range => range.Currencies).Distinct(StringComparer.Ordinal)
                .OrderBy(currency => currency, Comparer<string>.Create((a, b) => System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b))))
                .Take(ParseSummary.MaxCurrencies)],
        };
    }
}
