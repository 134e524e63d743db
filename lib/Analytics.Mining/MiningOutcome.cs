namespace Analytics.Mining;

/// <summary>Which budget ended a search early.</summary>
public enum Truncation
{
    /// <summary>None: the result is complete.</summary>
    None,

    /// <summary><see cref="MiningOptions.MaximumNodes"/>.</summary>
    Nodes,

    /// <summary><see cref="MiningOptions.MaximumBytes"/>.</summary>
    Bytes,
}

/// <summary>
/// How far a search got. Truncated results hold all itemsets over the <see cref="CompleteItems"/> most frequent items
/// (ties: the least code), so that what is there is a complete answer to a smaller question.
/// </summary>
/// <param name="Truncation">What ended it, or <see cref="Truncation.None"/>.</param>
/// <param name="FrequentItems">Items that alone are frequent.</param>
/// <param name="CompleteItems">How many of them, from the most frequent, the result covers; all of them unless truncated.</param>
/// <param name="Nodes">Search nodes behind the result.</param>
public readonly record struct MiningOutcome(Truncation Truncation, int FrequentItems, int CompleteItems, long Nodes)
{
    /// <summary>Whether a budget ended the search early.</summary>
    public bool Truncated => Truncation != Truncation.None;

    /// <summary>One line for a log, a report or a check.</summary>
    public override string ToString() => Truncated
        ? FormattableString.Invariant(
            $"truncated by the budget of {(Truncation == Truncation.Nodes ? "search nodes" : "memory")}: complete for the {CompleteItems} most frequent of {FrequentItems} frequent items")
        : FormattableString.Invariant($"complete for all {FrequentItems} frequent items");
}

/// <summary>The number of itemsets by size.</summary>
/// <param name="BySize">Entry k: the itemsets of k items; entry 0 is 0.</param>
/// <param name="Outcome">How far the search got.</param>
public sealed record ItemsetCounts(long[] BySize, MiningOutcome Outcome)
{
    /// <summary>All of them.</summary>
    public long Total => BySize.Sum();
}

/// <summary>Itemsets and how far the search for them got.</summary>
/// <param name="Itemsets">The itemsets in order.</param>
/// <param name="Outcome">How far the search got.</param>
public sealed record MiningResult(ItemsetTable Itemsets, MiningOutcome Outcome);
