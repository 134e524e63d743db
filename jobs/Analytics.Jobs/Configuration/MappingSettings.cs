using Analytics.Records;

namespace Analytics.Jobs.Configuration;

/// <summary>From the settings of the input to the parser's own mapping.</summary>
internal static class MappingSettings
{
    public static RecordMapping ToMapping(InputSettings input) => new()
    {
        Format = input.Format switch
        {
            "csv" => SourceFormat.Csv,
            "json_lines" => SourceFormat.JsonLines,
            "parquet" => SourceFormat.Parquet,
            _ => SourceFormat.Auto,
        },
        Delimiter = input.Delimiter[0],
        Quote = input.Quote[0],
        Header = input.Header,
        Encoding = input.Encoding,
        TimeZone = input.TimeZone,
        CancellationPattern = input.CancellationPattern,
        ProductPattern = input.ProductPattern,
        Currency = input.Currency,
        DateFrom = input.DateFrom,
        DateTo = input.DateTo,
        Columns = input.Columns.ToDictionary(
            entry => entry.Key,
            entry => new ColumnMapping { Source = entry.Value.Source, Trim = entry.Value.Trim, Upper = entry.Value.Upper, Formats = entry.Value.Formats },
            StringComparer.Ordinal),
    };
}
