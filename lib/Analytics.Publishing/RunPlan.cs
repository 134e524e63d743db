namespace Analytics.Publishing;

/// <summary>What a run will be: known before any stage works.</summary>
public sealed record RunPlan
{
    /// <summary>What the key is computed from.</summary>
    public required RunKeyParts KeyParts { get; init; }
    /// <summary>The base, or null.</summary>
    public RunBase? Base { get; init; }
    /// <summary>What the run takes in or away relative to its base.</summary>
    public required RunChanges Changes { get; init; }
    /// <summary>The program's version.</summary>
    public required string ProgramVersion { get; init; }
}

/// <summary>An open run as a list shows it.</summary>
/// <param name="Key">The key.</param>
/// <param name="BusinessDate">The business date.</param>
/// <param name="StartedAt">When it was opened first.</param>
/// <param name="TouchedAt">When a stage last ended in it.</param>
/// <param name="StagesDone">The stages that are done.</param>
/// <param name="Owner">Who works on it now; null for nobody.</param>
/// <param name="Plan">What the run will be.</param>
public sealed record OpenRun(
    string Key, DateOnly BusinessDate, DateTimeOffset StartedAt, DateTimeOffset TouchedAt, IReadOnlyList<string> StagesDone, LockOwner? Owner, RunPlan Plan);
