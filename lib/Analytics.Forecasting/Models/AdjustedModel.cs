namespace Analytics.Forecasting;

/// <summary>
/// A model of seasonally adjusted values: classical indices, shrunk by their noise (<see cref="SeasonalStart.Shrink"/>),
/// are taken away and put back.
/// </summary>
/// <param name="inner">The model of what is left.</param>
/// <param name="additive">Whether indices are always added; else they multiply where values allow it.</param>
internal sealed class AdjustedModel(SeriesModel inner, bool additive = false) : SeriesModel
{
    private double[] _indices = [], _adjusted = [];
    private int _season;
    private bool _multiplicative;

    public override string Name => _season > 1 ? $"Adjusted-{inner.Name}" : inner.Name;

    public override bool Fit(ReadOnlySpan<double> y, int season) => Fit(y, season, again: false);

    public override bool Refit(ReadOnlySpan<double> y, int season) => Fit(y, season, again: true);

    private bool Fit(ReadOnlySpan<double> y, int season, bool again)
    {
        _season = season is > 1 and <= 512 && y.Length > 2 * season ? season : 1;
        if (_season == 1) return again ? inner.Refit(y, 1) : inner.Fit(y, 1);
        _multiplicative = SeasonalStart.ShrunkIndices(y, _season, Scratch(ref _indices, _season), additive);
        return again ? inner.Refit(Adjust(y), 1) : inner.Fit(Adjust(y), 1);
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        if (_season == 1)
        {
            inner.Run(y, fitted, forecast);
            return;
        }
        inner.Run(Adjust(y), fitted, forecast);
        for (var t = 0; t < fitted.Length; t++) fitted[t] = Back(fitted[t], t);
        for (var h = 0; h < forecast.Length; h++) forecast[h] = Back(forecast[h], y.Length + h);
    }

    public override bool VarianceGrowth(Span<double> growth) => inner.VarianceGrowth(growth);

    private double Back(double v, int t) => _multiplicative ? v * _indices[t % _season] : v + _indices[t % _season];

    private Span<double> Adjust(ReadOnlySpan<double> y)
    {
        var x = Scratch(ref _adjusted, y.Length);
        for (int t = 0, place = 0; t < x.Length; t++)
        {
            x[t] = _multiplicative ? y[t] / _indices[place] : y[t] - _indices[place];
            if (++place == _season) place = 0;
        }
        return x;
    }
}
