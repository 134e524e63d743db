using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Publishing;

/// <summary>
/// What a published run is, on what it rests and which files it consists of; <c>manifest.json</c>. Lists are sorted by the UTF-8
/// bytes of names or paths (or by date), hashes are SHA-256 in 64 lower-case hex digits, times UTC.
/// </summary>
public sealed record Manifest
{
    /// <summary>The version that this program writes. 2 adds CIDs of files and roots over rows.</summary>
    public const int CurrentVersion = 2;

    /// <summary>The version of the format.</summary>
    public required int ManifestVersion { get; init; }

    /// <summary>The run itself; stands first so that a list of runs need not read on.</summary>
    public required RunHeader Run { get; init; }

    /// <summary>What the key was computed from.</summary>
    public required RunKeyParts KeyParts { get; init; }

    /// <summary>What this run takes in or away relative to its base.</summary>
    public required RunChanges Changes { get; init; }

    /// <summary>Every source file that the run rests on.</summary>
    public required IReadOnlyList<SourceFile> Sources { get; init; }

    /// <summary>Every curated file that the run rests on, by date: one entry a date.</summary>
    public required IReadOnlyList<CuratedDate> Curated { get; init; }

    /// <summary>The run's tables.</summary>
    public required IReadOnlyList<TableEntry> Tables { get; init; }

    /// <summary>The run's other files but the manifest and the root: report.html, results.json, rows.json, tables.sql.</summary>
    public required IReadOnlyList<DocumentEntry> Documents { get; init; }

    /// <summary>What stages hand to the next run (segment centroids), by stage.</summary>
    public required IReadOnlyDictionary<string, JsonElement> State { get; init; }
}

/// <summary>A run's identity, what it was made with and how large it is.</summary>
public sealed record RunHeader
{
    /// <summary>16 hex digits of the key, with -2, -3 for forced repetitions.</summary>
    public required string Id { get; init; }
    /// <summary>The whole key.</summary>
    public required string Key { get; init; }
    /// <summary>The business date.</summary>
    public required DateOnly BusinessDate { get; init; }
    /// <summary>1 for the first run of its date, one more for each later one; the highest is the date's current run unless one was reinstated.</summary>
    public required int Revision { get; init; }
    /// <summary>The run whose curated files it took over; null for a lake's first.</summary>
    public RunBase? Base { get; init; }
    /// <summary>The engine's name.</summary>
    public required string Engine { get; init; }
    /// <summary>The engine's version.</summary>
    public required string EngineVersion { get; init; }
    /// <summary>The program's version.</summary>
    public required string ProgramVersion { get; init; }
    /// <summary>When work on it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }
    /// <summary>When it was published.</summary>
    public required DateTimeOffset FinishedAt { get; init; }
    /// <summary>Source files.</summary>
    public required int SourceCount { get; init; }
    /// <summary>Tables.</summary>
    public required int TableCount { get; init; }
    /// <summary>Bytes of the run's tables; hard links count though they take no room of their own.</summary>
    public required long TableBytes { get; init; }
}

/// <summary>The base of a run.</summary>
/// <param name="BusinessDate">Its business date.</param>
/// <param name="Id">Its id.</param>
/// <param name="Key">Its key.</param>
/// <param name="ManifestSha256">The hash of its manifest, so that runs form a chain.</param>
public sealed record RunBase(DateOnly BusinessDate, string Id, string Key, string ManifestSha256);

/// <summary>What a run's key is computed from; see <see cref="RunKey"/>.</summary>
public sealed record RunKeyParts
{
    /// <summary>The business date.</summary>
    public required DateOnly BusinessDate { get; init; }
    /// <summary>The base run's key; null without a base.</summary>
    public string? BaseKey { get; init; }
    /// <summary>The pipeline's results version.</summary>
    public required string ResultsVersion { get; init; }
    /// <summary>The hash of the canonical form of <see cref="Configuration"/>.</summary>
    public required string ConfigurationSha256 { get; init; }
    /// <summary>The effective results part of the configuration, defaults included.</summary>
    public required JsonElement Configuration { get; init; }
    /// <summary>All source files that the run rests on.</summary>
    public required IReadOnlyList<RunInput> Inputs { get; init; }
}

/// <summary>A source file in the key.</summary>
/// <param name="Name">The name relative to its input's root.</param>
/// <param name="Sha256">The hash of its bytes.</param>
public sealed record RunInput(string Name, string Sha256);

/// <summary>
/// What a run takes in or away relative to its base; base ⊕ changes gives the run's sources, so a date can be rebuilt on
/// another base.
/// </summary>
/// <param name="Put">Files added, or replacing one of the same name.</param>
/// <param name="Retracted">Names taken away.</param>
public sealed record RunChanges(IReadOnlyList<RunInput> Put, IReadOnlyList<string> Retracted)
{
    /// <summary>No change.</summary>
    public static RunChanges None { get; } = new([], []);
}

/// <summary>Where a source file of a run came in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SourceOrigin>))]
public enum SourceOrigin
{
    /// <summary>The base run rests on it already.</summary>
    [JsonStringEnumMemberName("base")]
    Base,
    /// <summary>It came with this run.</summary>
    [JsonStringEnumMemberName("new")]
    New,
}

/// <summary>A source file and what became of its records.</summary>
public sealed record SourceFile
{
    /// <summary>The name relative to its input's root.</summary>
    public required string Name { get; init; }
    /// <summary>The hash of its bytes.</summary>
    public required string Sha256 { get; init; }
    /// <summary>Its length.</summary>
    public required long Bytes { get; init; }
    /// <summary>Other names under which the same bytes came.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
    /// <summary>Whether it came with this run.</summary>
    public required SourceOrigin Origin { get; init; }
    /// <summary>The counts of its records.</summary>
    public required SourceFates Fates { get; init; }
    /// <summary>The order dates that its records touch, as ranges in order.</summary>
    public required IReadOnlyList<DateRange> OrderDates { get; init; }
}

/// <summary>The five fates of a file's records; they add up to <see cref="Records"/>.</summary>
public sealed record SourceFates(long Records, long Sale, long Return, long Adjustment, long Duplicate, long Rejected);

/// <summary>Days from the first to the last, both included.</summary>
public sealed record DateRange(DateOnly From, DateOnly To)
{
    /// <summary>The days as ranges of neighbours, sorted.</summary>
    public static IReadOnlyList<DateRange> Compact(IEnumerable<DateOnly> dates)
    {
        var ranges = new List<DateRange>();
        foreach (var date in dates.Distinct().Order())
        {
            if (ranges.Count > 0 && ranges[^1].To.DayNumber + 1 == date.DayNumber) ranges[^1] = ranges[^1] with { To = date };
            else ranges.Add(new DateRange(date, date));
        }
        return ranges;
    }

    /// <summary>The single days.</summary>
    public IEnumerable<DateOnly> Days()
    {
        for (var day = From.DayNumber; day <= To.DayNumber; day++) yield return DateOnly.FromDayNumber(day);
    }
}

/// <summary>The curated files of one order date.</summary>
/// <param name="Date">The order date.</param>
/// <param name="Transactions">Sales, returns and adjustments.</param>
/// <param name="Evidence">What rewriting the date needs besides (duplicates among them); null where there is none.</param>
public sealed record CuratedDate(DateOnly Date, CuratedFile Transactions, CuratedFile? Evidence = null);

/// <summary>One curated file.</summary>
/// <param name="Path">Relative to the lake; see <see cref="LakeLayout.CuratedFile"/>.</param>
/// <param name="Sha256">The hash of its bytes, also its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="MinOrderedAt">The least ordered_at; null where no row has one.</param>
/// <param name="MaxOrderedAt">The greatest ordered_at.</param>
/// <param name="Cid">Its content identifier in IPFS; null in manifests of version 1.</param>
public sealed record CuratedFile(
    string Path, string Sha256, long Bytes, long Rows, DateTimeOffset? MinOrderedAt = null, DateTimeOffset? MaxOrderedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cid = null);

/// <summary>A published table.</summary>
public sealed record TableEntry
{
    /// <summary>The name, also the folder's.</summary>
    public required string Name { get; init; }
    /// <summary>The schema's version.</summary>
    public required int Version { get; init; }
    /// <summary><c>result</c> or <c>record</c>.</summary>
    public required string Kind { get; init; }
    /// <summary>Rows in all.</summary>
    public required long Rows { get; init; }
    /// <summary>The columns in order.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }
    /// <summary>The columns that the rows are sorted by.</summary>
    public required IReadOnlyList<string> OrderBy { get; init; }
    /// <summary>The files in row order.</summary>
    public required IReadOnlyList<TableFile> Files { get; init; }
    /// <summary>The Merkle root over the table's rows, also in rows.json; null where the configuration does not name the table.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RowsRoot { get; init; }
}

/// <summary>A column of a published table.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type as SQL writes it.</param>
/// <param name="Nullable">Whether NULL may stand in it.</param>
public sealed record TableColumn(string Name, string Type, bool Nullable);

/// <summary>A file of a table.</summary>
/// <param name="Path">Relative to the run's folder.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The hash of its bytes.</param>
/// <param name="Cid">Its content identifier in IPFS; null in manifests of version 1.</param>
public sealed record TableFile(
    string Path, long Rows, long Bytes, string Sha256, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cid = null);

/// <summary>A file of a run that is no table.</summary>
/// <param name="Path">Relative to the run's folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The hash of its bytes.</param>
/// <param name="Cid">Its content identifier in IPFS; null in manifests of version 1.</param>
public sealed record DocumentEntry(
    string Path, long Bytes, string Sha256, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cid = null);
