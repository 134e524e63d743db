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

    /// <summary>Every column of the contract, with every option that a mapping has.</summary>
    public static RecordMapping Full { get; } = new()
    {
        TimeZone = "America/New_York",
        CancellationPattern = "^C",
        ProductPattern = "^[A-Z0-9]+$",
        Currency = "EUR",
        DateFrom = new DateOnly(2000, 1, 1),
        DateTo = new DateOnly(2030, 12, 31),
        Columns = new Dictionary<string, ColumnMapping>
        {
            ["order_id"] = new() { Source = "order" },
            ["item_id"] = new() { Source = "item", Trim = true, Upper = true },
            ["quantity"] = new() { Source = "qty", Trim = true },
            ["ordered_at"] = new() { Source = "at", Formats = ["d/M/yyyy H:mm", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFzzz", "yyyy-MM-dd hh:mm tt"] },
            ["unit_price"] = new() { Source = "price" },
            ["item_name"] = new() { Source = "name" },
            ["customer_id"] = new() { Source = "customer", Trim = true },
            ["country"] = new() { Source = "country", Upper = true },
            ["category"] = new() { Source = "category" },
            ["store_id"] = new() { Source = "store" },
            ["unit_cost"] = new() { Source = "cost" },
            ["promotion"] = new() { Source = "promotion" },
            ["discount_amount"] = new() { Source = "discount" },
            ["tax_amount"] = new() { Source = "tax" },
            ["currency"] = new() { Source = "currency" },
        },
    };

    public const string FullHeader = "order,item,qty,at,price,name,customer,country,category,store,cost,promotion,discount,tax,currency,extra";
}
