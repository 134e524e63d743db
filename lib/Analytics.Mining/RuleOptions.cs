namespace Analytics.Mining;

/// <summary>Which rules to make from itemsets.</summary>
public readonly record struct RuleOptions
{
    /// <summary>Options with their defaults.</summary>
    public RuleOptions() { }

    /// <summary>The least confidence, 0 to 1, compared exactly. Default 0.5. At most 18 decimals.</summary>
    public decimal MinimumConfidence { get; init; } = 0.5m;

    /// <summary>The most items of a consequent. 0, the default, for no limit.</summary>
    public int MaximumConsequent { get; init; }

    /// <summary>The most rules; 0, the default, for as many as a table can hold. When there are more, the table says it is truncated.</summary>
    public int MaximumRules { get; init; }

    /// <summary>Threads for the measures; the result is the same for any number. Default 1; 0 for one a processor.</summary>
    public int Threads { get; init; } = 1;

    internal int EffectiveThreads => Threads == 0 ? Environment.ProcessorCount : Threads;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumConfidence, 0m);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MinimumConfidence, 1m);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumConsequent);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumRules);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
    }
}
