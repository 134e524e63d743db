using System.Globalization;
using Analytics.Files;

namespace Analytics.Publishing.Internals;

/// <summary>Holds a draft to the publisher's contract before anything is done; what it finds are bugs of the caller.</summary>
internal static class DraftCheck
{
    public static void Check(StagingRun staging, PublishDraft draft)
    {
        CheckSources(staging, draft.Sources);
        CheckCurated(draft.Curated);
        var names = new HashSet<string>(StringComparer.Ordinal) { LakeLayout.Transactions };
        if (draft.Transactions.Name != LakeLayout.Transactions) throw Bug($"the schema of the transactions is named {draft.Transactions.Name}", "transactions");
        foreach (var table in draft.Tables) CheckTable(table, names);
    }

    public static RunChanges Sorted(RunChanges changes) => new(
        [.. changes.Put.OrderBy(static p => p.Name, Utf8Order.Comparer)], [.. changes.Retracted.Order(Utf8Order.Comparer)]);

    public static IReadOnlyList<SourceFile> Sorted(IReadOnlyList<SourceFile> sources) =>
        [.. sources.OrderBy(static s => s.Name, Utf8Order.Comparer).Select(static s => s with { Aliases = [.. s.Aliases.Order(Utf8Order.Comparer)] })];

    /// <summary>The key's inputs: it knows every name, while a content that came under several is one source.</summary>
    public static IEnumerable<RunInput> Inputs(IReadOnlyList<SourceFile> sources) =>
        sources.SelectMany(static s => s.Aliases.Prepend(s.Name).Select(name => new RunInput(name, s.Sha256))).OrderBy(static s => s.Name, Utf8Order.Comparer);

    private static void CheckSources(StagingRun staging, IReadOnlyList<SourceFile> sources)
    {
        if (!Inputs(sources).SequenceEqual(staging.Plan.KeyParts.Inputs)) throw Bug("the sources are not the inputs of the key", "the same names and hashes");
        foreach (var source in sources)
        {
            var fates = source.Fates;
            var sum = fates.Sale + fates.Return + fates.Adjustment + fates.Duplicate + fates.Rejected;
            if (sum != fates.Records)
                throw Bug(string.Create(CultureInfo.InvariantCulture, $"the fates of {source.Name} add up to {sum}"), string.Create(CultureInfo.InvariantCulture, $"its {fates.Records} records"));
        }
    }

    private static void CheckCurated(IReadOnlyList<CuratedDate> curated)
    {
        for (var i = 0; i < curated.Count; i++)
        {
            var day = curated[i];
            if (i > 0 && curated[i - 1].Date >= day.Date) throw Bug($"the curated dates are not sorted at {LakeLayout.Date(day.Date)}", "each date once, in order");
            CheckCurated(LakeLayout.Transactions, day.Date, day.Transactions);
            if (day.Evidence is { } evidence) CheckCurated(LakeLayout.Evidence, day.Date, evidence);
        }
    }

    private static void CheckCurated(string kind, DateOnly date, CuratedFile file)
    {
        if (!RunKey.IsSha256(file.Sha256)) throw Bug($"'{file.Sha256}' is no SHA-256", "64 lower-case hex digits");
        var path = LakeLayout.CuratedFile(kind, date, file.Sha256);
        if (file.Path != path) throw Bug($"the curated file {file.Path}", path);
    }

    private static void CheckTable(TableDraft table, HashSet<string> names)
    {
        var name = table.Schema.Name;
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_") || char.IsAsciiDigit(name[0]))
            throw Bug($"the table name '{name}'", "lower-case letters, digits and _");
        if (!names.Add(name)) throw Bug($"the table {name} stands twice", "each table once");
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in table.Files)
        {
            if (!StorePath.IsPlainRelative(file.Name) || file.Name.Contains('/', StringComparison.Ordinal) || !file.Name.EndsWith(".parquet", StringComparison.Ordinal))
                throw Bug($"the file name '{file.Name}' of {name}", "a plain name that ends in .parquet");
            if (!files.Add(file.Name)) throw Bug($"the file {file.Name} of {name} stands twice", "each file once");
        }
    }

    private static PublishingException Bug(string what, string expected) => new(Fault.Bug, what, "the draft of a run", expected, "Report this with the log.");
}
