namespace Analytics.Forecasting;

/// <summary>The mean of the last values, or of the last values of the same phase.</summary>
/// <param name="window">How many values, or seasons, are averaged; 0 for all.</param>
/// <param name="seasonal">Whether each phase has its own mean.</param>
internal sealed class WindowAverageModel(int window, bool seasonal = false) : SeriesModel
{
    private int _season = 1;

    /// <summary>A season to use in place of the one that <see cref="Fit"/> is given; 0 for none.</summary>
    public int Season { get; set; }

    public override string Name => seasonal ? Season > 0 ? $"SeasonalAverage({window}x{Season})" : $"SeasonalAverage({window})" : window == 0 ? "Mean" : $"WindowAverage({window})";

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        _season = !seasonal ? 1 : Season > 0 ? Season : season;
        return y.Length > 0 && (!seasonal || _season > 1 && y.Length >= 2 * _season);
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        if (window == 0)
        {
            double sum = 0;
            for (var t = 0; t < fitted.Length; t++)
            {
                fitted[t] = t == 0 ? y[0] : sum / t;
                sum += y[t];
            }
        }
        else
        {
            for (var t = 0; t < fitted.Length; t++) fitted[t] = t < _season ? y[t] : Average(y[..t], 0);
        }
        for (var h = 0; h < forecast.Length; h++) forecast[h] = h < _season ? Average(y, h) : forecast[h - _season];
    }

    private double Average(ReadOnlySpan<double> y, int ahead)
    {
        double sum = 0;
        var count = 0;
        for (var t = y.Length - _season + ahead; t >= 0 && (window == 0 || count < window); t -= _season, count++) sum += y[t];
        return count > 0 ? sum / count : 0;
    }

    public override bool VarianceGrowth(Span<double> growth)
    {
        growth.Fill(1);
        return true;
    }
}
