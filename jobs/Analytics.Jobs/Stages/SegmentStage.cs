using System.Globalization;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Customers;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;

namespace Analytics.Jobs.Stages;

/// <summary>Scores and segments the customers; segments keep the ids that the base run gave them.</summary>
internal sealed class SegmentStage : IStage
{
    private static readonly Column[] CustomerColumns =
    [
        new("customer_id", ColumnType.Text), new("first_sale", ColumnType.Date), new("last_sale", ColumnType.Date), new("frequency", ColumnType.Int64), new("monetary", ColumnType.Amount),
    ];

    public string Name => "segment";

    public string InputsHash(StageContext context) => StageContext.Hash(
        context.LinesHash(), CanonicalJson.Hash(ResultsJson.Of(context.Results.Segment)), context.Target.BaseManifest?.Run.Key ?? "", PipelineVersion.Results);

    public StageResult Execute(StageContext context)
    {
        context.Relations.Need("transactions");
        var (ids, recency, tenure, frequency, monetary) = (new List<string>(), new List<int>(), new List<int>(), new List<long>(), new List<Int128>());
        var today = Dates.ToDays(context.Date);
        foreach (var batch in context.Relations.Read("customers", CustomerColumns))
            for (var row = 0; row < batch.Count; row++)
            {
                ids.Add(batch.Texts(0).GetString(row)!);
                tenure.Add(today - batch.Ints(1)[row]);
                recency.Add(today - batch.Ints(2)[row]);
                frequency.Add(batch.Longs(3)[row]);
                monetary.Add(batch.Int128s(4)[row]);
            }
        context.Reporter.StageProgress(Name, 0.3, $"{ids.Count:N0} customers");
        var measures = new CustomerMeasures([.. ids], [.. recency], [.. frequency], [.. monetary]);
        var settings = context.Results.Segment;
        var result = CustomerSegmentation.Run(measures,
            new SegmentationOptions { MinClusters = settings.MinSegments, MaxClusters = settings.MaxSegments, Seed = unchecked((ulong)settings.Seed) },
            History(context), context.Threads);
        var names = result.Profiles.ToDictionary(profile => profile.SegmentId, profile => profile.Name);

        var segments = new Rows(TableSchemas.Of("segments").Columns);
        for (var i = 0; i < ids.Count; i++)
            segments.Add(ids[i], recency[i], tenure[i], frequency[i], monetary[i], result.RecencyScores[i], result.FrequencyScores[i], result.MonetaryScores[i],
                result.SegmentIds[i], names[result.SegmentIds[i]]);
        var profiles = new Rows(TableSchemas.Of("segment_profiles").Columns);
        foreach (var profile in result.Profiles)
            profiles.Add(profile.SegmentId, profile.Name, (long)profile.Customers, profile.Share, profile.MedianRecencyDays, profile.MedianFrequency,
                Amounts.ToDouble(profile.MedianMonetary), profile.NetAmount, profile.Silhouette, profile.Stability);
        var tables = new[] { context.Write(segments.Batches, "segments"), context.Write(profiles.Batches, "segment_profiles") };
        return new StageResult
        {
            RowsIn = ids.Count,
            RowsOut = tables.Sum(table => table.Rows),
            Outcome = $"{ids.Count:N0} customers in {result.Profiles.Count} segments",
            Highlights = result.Profiles.OrderByDescending(profile => profile.NetAmount).ThenBy(profile => profile.SegmentId).Select(profile => string.Create(CultureInfo.InvariantCulture,
                $"segment   {profile.Name}: {profile.Customers:N0} customers ({profile.Share:P0}), median {profile.MedianRecencyDays:0.#} days since the last order, {profile.MedianFrequency:0.#} orders, {Amounts.ToDecimal(profile.MedianMonetary):N2}")).ToArray(),
            Tables = tables,
            Quality = Checks(result),
            State = JsonSerializer.SerializeToElement(result.History, StageContext.JsonOptions),
        };
    }

    /// <summary>What the base run left; its segments keep their ids.</summary>
    private static SegmentHistory History(StageContext context) =>
        context.Target.BaseManifest is { } manifest && manifest.State.TryGetValue("segment", out var state)
            ? state.Deserialize<SegmentHistory>(StageContext.JsonOptions)!
            : SegmentHistory.None;

    private static List<QualityCheck> Checks(SegmentationResult result)
    {
        var checks = new List<QualityCheck>
        {
            QualityCheck.Warning("segment", "converged", result.Converged, result.Converged ? "yes" : "no", "yes", "the clustering came to rest within its passes"),
            QualityCheck.Info("segment", "measured_customers", QualityCheck.Text(result.MeasuredCustomers), $"silhouette and stability rest on {result.MeasuredCustomers} customers"),
        };
        if (result.ClustersLimited) checks.Add(QualityCheck.Info("segment", "clusters_limited", "yes", "the customers have too few distinct measures for all numbers of segments that were asked for"));
        foreach (var candidate in result.Candidates)
            checks.Add(QualityCheck.Info("segment", $"silhouette_k{candidate.Clusters:D2}", candidate.Silhouette.ToString("F4", CultureInfo.InvariantCulture), $"mean silhouette with {candidate.Clusters} segments"));
        foreach (var change in result.Changes.Where(change => change.Fate != SegmentFate.Kept))
            checks.Add(QualityCheck.Info("segment", $"segment_{change.SegmentId:D2}", change.Fate.ToString().ToLowerInvariant(),
                $"segment {change.SegmentId} is {change.Fate.ToString().ToLowerInvariant()} since the base run" + (change.NearestId is { } nearest ? $"; the nearest is {nearest}" : "")));
        return checks;
    }
}
