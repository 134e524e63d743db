namespace Analytics.Customers.Internals;

/// <summary>
/// Cluster-wise stability (Hennig, Computational Statistics and Data Analysis 52, 2007): the mean, over bootstrap resamples, of the greatest
/// Jaccard similarity between a cluster's drawn points and any cluster of the resample; points drawn more than once count once.
/// </summary>
internal static class Bootstrap
{
    /// <summary>The stream of the first resample; the clusterings on all points use stream 0.</summary>
    private const int FirstStream = 1;

    public static double[] Stability(FeatureMatrix points, KMeansFit fit, SegmentationOptions options, Workers workers)
    {
        var similarities = new double[options.Resamples][];
        workers.For(options.Resamples, resample => similarities[resample] = Similarities(points, fit, options, FirstStream + resample, workers.Alone));
        var means = new double[fit.Clusters];
        foreach (var one in similarities)
            for (var cluster = 0; cluster < means.Length; cluster++) means[cluster] += one[cluster];
        for (var cluster = 0; cluster < means.Length; cluster++) means[cluster] /= options.Resamples;
        return means;
    }

    private static double[] Similarities(FeatureMatrix points, KMeansFit fit, SegmentationOptions options, int stream, Workers workers)
    {
        var random = new SeededRandom(options.Seed, stream, fit.Clusters);
        var drawn = new int[points.Count];
        for (var i = 0; i < drawn.Length; i++) drawn[i] = random.Next(points.Count);
        Array.Sort(drawn);
        var resample = points.Gather(drawn);
        var clusters = Math.Min(fit.Clusters, resample.CountDistinct(fit.Clusters));
        var other = KMeans.Fit(resample, clusters, options.ResampleRestarts, options.Seed, stream, options.MaxIterations, workers);
        return Similarities(fit, other, drawn);
    }

    /// <summary>The similarity of each cluster; <paramref name="drawn"/> are the resample's points, ascending.</summary>
    internal static double[] Similarities(KMeansFit fit, KMeansFit other, int[] drawn)
    {
        var both = new int[fit.Clusters, other.Clusters];
        var ours = new int[fit.Clusters];
        var theirs = new int[other.Clusters];
        for (var i = 0; i < drawn.Length; i++)
        {
            if (i > 0 && drawn[i] == drawn[i - 1]) continue;
            both[fit.Labels[drawn[i]], other.Labels[i]]++;
            ours[fit.Labels[drawn[i]]]++;
            theirs[other.Labels[i]]++;
        }
        var similarities = new double[fit.Clusters];
        for (var cluster = 0; cluster < fit.Clusters; cluster++)
            for (var counterpart = 0; counterpart < other.Clusters; counterpart++)
                if (both[cluster, counterpart] is > 0 and var common)
                    similarities[cluster] = Math.Max(similarities[cluster], (double)common / (ours[cluster] + theirs[counterpart] - common));
        return similarities;
    }
}
