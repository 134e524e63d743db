namespace Analytics.Forecasting;

/// <summary>
/// The regressors of one prepared series as columns: a row a prepared period, history first, then the periods ahead.
/// </summary>
internal sealed class RegressionDesign
{
    private readonly List<double[]> _columns = [];
    private readonly List<string> _names = [];

    /// <summary>How many columns there are.</summary>
    public int Count => _columns.Count;

    /// <summary>Grows with each series, so that what was estimated for another is told apart.</summary>
    public int Version { get; private set; }

    /// <summary>A column's name.</summary>
    public string Name(int column) => _names[column];

    /// <summary>A column's values.</summary>
    public double[] Column(int column) => _columns[column];

    /// <summary>Builds the columns.</summary>
    /// <param name="series">The prepared series.</param>
    /// <param name="length">How many values the series had before preparation.</param>
    /// <param name="options">Regressors and horizon.</param>
    /// <exception cref="ArgumentException">A regressor has not one value a period of the history and one a period ahead.</exception>
    public void Build(PreparedSeries series, int length, SeriesOptions options)
    {
        Version++;
        _columns.Clear();
        _names.Clear();
        foreach (var regressor in options.Regressors)
        {
            if (regressor.Values.Length != length + options.Horizon)
                throw new ArgumentException($"regressor {regressor.Name} has {regressor.Values.Length} values; {length} of the history and {options.Horizon} ahead are expected", nameof(options));
            Add(regressor, series, length);
        }
    }

    private void Add(Regressor regressor, PreparedSeries series, int length)
    {
        var n = series.Length;
        // Models forecast the whole horizon; steps that closed days leave over are never read and get the last value.
        var row = new double[n + regressor.Values.Length - length];
        var open = n + series.StepsAhead;
        for (var t = 0; t < open; t++) row[t] = regressor.Values[series.Source(t)];
        row.AsSpan(open).Fill(double.NaN);
        var known = true;
        for (var t = n; t < open; t++) known &= double.IsFinite(row[t]);
        double first = double.NaN, last = double.NaN;
        bool varies = false, indicator = true;
        var other = double.NaN;
        for (var t = 0; t < n; t++)
        {
            if (!double.IsFinite(row[t])) continue;
            if (double.IsNaN(first)) first = row[t];
            if (row[t] == first) continue;
            if (!varies) other = row[t];
            varies = true;
            indicator &= row[t] == other;
        }
        // What never changed cannot have been seen to do anything.
        if (!varies) return;
        for (var t = 0; t < row.Length; t++)
        {
            if (!double.IsFinite(row[t])) row[t] = double.IsNaN(last) ? first : last;
            last = row[t];
        }
        if (known)
        {
            _columns.Add(row);
            _names.Add(regressor.Name);
            // The first day of a promotion differs from its later ones.
            if (indicator) AddLagged(regressor.Name, row, 1);
            return;
        }
        var lag = series.StepsAhead;
        if (series.Season > 1) lag = (lag + series.Season - 1) / series.Season * series.Season;
        if (n >= 3 * lag) AddLagged(regressor.Name, row, lag);
    }

    private void AddLagged(string name, double[] row, int lag)
    {
        var lagged = new double[row.Length];
        for (var t = 0; t < row.Length; t++) lagged[t] = row[Math.Max(0, t - lag)];
        _columns.Add(lagged);
        _names.Add($"{name}[-{lag}]");
    }
}
