namespace Analytics.Forecasting;

/// <summary>Whether a series is to be differenced.</summary>
internal static class UnitRootTests
{
    /// <summary>The 5 % critical value of the KPSS test of level stationarity.</summary>
    private const double KpssCritical = 0.463;

    /// <summary>Kwiatkowski, Phillips, Schmidt and Shin (1992), with ⌊3 √n / 13⌋ lags as R's ndiffs: whether the level wanders.</summary>
    public static bool NeedsDifference(ReadOnlySpan<double> x) => Kpss(x, (int)(3 * Math.Sqrt(x.Length) / 13)) > KpssCritical;

    /// <summary>The KPSS statistic.</summary>
    public static double Kpss(ReadOnlySpan<double> x, int lags)
    {
        var n = x.Length;
        double mean = 0, sum = 0, squares = 0, s0 = 0;
        foreach (var v in x) mean += v;
        mean /= n;
        for (var t = 0; t < n; t++)
        {
            sum += x[t] - mean;
            squares += sum * sum;
            s0 += (x[t] - mean) * (x[t] - mean);
        }
        var s = s0;
        for (var lag = 1; lag <= lags; lag++)
        {
            double c = 0;
            for (var t = lag; t < n; t++) c += (x[t] - mean) * (x[t - lag] - mean);
            s += 2 * (1 - lag / (lags + 1.0)) * c;
        }
        return s > 0 ? squares / n / s : 0;
    }

    /// <summary>
    /// Whether the seasonal strength 1 − var(remainder) / var(season + remainder) of the decomposition by loess is above 0.64
    /// (Wang, Smith and Hyndman 2006), as R's nsdiffs decides.
    /// </summary>
    public static bool NeedsSeasonalDifference(Stl stl, ReadOnlySpan<double> y, int season)
    {
        var n = y.Length;
        if (n < 2 * season + 1) return false;
        stl.Decompose(y, [season]);
        var seasonal = stl.Seasonal(0);
        double sr = 0, srr = 0, sd = 0, sdd = 0;
        for (var t = 0; t < n; t++)
        {
            double detrended = y[t] - stl.Trend[t], remainder = detrended - seasonal[t];
            sr += remainder;
            srr += remainder * remainder;
            sd += detrended;
            sdd += detrended * detrended;
        }
        var spread = sdd - sd * sd / n;
        return spread > 0 && 1 - (srr - sr * sr / n) / spread > 0.64;
    }
}
