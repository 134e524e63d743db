using System.Globalization;

namespace Analytics.Sample;

/// <summary>One transaction line as the shop wrote it; times are local.</summary>
internal sealed record ShopLine(
    string OrderId, string ItemId, string ItemName, decimal Quantity, DateTime OrderedAt, decimal UnitPrice, string CustomerId, string Country,
    string Category, string StoreId, decimal UnitCost, string Promotion, decimal? DiscountAmount, decimal? TaxAmount, string Currency)
{
    public static readonly string[] Columns =
    [
        "order_id", "item_id", "item_name", "quantity", "ordered_at", "unit_price", "customer_id", "country", "category", "store_id", "unit_cost",
        "promotion", "discount_amount", "tax_amount", "currency",
    ];

    /// <summary>The columns that hold numbers in JSON.</summary>
    public static readonly HashSet<string> Numbers = ["quantity", "unit_price", "unit_cost", "discount_amount", "tax_amount"];

    public const string TimeFormat = "yyyy-MM-dd HH:mm:ss";

    public DateOnly Date => DateOnly.FromDateTime(OrderedAt);

    /// <summary>The fields' texts in the order of <see cref="Columns"/>; '' where nothing is known.</summary>
    public string[] Texts() =>
    [
        OrderId, ItemId, ItemName, Text(Quantity), OrderedAt.ToString(TimeFormat, CultureInfo.InvariantCulture), Text(UnitPrice), CustomerId, Country,
        Category, StoreId, Text(UnitCost), Promotion, Text(DiscountAmount), Text(TaxAmount), Currency,
    ];

    /// <summary>The fate that the contract gives a good line, duplicates aside.</summary>
    public Fate NaturalFate =>
        ItemId.Length != 4 || !ItemId.All(char.IsAsciiDigit) || UnitPrice == 0 ? Fate.Adjustment
        : OrderId.StartsWith('C') || Quantity < 0 ? Fate.Return
        : Fate.Sale;

    private static string Text(decimal? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
