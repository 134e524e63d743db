using System.Text.Json;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Records.Curation;

namespace Analytics.Jobs.Stages;

/// <summary>Cleans: parses what is new, gives every record its fate, and rewrites the dates that it touches. The rest of the history is taken over.</summary>
internal sealed class IngestStage : IStage
{
    public string Name => "ingest";

    public string InputsHash(StageContext context) => StageContext.Hash(
        [.. context.Target.Names.SelectMany(entry => (string[])[entry.Key, entry.Value]), context.Target.Start?.Run.Id ?? "", context.Target.Start?.Run.Key ?? "",
            RunPlanner.InputHash(context.Results), CanonicalJson.Hash(ResultsJson.Of(context.Results.Limits)), PipelineVersion.Results, Dates.Text(context.Date)]);

    public StageResult Execute(StageContext context)
    {
        var (target, loader) = (context.Target, context.Loader);
        var labels = SourceHistory.Labels(target.Names);
        var start = target.Start;
        var startSources = start?.Sources.ToDictionary(source => source.Sha256, StringComparer.Ordinal) ?? [];
        CheckNewInput(context);

        // Contents that the start does not have: parsed from their files, or replayed from another run's curated files.
        var replays = new List<Replay>();
        var fresh = labels.Keys.Where(hash => !startSources.ContainsKey(hash)).OrderBy(hash => labels[hash], Utf8Order.Comparer).ToList();
        loader.Load([.. fresh.Where(target.Files.ContainsKey).Select(hash => target.Files[hash])], (share, name) => context.Reporter.StageProgress(Name, 0.6 * share, name));
        foreach (var hash in fresh.Where(hash => !target.Files.ContainsKey(hash))) replays.Add(CuratedReplay.Load(context, loader, hash, labels[hash]));

        // Dates that no new record touches change too where a file went away or its lines get another label.
        var rebuild = new HashSet<DateOnly>();
        foreach (var source in startSources.Values)
            if (!labels.TryGetValue(source.Sha256, out var label) || label != source.Name)
                rebuild.UnionWith(source.OrderDates.SelectMany(range => range.Days()));
        context.Reporter.StageProgress(Name, 0.6, "writing dates");
        var curation = loader.Finish(new CurationPlan
        {
            Folder = StorePath.Combine(context.Staging.Folder, LakeLayout.Curated),
            Labels = labels,
            BaseLabels = startSources.Values.ToDictionary(source => source.Name, source => source.Sha256, StringComparer.Ordinal),
            BaseDates = start?.Curated.Select(date => new BaseDate(date.Date, context.Lake.Full(date.Transactions.Path), context.Lake.Full(date.Evidence!.Path))).ToArray() ?? [],
            Rebuild = rebuild,
        });

        context.Reporter.StageProgress(Name, 0.9, "accounting for every line");
        var sources = SourceLedger.Build(context, loader, curation, labels, startSources, replays);
        var curated = CuratedLedger.Build(start, curation);
        var rejects = RejectsTable.Write(context, loader, labels, startSources, replays);
        var state = new IngestState
        {
            Sources = sources,
            Curated = curated,
            Rebuilt = curation.Dates.Select(date => date.Date).ToArray(),
            Parsed = fresh.Where(target.Files.ContainsKey).Select(hash => labels[hash]).ToArray(),
            RejectedByRule = rejects.ByRule,
            InputHash = RunPlanner.InputHash(context.Results),
            Currencies = loader.Loaded.Values.SelectMany(source => source.Summary.Currencies)
                .Concat(IngestChecks.CurrenciesOf(start)).Distinct(StringComparer.Ordinal).Order(Utf8Order.Comparer).ToArray(),
        };
        var records = sources.Sum(source => source.Fates.Records);
        var kept = sources.Sum(source => source.Fates.Sale + source.Fates.Return + source.Fates.Adjustment);
        var rejected = sources.Sum(source => source.Fates.Rejected);
        var duplicates = sources.Sum(source => source.Fates.Duplicate);
        return new StageResult
        {
            RowsIn = records,
            RowsOut = kept,
            RowsRejected = rejected,
            Outcome = $"{records:N0} records of {sources.Count:N0} files: {kept:N0} kept, {duplicates:N0} duplicates, {rejected:N0} rejected; {state.Rebuilt.Count:N0} of {curated.Count:N0} dates written",
            Tables = [rejects.Table],
            Quality = IngestChecks.Of(context, state),
            State = JsonSerializer.SerializeToElement(state, StageContext.JsonOptions),
            OtherOutputs = Written(curation).ToArray(),
        };
    }

    /// <summary>The curated files that are new. A rebuilt date may keep its file, as where a new record is but another one's duplicate.</summary>
    private static IEnumerable<string> Written(CurationResult curation)
    {
        foreach (var date in curation.Dates)
        {
            if (date.Transactions is { IsBase: false } transactions) yield return CuratedLedger.PathOf(LakeLayout.Transactions, date.Date, transactions);
            if (date.Evidence is { IsBase: false } evidence) yield return CuratedLedger.PathOf(LakeLayout.Evidence, date.Date, evidence);
        }
    }

    private static void CheckNewInput(StageContext context)
    {
        var target = context.Target;
        if (target.Names.Count == 0 && !context.Results.Limits.AllowNoInput)
            throw new UserException(ExitCode.Data, $"a run of {Dates.Text(context.Date)} would rest on no file at all: name files with --input, or allow it by results.limits.allow_no_input");
        var missing = target.Names.Where(entry => target.Start?.Sources.All(source => source.Sha256 != entry.Value) != false
            && !target.Files.ContainsKey(entry.Value) && !CuratedReplay.CanReplay(context, entry.Value)).Select(entry => entry.Key).ToList();
        if (missing.Count == 0) return;
        var reason = target.BaseManifest is not null && RunPlanner.InputHash(target.BaseManifest) != RunPlanner.InputHash(context.Results)
            ? $"run {target.BaseManifest.Run.Id}, on which this one builds, was cleaned by another results.input, so all its files must be read again"
            : "their lines are in no run that this one builds on";
        throw new UserException(ExitCode.Usage, $"{missing.Count} files are needed and were not named ({string.Join(", ", missing.Take(5))}{(missing.Count > 5 ? ", ..." : "")}): {reason}. Name them with --input, or take them away with --retract");
    }
}
