using Analytics.Columns;
using Analytics.Files;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Records;

namespace Analytics.Jobs.Stages;

/// <summary>The rejected records of all files of a run: new ones from the parser, the others from the tables of the runs that parsed them.</summary>
internal static class RejectsTable
{
    private const string Relation = "earlier_rejects";

    public static (TableFact Table, IReadOnlyDictionary<string, long> ByRule) Write(StageContext context, ISourceLoader loader, Dictionary<string, string> labels,
        Dictionary<string, SourceFile> startSources, IReadOnlyList<Replay> replays)
    {
        var byRule = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var rejected = loader.Loaded.Values.Sum(source => source.Summary.Rejected) + startSources.Values.Sum(source => source.Fates.Rejected)
            + replays.Sum(replay => replay.Source.Fates.Rejected);
        var table = rejected <= HeldTable.SmallRows ? HeldTable.Write(context, Rows(), "rejects") : context.Write(Rows(), "rejects");
        return (table, byRule);

        IEnumerable<ColumnBatch> Rows()
        {
            var output = new ColumnBatch(TableSchemas.Of("rejects").Columns);
            foreach (var (hash, label) in labels.OrderBy(entry => entry.Value, Utf8Order.Comparer))
            {
                if (startSources.ContainsKey(hash) || !loader.Loaded.TryGetValue(hash, out var loaded)) continue;
                foreach (var batch in loaded.Rejects)
                {
                    for (var row = 0; row < batch.Count; row++) Append(output, batch, 0, row, label);
                    yield return output;
                    output.Clear();
                }
            }
            // A label may have changed since: lines belong to the content, not to its name.
            foreach (var (manifest, wanted) in Earlier(context, labels, startSources, replays))
                foreach (var batch in Read(context, manifest))
                {
                    for (var row = 0; row < batch.Count; row++)
                        if (wanted.TryGetValue(batch.Texts(0).GetString(row)!, out var label)) Append(output, batch, 1, row, label);
                    yield return output;
                    output.Clear();
                }
        }

        void Append(ColumnBatch output, ColumnBatch batch, int shift, int row, string label)
        {
            output.Texts(0).Append(label);
            for (var column = 0; column < RejectColumns.All.Count; column++) output[1 + column].AppendFrom(batch[shift + column], row);
            var rule = batch.Texts(shift + RejectColumns.Rule).GetString(row)!;
            byRule[rule] = byRule.GetValueOrDefault(rule) + 1;
        }
    }

    /// <summary>The runs whose rejects are taken over, with the labels there and now of the files that they are taken for.</summary>
    private static IEnumerable<(Manifest Manifest, Dictionary<string, string> Wanted)> Earlier(
        StageContext context, Dictionary<string, string> labels, Dictionary<string, SourceFile> startSources, IReadOnlyList<Replay> replays)
    {
        if (context.Target.Start is { } start)
        {
            var kept = startSources.Values.Where(source => source.Fates.Rejected > 0 && labels.ContainsKey(source.Sha256))
                .ToDictionary(source => source.Name, source => labels[source.Sha256], StringComparer.Ordinal);
            if (kept.Count > 0) yield return (start, kept);
        }
        foreach (var group in replays.Where(replay => replay.Source.Fates.Rejected > 0).GroupBy(replay => replay.From.Run.Id))
            yield return (group.First().From, group.ToDictionary(replay => replay.Source.Name, replay => labels[replay.Sha256], StringComparer.Ordinal));
    }

    private static IEnumerable<ColumnBatch> Read(StageContext context, Manifest manifest)
    {
        var run = new RunRef(manifest.Run.BusinessDate, manifest.Run.Id);
        var files = manifest.Tables.First(table => table.Name == "rejects").Files.Select(file => context.Lake.Full(StorePath.Combine(run.Path, file.Path))).ToArray();
        using var reader = new ParquetFileReader();
        foreach (var file in files)
        {
            reader.Open(context.Lake.Files, file);
            var batch = new ColumnBatch(TableSchemas.Of("rejects").Columns);
            for (var column = 0; column < batch.Columns.Count; column++) reader.ReadColumn(column, batch[column]);
            yield return batch;
        }
    }
}
