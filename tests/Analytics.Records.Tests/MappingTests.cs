namespace Analytics.Records.Tests;

public sealed class MappingTests
{
    [Fact]
    public void ValidMappingsHaveNoErrors()
    {
        Assert.Empty(Mappings.OnlineRetail.Validate());
        Assert.Empty(Mappings.Full.Validate());
        Assert.Empty(Mappings.Positions('\t', '\0').Validate());
    }

    public static TheoryData<string, RecordMapping> Broken => new()
    {
        { "columns.quantity: it is missing", Without("quantity") },
        { "columns.quantty: there is no such column; did you mean 'quantity'", With("quantty", new() { Source = "x" }) },
        { "columns.item_id.source: it is empty", With("item_id", new()) },
        { "columns.quantity.upper: only a text", With("quantity", new() { Source = "Quantity", Upper = true }) },
        { "columns.quantity.formats: only ordered_at", With("quantity", new() { Source = "Quantity", Formats = ["yyyy"] }) },
        { "columns.ordered_at.formats: none is given", With("ordered_at", new() { Source = "InvoiceDate" }) },
        { "columns.ordered_at.formats: 'yyyy': it has no month", With("ordered_at", new() { Source = "InvoiceDate", Formats = ["yyyy"] }) },
        { "time_zone: it is missing", Mappings.OnlineRetail with { TimeZone = null } },
        { "time_zone: 'Europe/Londn' is no zone", Mappings.OnlineRetail with { TimeZone = "Europe/Londn" } },
        { "encoding: 'utf-16' is not known", Mappings.OnlineRetail with { Encoding = "utf-16" } },
        { "delimiter: U+000A cannot", Mappings.OnlineRetail with { Delimiter = '\n' } },
        { "quote: ',' is the delimiter too", Mappings.OnlineRetail with { Quote = ',' } },
        { "cancellation_pattern: '(' is no regular expression", Mappings.OnlineRetail with { CancellationPattern = "(" } },
        { "product_pattern: '(?=a)' is no regular expression", Mappings.OnlineRetail with { ProductPattern = "(?=a)" } },
        { "currency: it is empty", Mappings.OnlineRetail with { Currency = "" } },
        { "date_from: 2020-01-01 is after date_to, 2019-01-01", Mappings.OnlineRetail with { DateFrom = new(2020, 1, 1), DateTo = new(2019, 1, 1) } },
        { "columns.order_id.source: 'InvoiceNo' is no position", Mappings.OnlineRetail with { Header = false } },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void NamesTheKeyOfAnError(string expected, RecordMapping mapping)
        => Assert.Contains(mapping.Validate(), error => error.StartsWith(expected, StringComparison.Ordinal));

    private static RecordMapping With(string key, ColumnMapping column)
        => Mappings.OnlineRetail with { Columns = new Dictionary<string, ColumnMapping>(Mappings.OnlineRetail.Columns) { [key] = column } };

    private static RecordMapping Without(string key)
        => Mappings.OnlineRetail with { Columns = Mappings.OnlineRetail.Columns.Where(pair => pair.Key != key).ToDictionary() };
}
