using System.Text.Json;

namespace Analytics.Publishing;

/// <summary>
/// An open run: the folder <c>staging/[key]</c> that stages work in, with a mark for each stage that is done. Not visible to readers.
/// Stages write tables as <c>tables/[table]/part-*.parquet</c> and new curated files under <c>curated/</c> at the path that they will
/// have in the lake.
/// </summary>
public sealed class StagingRun : IDisposable
{
    internal StagingRun()
    {
    }

    /// <summary>The run's key.</summary>
    public string Key => throw new NotImplementedException();

    /// <summary>What the run will be.</summary>
    public RunPlan Plan => throw new NotImplementedException();

    /// <summary>When it was opened first.</summary>
    public DateTimeOffset StartedAt => throw new NotImplementedException();

    /// <summary>The full path of its folder.</summary>
    public string Folder => throw new NotImplementedException();

    /// <summary>Whether a process worked on it before.</summary>
    public bool IsResumed => throw new NotImplementedException();

    /// <summary>The full path for a table's part files; the folder is not made (engines want to make it).</summary>
    public string TableFolder(string table) => throw new NotImplementedException();

    /// <summary>The full path at which a new curated file is written before it is published; its folder is made.</summary>
    public string CuratedFile(string curatedPath) => throw new NotImplementedException();

    /// <summary>A stage's mark where it is done on these inputs and its outputs are still there, else null.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="inputsHash">A hash of all that its outputs depend on.</param>
    public StageMark? FindDone(string stage, string inputsHash) => throw new NotImplementedException();

    /// <summary>Begins a stage: its mark and the outputs that it names are deleted, so that nothing of an earlier try stays.</summary>
    public void Begin(string stage) => throw new NotImplementedException();

    /// <summary>Ends a stage: its outputs are what a later start may rely on.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="inputsHash">A hash of all that its outputs depend on.</param>
    /// <param name="outputs">Files or folders relative to <see cref="Folder"/>.</param>
    /// <param name="facts">What the stage wants to know again when it is skipped: counts, file lists.</param>
    public StageMark Complete(string stage, string inputsHash, IEnumerable<string> outputs, JsonElement? facts = null) =>
        throw new NotImplementedException();

    /// <summary>Deletes the open run. It is closed afterwards.</summary>
    public void Abandon() => throw new NotImplementedException();

    /// <summary>Gives the open run back; what is done stays for the next start.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>A stage that is done.</summary>
public sealed record StageMark
{
    /// <summary>The stage.</summary>
    public required string Stage { get; init; }
    /// <summary>The hash of all that its outputs depend on.</summary>
    public required string InputsHash { get; init; }
    /// <summary>When it ended.</summary>
    public required DateTimeOffset FinishedAt { get; init; }
    /// <summary>The files that it wrote.</summary>
    public required IReadOnlyList<StageOutput> Outputs { get; init; }
    /// <summary>What the stage wants to know again.</summary>
    public JsonElement? Facts { get; init; }
}

/// <summary>A file that a stage wrote.</summary>
/// <param name="Path">Relative to the open run's folder.</param>
/// <param name="Bytes">Its length.</param>
public sealed record StageOutput(string Path, long Bytes);
