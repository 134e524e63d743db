using System.Text.Json;
using Analytics.Files;

namespace Analytics.Publishing;

/// <summary>What changed from one run to another.</summary>
public sealed record RunDiff
{
    /// <summary>The earlier run.</summary>
    public required RunRef From { get; init; }
    /// <summary>The later run.</summary>
    public required RunRef To { get; init; }
    /// <summary>The parts of the key that differ but the inputs, each with both values; settings by their path in the configuration.</summary>
    public required IReadOnlyList<ValueChange> KeyParts { get; init; }
    /// <summary>Source files that came, went or changed.</summary>
    public required IReadOnlyList<ItemChange> Sources { get; init; }
    /// <summary>Order dates whose lines came, went or changed.</summary>
    public required IReadOnlyList<DateChange> Dates { get; init; }
    /// <summary>Tables that came, went or changed.</summary>
    public required IReadOnlyList<TableChange> Tables { get; init; }

    /// <summary>Compares two runs by their manifests alone.</summary>
    public static RunDiff Compare(Lake lake, RunRef from, RunRef to) => Compare(from, lake.ReadManifest(from), to, lake.ReadManifest(to));

    /// <summary>Compares two manifests.</summary>
    public static RunDiff Compare(RunRef from, Manifest fromManifest, RunRef to, Manifest toManifest) => new()
    {
        From = from,
        To = to,
        KeyParts = CompareKeys(fromManifest, toManifest),
        Sources = CompareSources(fromManifest.Sources, toManifest.Sources),
        Dates = CompareDates(fromManifest.Curated, toManifest.Curated),
        Tables = CompareTables(fromManifest.Tables, toManifest.Tables),
    };

    private static List<ValueChange> CompareKeys(Manifest from, Manifest to)
    {
        var changes = new List<ValueChange>();
        void Add(string name, string? a, string? b)
        {
            if (a != b) changes.Add(new ValueChange(name, a, b));
        }

        Add("business_date", LakeLayout.Date(from.KeyParts.BusinessDate), LakeLayout.Date(to.KeyParts.BusinessDate));
        Add("base", Base(from), Base(to));
        Add("results_version", from.KeyParts.ResultsVersion, to.KeyParts.ResultsVersion);
        Add("engine", $"{from.Run.Engine} {from.Run.EngineVersion}", $"{to.Run.Engine} {to.Run.EngineVersion}");
        Add("program_version", from.Run.ProgramVersion, to.Run.ProgramVersion);
        var before = Settings(from.KeyParts.Configuration);
        var after = Settings(to.KeyParts.Configuration);
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(Utf8Order.Comparer))
            Add(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name));
        return changes;
    }

    private static string? Base(Manifest manifest) =>
        manifest.Run.Base is { } run ? new RunRef(run.BusinessDate, run.Id).ToString() : null;

    /// <summary>Each setting by its path, such as <c>configuration.mine.min_support</c>; a list is one setting.</summary>
    private static Dictionary<string, string> Settings(JsonElement configuration)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = new Stack<(string Path, JsonElement Value)>([("configuration", configuration)]);
        while (open.TryPop(out var next))
        {
            if (next.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in next.Value.EnumerateObject()) open.Push(($"{next.Path}.{member.Name}", member.Value));
            }
            else
            {
                settings[next.Path] = next.Value.GetRawText();
            }
        }
        return settings;
    }

    private static List<ItemChange> CompareSources(IReadOnlyList<SourceFile> from, IReadOnlyList<SourceFile> to)
    {
        var changes = new List<ItemChange>();
        foreach (var (name, a, b) in Pair(from, to, static s => s.Name, Utf8Order.Comparer))
            if (a?.Sha256 != b?.Sha256) changes.Add(new ItemChange(Kind(a, b), name, a?.Sha256, b?.Sha256));
        return changes;
    }

    private static List<DateChange> CompareDates(IReadOnlyList<CuratedDate> from, IReadOnlyList<CuratedDate> to)
    {
        var changes = new List<DateChange>();
        foreach (var (date, a, b) in Pair(from, to, static d => d.Date, Comparer<DateOnly>.Default))
        {
            if (a?.Transactions.Sha256 != b?.Transactions.Sha256)
                changes.Add(new DateChange(Kind(a, b), date, a?.Transactions.Rows ?? 0, b?.Transactions.Rows ?? 0));
        }
        return changes;
    }

    private static List<TableChange> CompareTables(IReadOnlyList<TableEntry> from, IReadOnlyList<TableEntry> to)
    {
        var changes = new List<TableChange>();
        foreach (var (name, a, b) in Pair(from, to, static t => t.Name, Utf8Order.Comparer))
        {
            var schemaChanged = a is not null && b is not null && (a.Version != b.Version || !a.Columns.SequenceEqual(b.Columns));
            if (a is not null && b is not null && !schemaChanged && a.Files.SequenceEqual(b.Files)) continue;
            changes.Add(new TableChange(Kind(a, b), name, a?.Rows ?? 0, b?.Rows ?? 0, schemaChanged));
        }
        return changes;
    }

    private static ChangeKind Kind<T>(T? from, T? to) where T : class =>
        from is null ? ChangeKind.Added : to is null ? ChangeKind.Removed : ChangeKind.Changed;

    private static IEnumerable<(TKey Key, T? From, T? To)> Pair<T, TKey>(
        IReadOnlyList<T> from, IReadOnlyList<T> to, Func<T, TKey> key, IComparer<TKey> order)
        where T : class
        where TKey : notnull
    {
        var before = from.ToDictionary(key);
        var after = to.ToDictionary(key);
        foreach (var name in before.Keys.Union(after.Keys).Order(order)) yield return (name, before.GetValueOrDefault(name), after.GetValueOrDefault(name));
    }
}

/// <summary>What became of a thing.</summary>
public enum ChangeKind
{
    /// <summary>Only the later run has it.</summary>
    Added,
    /// <summary>Only the earlier run has it.</summary>
    Removed,
    /// <summary>Both have it, with other content.</summary>
    Changed,
}

/// <summary>A value that differs; null where one run has none.</summary>
public sealed record ValueChange(string Name, string? From, string? To);

/// <summary>A source file that differs.</summary>
public sealed record ItemChange(ChangeKind Kind, string Name, string? FromSha256, string? ToSha256);

/// <summary>An order date that differs.</summary>
public sealed record DateChange(ChangeKind Kind, DateOnly Date, long FromRows, long ToRows);

/// <summary>A table that differs.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Table">The table.</param>
/// <param name="FromRows">Rows before.</param>
/// <param name="ToRows">Rows now.</param>
/// <param name="SchemaChanged">Whether its version or columns differ.</param>
public sealed record TableChange(ChangeKind Kind, string Table, long FromRows, long ToRows, bool SchemaChanged);
