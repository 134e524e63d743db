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
/// <param name="Parts">What the baskets are contrasted by; null where no column was named for it.</param>
internal sealed record BasketFile(BasketSet Baskets, string[] Ids, long BlankLines, FileParts? Parts = null);

/// <summary>The parts of the baskets of a file.</summary>
/// <param name="Names">Their names, in UTF-8 order.</param>
/// <param name="Of">The part of each basket: that of its first pair.</param>
internal sealed record FileParts(string[] Names, int[] Of);

/// <summary>How to read a file of baskets.</summary>
internal sealed record BasketFileOptions
{
    public BasketFormat Format { get; init; }

    /// <summary>The column of order ids in pairs; null for order_id where there is one, else the first.</summary>
    public string? OrderColumn { get; init; }

    /// <summary>The column of item ids in pairs; null for item_id where there is one, else the second.</summary>
    public string? ItemColumn { get; init; }

    /// <summary>The column of pairs that baskets are contrasted by; null for none.</summary>
    public string? PartColumn { get; init; }

    /// <summary>Larger baskets keep their most frequent items; 0 for no cap.</summary>
    public int MaximumBasketSize { get; init; }
}
