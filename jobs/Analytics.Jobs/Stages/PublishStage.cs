using System.Text.Json;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Pipeline;
using Analytics.Proofs;
using Analytics.Publishing;

namespace Analytics.Jobs.Stages;

/// <summary>Puts the records together, renders the report and makes the run visible, whole or not at all.</summary>
internal sealed class PublishStage : IStage
{
    public string Name => "publish";

    public string InputsHash(StageContext context) => throw new InvalidOperationException("publishing is never skipped");

    public StageResult Execute(StageContext context) => throw new InvalidOperationException("publishing goes through Publish");

    public PublishOutcome Publish(StageContext context, bool force)
    {
        var started = context.Time.GetTimestamp();
        context.Reporter.StageStarted(context.Target.Key[..16], Name);
        context.Staging.Begin(Name);
        var quality = WriteQuality(context);
        var lineage = WriteLineage(context);
        var anchors = AnchorTable.Write(context);
        context.Reporter.StageProgress(Name, 0.2, "report");
        // Without sales there is nothing to look at; the page would be a promise of tables that are not there.
        ReadOnlyMemory<byte>? report = context.Done.ContainsKey("sales") ? ReportBuilder.Render(context) : null;
        context.Reporter.StageProgress(Name, 0.6, "publishing");
        var engine = Engines.Describe(context);
        var tables = context.Done.Values.SelectMany(stage => stage.Tables).Append(quality).Append(lineage).Append(anchors).OrderBy(table => table.Table, StringComparer.Ordinal);
        var outcome = new Publisher(context.Lake).Publish(context.Staging, new PublishDraft
        {
            Engine = engine.Name,
            EngineVersion = engine.Version,
            Sources = context.Ingest.Sources,
            Curated = context.Ingest.Curated,
            Tables = tables.Select(table => new TableDraft(TableSchemas.Of(table.Table), table.Parts.Select(part => new PartFile(part.Name, part.Rows)).ToArray())).ToArray(),
            Transactions = TableSchemas.Of("transactions"),
            Report = report,
            State = State(context),
            Force = force,
            Inspect = path => ParquetFooter.InspectOwn(context.Lake.Files, path),
            ReadRows = RowTree.ReadOwn(context.Lake.Files),
            RowTrees = context.Machine.RowTrees,
        }, context.Cancel);
        context.Reporter.StageEnded(Name, $"{outcome.Run} is {outcome.Result switch { PublishResult.Published => "published", PublishResult.Reinstated => "current again", _ => "published already" }}",
            context.Time.GetElapsedTime(started), skipped: false);
        return outcome;
    }

    /// <summary>What the next run takes over: how lines were cleaned, and yesterday's segments.</summary>
    private static Dictionary<string, JsonElement> State(StageContext context)
    {
        var state = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["ingest"] = JsonSerializer.SerializeToElement(new IngestHandover(context.Ingest.InputHash, context.Ingest.Currencies), StageContext.JsonOptions),
        };
        foreach (var stage in (string[])["sales", "segment"])
            if (context.Done.TryGetValue(stage, out var facts) && facts.State is { } kept) state[stage] = kept;
        return state;
    }

    private static TableFact WriteQuality(StageContext context)
    {
        var rows = new Rows(TableSchemas.Of("quality").Columns);
        foreach (var check in context.Done.Values.SelectMany(stage => stage.Quality))
            rows.Add(check.Stage, check.Check, check.Severity, check.Status, check.Observed, check.Expected, check.Message);
        return HeldTable.Write(context, rows.Batches, "quality");
    }

    private static TableFact WriteLineage(StageContext context)
    {
        var rows = new Rows(TableSchemas.Of("lineage").Columns);
        foreach (var stage in context.Done.Values)
            rows.Add(stage.Stage, stage.Engine, (stage.StartedAt.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10, stage.Seconds, stage.RowsIn, stage.RowsOut, stage.RowsRejected, stage.PeakMemoryBytes);
        return HeldTable.Write(context, rows.Batches, "lineage");
    }
}
