namespace Analytics.Forecasting;

/// <summary>Finds seasons where nothing tells of them.</summary>
public static class SeasonDetector
{
    private static readonly int[] s_lags = [4, 7, 12, 24, 48, Weeks, 168, 336, 365];

    /// <summary>What a short season may stand within: a week of hours or half hours, a year of days.</summary>
    private static readonly (int Short, int Long)[] s_longer = [(7, 365), (24, 168), (48, 336)];

    /// <summary>A year of weeks, whose differences may be all noise.</summary>
    private const int Weeks = 52;

    /// <summary>The autocorrelation of differences from which a lag counts as a season.</summary>
    private const double Threshold = 0.35;

    /// <summary>
    /// The share of a long season's spread that chance must not explain. Of 59 random walks none reaches it for 52; of 33 with a
    /// yearly season, noise and a random walk's trend 30 do.
    /// </summary>
    private const double LongThreshold = 0.7;

    /// <summary>The same around a known season, where a week around hours is to be expected: half of what chance reaches.</summary>
    private const double AroundThreshold = 0.2;

    /// <summary>
    /// From this many cycles on a long season must show: of weekly series 52 is then taken away from random walks, whose errors rise by 2 % with it.
    /// </summary>
    private const double TellingCycles = 2.7;

    /// <summary>How many series vote.</summary>
    private const int Voters = 200;

    /// <summary>
    /// The seasons that the values show, ascending: of 4, 7, 12, 24, 48, 52, 168, 336 and 365 the one whose lag has the greatest autocorrelation after the
    /// trend was differenced away, at least 0.35, over at least three cycles; 7, 24 and 48 come with the year or week around them where it shows, and that
    /// never without them; else 52 where the means by week stand out of what chance explains; empty where there is none.
    /// </summary>
    /// <param name="values">One value a period; NaN is passed over.</param>
    public static int[] Detect(ReadOnlySpan<double> values)
    {
        // Chance alone reaches about three standard errors at one of the lags.
        var best = Math.Max(Threshold, 3.5 / Math.Sqrt(Math.Max(1, values.Length)));
        var season = 1;
        foreach (var lag in s_lags)
        {
            if (values.Length < 3 * lag + 1) break;
            var r = Autocorrelation(values, lag);
            // A multiple of a season repeats it; it must be clearly better to be taken.
            // What is alike half a season apart too is smooth, not seasonal.
            if (r > best + (season > 1 && lag % season == 0 ? 0.05 : 0) && r > Autocorrelation(values, lag / 2)) (best, season) = (r, lag);
        }
        foreach (var (inner, outer) in s_longer)
            if (outer == season) return [inner, outer];
        if (season > 1) return Longer(values, season) is > 1 and var other ? [season, other] : [season];
        return StandsOut(values, Weeks, 1) ? [Weeks] : [];
    }

    /// <summary>
    /// The seasons of many series of one kind. Where more show one set of seasons than any other, or none, all have it; where most show
    /// none, each has its own.
    /// </summary>
    /// <param name="series">One value a period each; NaN is passed over.</param>
    public static int[][] DetectAll(IReadOnlyList<double[]> series)
    {
        int[][] own = [.. series.Select(values => Detect(values))];
        var vote = own.Take(Voters).GroupBy(seasons => seasons.Length > 0 ? seasons[0] : 1).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).FirstOrDefault()?.Key ?? 1;
        if (vote == 1) return own;
        // The longer season around the common one stays each series' own.
        for (var i = 0; i < own.Length; i++)
            if (own[i].Length == 0 || own[i][0] != vote) own[i] = Longer(series[i], vote) is > 1 and var other ? [vote, other] : [vote];
        return own;
    }

    /// <summary>The longer season, such as a week around 24 hours, that the values show around a known one; 1 where there is none.</summary>
    public static int Longer(ReadOnlySpan<double> values, int season)
    {
        foreach (var (inner, outer) in s_longer)
            if (inner == season) return StandsOut(values, outer, inner) ? outer : 1;
        return 1;
    }

    private static double Autocorrelation(ReadOnlySpan<double> values, int lag)
    {
        double product = 0, first = 0, second = 0;
        for (var t = lag + 1; t < values.Length; t++)
        {
            double a = values[t] - values[t - 1], b = values[t - lag] - values[t - lag - 1];
            if (!double.IsFinite(a) || !double.IsFinite(b)) continue;
            product += a * b;
            first += a * a;
            second += b * b;
        }
        return first > 0 && second > 0 ? product / Math.Sqrt(first * second) : 0;
    }

    /// <summary>Whether a long season that is told of is used: always in histories too short to tell.</summary>
    internal static bool MayHave(ReadOnlySpan<double> values, int season) => values.Length < TellingCycles * season || Share(values, season, 1) >= AroundThreshold;

    private static bool StandsOut(ReadOnlySpan<double> values, int season, int within) =>
        values.Length >= 2.5 * season && Share(values, season, within) > (within > 1 ? AroundThreshold : LongThreshold);

    /// <summary>The share of a season's spread that chance does not explain, 0 to 1; of a season within, the means by phase are taken away before.</summary>
    internal static double Share(ReadOnlySpan<double> values, int season, int within)
    {
        var x = new double[values.Length];
        double least = double.PositiveInfinity, sum = 0;
        var count = 0;
        for (var t = 0; t < x.Length; t++)
        {
            x[t] = double.IsFinite(values[t]) ? values[t] : double.NaN;
            if (double.IsNaN(x[t])) continue;
            least = Math.Min(least, x[t]);
            sum += x[t];
            count++;
        }
        if (count < 2.5 * season) return 0;
        if (least > 0.02 * sum / count)
            for (var t = 0; t < x.Length; t++) x[t] = StableMath.Log(x[t]);
        PreparedSeries.Fill(x, within > 1 ? within : season);
        var indices = new double[season];
        if (within > 1)
        {
            SeasonalStart.Indices(x, within, false, indices.AsSpan(0, within));
            for (var t = 0; t < x.Length; t++) x[t] -= indices[t % within];
        }
        SeasonalStart.Indices(x, season, false, indices);
        return SeasonalStart.Shrink(x, season, false, indices);
    }
}
