namespace Analytics.Forecasting;

/// <summary>
/// Regression with ARIMA errors (Hyndman and Athanasopoulos 2021, chapter 10): orders are chosen on the series without the
/// effects that <see cref="RegressionEffects"/> finds; then coefficients by generalised least squares through the ARIMA filter (Harvey and Phillips
/// 1979) and the errors' parameters by exact likelihood take turns until the likelihood no longer rises, which is its joint maximum.
/// </summary>
internal sealed class ArimaRegressionModel(RegressionDesign design, RegressionEffects effects, PreparedSeries series) : SeriesModel
{
    private const int MostRounds = 8, MostLength = 240;
    private readonly ArimaModel _errors = new();
    private readonly RidgeRegression _ridge = new();
    private double[] _adjusted = [], _columns = [], _whitened = [], _penalty = [], _coefficients = [];
    private bool _multiplicative;

    public override string Name => $"Regression-{_errors.Name}";

    /// <summary>The errors' model.</summary>
    internal ArimaModel Errors => _errors;

    /// <summary>Coefficients by column of the design, of the values or of their logarithms.</summary>
    internal ReadOnlySpan<double> Coefficients => _coefficients.AsSpan(0, design.Count);

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        if (!Start(y, season)) return false;
        return _errors.Fit(Adjust(y), season) && Alternate(y, season);
    }

    public override bool Refit(ReadOnlySpan<double> y, int season)
    {
        if (!Start(y, season)) return false;
        return _errors.Refit(Adjust(y), season) && Alternate(y, season);
    }

    private bool Start(ReadOnlySpan<double> y, int season)
    {
        if (y.Length > MostLength || !effects.Estimate(y, series.Missing, season)) return false;
        _multiplicative = effects.Multiplicative;
        Scratch(ref _coefficients, design.Count);
        for (var j = 0; j < design.Count; j++) _coefficients[j] = effects.Coefficient(j);
        return true;
    }

    /// <summary>Fits with given orders, without penalty, from coefficients of 0.</summary>
    internal bool Fit(ReadOnlySpan<double> y, int season, ArimaOrder order)
    {
        _multiplicative = false;
        Scratch(ref _coefficients, design.Count).Clear();
        return _errors.Fit(Adjust(y), season, order) && Alternate(y, season, penalised: false);
    }

    private bool Alternate(ReadOnlySpan<double> y, int season, bool penalised = true)
    {
        var order = _errors.Order;
        for (var round = 0; round < (penalised ? 2 : MostRounds); round++)
        {
            var before = _errors.LogLikelihood;
            if (!Regress(y, penalised)) return round > 0;
            if (!_errors.Fit(Adjust(y), season, order)) return false;
            if (Math.Abs(_errors.LogLikelihood - before) < 1e-4) break;
        }
        return true;
    }

    /// <summary>Coefficients at the errors' present parameters.</summary>
    private bool Regress(ReadOnlySpan<double> y, bool penalised)
    {
        int k = design.Count, n = y.Length, rows = _errors.Innovations(n), all = k + (_errors.Order.Constant ? 1 : 0);
        Scratch(ref _columns, all * rows);
        var x = Scratch(ref _adjusted, n);
        var penalty = Scratch(ref _penalty, all);
        for (var j = 0; j < k; j++)
        {
            design.Column(j).AsSpan(0, n).CopyTo(x);
            var column = _columns.AsSpan(j * rows, rows);
            _errors.Whiten(x, column);
            double squares = 0;
            foreach (var v in column) squares += v * v;
            // A regressor that has not varied so far stays at 0; elsewhere the evidence of one period is shrunk away.
            penalty[j] = squares > 1e-12 ? (penalised ? squares / rows : 1e-9 * squares) : 1;
        }
        if (all > k)
        {
            _errors.WhitenConstant(_columns.AsSpan(k * rows, rows));
            penalty[k] = 0;
        }
        for (var t = 0; t < n; t++) x[t] = _multiplicative ? StableMath.Log(y[t]) : y[t];
        var right = Scratch(ref _whitened, rows);
        _errors.Whiten(x, right);
        _ridge.Set(_columns.AsSpan(0, all * rows), all, rows, right);
        if (!double.IsFinite(_ridge.Solve(penalty))) return false;
        _ridge.Coefficients[..k].CopyTo(_coefficients);
        return true;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        _errors.Run(Adjust(y), fitted, forecast);
        for (var t = 0; t < fitted.Length; t++) fitted[t] = Back(fitted[t], t);
        for (var h = 0; h < forecast.Length; h++) forecast[h] = Back(forecast[h], y.Length + h);
    }

    public override bool VarianceGrowth(Span<double> growth) => _errors.VarianceGrowth(growth);

    private double Back(double v, int t) => _multiplicative ? StableMath.Exp(v + At(t)) : v + At(t);

    private double At(int t)
    {
        double sum = 0;
        for (var j = 0; j < design.Count; j++) sum += _coefficients[j] * design.Column(j)[t];
        return sum;
    }

    private Span<double> Adjust(ReadOnlySpan<double> y)
    {
        var x = Scratch(ref _adjusted, y.Length);
        for (var t = 0; t < x.Length; t++) x[t] = (_multiplicative ? StableMath.Log(y[t]) : y[t]) - At(t);
        return x;
    }
}
