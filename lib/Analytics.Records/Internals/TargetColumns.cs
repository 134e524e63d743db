using System.Globalization;

namespace Analytics.Records.Internals;

internal enum TargetKind
{
    Text,
    Number,
    Time,
}

internal sealed record TargetColumn(string Name, bool Needed, TargetKind Kind, int Digits = 0, int Scale = 0);

/// <summary>The columns that a mapping can name, in the order in which the contract checks them.</summary>
internal static class TargetColumns
{
    public const int OrderId = 0;
    public const int ItemId = 1;
    public const int Quantity = 2;
    public const int OrderedAt = 3;
    public const int UnitPrice = 4;
    public const int ItemName = 5;
    public const int CustomerId = 6;
    public const int Country = 7;
    public const int Category = 8;
    public const int StoreId = 9;
    public const int UnitCost = 10;
    public const int Promotion = 11;
    public const int DiscountAmount = 12;
    public const int TaxAmount = 13;
    public const int Currency = 14;
    public const int Count = 15;

    public static readonly TargetColumn[] All =
    [
        new("order_id", true, TargetKind.Text), new("item_id", true, TargetKind.Text), new("quantity", true, TargetKind.Number, 18, 3),
        new("ordered_at", true, TargetKind.Time), new("unit_price", true, TargetKind.Number, 18, 4), new("item_name", false, TargetKind.Text),
        new("customer_id", false, TargetKind.Text), new("country", false, TargetKind.Text), new("category", false, TargetKind.Text),
        new("store_id", false, TargetKind.Text), new("unit_cost", false, TargetKind.Number, 18, 4), new("promotion", false, TargetKind.Text),
        new("discount_amount", false, TargetKind.Number, 28, 7), new("tax_amount", false, TargetKind.Number, 28, 7), new("currency", false, TargetKind.Text),
    ];

    public static int IndexOf(string name)
    {
        for (var i = 0; i < All.Length; i++)
            if (All[i].Name == name) return i;
        return -1;
    }

    /// <summary>Reads a position from 1, as a mapping names a column of a file without header.</summary>
    public static bool TryPosition(string source, out int position)
        => int.TryParse(source, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position is >= 1 and <= 100_000;
}
