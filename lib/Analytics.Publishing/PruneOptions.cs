namespace Analytics.Publishing;

/// <summary>What is to stay. A run that either rule keeps stays; without a rule every run stays and only what nobody needs goes.</summary>
public sealed record PruneOptions
{
    /// <summary>Keeps the current runs of this many latest business dates; null for no such rule.</summary>
    public int? KeepRuns { get; init; }
    /// <summary>Keeps the current runs of the business dates of this many days up to the latest one; null for no such rule.</summary>
    public int? KeepDays { get; init; }
    /// <summary>Runs that must stay whatever the rules say: those anchored or waiting for it.</summary>
    public IReadOnlyCollection<RunRef> Anchored { get; init; } = [];
    /// <summary>Open runs that nobody has worked on for so long are deleted.</summary>
    public TimeSpan StagingAge { get; init; } = TimeSpan.FromDays(7);
    /// <summary>Deletes nothing and says what would be.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What pruning removed, or would.</summary>
public sealed record PruneReport
{
    /// <summary>Runs that stay, with the reason.</summary>
    public required IReadOnlyList<KeptRun> Kept { get; init; }
    /// <summary>Runs removed.</summary>
    public required IReadOnlyList<RunRef> Removed { get; init; }
    /// <summary>Curated files removed, relative to the lake.</summary>
    public required IReadOnlyList<string> CuratedFiles { get; init; }
    /// <summary>Keys of open runs removed.</summary>
    public required IReadOnlyList<string> Staging { get; init; }
    /// <summary>
    /// Bytes freed: of the removed runs' own files (their transactions are names of curated files) and of the curated files removed.
    /// </summary>
    public required long Bytes { get; init; }
}

/// <summary>A run that stays.</summary>
/// <param name="Run">The run.</param>
/// <param name="Reason">Why.</param>
public sealed record KeptRun(RunRef Run, string Reason);
