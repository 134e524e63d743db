namespace Analytics.Forecasting;

/// <summary>
/// Seasonal ARIMA with orders by the stepwise search of Hyndman and Khandakar (2008, section 3): differences by KPSS and by
/// seasonal strength, then AICc over neighbouring orders, without those whose roots come near the unit circle. Coefficients maximise the
/// exact Gaussian likelihood of the differenced series (<see cref="ArimaLikelihood"/>), in the search too; each candidate starts
/// from the best order's coefficients.
/// </summary>
/// <param name="averaged">
/// Averages the orders that the search tried by tempered Akaike weights, as <see cref="EtsModel"/> does its forms, in place of taking the best.
/// </param>
/// <param name="heavyTails">Innovations are <see cref="HeavyTails"/>' in place of normal.</param>
internal sealed class ArimaModel(bool averaged = false, bool heavyTails = false) : SeriesModel
{
    private const int MostOrder = 5, MostSeasonal = 2, MostModels = 94;

    /// <summary>Coefficients' images under the transformation stay within this: partial autocorrelations to 0.9987.</summary>
    private const double Limit = 20;

    private static readonly (int P, int Q)[] s_steps = [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)];
    private readonly QuasiNewton _search = new();
    private readonly ArimaLikelihood _likelihood = new();
    private readonly Stl _stl = new();
    private readonly HashSet<ArimaOrder> _tried = [];
    private readonly double[] _best = new double[QuasiNewton.MaxDimension], _point = new double[QuasiNewton.MaxDimension], _start = new double[QuasiNewton.MaxDimension];
    private double[] _differenced = [], _centred = [], _full = [], _innovations = [];
    private ArimaOrder _order;
    private int _season, _d, _seasonalD, _length;

    /// <summary>
    /// Akaike weights are tempered by this (see <see cref="EtsModel"/>; 4 and 12 are equally good on the hold-outs). Orders of less
    /// than these shares of the best one's weight are not run, and not fitted again on the whole series.
    /// </summary>
    private const double Temper = 4, WorthRunning = 0.05, WorthRefitting = 0.2;

    private readonly List<ArimaFit> _fits = [], _kept = [];
    private double[] _part = [], _partFitted = [];

    public override string Name => averaged ? "ArimaAverage" : _order.Name(_season);
    private bool IsHeavy => heavyTails;
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
        _fits.Clear();
        var x = _differenced.AsSpan(0, _length);
        int m = _season > 1 ? 1 : 0, ar = Math.Min(MostOrder, y.Length / 3);
        var constant = _d + _seasonalD <= 1;
        Try(new(Math.Min(2, ar), _d, Math.Min(2, ar), m, _seasonalD, m, constant), x);
        Try(new(0, _d, 0, 0, _seasonalD, 0, constant), x);
        Try(new(Math.Min(1, ar), _d, 0, m, _seasonalD, 0, constant), x);
        Try(new(0, _d, Math.Min(1, ar), 0, _seasonalD, m, constant), x);
        if (constant) Try(new(0, _d, 0, 0, _seasonalD, 0, false), x);
        if (double.IsPositiveInfinity(Aicc)) return false;
        for (var better = true; better && _tried.Count < MostModels;)
        {
            var o = _order;
            better = false;
            if (m == 1)
                foreach (var (p, q) in s_steps)
                    if (!better) better = Try(o with { SeasonalP = o.SeasonalP + p, SeasonalQ = o.SeasonalQ + q }, x);
            foreach (var (p, q) in s_steps)
                if (!better) better = Try(o with { P = o.P + p, Q = o.Q + q }, x);
            if (!better && constant) better = Try(o with { Constant = !o.Constant }, x);
        }
        return averaged || Polish(x);
    }

    /// <summary>Keeps the orders that the start of the series chose.</summary>
    public override bool Refit(ReadOnlySpan<double> y, int season) => averaged && _fits.Count > 0 ? RefitAll(y, season) || Fit(y, season) : Fit(y, season, _order) || Fit(y, season);

    private bool RefitAll(ReadOnlySpan<double> y, int season)
    {
        var before = _season;
        if (!Prepare(y, season, _order) || _season != before) return false;
        _kept.Clear();
        foreach (var fit in _fits)
            if (Weight(fit) >= WorthRefitting) _kept.Add(fit);
        _fits.Clear();
        _tried.Clear();
        Aicc = double.PositiveInfinity;
        foreach (var fit in _kept)
        {
            fit.Point.CopyTo(_start);
            Try(fit.Order, _differenced.AsSpan(0, _length), Searched(fit.Order));
        }
        return _fits.Count > 0;
    }

    private double Weight(ArimaFit fit)
    {
        var w = StableMath.Exp(-0.5 * (fit.Aicc - Aicc) / Temper);
        return w < WorthRunning ? 0 : w;
    }

    /// <summary>Fits given orders.</summary>
    public bool Fit(ReadOnlySpan<double> y, int season, ArimaOrder order)
    {
        if (!Prepare(y, season, order)) return false;
        if (_season == 1 && order.SeasonalP + order.SeasonalD + order.SeasonalQ > 0) return false;
        Aicc = double.PositiveInfinity;
        _order = order;
        if (_length - order.Coefficients - 2 <= 0) return false;
        _point.AsSpan().Clear();
        for (var i = 0; i < Searched(order); i++) _point[i] = 0.1;
        return Polish(_differenced.AsSpan(0, _length));
    }

    private static int Searched(ArimaOrder o) => o.Coefficients - (o.Constant ? 1 : 0);

    private bool Prepare(ReadOnlySpan<double> y, int season, ArimaOrder? order)
    {
        var n = y.Length;
        if (n < 8) return false;
        _season = season is > 1 and <= EtsModel.LongestSeason && n >= 3 * season ? season : 1;
        Scratch(ref _full, n);
        y.CopyTo(_full);
        _seasonalD = order?.SeasonalD ?? (_season > 1 && UnitRootTests.NeedsSeasonalDifference(_stl, y, _season) ? 1 : 0);
        var length = n;
        for (var i = 0; i < _seasonalD; i++) length = Difference(_full, length, _season);
        _d = order?.D ?? 0;
        if (order is null)
        {
            while (_d < 2 && length > 4 && UnitRootTests.NeedsDifference(_full.AsSpan(0, length)))
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
        return Math.Sqrt(squares / length) > 1e-12 * Math.Max(1, Math.Abs(sum / length));
    }

    private static int Difference(double[] x, int length, int lag)
    {
        for (var t = 0; t + lag < length; t++) x[t] = x[t + lag] - x[t];
        return length - lag;
    }

    private bool Try(ArimaOrder o, ReadOnlySpan<double> x, int started = -1)
    {
        if (o.P < 0 || o.Q < 0 || o.SeasonalP < 0 || o.SeasonalQ < 0 || o.P > MostOrder || o.Q > MostOrder || o.SeasonalP > MostSeasonal || o.SeasonalQ > MostSeasonal) return false;
        int k = o.Coefficients + 1, n = x.Length;
        if (n - k - 1 <= 0 || 3 * Math.Max(o.P, o.Q) > n + o.D + o.SeasonalD * _season || n <= Math.Max(o.SeasonalP, o.SeasonalQ) * _season || !_tried.Add(o)) return false;
        var d = Searched(o);
        var point = _start.AsSpan(0, d);
        if (started < 0) Start(o, point);
        var objective = new Deviance(this, o, x);
        var value = _search.Minimize(ref objective, point, Limit, 0.01, 25);
        if (!(value < double.MaxValue)) return false;
        var aicc = value + 2 * k + 2.0 * k * (k + 1) / (n - k - 1);
        if (!averaged && !(aicc < Aicc)) return false;
        Span<double> c = stackalloc double[o.Coefficients];
        ArimaLikelihood.Transform(o, point, c);
        if (ArimaLikelihood.HasRootNearUnitCircle(o, _season, c)) return false;
        if (averaged)
        {
            objective.Evaluate(point);
            var coefficients = c.ToArray();
            if (o.Constant) coefficients[^1] = _likelihood.Mean;
            _fits.Add(new ArimaFit(o, point.ToArray(), coefficients, aicc));
            if (!(aicc < Aicc)) return false;
        }
        Aicc = aicc;
        _order = o;
        point.CopyTo(_point);
        return true;
    }

    /// <summary>The best order's coefficients; new ones start near 0.</summary>
    private void Start(ArimaOrder o, Span<double> point)
    {
        point.Fill(0.1);
        if (double.IsPositiveInfinity(Aicc)) return;
        int to = 0, from = 0;
        ReadOnlySpan<(int New, int Old)> parts = [(o.P, _order.P), (o.Q, _order.Q), (o.SeasonalP, _order.SeasonalP), (o.SeasonalQ, _order.SeasonalQ)];
        foreach (var (count, have) in parts)
        {
            for (var i = 0; i < Math.Min(count, have); i++) point[to + i] = Math.Clamp(_point[from + i], -3, 3);
            to += count;
            from += have;
        }
    }

    /// <summary>The likelihood's maximum to more digits.</summary>
    private bool Polish(ReadOnlySpan<double> x)
    {
        int d = Searched(_order), k = _order.Coefficients + 1, n = x.Length;
        var point = _point.AsSpan(0, d);
        var objective = new Deviance(this, _order, x);
        var value = _search.Minimize(ref objective, point, Limit, 2e-4, 60);
        if (!(value < double.MaxValue)) return false;
        value = objective.Evaluate(point);
        Variance = _likelihood.Variance;
        _best.AsSpan().Clear();
        ArimaLikelihood.Transform(_order, point, _best.AsSpan(0, _order.Coefficients));
        if (_order.Constant) _best[d] = _likelihood.Mean;
        LogLikelihood = -0.5 * value;
        Aicc = value + 2 * k + 2.0 * k * (k + 1) / (n - k - 1);
        return true;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        if (!averaged)
        {
            Run(_order, Coefficients, y, fitted, forecast);
            return;
        }
        var part = Scratch(ref _part, forecast.Length);
        var partFitted = Scratch(ref _partFitted, fitted.Length);
        forecast.Clear();
        fitted.Clear();
        double total = 0;
        foreach (var fit in _fits) total += Weight(fit);
        foreach (var fit in _fits)
        {
            var w = Weight(fit) / total;
            if (!(w > 0)) continue;
            Run(fit.Order, fit.Coefficients, y, partFitted, part);
            for (var h = 0; h < part.Length; h++) forecast[h] += w * part[h];
            for (var t = 0; t < partFitted.Length; t++) fitted[t] += w * partFitted[t];
        }
    }

    private void Run(ArimaOrder order, ReadOnlySpan<double> coefficients, ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        var mean = order.Constant ? coefficients[^1] : 0;
        var n = y.Length;
        var full = Scratch(ref _full, n + forecast.Length);
        y.CopyTo(full);
        // The differencing polynomial, applied to values and undone forecast by forecast.
        int lost = order.D + order.SeasonalD * _season, length = n - lost;
        if (length < 1)
        {
            forecast.Fill(n > 0 ? y[^1] : 0);
            y[..fitted.Length].CopyTo(fitted);
            return;
        }
        Span<double> delta = stackalloc double[lost + 1];
        ArimaLikelihood.DifferencePolynomial(order, _season, delta);
        var x = Scratch(ref _centred, length + forecast.Length);
        for (var t = 0; t < length; t++)
        {
            double v = 0;
            for (var i = 0; i <= lost; i++) v += delta[i] * y[t + lost - i];
            x[t] = v - mean;
        }
        var one = Scratch(ref _innovations, length + forecast.Length);
        _likelihood.Forecast(order, _season, coefficients, x, length, one, forecast.Length);
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
            var v = one[length + h] + mean;
            for (var i = 1; i <= lost; i++) v -= delta[i] * full[n + h - i];
            full[n + h] = v;
            forecast[h] = v;
        }
    }

    public override bool VarianceGrowth(Span<double> growth)
    {
        if (!averaged) return _likelihood.Growth(_order, _season, Coefficients, growth);
        var part = Scratch(ref _part, growth.Length);
        growth.Clear();
        double total = 0;
        foreach (var fit in _fits)
        {
            var w = Weight(fit);
            if (!(w > 0) || !_likelihood.Growth(fit.Order, _season, fit.Coefficients, part)) continue;
            for (var h = 0; h < part.Length; h++) growth[h] += w * part[h];
            total += w;
        }
        for (var h = 0; h < growth.Length; h++) growth[h] /= total;
        return total > 0;
    }

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

    private readonly record struct ArimaFit(ArimaOrder Order, double[] Point, double[] Coefficients, double Aicc);

    private readonly ref struct Deviance(ArimaModel model, ArimaOrder order, ReadOnlySpan<double> x) : IObjective
    {
        private readonly ReadOnlySpan<double> _x = x;

        public double Evaluate(scoped Span<double> point)
        {
            Span<double> c = stackalloc double[QuasiNewton.MaxDimension];
            ArimaLikelihood.Transform(order, point, c[..order.Coefficients]);
            var value = model._likelihood.MinusTwoLog(order, model._season, c[..order.Coefficients], _x, order.Constant, model.IsHeavy);
            return double.IsFinite(value) ? value : double.MaxValue;
        }
    }
}
