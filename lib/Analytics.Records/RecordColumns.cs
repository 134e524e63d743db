using Analytics.Columns;

namespace Analytics.Records;

/// <summary>The columns of an accepted record, and their positions in its batch.</summary>
public static class RecordColumns
{
    /// <summary>VARCHAR: the order.</summary>
    public const int OrderId = 0;
    /// <summary>VARCHAR: the item.</summary>
    public const int ItemId = 1;
    /// <summary>VARCHAR or NULL: the item's name, trimmed.</summary>
    public const int ItemName = 2;
    /// <summary>DECIMAL(18,3): the quantity.</summary>
    public const int Quantity = 3;
    /// <summary>DECIMAL(18,4): the price of one unit, not negative.</summary>
    public const int UnitPrice = 4;
    /// <summary>DECIMAL(28,7): quantity × unit_price, exact.</summary>
    public const int Amount = 5;
    /// <summary>TIMESTAMP: when it was ordered, UTC.</summary>
    public const int OrderedAt = 6;
    /// <summary>DATE: the local date of the order.</summary>
    public const int OrderDate = 7;
    /// <summary>VARCHAR or NULL: the customer.</summary>
    public const int CustomerId = 8;
    /// <summary>VARCHAR or NULL: the country.</summary>
    public const int Country = 9;
    /// <summary>VARCHAR or NULL: the item's category.</summary>
    public const int Category = 10;
    /// <summary>VARCHAR or NULL: the store.</summary>
    public const int StoreId = 11;
    /// <summary>DECIMAL(18,4) or NULL: what one unit cost the shop.</summary>
    public const int UnitCost = 12;
    /// <summary>VARCHAR or NULL: the promotion.</summary>
    public const int Promotion = 13;
    /// <summary>DECIMAL(28,7) or NULL: the discount on the line.</summary>
    public const int DiscountAmount = 14;
    /// <summary>DECIMAL(28,7) or NULL: the tax on the line.</summary>
    public const int TaxAmount = 15;
    /// <summary>VARCHAR or NULL: the currency.</summary>
    public const int Currency = 16;
    /// <summary>INTEGER: a <see cref="RecordKind"/>.</summary>
    public const int Kind = 17;
    /// <summary>BIGINT: the physical line, from 1, on which the record starts; in Parquet the row from 1.</summary>
    public const int SourceLine = 18;
    /// <summary>
    /// BIGINT: the upper half of the fingerprint, the XXH128 of the raw text of every source column. Two records have the same one
    /// exactly where the names and raw texts of all their source columns are equal (up to a chance of 2^-128 a pair), whatever the order of the columns.
    /// </summary>
    public const int FingerprintHigh = 19;
    /// <summary>BIGINT: the lower half of the fingerprint.</summary>
    public const int FingerprintLow = 20;

    /// <summary>The columns, in order of these positions.</summary>
    public static IReadOnlyList<Column> All { get; } =
    [
        new("order_id", ColumnType.Text), new("item_id", ColumnType.Text), new("item_name", ColumnType.Text, true),
        new("quantity", ColumnType.Quantity), new("unit_price", ColumnType.Price), new("amount", ColumnType.Amount),
        new("ordered_at", ColumnType.Timestamp), new("order_date", ColumnType.Date), new("customer_id", ColumnType.Text, true),
        new("country", ColumnType.Text, true), new("category", ColumnType.Text, true), new("store_id", ColumnType.Text, true),
        new("unit_cost", ColumnType.Price, true), new("promotion", ColumnType.Text, true), new("discount_amount", ColumnType.Amount, true),
        new("tax_amount", ColumnType.Amount, true), new("currency", ColumnType.Text, true), new("kind", ColumnType.Int32),
        new("source_line", ColumnType.Int64), new("fingerprint_high", ColumnType.Int64), new("fingerprint_low", ColumnType.Int64),
    ];
}
