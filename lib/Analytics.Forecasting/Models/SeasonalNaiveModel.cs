namespace Analytics.Forecasting;

/// <summary>The value of the same phase one season ago; without a season the last value. The benchmark of every backtest.</summary>
internal sealed class SeasonalNaiveModel : SeriesModel
{
    private int _season = 1;

    public override string Name => _season > 1 ? "SeasonalNaive" : "Naive";

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        _season = season > 1 && y.Length >= season ? season : 1;
        return y.Length > 0;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        var season = Math.Max(1, Math.Min(_season, y.Length));
        for (var t = 0; t < fitted.Length; t++) fitted[t] = t < season ? y[t] : y[t - season];
        for (var h = 0; h < forecast.Length; h++) forecast[h] = y[y.Length - season + h % season];
    }

    public override bool VarianceGrowth(Span<double> growth)
    {
        for (var h = 0; h < growth.Length; h++) growth[h] = h / _season + 1;
        return true;
    }
}
