namespace Analytics.Forecasting;

/// <summary>
/// Outliers and level shifts of a series, found with medians so that they do not hide themselves. Values are compared with the
/// running median and their phase's median; beyond three interquartile ranges they are outliers (Tukey's far-out fences, as R's
/// tsoutliers takes them). A level shift is a step between the medians of two neighbouring windows that is abrupt and far beyond
/// the noise (Chen and Liu 1993 call it LS).
/// </summary>
internal sealed class SeriesCleaning(PreparedSeries series)
{
    private const double FarOut = 3, ShiftInDeviations = 5;

    /// <summary>More outliers than this share are how the series is.</summary>
    private const double MostOutliers = 0.05;

    private double[] _values = [], _middle = [], _rest = [], _sorted = [], _phases = [], _clean = [];
    private double[] _shift = [];

    /// <summary>How many outliers the last search found.</summary>
    public int Outliers { get; private set; }

    /// <summary>How many level shifts.</summary>
    public int Shifts { get; private set; }

    /// <summary>Whether shifts and outliers are those of logarithms.</summary>
    public bool Multiplicative { get; private set; }

    /// <summary>The values with outliers replaced and what lies before a shift moved to the level behind it.</summary>
    public ReadOnlySpan<double> Values(int length) => _clean.AsSpan(0, length);

    /// <summary>What a period's level was moved by: added to its value, or to its logarithm.</summary>
    public double Shift(int t) => _shift[t];

    /// <summary>Searches; false where the series has neither.</summary>
    public bool Find(ReadOnlySpan<double> y)
    {
        var n = y.Length;
        var season = series.Season;
        (Outliers, Shifts) = (0, 0);
        if (n < 24 || n < 3 * season) return false;
        Grow(n, season);
        double least = y[0], sum = 0;
        foreach (var v in y)
        {
            least = Math.Min(least, v);
            sum += v;
        }
        Multiplicative = least > 0 && least > 0.001 * sum / n;
        for (var t = 0; t < n; t++) _values[t] = Multiplicative ? StableMath.Log(y[t]) : y[t];
        var window = Math.Clamp(2 * season + 1, 7, 61);
        RunningMedian(n, window);
        PhaseMedians(n, season);
        for (var t = 0; t < n; t++) _sorted[t] = _rest[t] = _values[t] - _middle[t] - _phases[t % season];
        Array.Sort(_sorted, 0, n);
        double q1 = Quantiles.Of(_sorted.AsSpan(0, n), 0.25), q3 = Quantiles.Of(_sorted.AsSpan(0, n), 0.75), range = q3 - q1;
        if (!(range > 0)) return false;
        for (var t = 0; t < n; t++) Outliers += IsOutlier(t, q1, q3, range) ? 1 : 0;
        if (Outliers > MostOutliers * n) Outliers = 0;
        var replace = Outliers > 0;
        for (var t = 0; t < n; t++)
        {
            if (replace && IsOutlier(t, q1, q3, range)) _values[t] = _middle[t] + _phases[t % season];
            _shift[t] = 0;
        }
        FindShifts(n, season, range / 1.349);
        if (Outliers + Shifts == 0) return false;
        for (var t = 0; t < n; t++)
        {
            var v = _values[t] + _shift[t];
            _clean[t] = Multiplicative ? StableMath.Exp(v) : v;
        }
        return true;
    }

    private bool IsOutlier(int t, double q1, double q3, double range) => _rest[t] < q1 - FarOut * range || _rest[t] > q3 + FarOut * range;

    private void FindShifts(int n, int season, double deviation)
    {
        var window = Math.Max(12, (12 + season - 1) / season * season);
        for (var round = 0; round < 3; round++)
        {
            double best = ShiftInDeviations * deviation;
            var at = -1;
            double step = 0;
            for (var t = window; t + window <= n; t++)
            {
                double after = Median(t, window, season), before = Median(t - window, window, season), d = after - before;
                if (!(Math.Abs(d) > best)) continue;
                // A trend crosses two windows slowly, a shift at once.
                double near = 0;
                for (var i = 0; i < 3; i++) near += Adjusted(t + i, season) - Adjusted(t - 1 - i, season);
                if (near / 3 / d < 0.7) continue;
                (best, at, step) = (Math.Abs(d), t, d);
            }
            if (at < 0) return;
            for (var t = 0; t < at; t++) _shift[t] += step;
            Shifts++;
        }
    }

    private double Adjusted(int t, int season) => _values[t] + _shift[t] - _phases[t % season];

    private double Median(int from, int count, int season)
    {
        for (var i = 0; i < count; i++) _sorted[i] = Adjusted(from + i, season);
        Array.Sort(_sorted, 0, count);
        return Quantiles.Of(_sorted.AsSpan(0, count), 0.5);
    }

    private void RunningMedian(int n, int window)
    {
        for (var t = 0; t < n; t++)
        {
            int from = Math.Max(0, t - window / 2), to = Math.Min(n, t + window / 2 + 1);
            _values.AsSpan(from, to - from).CopyTo(_sorted);
            Array.Sort(_sorted, 0, to - from);
            _middle[t] = Quantiles.Of(_sorted.AsSpan(0, to - from), 0.5);
        }
    }

    private void PhaseMedians(int n, int season)
    {
        for (var phase = 0; phase < season; phase++)
        {
            var count = 0;
            for (var t = phase; t < n; t += season) _sorted[count++] = _values[t] - _middle[t];
            Array.Sort(_sorted, 0, count);
            _phases[phase] = season > 1 ? Quantiles.Of(_sorted.AsSpan(0, count), 0.5) : 0;
        }
    }

    private void Grow(int n, int season)
    {
        if (_phases.Length < season) _phases = new double[season];
        if (_values.Length >= n) return;
        var size = Math.Max(n, 2 * _values.Length);
        (_values, _middle, _rest, _sorted, _clean, _shift) = (new double[size], new double[size], new double[size], new double[size], new double[size], new double[size]);
    }
}
