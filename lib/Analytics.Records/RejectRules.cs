namespace Analytics.Records;

/// <summary>
/// Why a record is rejected. Those of the whole record come first, in this order; then the columns in the order of the contract
/// (order_id, item_id, quantity, ordered_at, unit_price, item_name, customer_id, country, category, store_id, unit_cost, promotion,
/// discount_amount, tax_amount, currency, and last the derived amount): the first that fails names the reject.
/// </summary>
public static class RejectRules
{
    /// <summary>The line is longer than <see cref="ParseOptions.MaxRecordBytes"/>.</summary>
    public const string Size = "size";
    /// <summary>A quoted field is never closed, or text follows its closing quote: the first line alone is rejected, and reading goes on with the next.</summary>
    public const string Quote = "quote";
    /// <summary>The record holds bytes that are no text in the file's encoding, or a NUL.</summary>
    public const string Encoding = "encoding";
    /// <summary>The line is no JSON object of plain values with distinct names.</summary>
    public const string Json = "json";
    /// <summary>The record has more or fewer fields than the header.</summary>
    public const string Columns = "columns";
    /// <summary>A needed value is missing.</summary>
    public const string Missing = "missing";
    /// <summary>The text is no number of the contract's grammar, <c>[+-]?\d+(\.\d+)?</c>.</summary>
    public const string Number = "number";
    /// <summary>A number has more decimals or digits than its type holds.</summary>
    public const string Precision = "precision";
    /// <summary>A price is negative.</summary>
    public const string Negative = "negative";
    /// <summary>The text has none of the configured time formats, or names no real date or time.</summary>
    public const string Time = "time";
    /// <summary>The local time does not exist: the clocks jumped over it.</summary>
    public const string TimeGap = "time_gap";
    /// <summary>The local date is outside the configured window.</summary>
    public const string Window = "window";
    /// <summary>Another currency than the configured one.</summary>
    public const string Currency = "currency";
}
