using Analytics.Files;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Records.Curation;

namespace Analytics.Jobs.Stages;

/// <summary>
/// The account of every source file: its records by fate, over the run's files as they are now. A new file can turn an older one's lines into
/// duplicates, and a file taken away can bring lines back, so the totals of a file follow the dates that were rebuilt.
/// </summary>
internal static class SourceLedger
{
    public static IReadOnlyList<SourceFile> Build(StageContext context, ISourceLoader loader, CurationResult curation, Dictionary<string, string> labels,
        Dictionary<string, SourceFile> startSources, IReadOnlyList<Replay> replays)
    {
        var names = context.Target.Names.ToLookup(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal);
        var baseHashes = context.Target.BaseManifest?.Sources.Select(source => source.Sha256).ToHashSet(StringComparer.Ordinal) ?? [];
        var change = new Dictionary<string, FateCounts>(StringComparer.Ordinal);
        foreach (var fates in curation.Fates)
            change[fates.Sha256] = change.GetValueOrDefault(fates.Sha256) + fates.After - fates.Before;
        var sources = new List<SourceFile>();
        foreach (var (hash, label) in labels.OrderBy(entry => entry.Value, Utf8Order.Comparer))
        {
            var counts = change.GetValueOrDefault(hash);
            long records, rejected, bytes;
            IReadOnlyList<DateRange> dates;
            if (loader.Loaded.TryGetValue(hash, out var loaded) && !startSources.ContainsKey(hash))
            {
                (records, rejected, bytes) = (loaded.Summary.Records, loaded.Summary.Rejected, loaded.Summary.Bytes);
                dates = DateRange.Compact(loaded.Summary.Dates.Select(date => date.Date));
            }
            else
            {
                var replay = replays.FirstOrDefault(replay => replay.Sha256 == hash);
                var known = replay?.Source ?? startSources[hash];
                (records, rejected, bytes, dates) = (known.Fates.Records, known.Fates.Rejected, known.Bytes, known.OrderDates);
                if (replay is null) counts += new FateCounts(known.Fates.Sale, known.Fates.Return, known.Fates.Adjustment, known.Fates.Duplicate);
            }
            if (counts.Records + rejected != records)
                throw new InvalidOperationException($"{label}: {counts.Records} records with a date and {rejected} rejected do not add up to the {records} read");
            sources.Add(new SourceFile
            {
                Name = label,
                Sha256 = hash,
                Bytes = bytes,
                Aliases = names[hash].Where(name => name != label).ToArray(),
                Origin = baseHashes.Contains(hash) ? SourceOrigin.Base : SourceOrigin.New,
                Fates = new Publishing.SourceFates(records, counts.Sales, counts.Returns, counts.Adjustments, counts.Duplicates, rejected),
                OrderDates = dates,
            });
        }
        return sources;
    }
}
