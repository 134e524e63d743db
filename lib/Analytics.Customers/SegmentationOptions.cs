namespace Analytics.Customers;

/// <summary>What decides the segments. All of it belongs to the results' configuration; the number of threads does not.</summary>
public sealed record SegmentationOptions
{
    /// <summary>The least number of segments to try; 2 by default, at least 2.</summary>
    public int MinClusters { get; init; } = 2;

    /// <summary>The greatest number of segments to try; 10 by default, at most 64.</summary>
    public int MaxClusters { get; init; } = 10;

    /// <summary>How many starts each number of segments is given; the one of least inertia counts. 10 by default.</summary>
    public int Restarts { get; init; } = 10;

    /// <summary>The most passes of one start; one that needs more is stopped, and the result says so. 300 by default.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>
    /// Up to so many customers everything is exact. Beyond, the number of segments, the silhouettes, the stability and the first centres come
    /// from a sample of so many (the customers of least hashed id), and only the last clustering sees all. 10,000 by default, which is 50 million
    /// distances for each number of segments.
    /// </summary>
    public int SampleLimit { get; init; } = 10_000;

    /// <summary>How many resamples the stability rests on; 20 by default, 0 for none.</summary>
    public int Resamples { get; init; } = 20;

    /// <summary>How many starts a resample's clustering is given; 3 by default.</summary>
    public int ResampleRestarts { get; init; } = 3;

    /// <summary>
    /// How far a segment's centroid may have moved since the previous run and still be the same segment: the Euclidean distance of
    /// (ln(1 + recency), ln(1 + frequency), ln(1 + monetary)). 1 by default: a factor of e in one measure.
    /// </summary>
    public double MatchLimit { get; init; } = 1;

    /// <summary>Seeds every draw.</summary>
    public ulong Seed { get; init; } = 20_101_201;

    internal void Check()
    {
        Require(MinClusters is >= 2 and <= 64, nameof(MinClusters), MinClusters, "2 to 64");
        Require(MaxClusters >= MinClusters && MaxClusters <= 64, nameof(MaxClusters), MaxClusters, $"{MinClusters} (MinClusters) to 64");
        Require(Restarts is >= 1 and <= 1000, nameof(Restarts), Restarts, "1 to 1000");
        Require(MaxIterations is >= 1 and <= 100_000, nameof(MaxIterations), MaxIterations, "1 to 100000");
        Require(SampleLimit is >= 100 and <= 100_000, nameof(SampleLimit), SampleLimit, "100 to 100000");
        Require(Resamples is >= 0 and <= 10_000, nameof(Resamples), Resamples, "0 to 10000");
        Require(ResampleRestarts is >= 1 and <= 1000, nameof(ResampleRestarts), ResampleRestarts, "1 to 1000");
        if (!(MatchLimit >= 0 && double.IsFinite(MatchLimit))) throw new ArgumentOutOfRangeException(nameof(MatchLimit), MatchLimit, "MatchLimit must be a number of at least 0");
    }

    private static void Require(bool holds, string name, int value, string expected)
    {
        if (!holds) throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}");
    }
}
