using Analytics.Customers.Internals;

namespace Analytics.Customers.Tests;

public sealed class BootstrapTests
{
    [Fact]
    public void A_hand_computed_similarity()
    {
        // Drawn: 0, 0, 1, 2, 4. Clusters {0 1 2} and {3 4}, of the resample {0 1} and {2 4}: 2/3 and 1/2.
        var fit = new KMeansFit(2, [0, 0, 0, 1, 1], [], 0, 1, true);
        var other = new KMeansFit(2, [0, 0, 0, 1, 1], [], 0, 1, true);
        Assert.Equal([2.0 / 3, 0.5], Bootstrap.Similarities(fit, other, [0, 0, 1, 2, 4]));
    }

    [Fact]
    public void A_cluster_that_was_not_drawn_counts_nothing()
    {
        var fit = new KMeansFit(2, [0, 0, 1], [], 0, 1, true);
        Assert.Equal([1.0, 0.0], Bootstrap.Similarities(fit, new(1, [0, 0], [], 0, 1, true), [0, 1]));
    }

    [Fact]
    public void Clear_clusters_are_stable_and_cuts_through_a_crowd_are_not()
    {
        var random = new SeededRandom(17);
        var crowd = new FeatureMatrix(2, 400);
        var islands = new FeatureMatrix(2, 400);
        for (var i = 0; i < 400; i++)
            for (var feature = 0; feature < 2; feature++)
            {
                crowd.Values[feature][i] = random.NextDouble();
                islands.Values[feature][i] = random.NextDouble() + (i % 3 == feature ? 10 : 0);
            }
        var options = new SegmentationOptions();
        Assert.All(Bootstrap.Stability(islands, KMeans.Fit(islands, 3, 10, 1, 0, 300, new(1)), options, new(2)), stability => Assert.Equal(1.0, stability));
        Assert.InRange(Bootstrap.Stability(crowd, KMeans.Fit(crowd, 7, 10, 1, 0, 300, new(1)), options, new(2)).Average(), 0.2, 0.8);
    }
}
