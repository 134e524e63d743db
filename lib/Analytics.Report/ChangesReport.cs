namespace Analytics.Report;

/// <summary>What differs from the base run.</summary>
public sealed record ChangesReport
{
    /// <summary>Source files that are new, replaced or retracted.</summary>
    public IReadOnlyList<FileChange> Files { get; init; } = [];

    /// <summary>Order dates whose lines are new, others than before or gone, in any order.</summary>
    public IReadOnlyList<DateOnly> DatesRebuilt { get; init; } = [];

    /// <summary>Rules that the base run did not have; the page shows the first <see cref="ReportPage.RuleChangesShown"/> by lift.</summary>
    public IReadOnlyList<ReportRule> NewRules { get; init; } = [];

    /// <summary>How many rules are new. Null where <see cref="NewRules"/> holds them all.</summary>
    public long? NewRuleCount { get; init; }

    /// <summary>Rules of the base run that are gone, with the base run's numbers.</summary>
    public IReadOnlyList<ReportRule> GoneRules { get; init; } = [];

    /// <summary>How many rules are gone. Null where <see cref="GoneRules"/> holds them all.</summary>
    public long? GoneRuleCount { get; init; }

    /// <summary>Rules that both runs have; null where the runs' rules were not compared.</summary>
    public long? KeptRules { get; init; }

    /// <summary>
    /// Rules of both runs whose confidence differs by more than chance; the page shows the first
    /// <see cref="ReportPage.RuleChangesShown"/> by how much.
    /// </summary>
    public IReadOnlyList<RuleShift> ChangedRules { get; init; } = [];

    /// <summary>How many rules changed. Null where <see cref="ChangedRules"/> holds them all.</summary>
    public long? ChangedRuleCount { get; init; }
}

/// <summary>A rule whose confidence changed.</summary>
/// <param name="Rule">The rule with this run's numbers.</param>
/// <param name="ConfidenceBefore">Its confidence in the base run.</param>
/// <param name="PValue">Fisher's exact test that both are the same, two-sided.</param>
public sealed record RuleShift(ReportRule Rule, double ConfidenceBefore, double PValue);

/// <summary>How a source file differs from the base run.</summary>
public enum FileChangeKind
{
    /// <summary>The base run did not know it.</summary>
    New,
    /// <summary>Other bytes under a known name.</summary>
    Replaced,
    /// <summary>Taken back.</summary>
    Retracted,
}

/// <summary>One changed source file.</summary>
/// <param name="SourceFile">Its name.</param>
/// <param name="Kind">How it changed.</param>
/// <param name="Records">Records in it now (for a retracted file: that it had); null where not known.</param>
public sealed record FileChange(string SourceFile, FileChangeKind Kind, long? Records);
