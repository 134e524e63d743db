namespace Analytics.Forecasting;

/// <summary>
/// Prediction intervals from the residuals of the combination: their scale, corrected by the errors of the backtest over
/// all horizons, and their shape, which is the residuals' own where there are many and turns normal as the shocks of
/// more periods add up.
/// </summary>
internal sealed class IntervalBuilder
{
    /// <summary>Values of prior weight 1 that a correction by backtest errors is shrunk with.</summary>
    private const double PriorErrors = 8;

    /// <summary>From this many residuals on their own quantiles count fully.</summary>
    private const int ManyResiduals = 200;

    /// <summary>
    /// What residuals do not show: parameters are estimated (falls with the length), and a trend that is off is off the
    /// more the further ahead. Both, and the tails, were set on hold-outs of the M3 training parts, all frequencies at once (8.5 to 9.5 are equally good).
    /// </summary>
    private const double ParameterError = 8.5, TrendError = 4;

    /// <summary>
    /// The 90 % and 97.5 % quantiles in standard errors: errors of forecasts have heavier tails than the normal's 1.28 and 1.96, and
    /// less between.
    /// </summary>
    private const double Tail90 = 1.185, Tail975 = 2.25;

    private int _length;
    private double[] _sorted = [];
    private int _count;
    private double _scale, _shape;

    /// <summary>The standard deviation of one-step errors.</summary>
    public double Sigma { get; private set; }

    /// <summary>Coverage in the backtest, each fold with the scale of the other folds; null without backtest.</summary>
    public double? Coverage80 { get; private set; }

    /// <inheritdoc cref="Coverage80"/>
    public double? Coverage95 { get; private set; }

    /// <summary>Learns scale and shape.</summary>
    /// <param name="y">The values.</param>
    /// <param name="fitted">The combination's one-step forecasts.</param>
    /// <param name="growth">Variance by horizon over that of one step.</param>
    /// <param name="backtest">The backtest.</param>
    /// <param name="model">The combination's place in it, or −1.</param>
    /// <param name="season">The season's length.</param>
    /// <param name="sparse">Whether errors have the demand's own skewed shape at any length of history.</param>
    public void Build(ReadOnlySpan<double> y, ReadOnlySpan<double> fitted, ReadOnlySpan<double> growth, RollingBacktest backtest, int model, int season, bool sparse)
    {
        var n = _length = y.Length;
        var skip = Math.Min(n > 3 * season ? season : 1, n / 2);
        _count = n - skip;
        if (_sorted.Length < _count) _sorted = new double[Math.Max(_count, 2 * _sorted.Length)];
        double squares = 0;
        for (var t = skip; t < n; t++)
        {
            var e = y[t] - fitted[t];
            _sorted[t - skip] = e;
            squares += e * e;
        }
        // The parameters of the members cost about this many degrees of freedom.
        var used = Math.Min(3, _count - 1);
        Sigma = Math.Sqrt(squares / Math.Max(1, _count - used));
        Array.Sort(_sorted, 0, _count);
        for (var i = 0; i < _count; i++) _sorted[i] = Sigma > 0 ? _sorted[i] / Sigma : 0;
        _shape = sparse ? 1 : Math.Min(1, (double)_count / ManyResiduals);
        Coverage80 = Coverage95 = null;
        _scale = 1;
        if (model < 0 || !(Sigma > 0)) return;
        var plan = backtest.Plan;
        double total = 0;
        Span<double> byFold = stackalloc double[plan.Folds];
        for (var fold = 0; fold < plan.Folds; fold++)
        {
            byFold[fold] = FoldSquares(y, backtest, model, fold, growth);
            total += byFold[fold];
        }
        int in80 = 0, in95 = 0, all = plan.Folds * plan.Horizon;
        for (var fold = 0; fold < plan.Folds; fold++)
        {
            _scale = Scale(total - byFold[fold], plan.Folds - 1, plan.Horizon);
            var f = backtest.Forecast(model, fold);
            var actual = y.Slice(plan.Cut + fold * plan.Step, plan.Horizon);
            for (var h = 0; h < plan.Horizon; h++)
            {
                var e = actual[h] - f[h];
                if (e >= Offset(0.1, growth[h], h + 1) && e <= Offset(0.9, growth[h], h + 1)) in80++;
                if (e >= Offset(0.025, growth[h], h + 1) && e <= Offset(0.975, growth[h], h + 1)) in95++;
            }
        }
        Coverage80 = (double)in80 / all;
        Coverage95 = (double)in95 / all;
        _scale = Scale(total, plan.Folds, plan.Horizon);
    }

    /// <summary>How far a quantile lies from the mean.</summary>
    public double Offset(double share, double growth, int ahead)
    {
        var z = share switch { 0.5 => 0, 0.1 => -Tail90, 0.9 => Tail90, 0.025 => -Tail975, _ => Tail975 };
        // The part of the variance that is the last period's own shock keeps its shape.
        var weight = _shape / Math.Max(1, growth);
        var own = weight > 0 ? Quantiles.Of(_sorted.AsSpan(0, _count), share) : 0;
        var reach = (double)ahead / _length;
        var unknown = 1 + ParameterError / _length + TrendError * reach * reach;
        return Sigma * _scale * unknown * Math.Sqrt(growth) * (weight * own + (1 - weight) * z);
    }

    private double FoldSquares(ReadOnlySpan<double> y, RollingBacktest backtest, int model, int fold, ReadOnlySpan<double> growth)
    {
        var plan = backtest.Plan;
        var f = backtest.Forecast(model, fold);
        var actual = y.Slice(plan.Cut + fold * plan.Step, plan.Horizon);
        double sum = 0;
        for (var h = 0; h < plan.Horizon; h++)
        {
            var e = (actual[h] - f[h]) / Sigma;
            sum += e * e / growth[h];
        }
        return sum;
    }

    private static double Scale(double squares, int folds, int horizon)
    {
        // Errors of one origin and of overlapping windows are correlated: a third of them counts.
        double count = folds * horizon, weight = count > 0 ? 1 / 3.0 : 0;
        return Math.Clamp(Math.Sqrt((squares * weight + PriorErrors) / (count * weight + PriorErrors)), 0.7, 4);
    }
}
