using System.Globalization;
using System.Text.Json;
using Analytics.Records;

namespace Analytics.Tasks;

/// <summary>
/// A mapping as JSON for the executors, the rules of its time zone included: all of them then read local times alike, whatever
/// tzdata they have, or none. Equal mappings give equal bytes.
/// </summary>
public static class MappingJson
{
    /// <summary>Writes a mapping that is valid on this machine.</summary>
    public static byte[] Write(RecordMapping mapping)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("format", mapping.Format.ToString());
            json.WriteNumber("delimiter", mapping.Delimiter);
            json.WriteNumber("quote", mapping.Quote);
            json.WriteBoolean("header", mapping.Header);
            json.WriteString("encoding", mapping.Encoding);
            json.WriteString("time_zone", mapping.TimeZone);
            json.WriteString("time_zone_rules", mapping.TimeZone is null ? null : mapping.TimeZoneRules ?? ZoneRules.Of(mapping.TimeZone));
            json.WriteString("cancellation_pattern", mapping.CancellationPattern);
            json.WriteString("product_pattern", mapping.ProductPattern);
            json.WriteString("currency", mapping.Currency);
            json.WriteNumber("date_from", mapping.DateFrom.DayNumber);
            json.WriteNumber("date_to", mapping.DateTo.DayNumber);
            json.WriteStartObject("columns");
            foreach (var (name, column) in mapping.Columns.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(name);
                json.WriteString("source", column.Source);
                json.WriteBoolean("trim", column.Trim);
                json.WriteBoolean("upper", column.Upper);
                json.WriteStartArray("formats");
                foreach (var format in column.Formats) json.WriteStringValue(format);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ArgumentException">Other bytes.</exception>
    public static RecordMapping Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            using var document = JsonDocument.ParseValue(ref reader);
            var json = document.RootElement;
            return new RecordMapping
            {
                Format = json.GetProperty("format").GetString() switch
                {
                    "Csv" => SourceFormat.Csv,
                    "JsonLines" => SourceFormat.JsonLines,
                    "Parquet" => SourceFormat.Parquet,
                    "Auto" => SourceFormat.Auto,
                    var other => throw new ArgumentException($"the mapping has the format '{other}'", nameof(bytes)),
                },
                Delimiter = (char)json.GetProperty("delimiter").GetUInt16(),
                Quote = (char)json.GetProperty("quote").GetUInt16(),
                Header = json.GetProperty("header").GetBoolean(),
                Encoding = json.GetProperty("encoding").GetString()!,
                TimeZone = json.GetProperty("time_zone").GetString(),
                TimeZoneRules = json.GetProperty("time_zone_rules").GetString(),
                CancellationPattern = json.GetProperty("cancellation_pattern").GetString(),
                ProductPattern = json.GetProperty("product_pattern").GetString(),
                Currency = json.GetProperty("currency").GetString(),
                DateFrom = DateOnly.FromDayNumber(json.GetProperty("date_from").GetInt32()),
                DateTo = DateOnly.FromDayNumber(json.GetProperty("date_to").GetInt32()),
                Columns = json.GetProperty("columns").EnumerateObject().ToDictionary(column => column.Name, column => new ColumnMapping
                {
                    Source = column.Value.GetProperty("source").GetString()!,
                    Trim = column.Value.GetProperty("trim").GetBoolean(),
                    Upper = column.Value.GetProperty("upper").GetBoolean(),
                    Formats = [.. column.Value.GetProperty("formats").EnumerateArray().Select(format => format.GetString()!)],
                }, StringComparer.Ordinal),
            };
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"the side input of {bytes.Length} bytes is no mapping: {wrong.Message}"), nameof(bytes), wrong);
        }
    }
}
