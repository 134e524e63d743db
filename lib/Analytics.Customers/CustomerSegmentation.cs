using Analytics.Customers.Internals;

namespace Analytics.Customers;

/// <summary>
/// Scores, segments and their profiles. Customers are clustered by k-means on the standardised logarithms of recency, frequency and money; the
/// number of segments is the one of the greatest mean silhouette; ids follow the previous run's centroids, and names come from the profiles.
/// A pure function of its arguments: neither the order of the rows nor the number of threads nor the machine changes a bit of the result.
/// </summary>
/// <remarks>
/// No customers give no segment; one, two, or any number of equal ones give one. Where fewer distinct customers than segments are there, fewer
/// segments are tried.
/// </remarks>
public static class CustomerSegmentation
{
    /// <summary>Segments the customers.</summary>
    /// <param name="customers">Every customer with an id and a sale up to the business date.</param>
    /// <param name="options">What decides the segments.</param>
    /// <param name="history">What the previous run left; <see cref="SegmentHistory.None"/> for the first.</param>
    /// <param name="threads">How many threads may work; 0 is one a processor.</param>
    /// <param name="cancel">Calls the work off; it stops within one pass over the customers.</param>
    /// <exception cref="ArgumentException">An option is outside its range, or the history contradicts itself.</exception>
    /// <exception cref="OperationCanceledException">The work was called off.</exception>
    public static SegmentationResult Run(CustomerMeasures customers, SegmentationOptions options, SegmentHistory history, int threads = 0, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(customers);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        options.Check();

        var recency = new int[customers.Count];
        var frequency = new int[customers.Count];
        var monetary = new int[customers.Count];
        RfmScores.Recency(customers.RecencyDays, recency);
        RfmScores.Frequency(customers.Frequency, frequency);
        RfmScores.Monetary(customers.Monetary, monetary);

        var logs = CustomerFeatures.Logs(customers);
        var sample = customers.Count > options.SampleLimit ? CustomerFeatures.Sample(customers, options.SampleLimit, options.Seed) : null;
        var clustering = CustomerClustering.Cluster(CustomerFeatures.Standardised(logs), sample, options, new(threads == 0 ? -1 : threads, cancel));

        var groups = Groups(customers, clustering, logs);
        var (ids, changes) = PreviousSegments.Follow([.. groups.Select(group => group.Centroid)], history, options.MatchLimit);
        var scores = groups.Select(group => group.MeanScores(recency, frequency, monetary)).ToArray();
        var previousNames = history.Segments.ToDictionary(segment => segment.SegmentId, segment => segment.Name);
        var names = SegmentNaming.Name(scores, [.. ids.Select(id => previousNames.GetValueOrDefault(id))]);

        var segmentIds = new int[customers.Count];
        var profiles = new SegmentProfile[groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            foreach (var row in groups[i].Rows) segmentIds[row] = ids[i];
            profiles[i] = groups[i].Profile(customers, ids[i], names[i], scores[i]);
        }
        profiles = [.. profiles.OrderBy(profile => profile.SegmentId)];
        var next = new SegmentHistory(
            [.. profiles.Select(profile => new PreviousSegment(profile.SegmentId, profile.Name, profile.Centroid))],
            ids.Append(history.LastId).Max());
        return new(
            recency, frequency, monetary, segmentIds, profiles, clustering.Candidates, changes, next, clustering.Measured, clustering.Converged,
            clustering.Limited);
    }

    /// <summary>The clusters from the best customers (late, often, much) to the least, which is the order of new ids.</summary>
    private static SegmentGroup[] Groups(CustomerMeasures customers, Clustering clustering, FeatureMatrix logs)
    {
        var rows = new List<int>[clustering.Clusters];
        for (var cluster = 0; cluster < rows.Length; cluster++) rows[cluster] = [];
        var sums = new double[clustering.Clusters, CustomerFeatures.Count];
        for (var i = 0; i < customers.Count; i++)
        {
            var cluster = clustering.Labels[i];
            rows[cluster].Add(customers.Order[i]);
            for (var feature = 0; feature < CustomerFeatures.Count; feature++) sums[cluster, feature] += logs.Values[feature][i];
        }
        double Standardised(int cluster, int feature) => clustering.Centroids[cluster * CustomerFeatures.Count + feature];
        return
        [
            // A clustering that was stopped before it came to rest can hold an empty cluster.
            .. Enumerable.Range(0, clustering.Clusters).Where(cluster => rows[cluster].Count > 0)
                .OrderByDescending(cluster => Standardised(cluster, CustomerFeatures.Frequency) + Standardised(cluster, CustomerFeatures.Monetary)
                    - Standardised(cluster, CustomerFeatures.Recency))
                .ThenByDescending(cluster => Standardised(cluster, CustomerFeatures.Monetary))
                .ThenByDescending(cluster => Standardised(cluster, CustomerFeatures.Frequency))
                .Select(cluster => new SegmentGroup(
                    [.. rows[cluster]],
                    new(sums[cluster, CustomerFeatures.Recency] / rows[cluster].Count, sums[cluster, CustomerFeatures.Frequency] / rows[cluster].Count,
                        sums[cluster, CustomerFeatures.Monetary] / rows[cluster].Count),
                    clustering.Silhouettes[cluster], clustering.Stabilities[cluster])),
        ];
    }
}
