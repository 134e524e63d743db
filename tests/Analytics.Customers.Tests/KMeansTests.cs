using Analytics.Customers.Internals;
using CsCheck;

namespace Analytics.Customers.Tests;

public sealed class KMeansTests
{
    /// <summary>Points on a small grid: many ties, many equal ones.</summary>
    internal static readonly Gen<double[][]> Grids = Gen.Int[-4, 4].Select(value => value / 2.0).Array[2].Array[6, 40];

    private static readonly Workers One = new(1);

    [Fact]
    public void Iris_with_three_clusters_has_the_published_inertia_and_silhouette()
    {
        var points = Iris.Points();
        var fit = KMeans.Fit(points, 3, restarts: 10, seed: 1, stream: 0, mostIterations: 300, One);
        Assert.True(fit.Converged);
        // scikit-learn's KMeans(3).fit(load_iris().data): inertia_ 78.851441, silhouette_score 0.552819.
        Assert.Equal(78.851441, fit.Inertia, 1e-6);
        Assert.Equal(0.552819, Silhouette.Mean(Silhouette.Widths(points, fit.Labels, 3, One)), 1e-6);
        Assert.Equal([38, 50, 62], fit.Labels.CountBy(label => label).Select(count => count.Value).Order());
    }

    [Fact]
    public void Iris_with_two_clusters_has_the_published_inertia_and_silhouette()
    {
        var points = Iris.Points();
        var fit = KMeans.Fit(points, 2, restarts: 10, seed: 1, stream: 0, mostIterations: 300, One);
        // scikit-learn: inertia_ 152.347952, silhouette_score 0.681046.
        Assert.Equal(152.347952, fit.Inertia, 1e-6);
        Assert.Equal(0.681046, Silhouette.Mean(Silhouette.Widths(points, fit.Labels, 2, One)), 1e-6);
    }

    [Fact]
    public void Four_points_on_a_line_fall_into_two_pairs()
    {
        var fit = KMeans.Fit(Matrix([[0], [1], [10], [11]]), 2, 5, 7, 0, 100, One);
        Assert.Equal(1.0, fit.Inertia);
        Assert.Equal([0.5, 10.5], fit.Centroids.Order());
        Assert.Equal((fit.Labels[0], fit.Labels[2]), (fit.Labels[1], fit.Labels[3]));
    }

    [Fact]
    public void Lloyd_gives_the_labels_and_inertia_of_a_naive_one() => Gen.Select(Grids, Gen.Int[1, 5]).Sample((grid, clusters) =>
    {
        var points = Matrix(grid);
        if (points.CountDistinct(clusters) < clusters) return;
        var start = KMeans.PlusPlus(points, clusters, new(3, clusters));
        var fit = KMeans.Lloyd(points, start, 100, One);
        var (labels, inertia) = NaiveLloyd(grid, start, clusters);
        Assert.Equal(labels, fit.Labels);
        Assert.Equal(inertia, fit.Inertia, 1e-9);
        Assert.Equal(clusters, fit.Labels.Distinct().Count());
    });

    [Fact]
    public void Centres_start_on_distinct_points() => Gen.Select(Grids, Gen.Int[1, 6], Gen.ULong).Sample((grid, clusters, seed) =>
    {
        var points = Matrix(grid);
        if (points.CountDistinct(clusters) < clusters) return;
        var start = KMeans.PlusPlus(points, clusters, new(seed));
        var centres = start.Chunk(2).Select(centre => (centre[0], centre[1])).ToList();
        Assert.Equal(clusters, centres.Distinct().Count());
        Assert.All(centres, centre => Assert.Contains(grid, point => point[0] == centre.Item1 && point[1] == centre.Item2));
    });

    [Fact]
    public void An_empty_cluster_takes_the_farthest_point()
    {
        // The third centre attracts nobody.
        var fit = KMeans.Lloyd(Matrix([[0, 0], [1, 0], [9, 0], [20, 0]]), [0, 0, 12, 0, 500, 0], 100, One);
        Assert.True(fit.Converged);
        Assert.Equal(3, fit.Labels.Distinct().Count());
        Assert.Equal(0.5, fit.Inertia);
    }

    [Fact]
    public void A_clustering_that_is_stopped_says_so()
    {
        var fit = KMeans.Lloyd(Iris.Points(), [4, 2, 1, 0, 4.1, 2, 1, 0, 4.2, 2, 1, 0], 1, One);
        Assert.False(fit.Converged);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var random = new SeededRandom(5);
        var points = new FeatureMatrix(3, 30_001);
        foreach (var values in points.Values)
            for (var i = 0; i < points.Count; i++) values[i] = random.NextDouble();
        var start = KMeans.PlusPlus(points, 7, new(1));
        var alone = KMeans.Lloyd(points, start, 50, One);
        foreach (var threads in (int[])[2, 3, 8, -1])
        {
            var together = KMeans.Lloyd(points, start, 50, new(threads));
            Assert.Equal(BitConverter.DoubleToInt64Bits(alone.Inertia), BitConverter.DoubleToInt64Bits(together.Inertia));
            Assert.Equal(alone.Labels, together.Labels);
            Assert.Equal(alone.Centroids.Select(BitConverter.DoubleToInt64Bits), together.Centroids.Select(BitConverter.DoubleToInt64Bits));
        }
    }

    [Fact]
    public void Silhouettes_are_those_of_a_naive_one() => Gen.Select(Grids, Gen.Int[2, 5]).Sample((grid, clusters) =>
    {
        var points = Matrix(grid);
        if (points.CountDistinct(clusters) < clusters) return;
        var fit = KMeans.Fit(points, clusters, 1, 11, 0, 100, One);
        var widths = Silhouette.Widths(points, fit.Labels, clusters, new(2));
        for (var i = 0; i < grid.Length; i++) Assert.Equal(NaiveWidth(grid, fit.Labels, i), widths[i], 1e-12);
    });

    [Fact]
    public void A_hand_computed_silhouette()
    {
        // 0 and 1 against 4 and 6. Of the point 1: a = 1, b = (3 + 5) / 2 = 4. Of 4: a = 2, b = (4 + 3) / 2 = 3.5.
        var widths = Silhouette.Widths(Matrix([[0], [1], [4], [6]]), [0, 0, 1, 1], 2, One);
        Assert.Equal([0.8, 0.75, 1.5 / 3.5, 3.5 / 5.5], widths, (left, right) => Math.Abs(left - right) < 1e-15);
        Assert.Equal(0, Silhouette.Widths(Matrix([[0], [1], [5]]), [0, 0, 1], 2, One)[2]);
    }

    internal static FeatureMatrix Matrix(double[][] rows)
    {
        var points = new FeatureMatrix(rows[0].Length, rows.Length);
        for (var i = 0; i < rows.Length; i++)
            for (var feature = 0; feature < rows[i].Length; feature++) points.Values[feature][i] = rows[i][feature];
        return points;
    }

    private static double Squared(IReadOnlyList<double> left, IReadOnlyList<double> right) =>
        left.Zip(right, (one, other) => (one - other) * (one - other)).Sum();

    private static (int[] Labels, double Inertia) NaiveLloyd(double[][] points, double[] start, int clusters)
    {
        var centres = start.Chunk(start.Length / clusters).ToArray();
        var labels = new int[points.Length];
        Array.Fill(labels, -1);
        while (true)
        {
            var nearest = points.Select(point => Enumerable.Range(0, clusters).MinBy(cluster => Squared(point, centres[cluster]))).ToArray();
            if (nearest.SequenceEqual(labels)) return (labels, points.Select((point, i) => Squared(point, centres[labels[i]])).Sum());
            labels = nearest;
            for (var empty = 0; empty < clusters; empty++)
            {
                if (labels.Contains(empty)) continue;
                var farthest = Enumerable.Range(0, points.Length).Where(i => labels.Count(label => label == labels[i]) > 1)
                    .MaxBy(i => nearest[i] == labels[i] ? Squared(points[i], centres[labels[i]]) : 0);
                labels[farthest] = empty;
            }
            for (var cluster = 0; cluster < clusters; cluster++)
            {
                var members = points.Where((_, i) => labels[i] == cluster).ToList();
                centres[cluster] = [.. Enumerable.Range(0, points[0].Length).Select(feature => members.Sum(member => member[feature]) / members.Count)];
            }
        }
    }

    private static double NaiveWidth(double[][] points, int[] labels, int i)
    {
        double MeanTo(int cluster) => points.Where((_, j) => j != i && labels[j] == cluster).Select(other => Math.Sqrt(Squared(other, points[i]))).Average();
        if (labels.Count(label => label == labels[i]) == 1) return 0;
        var within = MeanTo(labels[i]);
        var nearest = labels.Distinct().Where(label => label != labels[i]).Min(MeanTo);
        return within == nearest ? 0 : (nearest - within) / Math.Max(within, nearest);
    }
}
