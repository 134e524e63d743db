namespace Analytics.Customers.Internals;

/// <summary>Customers as points: ln(1 + recency), ln(1 + frequency), ln(1 + max(monetary, 0)), in order of their ids.</summary>
internal static class CustomerFeatures
{
    public const int Recency = 0, Frequency = 1, Monetary = 2, Count = 3;

    private const double AmountScale = 1e7;

    public static FeatureMatrix Logs(CustomerMeasures customers)
    {
        var logs = new FeatureMatrix(Count, customers.Count);
        for (var i = 0; i < customers.Count; i++)
        {
            var row = customers.Order[i];
            logs.Values[Recency][i] = NaturalLog.Of(1.0 + customers.RecencyDays[row]);
            logs.Values[Frequency][i] = NaturalLog.Of(1.0 + customers.Frequency[row]);
            logs.Values[Monetary][i] = NaturalLog.Of(1.0 + (double)Int128.Max(customers.Monetary[row], 0) / AmountScale);
        }
        return logs;
    }

    /// <summary>Each feature less its mean, over its standard deviation (of the population); one that never varies becomes 0.</summary>
    public static FeatureMatrix Standardised(FeatureMatrix logs)
    {
        var points = new FeatureMatrix(logs.Dimensions, logs.Count);
        for (var feature = 0; feature < logs.Dimensions; feature++)
        {
            var values = logs.Values[feature].AsSpan(0, logs.Count);
            var mean = 0.0;
            foreach (var value in values) mean += value;
            mean /= values.Length;
            var variance = 0.0;
            foreach (var value in values) variance += (value - mean) * (value - mean);
            variance /= values.Length;
            // Equal values can miss their own mean by a rounding; what that leaves is no spread.
            var scale = AllEqual(values) ? 0 : 1 / Math.Sqrt(variance);
            for (var i = 0; i < values.Length; i++) points.Values[feature][i] = scale == 0 ? 0 : (values[i] - mean) * scale;
        }
        return points;
    }

    /// <summary>The positions of the <paramref name="size"/> customers whose hashed ids are least: the same customers day after day.</summary>
    public static int[] Sample(CustomerMeasures customers, int size, ulong seed)
    {
        var hashes = new ulong[customers.Count];
        var positions = new int[customers.Count];
        for (var i = 0; i < positions.Length; i++)
        {
            var hash = 14695981039346656037UL;
            foreach (var value in customers.Key(customers.Order[i])) hash = (hash ^ value) * 1099511628211UL;
            hashes[i] = SeededRandom.Mix(hash ^ seed);
            positions[i] = i;
        }
        Array.Sort(positions, (left, right) => hashes[left] != hashes[right] ? hashes[left].CompareTo(hashes[right]) : left.CompareTo(right));
        var sample = positions.AsSpan(0, size).ToArray();
        Array.Sort(sample);
        return sample;
    }

    private static bool AllEqual(ReadOnlySpan<double> values) => values.Length == 0 || !values.ContainsAnyExcept(values[0]);
}
