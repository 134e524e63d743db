using System.Text.Json;
using Analytics.Columns;
using Analytics.Proofs;

namespace Analytics.Publishing;

/// <summary>What is to be published, besides what the open run knows.</summary>
public sealed record PublishDraft
{
    /// <summary>The engine's name.</summary>
    public required string Engine { get; init; }
    /// <summary>The engine's version.</summary>
    public required string EngineVersion { get; init; }
    /// <summary>Every source file that the run rests on; must be the key's inputs.</summary>
    public required IReadOnlyList<SourceFile> Sources { get; init; }
    /// <summary>
    /// Every curated file that the run rests on. One that is not in the lake yet stands in the open run at
    /// <see cref="StagingRun.CuratedFile"/>.
    /// </summary>
    public required IReadOnlyList<CuratedDate> Curated { get; init; }
    /// <summary>
    /// The tables, their part files in <see cref="StagingRun.TableFolder"/>. The table <c>transactions</c> has no part files: its
    /// files are the curated dates up to the business date, by hard link.
    /// </summary>
    public required IReadOnlyList<TableDraft> Tables { get; init; }
    /// <summary>The schema of the table <c>transactions</c>.</summary>
    public required TableSchema Transactions { get; init; }
    /// <summary>The report, or null for none.</summary>
    public ReadOnlyMemory<byte>? Report { get; init; }
    /// <summary>What stages hand to the next run.</summary>
    public IReadOnlyDictionary<string, JsonElement> State { get; init; } = new Dictionary<string, JsonElement>();
    /// <summary>Publishes anew under -2, -3 where the key is published already.</summary>
    public bool Force { get; init; }
    /// <summary>Reads a Parquet footer, to check rows and types of what is new; called from one thread at a time. Null checks neither.</summary>
    public ParquetInspector? Inspect { get; init; }
    /// <summary>The tables over whose rows a Merkle tree is made; those that the run does not have are left out.</summary>
    public IReadOnlyCollection<string> RowTrees { get; init; } = [];
    /// <summary>Reads the rows of the tables in <see cref="RowTrees"/>.</summary>
    public RowReader ReadRows { get; init; } = RowTree.ReadOwn;
}

/// <summary>A table to be published.</summary>
/// <param name="Schema">Its contract.</param>
/// <param name="Files">Its part files' names in row order, in the table's folder, each with its rows.</param>
public sealed record TableDraft(TableSchema Schema, IReadOnlyList<PartFile> Files);

/// <summary>A part file.</summary>
/// <param name="Name">The name in the table's folder.</param>
/// <param name="Rows">Its rows.</param>
public sealed record PartFile(string Name, long Rows);

/// <summary>How publishing ended.</summary>
public enum PublishResult
{
    /// <summary>A new run is there.</summary>
    Published,
    /// <summary>The key was published already, and is the current run of its date: nothing was done.</summary>
    AlreadyCurrent,
    /// <summary>The key was published already, though another run of its date came later: it is the current one again.</summary>
    Reinstated,
}

/// <summary>What publishing did.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Run">The run.</param>
/// <param name="Root">The Merkle root.</param>
/// <param name="LatestMoved">Whether <c>latest</c> points to it now and did not before.</param>
/// <param name="Copied">Whether the file system has no hard links, so that files were copied.</param>
/// <param name="Notes">What was recovered or taken over, a line each.</param>
public sealed record PublishOutcome(
    PublishResult Result, RunRef Run, string Root, bool LatestMoved, bool Copied, IReadOnlyList<string> Notes);
