using System.Globalization;

namespace Analytics.Publishing;

/// <summary>The names in a lake; all paths are relative to its root.</summary>
public static class LakeLayout
{
    /// <summary>The cleaned lines, one immutable file a date and content.</summary>
    public const string Curated = "curated";
    /// <summary>The folder of the published lines below <see cref="Curated"/>, and the table of that name in a run.</summary>
    public const string Transactions = "transactions";
    /// <summary>The folder below <see cref="Curated"/> of what else a date's rewriting needs.</summary>
    public const string Evidence = "evidence";
    /// <summary>The published runs.</summary>
    public const string Runs = "runs";
    /// <summary>The pointer to the run that analysts read.</summary>
    public const string Latest = "latest";
    /// <summary>Open runs.</summary>
    public const string Staging = "staging";
    /// <summary>Locks and journals.</summary>
    public const string State = "state";
    /// <summary>Claims on the lake's one writer's place.</summary>
    public const string Lock = "state/lock";
    /// <summary>The greatest business date of which a run was pruned.</summary>
    public const string Pruned = "state/pruned";
    /// <summary>Leases on business dates.</summary>
    public const string Leases = "state/leases";
    /// <summary>The chain's journal and, of a development chain, its state.</summary>
    public const string Chain = "state/chain";
    /// <summary>Claims on the one place of whoever sends to the chain.</summary>
    public const string ChainLock = "state/chain/lock";
    /// <summary>In a date's folder: the id of its current run, where that is not the one of the highest revision.</summary>
    public const string CurrentRun = "CURRENT";
    /// <summary>In a run: its manifest.</summary>
    public const string Manifest = "manifest.json";
    /// <summary>In a run: its Merkle root.</summary>
    public const string Root = "root.json";
    /// <summary>In a run: the result tables' files alone.</summary>
    public const string Results = "results.json";
    /// <summary>In a run: views for DuckDB and for Spark.</summary>
    public const string TablesSql = "tables.sql";
    /// <summary>In a run: the roots over rows, where the configuration names tables for them.</summary>
    public const string Rows = "rows.json";
    /// <summary>In a run: the report.</summary>
    public const string Report = "report.html";

    /// <summary>A date as it stands in names.</summary>
    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The path of a curated file: <c>curated/transactions/order_date=2011-12-09/[sha256].parquet</c>.</summary>
    /// <param name="kind"><see cref="Transactions"/> or <see cref="Evidence"/>.</param>
    /// <param name="date">The order date of its lines.</param>
    /// <param name="sha256">The SHA-256 of its bytes, 64 lower-case hex digits.</param>
    public static string CuratedFile(string kind, DateOnly date, string sha256) =>
        $"{Curated}/{kind}/order_date={Date(date)}/{sha256}.parquet";
}
