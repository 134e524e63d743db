namespace Analytics.Forecasting;

/// <summary>Quantiles of samples.</summary>
internal static class Quantiles
{
    /// <summary>The standard normal quantiles of 90 % and 97.5 %.</summary>
    public const double Normal90 = 1.2815515655446004, Normal975 = 1.959963984540054;

    /// <summary>A quantile of ascending values, linear between order statistics (type 7 of Hyndman and Fan 1996).</summary>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty) return double.NaN;
        var place = share * (sorted.Length - 1);
        var low = (int)Math.Floor(place);
        if (low >= sorted.Length - 1) return sorted[^1];
        var part = place - low;
        return sorted[low] + part * (sorted[low + 1] - sorted[low]);
    }
}
