namespace Analytics.Forecasting;

/// <summary>
/// Dynamic regression: a model of the values without the effects of regressors (<see cref="RegressionEffects"/>), which are put back
/// for the periods ahead. Where a value was filled in, the fill is made anew without the effects.
/// </summary>
internal sealed class RegressedModel(SeriesModel inner, RegressionEffects effects, PreparedSeries series) : SeriesModel
{
    private double[] _adjusted = [];

    public override string Name => $"Regression-{inner.Name}";

    public override bool Fit(ReadOnlySpan<double> y, int season) => effects.Estimate(y, series.Missing, season) && inner.Fit(Adjust(y), season);

    public override bool Refit(ReadOnlySpan<double> y, int season) => effects.Estimate(y, series.Missing, season) && inner.Refit(Adjust(y), season);

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        inner.Run(Adjust(y), fitted, forecast);
        for (var t = 0; t < fitted.Length; t++) fitted[t] = Back(fitted[t], t);
        for (var h = 0; h < forecast.Length; h++) forecast[h] = Back(forecast[h], y.Length + h);
    }

    public override bool VarianceGrowth(Span<double> growth) => inner.VarianceGrowth(growth);

    private double Back(double v, int t) => effects.Multiplicative ? v * StableMath.Exp(effects.At(t)) : v + effects.At(t);

    private Span<double> Adjust(ReadOnlySpan<double> y)
    {
        var x = Scratch(ref _adjusted, y.Length);
        for (var t = 0; t < x.Length; t++)
        {
            if (series.Missing[t]) x[t] = double.NaN;
            else x[t] = effects.Multiplicative ? y[t] / StableMath.Exp(effects.At(t)) : y[t] - effects.At(t);
        }
        PreparedSeries.Fill(x, series.Season);
        return x;
    }
}
