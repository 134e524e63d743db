using Analytics.Publishing;

namespace Analytics.Jobs.Pipeline;

/// <summary>What a run is to be: date, base, and the files it rests on.</summary>
internal sealed record RunTarget
{
    public required DateOnly Date { get; init; }

    /// <summary>The published run of the greatest business date before, or null.</summary>
    public RunRef? Base { get; init; }

    public Manifest? BaseManifest { get; init; }

    /// <summary>The published run of this very date, or null.</summary>
    public RunRef? Existing { get; init; }

    public Manifest? ExistingManifest { get; init; }

    /// <summary>The run whose curated files are the physical start: the existing run where it stands on the same base, else the base.</summary>
    public Manifest? Start { get; init; }

    public required RunChanges Changes { get; init; }

    /// <summary>Names and hashes of all sources of the run.</summary>
    public required SortedDictionary<string, string> Names { get; init; }

    public required RunPlan Plan { get; init; }

    public required string Key { get; init; }

    /// <summary>The files that the command line named, by hash.</summary>
    public required IReadOnlyDictionary<string, InputFile> Files { get; init; }
}
