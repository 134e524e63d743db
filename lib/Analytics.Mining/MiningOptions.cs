namespace Analytics.Mining;

/// <summary>What to mine, and within which budgets.</summary>
public readonly record struct MiningOptions
{
    /// <summary>Options with their defaults.</summary>
    public MiningOptions() { }

    /// <summary>The least number of baskets that hold an itemset; 1 or more.</summary>
    public int MinimumSupport { get; init; } = 1;

    /// <summary>The least number of items of an itemset that is reported. Default 1.</summary>
    public int MinimumLength { get; init; } = 1;

    /// <summary>The greatest number of items of an itemset. 0, the default, for no limit.</summary>
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
