namespace Analytics.Records;

/// <summary>What an accepted record is, duplicates left aside: the last three fates of the contract.</summary>
public enum RecordKind
{
    /// <summary>An item sold.</summary>
    Sale = 0,
    /// <summary>The order is a cancellation, or the quantity is negative.</summary>
    Return = 1,
    /// <summary>The item is no product, or the price is 0.</summary>
    Adjustment = 2,
}
