namespace Analytics.Records.Curation;

/// <summary>What becomes of a record that equals another one of the same date in the raw text of every source column.</summary>
public enum DuplicatePolicy
{
    /// <summary>The one with the least (source_file, source_line) stays, the others are dropped and counted.</summary>
    Drop,
    /// <summary>All stay and count as what they are.</summary>
    Keep,
    /// <summary>The load ends with <see cref="DuplicateRecordsException"/>.</summary>
    Fail,
}

/// <summary>Where and how curated files are made.</summary>
public sealed record CurationOptions
{
    /// <summary>Where records go that do not fit into memory: about a sixth of the bytes that they take in memory.</summary>
    public required string SpillFolder { get; init; }

    /// <summary>Threads of <see cref="Curator.Finish"/>; the bytes of the files do not depend on them.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Records that wait for <see cref="Curator.Finish"/> take at most about so much memory; beyond, they are spilled.</summary>
    public long MemoryBytes { get; init; } = 1_500_000_000;

    /// <summary>What becomes of duplicates. Another policy than the base's needs all dates in <see cref="CurationPlan.Rebuild"/>.</summary>
    public DuplicatePolicy Duplicates { get; init; } = DuplicatePolicy.Drop;
}
