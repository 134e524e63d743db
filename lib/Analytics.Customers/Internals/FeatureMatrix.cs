using System.Runtime.Intrinsics;

namespace Analytics.Customers.Internals;

/// <summary>Points by feature: <c>Values[feature][point]</c>, each feature padded with zeros to whole vectors.</summary>
internal sealed class FeatureMatrix
{
    public FeatureMatrix(int dimensions, int count)
    {
        (Dimensions, Count) = (dimensions, count);
        var padded = (count + Vector256<double>.Count - 1) / Vector256<double>.Count * Vector256<double>.Count;
        Values = new double[dimensions][];
        for (var feature = 0; feature < dimensions; feature++) Values[feature] = new double[padded];
    }

    public int Dimensions { get; }

    public int Count { get; }

    public double[][] Values { get; }

    /// <summary>The chosen points in the order given; one may come more than once.</summary>
    public FeatureMatrix Gather(ReadOnlySpan<int> points)
    {
        var gathered = new FeatureMatrix(Dimensions, points.Length);
        for (var feature = 0; feature < Dimensions; feature++)
            for (var i = 0; i < points.Length; i++)
                gathered.Values[feature][i] = Values[feature][points[i]];
        return gathered;
    }

    /// <summary>How many distinct points there are; counting stops at <paramref name="enough"/>.</summary>
    public int CountDistinct(int enough)
    {
        // Points not equal to any found so far: enough is small, so this is enough x n at most.
        var found = new List<int>();
        for (var i = 0; i < Count && found.Count < enough; i++)
        {
            var known = false;
            foreach (var other in found)
                if (known = AreEqual(i, other)) break;
            if (!known) found.Add(i);
        }
        return found.Count;
    }

    private bool AreEqual(int i, int j)
    {
        foreach (var values in Values)
            if (values[i] != values[j]) return false;
        return true;
    }
}
