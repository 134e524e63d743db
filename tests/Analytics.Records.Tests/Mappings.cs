namespace Analytics.Records.Tests;

internal static class Mappings
{
    /// <summary>The layout of Online Retail as the contract's numbers were computed for.</summary>
    public static RecordMapping OnlineRetail { get; } = new()
    {
        TimeZone = "Europe/London",
        CancellationPattern = "^C",
        ProductPattern = @"^(\d{5}|DCGS|gift_)",
        Columns = new Dictionary<string, ColumnMapping>
        {
            ["order_id"] = new() { Source = "InvoiceNo" },
            ["item_id"] = new() { Source = "StockCode" },
            ["item_name"] = new() { Source = "Description" },
            ["quantity"] = new() { Source = "Quantity" },
            ["ordered_at"] = new() { Source = "InvoiceDate", Formats = ["yyyy-MM-dd HH:mm:ss"] },
            ["unit_price"] = new() { Source = "UnitPrice" },
            ["customer_id"] = new() { Source = "CustomerID" },
            ["country"] = new() { Source = "Country" },
        },
    };

    /// <summary>A file without header: order_id, item_id, quantity, ordered_at (a date), unit_price.</summary>
    public static RecordMapping Positions(char delimiter, char quote) => new()
    {
        Format = SourceFormat.Csv,
        Delimiter = delimiter,
        Quote = quote,
        Header = false,
        TimeZone = "UTC",
        CancellationPattern = "^C",
        ProductPattern = "^i",
        Columns = new Dictionary<string, ColumnMapping>
        {
            ["order_id"] = new() { Source = "1" },
            ["item_id"] = new() { Source = "2" },
            ["quantity"] = new() { Source = "3" },
            ["ordered_at"] = new() { Source = "4", Formats = ["yyyy-MM-dd"] },
            ["unit_price"] = new() { Source = "5" },
        },
    };
}
