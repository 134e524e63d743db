using Analytics.Mining;

namespace Analytics.Jobs.Mining;

/// <summary>How a file of baskets is laid out.</summary>
internal enum BasketFormat
{
    /// <summary>By the name: .csv, .tsv and .parquet hold pairs, anything else one basket a line.</summary>
    Auto,

    /// <summary>One basket a line, items apart by white space.</summary>
    Baskets,

    /// <summary>Order/item pairs in separated values with a header.</summary>
    Csv,

    /// <summary>Order/item pairs in Parquet.</summary>
    Parquet,
}

/// <summary>What was read from a file of baskets.</summary>
/// <param name="Baskets">The baskets; item codes follow the UTF-8 order of the ids.</param>
/// <param name="Ids">The id of each item code.</param>
/// <param name="BlankLines">Lines without items: they are no baskets.</param>
internal sealed record BasketFile(BasketSet Baskets, string[] Ids, long BlankLines);

/// <summary>How to read a file of baskets.</summary>
internal sealed record BasketFileOptions
{
    public BasketFormat Format { get; init; }

    /// <summary>The column of order ids in pairs; null for order_id where there is one, else the first.</summary>
    public string? OrderColumn { get; init; }

    /// <summary>The column of item ids in pairs; null for item_id where there is one, else the second.</summary>
    public string? ItemColumn { get; init; }

    /// <summary>Larger baskets keep their most frequent items; 0 for no cap.</summary>
    public int MaximumBasketSize { get; init; }
}
