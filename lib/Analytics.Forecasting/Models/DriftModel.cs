namespace Analytics.Forecasting;

/// <summary>A random walk with drift: the line through the first and the last value (Hyndman and Athanasopoulos 2021, section 5.2).</summary>
internal sealed class DriftModel : SeriesModel
{
    private int _length = 2;

    public override string Name => "Drift";

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        _length = y.Length;
        return y.Length >= 3;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        var n = y.Length;
        var drift = n > 1 ? (y[n - 1] - y[0]) / (n - 1) : 0;
        for (var t = 0; t < fitted.Length; t++) fitted[t] = t == 0 ? y[0] : y[t - 1] + drift;
        for (var h = 0; h < forecast.Length; h++) forecast[h] = y[n - 1] + (h + 1) * drift;
    }

    public override bool VarianceGrowth(Span<double> growth)
    {
        for (var h = 0; h < growth.Length; h++) growth[h] = (h + 1) * (1 + (h + 1.0) / _length);
        return true;
    }
}
