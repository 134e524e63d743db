namespace Analytics.Customers.Internals;

/// <summary>A cluster's customers, on the way to a segment.</summary>
internal sealed record SegmentGroup(int[] Rows, SegmentCentroid Centroid, double? Silhouette, double? Stability)
{
    public MeanScores MeanScores(int[] recency, int[] frequency, int[] monetary) => new(Mean(recency), Mean(frequency), Mean(monetary));

    public SegmentProfile Profile(CustomerMeasures customers, int id, string name, MeanScores scores)
    {
        var days = new long[Rows.Length];
        var orders = new long[Rows.Length];
        var amounts = new Int128[Rows.Length];
        Int128 net = 0;
        for (var i = 0; i < Rows.Length; i++)
        {
            days[i] = customers.RecencyDays[Rows[i]];
            orders[i] = customers.Frequency[Rows[i]];
            amounts[i] = customers.Monetary[Rows[i]];
            net = checked(net + amounts[i]);
        }
        return new(
            id, name, Rows.Length, (double)Rows.Length / customers.Count, Halved(TwiceMedian(days)), Halved(TwiceMedian(orders)),
            HalfAwayFromZero(TwiceMedian(amounts)), net, scores, Centroid, Silhouette, Stability);
    }

    private double Mean(int[] scores)
    {
        var sum = 0L;
        foreach (var row in Rows) sum += scores[row];
        return (double)sum / Rows.Length;
    }

    private static Int128 TwiceMedian(long[] values)
    {
        Array.Sort(values);
        return (Int128)values[(values.Length - 1) / 2] + values[values.Length / 2];
    }

    private static Int128 TwiceMedian(Int128[] values)
    {
        Array.Sort(values);
        return checked(values[(values.Length - 1) / 2] + values[values.Length / 2]);
    }

    private static double Halved(Int128 twice) => (double)twice / 2;

    internal static Int128 HalfAwayFromZero(Int128 twice) => (twice + Int128.Sign(twice)) / 2;
}
