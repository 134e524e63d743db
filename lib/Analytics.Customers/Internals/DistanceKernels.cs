using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Analytics.Customers.Internals;

/// <summary>
/// Squared distances, four points at a time; a squared distance sums its features in order. Vector256 with plain products and sums, never
/// fused: the same bits with and without FMA.
/// </summary>
internal static class DistanceKernels
{
    /// <summary>
    /// Gives the points of [from, to) their nearest centre, of equals the first; says how many labels changed. from is a multiple of 4.
    /// </summary>
    public static int Assign(FeatureMatrix points, double[] centroids, int[] labels, double[] distances, int from, int to)
    {
        var dimensions = points.Dimensions;
        var clusters = centroids.Length / dimensions;
        var changed = 0;
        for (var i = from; i < to; i += 4)
        {
            var least = Vector256.Create(double.PositiveInfinity);
            var nearest = Vector256<long>.Zero;
            for (var cluster = 0; cluster < clusters; cluster++)
            {
                var squared = Squared(points, i, ref centroids[cluster * dimensions]);
                var nearer = Vector256.LessThan(squared, least);
                least = Vector256.ConditionalSelect(nearer, squared, least);
                nearest = Vector256.ConditionalSelect(nearer.AsInt64(), Vector256.Create((long)cluster), nearest);
            }
            least.StoreUnsafe(ref distances[i]);
            var lanes = Math.Min(4, to - i);
            for (var lane = 0; lane < lanes; lane++)
            {
                var label = (int)nearest.GetElement(lane);
                if (labels[i + lane] == label) continue;
                labels[i + lane] = label;
                changed++;
            }
        }
        return changed;
    }

    /// <summary>
    /// Writes the lesser of each point's <paramref name="before"/> and its squared distance to the point <paramref name="centre"/>, whose
    /// features it copies out; returns their sum, in order of the points.
    /// </summary>
    public static double Nearer(FeatureMatrix points, int centre, double[] before, double[] after, Span<double> features)
    {
        for (var feature = 0; feature < features.Length; feature++) features[feature] = points.Values[feature][centre];
        for (var i = 0; i < after.Length; i += 4)
        {
            var squared = Squared(points, i, ref features[0]);
            var known = Vector256.LoadUnsafe(ref before[i]);
            Vector256.ConditionalSelect(Vector256.LessThan(squared, known), squared, known).StoreUnsafe(ref after[i]);
        }
        var sum = 0.0;
        for (var i = 0; i < points.Count; i++) sum += after[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Squared(FeatureMatrix points, int i, ref double centre)
    {
        var squared = Vector256<double>.Zero;
        var values = points.Values;
        for (var feature = 0; feature < values.Length; feature++)
        {
            var difference = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(values[feature]), (nuint)i) - Vector256.Create(Unsafe.Add(ref centre, feature));
            squared += difference * difference;
        }
        return squared;
    }
}
