namespace Analytics.Customers.Internals;

/// <summary>One clustering. Centroids lie one after the other, <c>[cluster * dimensions + feature]</c>.</summary>
internal sealed record KMeansFit(int Clusters, int[] Labels, double[] Centroids, double Inertia, int Iterations, bool Converged);

/// <summary>
/// Lloyd's algorithm (1982) from centres drawn by greedy k-means++ (Arthur and Vassilvitskii, 2007). Every sum runs over blocks of a fixed
/// size, inside a block in order of the points and then over the blocks in order, whoever computes them: any number of threads gives the
/// same bits.
/// </summary>
internal static class KMeans
{
    /// <summary>Points a block: large enough to be worth a thread's while, small enough for the first-level cache.</summary>
    internal const int Block = 4096;

    /// <summary>The best of several starts; of equals the first.</summary>
    public static KMeansFit Fit(FeatureMatrix points, int clusters, int restarts, ulong seed, int stream, int mostIterations, Workers workers)
    {
        KMeansFit? best = null;
        for (var restart = 0; restart < restarts; restart++)
        {
            var start = PlusPlus(points, clusters, new(seed, stream, clusters, restart));
            var fit = Lloyd(points, start, mostIterations, workers);
            if (best is null || fit.Inertia < best.Inertia) best = fit;
        }
        return best!;
    }

    /// <summary>
    /// First centre uniform; each further one the best of 2 + floor(ln k) candidates drawn by squared distance. The points must have at least
    /// as many distinct places as there are clusters.
    /// </summary>
    public static double[] PlusPlus(FeatureMatrix points, int clusters, SeededRandom random)
    {
        var (count, dimensions) = (points.Count, points.Dimensions);
        var centroids = new double[clusters * dimensions];
        var nearest = new double[points.Values[0].Length];
        var trial = new double[nearest.Length];
        var best = new double[nearest.Length];
        Array.Fill(nearest, double.PositiveInfinity);

        var potential = DistanceKernels.Nearer(points, random.Next(count), nearest, nearest, centroids.AsSpan(0, dimensions));
        var trials = 2 + (int)NaturalLog.Of(clusters);
        for (var cluster = 1; cluster < clusters; cluster++)
        {
            var centre = centroids.AsSpan(cluster * dimensions, dimensions);
            var least = double.PositiveInfinity;
            var chosen = -1;
            for (var i = 0; i < trials; i++)
            {
                var candidate = Draw(nearest.AsSpan(0, count), random.NextDouble() * potential);
                var left = DistanceKernels.Nearer(points, candidate, nearest, trial, centre);
                if (left >= least) continue;
                (least, chosen) = (left, candidate);
                (best, trial) = (trial, best);
            }
            for (var feature = 0; feature < dimensions; feature++) centre[feature] = points.Values[feature][chosen];
            (nearest, best) = (best, nearest);
            potential = least;
        }
        return centroids;
    }

    public static KMeansFit Lloyd(FeatureMatrix points, double[] start, int mostIterations, Workers workers)
    {
        var (count, dimensions) = (points.Count, points.Dimensions);
        var clusters = start.Length / dimensions;
        var centroids = (double[])start.Clone();
        var labels = new int[count];
        Array.Fill(labels, -1);
        var distances = new double[points.Values[0].Length];
        var blocks = (count + Block - 1) / Block;
        var partial = new BlockSums[blocks];
        for (var block = 0; block < blocks; block++) partial[block] = new(clusters, dimensions);

        for (var iteration = 1; ; iteration++)
        {
            workers.For(blocks, block => partial[block].Assign(points, centroids, labels, distances, block * Block, Math.Min(count, (block + 1) * Block)));
            var changed = 0;
            var inertia = 0.0;
            foreach (var sums in partial)
            {
                changed += sums.Changed;
                inertia += sums.Inertia;
            }
            if (changed == 0 || iteration > mostIterations)
                return new(clusters, labels, centroids, inertia, iteration, changed == 0);
            Update(points, partial, labels, distances, centroids, clusters);
        }
    }

    private static void Update(FeatureMatrix points, BlockSums[] partial, int[] labels, double[] distances, double[] centroids, int clusters)
    {
        var dimensions = points.Dimensions;
        var counts = new int[clusters];
        Array.Clear(centroids);
        foreach (var sums in partial)
        {
            for (var i = 0; i < centroids.Length; i++) centroids[i] += sums.Sums[i];
            for (var i = 0; i < clusters; i++) counts[i] += sums.Counts[i];
        }
        for (var cluster = 0; cluster < clusters; cluster++)
            if (counts[cluster] == 0) FillEmpty(points, labels, distances, centroids, counts, cluster);
        for (var cluster = 0; cluster < clusters; cluster++)
            for (var feature = 0; feature < dimensions; feature++)
                centroids[cluster * dimensions + feature] /= counts[cluster];
    }

    /// <summary>An empty cluster takes the point farthest from its own centre, of equals the first: that lowers the inertia.</summary>
    private static void FillEmpty(FeatureMatrix points, int[] labels, double[] distances, double[] sums, int[] counts, int empty)
    {
        var farthest = -1;
        for (var i = 0; i < labels.Length; i++)
            if (counts[labels[i]] > 1 && (farthest < 0 || distances[i] > distances[farthest])) farthest = i;
        var from = labels[farthest];
        for (var feature = 0; feature < points.Dimensions; feature++)
        {
            var value = points.Values[feature][farthest];
            sums[from * points.Dimensions + feature] -= value;
            sums[empty * points.Dimensions + feature] = value;
        }
        counts[from]--;
        counts[empty] = 1;
        labels[farthest] = empty;
        distances[farthest] = 0;
    }

    private static int Draw(ReadOnlySpan<double> weights, double target)
    {
        var sum = 0.0;
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0) continue;
            sum += weights[i];
            last = i;
            if (sum > target) return i;
        }
        // The target was rounded up to the whole sum.
        return last;
    }

    /// <summary>One block's labels, and its part of the sums.</summary>
    private sealed class BlockSums(int clusters, int dimensions)
    {
        public double[] Sums { get; } = new double[clusters * dimensions];
        public int[] Counts { get; } = new int[clusters];
        public int Changed { get; private set; }
        public double Inertia { get; private set; }

        public void Assign(FeatureMatrix points, double[] centroids, int[] labels, double[] distances, int from, int to)
        {
            Changed = DistanceKernels.Assign(points, centroids, labels, distances, from, to);
            Array.Clear(Sums);
            Array.Clear(Counts);
            var inertia = 0.0;
            for (var i = from; i < to; i++)
            {
                var label = labels[i];
                Counts[label]++;
                inertia += distances[i];
                var at = label * dimensions;
                foreach (var values in points.Values) Sums[at++] += values[i];
            }
            Inertia = inertia;
        }
    }
}
