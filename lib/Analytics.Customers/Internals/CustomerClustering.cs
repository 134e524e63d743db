namespace Analytics.Customers.Internals;

/// <summary>
/// Clusters of points, the number of clusters chosen by silhouette. Centroids lie in the points' space, one after the other; silhouettes and
/// stabilities go by cluster, null where unknown.
/// </summary>
internal sealed record Clustering(
    int Clusters, int[] Labels, double[] Centroids, double?[] Silhouettes, double?[] Stabilities, IReadOnlyList<ClusterCandidate> Candidates,
    int Measured, bool Converged, bool Limited);

internal static class CustomerClustering
{
    private const int AllPoints = 0;

    /// <summary>
    /// Clusters points that are on one scale and in a fixed order, measuring on the points of <paramref name="sample"/> (ascending; null for all).
    /// Any number of threads gives the same bits.
    /// </summary>
    public static Clustering Cluster(FeatureMatrix points, int[]? sample, SegmentationOptions options, Workers workers)
    {
        var measured = sample is null ? points : points.Gather(sample);
        // A silhouette needs two clusters and a cluster of two; and no start can find more places than there are.
        var most = Math.Min(Math.Min(options.MaxClusters, measured.CountDistinct(options.MaxClusters)), measured.Count - 1);
        var least = Math.Min(options.MinClusters, most);
        var limited = most < options.MaxClusters;
        if (most < 2) return Single(points, measured.Count, limited);

        var fits = Fit(measured, least, most, options, workers);
        var candidates = new ClusterCandidate[fits.Length];
        var best = -1;
        var bestWidths = Array.Empty<double>();
        for (var i = 0; i < fits.Length; i++)
        {
            var widths = Silhouette.Widths(measured, fits[i].Labels, fits[i].Clusters, workers);
            candidates[i] = new(fits[i].Clusters, Silhouette.Mean(widths), fits[i].Inertia, fits[i].Converged);
            if (best >= 0 && candidates[i].Silhouette <= candidates[best].Silhouette) continue;
            (best, bestWidths) = (i, widths);
        }
        var chosen = fits[best];
        var final = chosen;
        if (sample is not null)
        {
            final = KMeans.Lloyd(points, chosen.Centroids, options.MaxIterations, workers);
            // From here on the sample's points carry the labels that all of them were given.
            chosen = chosen with { Labels = [.. sample.Select(point => final.Labels[point])] };
            bestWidths = Silhouette.Widths(measured, chosen.Labels, chosen.Clusters, workers);
        }
        var stabilities = options.Resamples == 0 ? null : Bootstrap.Stability(measured, chosen, options, workers);
        return new(
            final.Clusters, final.Labels, final.Centroids, MeansByCluster(bestWidths, chosen.Labels, final.Clusters),
            stabilities is null ? new double?[final.Clusters] : [.. stabilities.Select(stability => (double?)stability)], candidates, measured.Count,
            final.Converged, limited);
    }

    private static KMeansFit[] Fit(FeatureMatrix points, int least, int most, SegmentationOptions options, Workers workers)
    {
        var fits = new KMeansFit[(most - least + 1) * options.Restarts];
        // The longest first, so that no thread is left with one at the end.
        workers.For(fits.Length, piece =>
        {
            var at = fits.Length - 1 - piece;
            var (clusters, restart) = (least + at / options.Restarts, at % options.Restarts);
            var start = KMeans.PlusPlus(points, clusters, new(options.Seed, AllPoints, clusters, restart));
            fits[at] = KMeans.Lloyd(points, start, options.MaxIterations, workers.Alone);
        });
        var best = new KMeansFit[most - least + 1];
        for (var i = 0; i < best.Length; i++)
        {
            best[i] = fits[i * options.Restarts];
            foreach (var fit in fits.AsSpan(i * options.Restarts, options.Restarts))
                if (fit.Inertia < best[i].Inertia) best[i] = fit;
        }
        return best;
    }

    private static Clustering Single(FeatureMatrix points, int measured, bool limited)
    {
        var clusters = points.Count == 0 ? 0 : 1;
        var centroid = new double[clusters * points.Dimensions];
        for (var feature = 0; feature < centroid.Length; feature++)
        {
            for (var i = 0; i < points.Count; i++) centroid[feature] += points.Values[feature][i];
            centroid[feature] /= points.Count;
        }
        return new(clusters, new int[points.Count], centroid, new double?[clusters], new double?[clusters], [], measured, true, limited);
    }

    private static double?[] MeansByCluster(double[] widths, int[] labels, int clusters)
    {
        var sums = new double[clusters];
        var counts = new int[clusters];
        for (var i = 0; i < widths.Length; i++)
        {
            sums[labels[i]] += widths[i];
            counts[labels[i]]++;
        }
        return [.. sums.Select((sum, cluster) => counts[cluster] == 0 ? (double?)null : sum / counts[cluster])];
    }
}
