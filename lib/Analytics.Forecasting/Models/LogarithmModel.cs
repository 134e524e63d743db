namespace Analytics.Forecasting;

/// <summary>A model of the logarithms of positive values, whose trends are growth rates and whose forecasts are medians.</summary>
internal sealed class LogarithmModel(SeriesModel inner) : SeriesModel
{
    private double[] _logs = [];

    public override string Name => $"Log-{inner.Name}";

    public override bool Fit(ReadOnlySpan<double> y, int season) => IsPositive(y) && inner.Fit(Logs(y), season);

    public override bool Refit(ReadOnlySpan<double> y, int season) => IsPositive(y) && inner.Refit(Logs(y), season);

    private Span<double> Logs(ReadOnlySpan<double> y)
    {
        var x = Scratch(ref _logs, y.Length);
        for (var t = 0; t < y.Length; t++) x[t] = y[t] > 0 ? StableMath.Log(y[t]) : t > 0 ? x[t - 1] : 0;
        return x;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        inner.Run(Logs(y), fitted, forecast);
        for (var t = 0; t < fitted.Length; t++) fitted[t] = StableMath.Exp(fitted[t]);
        for (var h = 0; h < forecast.Length; h++) forecast[h] = StableMath.Exp(forecast[h]);
    }

    public override bool VarianceGrowth(Span<double> growth) => inner.VarianceGrowth(growth);
}
