using System.Runtime.Intrinsics;

namespace Analytics.Customers.Internals;

/// <summary>
/// Silhouette widths (Rousseeuw, 1987): s = (b - a) / max(a, b), where a is a point's mean distance to the others of its cluster and b the least
/// mean distance to another cluster; 0 for a point alone in its cluster and where a = b = 0.
/// </summary>
internal static class Silhouette
{
    private const int RowsAPiece = 128;

    /// <summary>Each point's width. Exact: every pair is measured.</summary>
    public static double[] Widths(FeatureMatrix points, int[] labels, int clusters, Workers workers)
    {
        // Clusters lie one after the other, their members in order, so that a cluster's distances are one run of loads.
        var starts = new int[clusters + 1];
        foreach (var label in labels) starts[label + 1]++;
        for (var cluster = 0; cluster < clusters; cluster++) starts[cluster + 1] += starts[cluster];
        var order = new int[labels.Length];
        var next = starts.AsSpan(0, clusters).ToArray();
        for (var i = 0; i < labels.Length; i++) order[next[labels[i]]++] = i;
        var sorted = points.Gather(order);

        var widths = new double[labels.Length];
        workers.For((labels.Length + RowsAPiece - 1) / RowsAPiece, piece =>
        {
            Span<double> here = stackalloc double[points.Dimensions];
            var to = Math.Min(labels.Length, (piece + 1) * RowsAPiece);
            for (var row = piece * RowsAPiece; row < to; row++)
            {
                for (var feature = 0; feature < here.Length; feature++) here[feature] = sorted.Values[feature][row];
                widths[order[row]] = Width(sorted, here, labels[order[row]], starts);
            }
        });
        return widths;
    }

    /// <summary>The mean of the widths, summed in order of the points.</summary>
    public static double Mean(ReadOnlySpan<double> widths)
    {
        var sum = 0.0;
        foreach (var width in widths) sum += width;
        return sum / widths.Length;
    }

    private static double Width(FeatureMatrix sorted, ReadOnlySpan<double> here, int own, int[] starts)
    {
        var others = starts[own + 1] - starts[own] - 1;
        if (others == 0) return 0;
        var within = SumOfDistances(sorted, here, starts[own], starts[own + 1]) / others;
        var nearest = double.PositiveInfinity;
        for (var cluster = 0; cluster < starts.Length - 1; cluster++)
        {
            if (cluster == own || starts[cluster] == starts[cluster + 1]) continue;
            var mean = SumOfDistances(sorted, here, starts[cluster], starts[cluster + 1]) / (starts[cluster + 1] - starts[cluster]);
            if (mean < nearest) nearest = mean;
        }
        var larger = Math.Max(within, nearest);
        return larger == 0 || double.IsInfinity(nearest) ? 0 : (nearest - within) / larger;
    }

    /// <summary>Order of reduction: four running sums, (0 + 1) + (2 + 3), then the last up to three distances one by one.</summary>
    private static double SumOfDistances(FeatureMatrix points, ReadOnlySpan<double> here, int from, int to)
    {
        var sums = Vector256<double>.Zero;
        var values = points.Values;
        var i = from;
        for (; i <= to - 4; i += 4)
        {
            var squared = Vector256<double>.Zero;
            for (var feature = 0; feature < values.Length; feature++)
            {
                var difference = Vector256.LoadUnsafe(ref values[feature][i]) - Vector256.Create(here[feature]);
                squared += difference * difference;
            }
            sums += Vector256.Sqrt(squared);
        }
        var sum = (sums.GetElement(0) + sums.GetElement(1)) + (sums.GetElement(2) + sums.GetElement(3));
        for (; i < to; i++)
        {
            var squared = 0.0;
            for (var feature = 0; feature < values.Length; feature++)
            {
                var difference = values[feature][i] - here[feature];
                squared += difference * difference;
            }
            sum += Math.Sqrt(squared);
        }
        return sum;
    }
}
