using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Analytics.Proofs;

/// <summary>A self-contained proof that a file, or a row of a table, belongs to a run's root; docs/proofs.md has it byte by byte.</summary>
public sealed record Proof
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public required int ProofVersion { get; init; }
    /// <summary>The run's business date.</summary>
    public required DateOnly BusinessDate { get; init; }
    /// <summary>The run's id.</summary>
    public required string Run { get; init; }
    /// <summary>The run's Merkle root, 64 lower-case hex digits.</summary>
    public required string Root { get; init; }
    /// <summary>The run's leaves.</summary>
    public required long Leaves { get; init; }
    /// <summary>The file; for a row it is rows.json.</summary>
    public required ProvedFile File { get; init; }
    /// <summary>The row; null where the file itself is proved.</summary>
    public ProvedRow? Row { get; init; }
    /// <summary>Where the root stands on a chain; null where it was not anchored when the proof was made.</summary>
    public ProvedAnchor? Anchor { get; init; }
}

/// <summary>A file of a run and its way to the root.</summary>
/// <param name="Path">Relative to the run's folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Index">Its leaf's place, from 0; the manifest's is 0.</param>
/// <param name="Hashes">The sibling hashes from the leaf up, 64 lower-case hex digits each.</param>
public sealed record ProvedFile(string Path, long Bytes, string Sha256, long Index, IReadOnlyList<string> Hashes);

/// <summary>A row of a table and its way to the table's root in rows.json.</summary>
/// <param name="Table">The table.</param>
/// <param name="Index">The row's place, from 0.</param>
/// <param name="Encoded">The row as <see cref="RowEncoding"/> writes it, in hex digits.</param>
/// <param name="Values">The same for people.</param>
/// <param name="Hashes">The sibling hashes from the row's leaf up.</param>
/// <param name="RowsJson">The whole text of the run's rows.json.</param>
public sealed record ProvedRow(string Table, long Index, string Encoded, JsonObject Values, IReadOnlyList<string> Hashes, string RowsJson);

/// <summary>Where a run's root stands on a chain.</summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Contract">The contract's address: 0x and 40 hex digits in lower case.</param>
/// <param name="Transaction">The transaction's hash: 0x and 64 digits.</param>
/// <param name="Block">The block's number.</param>
/// <param name="BlockHash">The block's hash.</param>
/// <param name="BlockTime">The block's time, UTC.</param>
public sealed record ProvedAnchor(ulong ChainId, string Contract, string Transaction, ulong Block, string BlockHash, DateTimeOffset BlockTime)
{
    /// <summary>Whether the chain is one for tests, which proves nothing to others: 31337 and 1337 are those of local nodes.</summary>
    [JsonIgnore]
    public bool IsLocal => ChainId is 31337 or 1337;
}

/// <summary>rows.json: the roots over the rows of the tables that the configuration names.</summary>
/// <param name="RowsVersion">The version of the format.</param>
/// <param name="Encoding">How a row becomes bytes; <see cref="RowEncoding.Name"/>.</param>
/// <param name="BusinessDate">The run's business date.</param>
/// <param name="Run">The run's id.</param>
/// <param name="Tables">The tables by name.</param>
public sealed record RowsFile(int RowsVersion, string Encoding, DateOnly BusinessDate, string Run, IReadOnlyList<RowsTable> Tables)
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Its name in a run's folder.</summary>
    public const string Name = "rows.json";
}

/// <summary>A table in rows.json.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">Its rows, which are the leaves.</param>
/// <param name="Columns">Its columns in the order of the encoding.</param>
/// <param name="Root">The root over its rows, 64 lower-case hex digits.</param>
public sealed record RowsTable(string Name, long Rows, IReadOnlyList<RowsColumn> Columns, string Root);

/// <summary>A column in rows.json.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type as SQL writes it.</param>
/// <param name="Nullable">Whether NULL may stand in it.</param>
public sealed record RowsColumn(string Name, string Type, bool Nullable);
