namespace Analytics.Jobs.Pipeline;

/// <summary>One step of a run: reads relations and earlier stages' tables, writes tables into the open run.</summary>
internal interface IStage
{
    /// <summary>The name, also the command's.</summary>
    string Name { get; }

    /// <summary>A hash of all that its outputs depend on; equal hash, equal outputs.</summary>
    string InputsHash(StageContext context);

    /// <summary>Does the work.</summary>
    StageResult Execute(StageContext context);
}

/// <summary>What a stage gives besides its tables' files.</summary>
internal sealed record StageResult
{
    public long RowsIn { get; init; }

    public long RowsOut { get; init; }

    public long RowsRejected { get; init; }

    public required string Outcome { get; init; }

    public IReadOnlyList<string> Highlights { get; init; } = [];

    public IReadOnlyList<TableFact> Tables { get; init; } = [];

    public IReadOnlyList<QualityCheck> Quality { get; init; } = [];

    public System.Text.Json.JsonElement? State { get; init; }

    /// <summary>Files in the open run that are no table's (curated ones), relative to it.</summary>
    public IReadOnlyList<string> OtherOutputs { get; init; } = [];
}
