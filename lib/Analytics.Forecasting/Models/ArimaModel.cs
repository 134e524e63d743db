namespace Analytics.Forecasting;

/// <summary>The orders of a seasonal ARIMA model.</summary>
internal readonly record struct ArimaOrder(int P, int D, int Q, int SeasonalP, int SeasonalD, int SeasonalQ, bool Constant)
{
    public int Coefficients => P + Q + SeasonalP + SeasonalQ + (Constant ? 1 : 0);

    public string Name(int season) =>
        $"ARIMA({P},{D},{Q}){(SeasonalP + SeasonalD + SeasonalQ > 0 ? $"({SeasonalP},{SeasonalD},{SeasonalQ})[{season}]" : "")}{(Constant ? D + SeasonalD > 0 ? "+drift" : "+mean" : "")}";
}

/// <summary>
/// Seasonal ARIMA with orders by the stepwise search of Hyndman and Khandakar (2008, section 3): differences by KPSS and by
/// seasonal strength, then AICc over neighbouring orders. Orders are compared by the conditional
/// likelihood, as the paper advises where time counts; the chosen ones' coefficients maximise the exact Gaussian likelihood of
/// the differenced series (<see cref="ArimaLikelihood"/>).
/// </summary>
internal sealed class ArimaModel : SeriesModel
{
    private const int MostOrder = 4, MostSeasonal = 2, MostSum = 5, MostModels = 60;
    private readonly NelderMead _search = new();
    private readonly ArimaLikelihood _likelihood = new();
    private readonly HashSet<ArimaOrder> _tried = [];
    private readonly double[] _best = new double[NelderMead.MaxDimension], _point = new double[NelderMead.MaxDimension];
    private double[] _differenced = [], _centred = [], _full = [], _seasonal = [], _innovations = [];
    private ArimaOrder _order;
    private int _season, _d, _seasonalD, _length;
    private double _mean, _scale, _centre;

    public override string Name => _order.Name(_season);
    public ArimaOrder Order => _order;
    public double Aicc { get; private set; }
    public double Variance { get; private set; }
    public double LogLikelihood { get; private set; }
    public ReadOnlySpan<double> Coefficients => _best.AsSpan(0, _order.Coefficients);

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        if (!Prepare(y, season, null)) return false;
        Aicc = double.PositiveInfinity;
        _tried.Clear();
        var x = _differenced.AsSpan(0, _length);
        var m = _season > 1;
        var constant = _d + _seasonalD <= 1;
        Try(new(2, _d, 2, m ? 1 : 0, _seasonalD, m ? 1 : 0, constant), x);
        Try(new(0, _d, 0, 0, _seasonalD, 0, constant), x);
        Try(new(1, _d, 0, m ? 1 : 0, _seasonalD, 0, constant), x);
        Try(new(0, _d, 1, 0, _seasonalD, m ? 1 : 0, constant), x);
        if (constant) Try(new(0, _d, 0, 0, _seasonalD, 0, false), x);
        for (var better = true; better && _tried.Count < MostModels;)
        {
            var o = _order;
            better = false;
            foreach (var n in Neighbours(o, constant))
            {
                if (!Try(n, x)) continue;
                better = true;
                break;
            }
        }
        return Polish(x);
    }

    /// <summary>Keeps the orders that the start of the series chose.</summary>
    public override bool Refit(ReadOnlySpan<double> y, int season) => Fit(y, season, _order) || Fit(y, season);

    /// <summary>Fits given orders.</summary>
    public bool Fit(ReadOnlySpan<double> y, int season, ArimaOrder order)
    {
        if (!Prepare(y, season, order)) return false;
        Aicc = double.PositiveInfinity;
        _tried.Clear();
        return Try(order, _differenced.AsSpan(0, _length)) && Polish(_differenced.AsSpan(0, _length));
    }

    private bool Prepare(ReadOnlySpan<double> y, int season, ArimaOrder? order)
    {
        var n = y.Length;
        if (n < 8) return false;
        _season = season is > 1 and <= EtsModel.LongestSeason && n >= 3 * season ? season : 1;
        Scratch(ref _full, n);
        y.CopyTo(_full);
        _seasonalD = order?.SeasonalD ?? (_season > 1 && UnitRootTests.NeedsSeasonalDifference(y, _season) ? 1 : 0);
        var length = n;
        for (var i = 0; i < _seasonalD; i++) length = Difference(_full, length, _season);
        _d = order?.D ?? 0;
        if (order is null)
        {
            while (_d < 2 && length > 8 && UnitRootTests.NeedsDifference(_full.AsSpan(0, length)))
            {
                length = Difference(_full, length, 1);
                _d++;
            }
        }
        else
        {
            for (var i = 0; i < _d; i++) length = Difference(_full, length, 1);
        }
        _length = length;
        if (length < 4) return false;
        var x = Scratch(ref _differenced, length);
        _full.AsSpan(0, length).CopyTo(x);
        double sum = 0, squares = 0;
        foreach (var v in x) sum += v;
        foreach (var v in x) squares += (v - sum / length) * (v - sum / length);
        _scale = Math.Sqrt(squares / length);
        return _scale > 1e-12 * Math.Max(1, Math.Abs(sum / length));
    }

    private static int Difference(double[] x, int length, int lag)
    {
        for (var t = 0; t + lag < length; t++) x[t] = x[t + lag] - x[t];
        return length - lag;
    }

    private static IEnumerable<ArimaOrder> Neighbours(ArimaOrder o, bool constant)
    {
        (int P, int Q)[] steps = [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1)];
        foreach (var (p, q) in steps) yield return o with { SeasonalP = o.SeasonalP + p, SeasonalQ = o.SeasonalQ + q };
        foreach (var (p, q) in steps) yield return o with { P = o.P + p, Q = o.Q + q };
        if (constant) yield return o with { Constant = !o.Constant };
    }

    private bool Try(ArimaOrder o, ReadOnlySpan<double> x)
    {
        if (o.P < 0 || o.Q < 0 || o.SeasonalP < 0 || o.SeasonalQ < 0 || o.P > MostOrder || o.Q > MostOrder || o.SeasonalP > MostSeasonal || o.SeasonalQ > MostSeasonal) return false;
        if (o.P + o.Q + o.SeasonalP + o.SeasonalQ > MostSum || _season == 1 && o.SeasonalP + o.SeasonalQ > 0 || !_tried.Add(o)) return false;
        int k = o.Coefficients + 1, n = x.Length;
        if (n - k - 1 <= 0 || n <= (o.SeasonalP + o.SeasonalQ) * _season) return false;
        double mean = 0;
        foreach (var v in x) mean += v;
        mean = o.Constant ? mean / n : 0;
        Span<double> point = stackalloc double[NelderMead.MaxDimension], step = stackalloc double[NelderMead.MaxDimension];
        var d = o.Coefficients;
        point.Clear();
        step.Fill(0.3);
        var objective = new Deviance(this, o, x, mean, exact: false);
        var value = d == 0 ? objective.Evaluate(point[..0]) : _search.Minimize(ref objective, point[..d], step[..d], 2e-3, 60 + 45 * d);
        if (!double.IsFinite(value)) return false;
        var aicc = value + 2 * k + 2.0 * k * (k + 1) / (n - k - 1);
        if (!(aicc < Aicc)) return false;
        Span<double> c = stackalloc double[d];
        ArimaLikelihood.Transform(o, point[..d], c);
        if (ArimaLikelihood.NearlyNonInvertible(o, c)) return false;
        Aicc = aicc;
        _order = o;
        _centre = mean;
        point[..d].CopyTo(_point);
        return true;
    }

    /// <summary>The exact likelihood's maximum, from where the conditional one led.</summary>
    private bool Polish(ReadOnlySpan<double> x)
    {
        if (!double.IsFinite(Aicc)) return false;
        int d = _order.Coefficients, k = d + 1, n = x.Length;
        Span<double> step = stackalloc double[NelderMead.MaxDimension];
        var point = _point.AsSpan(0, d);
        var objective = new Deviance(this, _order, x, _centre, exact: true);
        var value = objective.Evaluate(point);
        for (var round = 0; round < 3 && d > 0; round++)
        {
            // A fresh simplex, wider where the transformation is flat, leaves a corner that the last one shrank into.
            for (var i = 0; i < d; i++) step[i] = (round == 1 ? -0.15 : 0.15) * (1 + Math.Abs(point[i]));
            var before = value;
            value = _search.Minimize(ref objective, point, step[..d], 1e-3, 30 + 30 * d);
            if (before - value < 0.02) break;
        }
        if (!double.IsFinite(value)) return false;
        value = objective.Evaluate(point);
        Variance = _likelihood.Variance;
        ArimaLikelihood.Transform(_order, point, _best.AsSpan(0, d));
        _mean = 0;
        if (_order.Constant) _best[d - 1] = _mean = _centre + point[d - 1] * _scale;
        LogLikelihood = -0.5 * value;
        Aicc = value + 2 * k + 2.0 * k * (k + 1) / (n - k - 1);
        return true;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        var n = y.Length;
        var full = Scratch(ref _full, n + forecast.Length);
        y.CopyTo(full);
        // The differencing polynomial, applied to values and undone forecast by forecast.
        int lost = _order.D + _order.SeasonalD * _season, length = n - lost;
        if (length < 1)
        {
            forecast.Fill(n > 0 ? y[^1] : 0);
            y[..fitted.Length].CopyTo(fitted);
            return;
        }
        Span<double> delta = stackalloc double[lost + 1];
        ArimaLikelihood.DifferencePolynomial(_order, _season, delta);
        var x = Scratch(ref _centred, length + forecast.Length);
        for (var t = 0; t < length; t++)
        {
            double v = 0;
            for (var i = 0; i <= lost; i++) v += delta[i] * y[t + lost - i];
            x[t] = v - _mean;
        }
        var one = Scratch(ref _innovations, length + forecast.Length);
        _likelihood.Forecast(_order, _season, Coefficients, x, length, one, forecast.Length);
        for (var t = 0; t < fitted.Length; t++)
        {
            if (t < lost)
            {
                fitted[t] = y[t];
                continue;
            }
            fitted[t] = y[t] - (x[t - lost] - one[t - lost]);
        }
        for (var h = 0; h < forecast.Length; h++)
        {
            var v = one[length + h] + _mean;
            for (var i = 1; i <= lost; i++) v -= delta[i] * full[n + h - i];
            full[n + h] = v;
            forecast[h] = v;
        }
    }

    public override bool VarianceGrowth(Span<double> growth) => _likelihood.Growth(_order, _season, Coefficients, growth);

    /// <summary>How many innovations a series of so many values has.</summary>
    internal int Innovations(int length) => Math.Max(0, length - _order.D - _order.SeasonalD * _season);

    /// <summary>
    /// What the last <see cref="Fit(ReadOnlySpan{double}, int)"/> makes of any series: differenced, and its one-step errors over their
    /// standard deviations. Linear in <paramref name="x"/>; the mean is not taken away.
    /// </summary>
    internal void Whiten(ReadOnlySpan<double> x, Span<double> errors)
    {
        var lost = x.Length - errors.Length;
        Span<double> delta = stackalloc double[lost + 1];
        ArimaLikelihood.DifferencePolynomial(_order, _season, delta);
        var z = Scratch(ref _centred, errors.Length);
        for (var t = 0; t < z.Length; t++)
        {
            double v = 0;
            for (var i = 0; i <= lost; i++) v += delta[i] * x[t + lost - i];
            z[t] = v;
        }
        _likelihood.Whiten(_order, _season, Coefficients, z, errors);
    }

    /// <summary>The same of the constant, which is the mean of the differenced series.</summary>
    internal void WhitenConstant(Span<double> errors)
    {
        var z = Scratch(ref _centred, errors.Length);
        z.Fill(1);
        _likelihood.Whiten(_order, _season, Coefficients, z, errors);
    }

    private readonly ref struct Deviance(ArimaModel model, ArimaOrder order, ReadOnlySpan<double> x, double mean, bool exact) : IObjective
    {
        private readonly ReadOnlySpan<double> _x = x;

        public double Evaluate(scoped Span<double> point)
        {
            for (var i = 0; i < point.Length; i++) point[i] = Math.Clamp(point[i], -6, 6);
            Span<double> c = stackalloc double[point.Length];
            ArimaLikelihood.Transform(order, point, c);
            var centre = order.Constant ? mean + point[^1] * model._scale : 0;
            var value = exact
                ? model._likelihood.MinusTwoLog(order, model._season, c, _x, centre)
                : model._likelihood.MinusTwoLogConditional(order, model._season, c, _x, centre);
            return double.IsFinite(value) ? value : double.MaxValue;
        }
    }
}
