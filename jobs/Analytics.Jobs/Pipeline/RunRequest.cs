using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Pipeline;

/// <summary>What a command line asks of the pipeline.</summary>
internal sealed record RunRequest
{
    /// <summary>The business date, or null for the last order date of the input.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>First business date of a backfill, or null for a single run.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last business date of a backfill.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Files, folders and patterns of transaction logs.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Names of sources to take away.</summary>
    public IReadOnlyList<string> Retract { get; init; } = [];

    /// <summary>Only these stages; null for all that make a run whole, and publishing.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>Run again although the key is published.</summary>
    public bool Force { get; init; }

    /// <summary>Also rebuild the published runs of later dates.</summary>
    public bool Cascade { get; init; }

    /// <summary>Say what would be done and do nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The start of the id of an open run to work in.</summary>
    public string? OpenRun { get; init; }

    /// <summary>Leave the date alone where any run of it is published.</summary>
    public bool UnlessPublished { get; init; }

    /// <summary>When the right to publish the date ends whatever this process does, so that one that hangs is taken over; null for never.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The effective configuration.</summary>
    public required LoadedSettings Settings { get; init; }
}
