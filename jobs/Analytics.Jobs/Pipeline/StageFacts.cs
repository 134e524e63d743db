using System.Text.Json;

namespace Analytics.Jobs.Pipeline;

/// <summary>What a stage did; kept beside its outputs so that a later start knows it without running the stage again.</summary>
internal sealed record StageFacts
{
    public required string Stage { get; init; }

    /// <summary>The engine's name and version.</summary>
    public required string Engine { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required double Seconds { get; init; }

    public long RowsIn { get; init; }

    public long RowsOut { get; init; }

    public long RowsRejected { get; init; }

    /// <summary>The process's peak resident memory when the stage ended.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>In a few words, for the terminal.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Lines worth reading at the end of the run.</summary>
    public IReadOnlyList<string> Highlights { get; init; } = [];

    /// <summary>The tables that it wrote.</summary>
    public IReadOnlyList<TableFact> Tables { get; init; } = [];

    public IReadOnlyList<QualityCheck> Quality { get; init; } = [];

    /// <summary>What the stage keeps for later stages and, under its name, for the next run.</summary>
    public JsonElement? State { get; init; }
}

/// <summary>A table that a stage wrote: part files' names with their rows.</summary>
internal sealed record TableFact(string Table, IReadOnlyList<PartFact> Parts)
{
    public long Rows => Parts.Sum(part => part.Rows);
}

/// <summary>A part file.</summary>
internal sealed record PartFact(string Name, long Rows);

/// <summary>What ingest found and made: all that publishing needs to know of sources and curated files.</summary>
internal sealed record IngestState
{
    public required IReadOnlyList<Publishing.SourceFile> Sources { get; init; }

    public required IReadOnlyList<Publishing.CuratedDate> Curated { get; init; }

    /// <summary>Dates that were rebuilt.</summary>
    public required IReadOnlyList<DateOnly> Rebuilt { get; init; }

    /// <summary>Files that this run parsed.</summary>
    public required IReadOnlyList<string> Parsed { get; init; }

    /// <summary>Rejected records by rule, over all files of the run.</summary>
    public required IReadOnlyDictionary<string, long> RejectedByRule { get; init; }

    /// <summary>The hash of the configuration's input part; a base that was cleaned by another one cannot be built on.</summary>
    public required string InputHash { get; init; }

    /// <summary>The distinct currencies of the run's lines.</summary>
    public required IReadOnlyList<string> Currencies { get; init; }
}

/// <summary>What the next run's ingest wants to know of this one's.</summary>
internal sealed record IngestHandover(string InputHash, IReadOnlyList<string> Currencies);
