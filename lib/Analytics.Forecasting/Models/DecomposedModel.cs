namespace Analytics.Forecasting;

/// <summary>
/// A model of the values without their seasons (<see cref="Stl"/>), to whose forecasts the last cycle of each season is added.
/// For seasons too long, or too many, for states of their own. Positive series whose seasons grow with the level are taken in logarithms.
/// </summary>
internal sealed class DecomposedModel(SeriesModel inner) : SeriesModel
{
    private readonly Stl _stl = new();
    private double[] _values = [], _cycles = [];
    private int[] _seasons = [];
    private int _fittedLength;
    private bool _logarithms;

    /// <summary>The seasons to take away, ascending; set before fitting.</summary>
    public IReadOnlyList<int> Seasons { get; set; } = [];

    public override string Name => $"MSTL-{inner.Name}";

    public override bool Fit(ReadOnlySpan<double> y, int season) => Fit(y, again: false);

    public override bool Refit(ReadOnlySpan<double> y, int season) => Fit(y, again: true);

    private bool Fit(ReadOnlySpan<double> y, bool again)
    {
        var n = y.Length;
        _seasons = [.. Seasons.Where(s => s > 1 && n >= 2 * s + 1)];
        if (_seasons.Length == 0) return false;
        _fittedLength = n;
        double least = y[0], sum = 0;
        foreach (var v in y)
        {
            least = Math.Min(least, v);
            sum += v;
        }
        _logarithms = least > 0 && least > 0.02 * sum / n;
        var x = Scratch(ref _values, n);
        Transform(y, x);
        _stl.Decompose(x, _seasons);
        var total = 0;
        foreach (var s in _seasons) total += s;
        var cycles = Scratch(ref _cycles, total);
        var offset = 0;
        for (var i = 0; i < _seasons.Length; i++)
        {
            int s = _seasons[i];
            var component = _stl.Seasonal(i);
            var keep = Keep(x, i, s);
            for (var t = 0; t < n; t++) component[t] *= keep;
            // The last full cycle, by phase of the series' start.
            for (var t = n - s; t < n; t++) cycles[offset + t % s] = component[t];
            offset += s;
        }
        for (var t = 0; t < n; t++)
            for (var i = 0; i < _seasons.Length; i++) x[t] -= _stl.Seasonal(i)[t];
        return again ? inner.Refit(x, 1) : inner.Fit(x, 1);
    }

    /// <summary>The share of a season's spread that the remainder's noise does not explain.</summary>
    private double Keep(ReadOnlySpan<double> x, int which, int season)
    {
        double noise = 0, spread = 0;
        var n = x.Length;
        for (var t = 0; t < n; t++)
        {
            var r = x[t] - _stl.Trend[t];
            for (var i = 0; i < _seasons.Length; i++) r -= _stl.Seasonal(i)[t];
            noise += r * r;
            spread += _stl.Seasonal(which)[t] * _stl.Seasonal(which)[t];
        }
        if (!(spread > 0)) return 0;
        var cycles = (double)n / season;
        return Math.Clamp(1 - noise / spread / (cycles - 1), 0, 1);
    }

    private void Transform(ReadOnlySpan<double> y, Span<double> x)
    {
        for (var t = 0; t < x.Length; t++) x[t] = _logarithms ? StableMath.Log(y[t]) : y[t];
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        var x = Scratch(ref _values, y.Length);
        if (_logarithms)
        {
            // Values behind the fitted ones may be 0; the least logarithm that the fit saw is not needed for that.
            for (var t = 0; t < x.Length; t++) x[t] = y[t] > 0 ? StableMath.Log(y[t]) : t > 0 ? x[t - 1] : 0;
        }
        else
        {
            y.CopyTo(x);
        }
        for (var t = 0; t < x.Length; t++) x[t] -= Season(t);
        inner.Run(x, fitted, forecast);
        for (var t = 0; t < fitted.Length; t++) fitted[t] = Back(fitted[t] + Season(t));
        for (var h = 0; h < forecast.Length; h++) forecast[h] = Back(forecast[h] + Season(y.Length + h));
    }

    private double Back(double v) => _logarithms ? StableMath.Exp(v) : v;

    private double Season(int t)
    {
        double sum = 0;
        var offset = 0;
        for (var i = 0; i < _seasons.Length; i++)
        {
            sum += t < _fittedLength ? _stl.Seasonal(i)[t] : _cycles[offset + t % _seasons[i]];
            offset += _seasons[i];
        }
        return sum;
    }

    public override bool VarianceGrowth(Span<double> growth) => inner.VarianceGrowth(growth);
}
