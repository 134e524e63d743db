namespace Analytics.Forecasting;

/// <summary>A hierarchy's rows in one vector for <see cref="MinimumTrace"/>: the total, categories, items, countries.</summary>
internal sealed class TraceRows
{
    private readonly HierarchyForecasts _forecasts;
    private readonly MinimumTrace? _trace;
    private readonly double[] _values;

    /// <summary>Prepares.</summary>
    public TraceRows(HierarchyForecasts forecasts, int[][] members, double[] itemVariances, double[] countryVariances)
    {
        _forecasts = forecasts;
        int c = forecasts.Categories.Length, n = forecasts.Items.Length, k = forecasts.Countries.Length;
        _values = new double[1 + c + n + k];
        double[][] errors = [forecasts.TotalErrors, .. Padded(forecasts.CategoryErrors, c), .. Padded(forecasts.ItemErrors, n), .. Padded(forecasts.CountryErrors, k)];
        Usable = n > 0 && errors.Any(e => e.Length > 1);
        if (!Usable) return;
        var sums = new List<(int, double)[]>();
        if (c > 0) sums.Add([(0, 1), .. Enumerable.Range(1, c).Select(i => (i, -1.0))]);
        for (var j = 0; j < members.Length; j++) sums.Add([(c > 0 ? 1 + j : 0, 1), .. members[j].Select(i => (1 + c + i, -1.0))]);
        if (k > 0) sums.Add([(0, 1), .. Enumerable.Range(1 + c + n, k).Select(i => (i, -1.0))]);
        // An unknown variance above the items is that of its errors, or the items' sum.
        var below = itemVariances.Sum();
        double[] variances = [Known(forecasts.TotalVariance, below), .. Enumerable.Range(0, c).Select(i => Known(i < forecasts.CategoryVariances.Length ? forecasts.CategoryVariances[i] : 0, members[i].Sum(m => itemVariances[m]))), .. itemVariances, .. countryVariances];
        _trace = new MinimumTrace(variances, errors, [.. sums]);
    }

    /// <summary>Whether there are errors to learn a covariance from.</summary>
    public bool Usable { get; }

    /// <summary>Replaces items and countries by their coherent values.</summary>
    public void Reconcile(int step, double[] items, double[] countries, bool nonNegative)
    {
        int c = _forecasts.Categories.Length, n = items.Length;
        _values[0] = Finite(_forecasts.Total[step], nonNegative);
        for (var i = 0; i < c; i++) _values[1 + i] = Finite(_forecasts.Categories[i][step], nonNegative);
        items.CopyTo(_values, 1 + c);
        countries.CopyTo(_values, 1 + c + n);
        _trace!.Reconcile(_values);
        // Below 0 counts as 0, and the sums are made anew from the items (Di Fonzo and Girolimetto 2023).
        for (var i = 0; i < n; i++) items[i] = Finite(_values[1 + c + i], nonNegative);
        for (var i = 0; i < countries.Length; i++) countries[i] = Finite(_values[1 + c + n + i], nonNegative);
    }

    private static double[][] Padded(double[][] rows, int count) => rows.Length == count ? rows : [.. Enumerable.Range(0, count).Select(i => i < rows.Length ? rows[i] : [])];

    private static double Known(double variance, double other) => variance > 0 && double.IsFinite(variance) ? variance : Math.Max(other, 1e-12);

    private static double Finite(double v, bool nonNegative) => !double.IsFinite(v) ? 0 : nonNegative ? Math.Max(0, v) : v;
}
