namespace Analytics.Mining;

/// <summary>Which itemsets.</summary>
public enum ItemsetKind
{
    /// <summary>All with enough support.</summary>
    Frequent,

    /// <summary>Frequent sets without a superset of the same support: they give the supports of all others.</summary>
    Closed,

    /// <summary>Frequent sets without a frequent superset: the border.</summary>
    Maximal,

    /// <summary>Frequent sets without a proper subset of the same support, the empty set (in all baskets) included.</summary>
    Generator,
}

/// <summary>How frequent itemsets are searched; all of them find the same.</summary>
public enum MiningAlgorithm
{
    /// <summary>The cheapest form of the baskets at each step: lists, bitmaps or words.</summary>
    Auto,

    /// <summary>Level by level with candidates (Agrawal and Srikant 1994). For comparison: the slowest.</summary>
    Apriori,

    /// <summary>Pattern trees (Han, Pei and Yin 2000).</summary>
    FpGrowth,

    /// <summary>Bitmaps throughout (Zaki 2000).</summary>
    Eclat,

    /// <summary>Occurrence lists until 64 baskets are left (Uno, Kiyomi and Arimura 2004).</summary>
    Lcm,
}

/// <summary>What to mine, and within which budgets.</summary>
public readonly record struct MiningOptions
{
    /// <summary>Options with their defaults.</summary>
    public MiningOptions() { }

    /// <summary>The least number of baskets that hold an itemset; 1 or more.</summary>
    public int MinimumSupport { get; init; } = 1;

    /// <summary>Which itemsets; all frequent ones by default. Only these give rules.</summary>
    public ItemsetKind Kind { get; init; }

    /// <summary>How <see cref="ItemsetKind.Frequent"/> sets are searched; the other kinds have one search each.</summary>
    public MiningAlgorithm Algorithm { get; init; }

    /// <summary>The least number of items of an itemset that is reported. Default 1.</summary>
    public int MinimumLength { get; init; } = 1;

    /// <summary>
    /// The greatest number of items of an itemset that is reported. 0, the default, for no limit. Whether a set is closed,
    /// maximal or a generator is decided over sets of all lengths.
    /// </summary>
    public int MaximumLength { get; init; }

    /// <summary>Threads to mine with; the result is the same for any number. Default 1; 0 for one a processor.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// The most search nodes (itemsets whose extensions were looked for). 0, the default, for no limit.
    /// A count of work, the same on every machine; when it is hit the result says so.
    /// </summary>
    public long MaximumNodes { get; init; }

    /// <summary>
    /// The most bytes of itemsets that are kept: 4 an item and 8 an itemset. 0, the default, for as much as a table can hold
    /// (two thousand million items). When it is hit the result says so.
    /// </summary>
    public long MaximumBytes { get; init; }

    internal int EffectiveMaximumLength => MaximumLength == 0 ? int.MaxValue : MaximumLength;

    internal int EffectiveThreads => Threads == 0 ? Environment.ProcessorCount : Threads;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumSupport, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumLength);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumNodes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumBytes);
    }
}
