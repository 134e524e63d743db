namespace Analytics.Forecasting;

/// <summary>Finds a season where nothing tells of one.</summary>
public static class SeasonDetector
{
    private static readonly int[] s_candidates = [4, 7, 12, 24, 52];

    /// <summary>The autocorrelation of differences from which a lag counts as a season.</summary>
    private const double Threshold = 0.35;

    /// <summary>
    /// The season length that the values show: the usual length (4, 7, 12, 24, 52) whose lag has the greatest autocorrelation
    /// after the trend was differenced away, at least 0.35, over at least three seasons; 1 where there is none.
    /// </summary>
    /// <param name="values">One value a period; NaN is passed over.</param>
    public static int Detect(ReadOnlySpan<double> values)
    {
        // Chance alone reaches about three standard errors at one of the lags.
        var best = Math.Max(Threshold, 3.5 / Math.Sqrt(Math.Max(1, values.Length)));
        var season = 1;
        foreach (var lag in s_candidates)
        {
            if (values.Length < 3 * lag + 1) break;
            double product = 0, first = 0, second = 0;
            for (var t = lag + 1; t < values.Length; t++)
            {
                double a = values[t] - values[t - 1], b = values[t - lag] - values[t - lag - 1];
                if (!double.IsFinite(a) || !double.IsFinite(b)) continue;
                product += a * b;
                first += a * a;
                second += b * b;
            }
            var r = first > 0 && second > 0 ? product / Math.Sqrt(first * second) : 0;
            // A multiple of a season repeats it; it must be clearly better to be taken.
            if (r > best + (season > 1 && lag % season == 0 ? 0.05 : 0)) (best, season) = (r, lag);
        }
        return season;
    }
}
