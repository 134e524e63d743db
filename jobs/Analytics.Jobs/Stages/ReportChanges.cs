using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Report;

namespace Analytics.Jobs.Stages;

/// <summary>What differs from the base run.</summary>
internal static class ReportChanges
{
    public static ChangesReport? Read(StageContext context, ReportTables tables)
    {
        if (tables.Base is not { } manifest) return null;
        var changes = new ChangesReport { Files = Files(context, manifest), DatesRebuilt = Rebuilt(context, manifest) };
        return ReportRules.Compare(context, tables, changes);
    }

    private static List<FileChange> Files(StageContext context, Manifest manifest)
    {
        var known = SourceHistory.NamesOf(manifest);
        var now = context.Ingest.Sources.ToDictionary(source => source.Sha256, source => source.Fates.Records, StringComparer.Ordinal);
        var then = manifest.Sources.ToDictionary(source => source.Sha256, source => source.Fates.Records, StringComparer.Ordinal);
        var files = new List<FileChange>();
        foreach (var put in context.Target.Changes.Put)
            files.Add(new FileChange(put.Name, known.ContainsKey(put.Name) ? FileChangeKind.Replaced : FileChangeKind.New, Records(now, put.Sha256)));
        foreach (var name in context.Target.Changes.Retracted)
            files.Add(new FileChange(name, FileChangeKind.Retracted, known.TryGetValue(name, out var hash) ? Records(then, hash) : null));
        return files;
    }

    /// <summary>Dates whose curated files are others than the base's. Not what this process rebuilt: that depends on where it started.</summary>
    private static List<DateOnly> Rebuilt(StageContext context, Manifest manifest)
    {
        var then = manifest.Curated.ToDictionary(date => date.Date, Contents);
        var changed = new SortedSet<DateOnly>(then.Keys);
        foreach (var date in context.Ingest.Curated)
            if (then.TryGetValue(date.Date, out var contents) && contents == Contents(date)) changed.Remove(date.Date);
            else changed.Add(date.Date);
        return [.. changed];
    }

    private static (string, string?) Contents(CuratedDate date) => (date.Transactions.Sha256, date.Evidence?.Sha256);

    private static long? Records(Dictionary<string, long> records, string hash) => records.TryGetValue(hash, out var count) ? count : null;
}
