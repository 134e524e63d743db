namespace Analytics.Customers;

/// <summary>One row of segment_profiles.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="Name">Its name, unique in the run.</param>
/// <param name="Customers">How many customers it has.</param>
/// <param name="Share">Their share of all customers of the run.</param>
/// <param name="MedianRecencyDays">The exact median: of an even count the mean of the two in the middle.</param>
/// <param name="MedianFrequency">The exact median of the sale orders.</param>
/// <param name="MedianMonetary">The median amount, unscaled DECIMAL(28,7), rounded half away from zero.</param>
/// <param name="NetAmount">The sum of the amounts, unscaled DECIMAL(28,7).</param>
/// <param name="MeanScores">The mean quintile scores, which the name rests on.</param>
/// <param name="Centroid">The centroid, for the next run.</param>
/// <param name="Silhouette">The mean silhouette width of its customers, −1 to 1 (of those in the sample, where there is one); null with a single segment, or where the sample holds none of them.</param>
/// <param name="Stability">
/// Hennig's mean Jaccard similarity, 0 to 1, of the segment and its most similar counterpart in clusterings of bootstrap resamples; a resample that
/// holds none of its customers counts 0. Above 0.85 very stable, below 0.6 not to be trusted (Hennig, 2007). Null with a single segment, or without resamples.
/// </param>
public sealed record SegmentProfile(
    int SegmentId, string Name, int Customers, double Share, double MedianRecencyDays, double MedianFrequency, Int128 MedianMonetary, Int128 NetAmount,
    MeanScores MeanScores, SegmentCentroid Centroid, double? Silhouette, double? Stability);

/// <summary>A number of segments that was tried.</summary>
/// <param name="Clusters">How many.</param>
/// <param name="Silhouette">The mean silhouette width: the greatest wins, of equals the one of fewer segments.</param>
/// <param name="Inertia">The sum of squared distances to the centroids in standardised logs, over <see cref="SegmentationResult.MeasuredCustomers"/> customers.</param>
/// <param name="Converged">Whether the best start came to rest within its passes.</param>
public sealed record ClusterCandidate(int Clusters, double Silhouette, double Inertia, bool Converged);

/// <summary>The segments of a run.</summary>
/// <param name="RecencyScores">r_score, row by row of the input, 1 to 5.</param>
/// <param name="FrequencyScores">f_score, row by row.</param>
/// <param name="MonetaryScores">m_score, row by row.</param>
/// <param name="SegmentIds">The segment of each row.</param>
/// <param name="Profiles">One a segment, by id.</param>
/// <param name="Candidates">The numbers of segments that were tried, ascending; empty where the customers allow no choice (fewer than 3, or all alike).</param>
/// <param name="Changes">What became of each segment of this run and of the previous one, by id.</param>
/// <param name="History">What the next run needs.</param>
/// <param name="MeasuredCustomers">On how many customers silhouettes, stability and the number of segments rest: all, or the sample beyond <see cref="SegmentationOptions.SampleLimit"/>.</param>
/// <param name="Converged">Whether the clustering came to rest within <see cref="SegmentationOptions.MaxIterations"/>.</param>
/// <param name="ClustersLimited">Whether the customers have too few distinct measures for the least or greatest number of segments asked for.</param>
public sealed record SegmentationResult(
    int[] RecencyScores, int[] FrequencyScores, int[] MonetaryScores, int[] SegmentIds, IReadOnlyList<SegmentProfile> Profiles,
    IReadOnlyList<ClusterCandidate> Candidates, IReadOnlyList<SegmentChange> Changes, SegmentHistory History, int MeasuredCustomers, bool Converged,
    bool ClustersLimited)
{
    /// <summary>The name of each row's segment.</summary>
    public string NameOf(int row) => Profiles.First(profile => profile.SegmentId == SegmentIds[row]).Name;
}
