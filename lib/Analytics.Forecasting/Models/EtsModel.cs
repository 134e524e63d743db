namespace Analytics.Forecasting;

/// <summary>
/// Exponential smoothing state space models whose form is chosen by AICc among the stable ones
/// (Hyndman, Koehler, Snyder and Grose 2002; Hyndman and Khandakar 2008). Smoothing parameters, initial level and slope
/// are searched by likelihood; initial seasonal states come from the classical decomposition.
/// </summary>
internal sealed class EtsModel : SeriesModel
{
    /// <summary>The longest season with states of its own; longer ones are decomposed before.</summary>
    public const int LongestSeason = 24;

    private readonly NelderMead _search = new();
    private readonly EtsForm[] _forms;
    private double[] _additive = [], _multiplicative = [], _work = [];
    private int _season;
    private EtsParameters _best;
    private EtsForm _form;

    /// <summary>
    /// Akaike weights are tempered by this: forms whose AICc is this far apart differ by a factor e^½ in weight.
    /// Chosen on hold-outs of the M3 training parts, where 8 to 30 are equally good and 1 is 5 % worse.
    /// </summary>
    private const double Temper = 12;

    /// <summary>
    /// The weight in the likelihood of the squared distance between the searched and the regressed starting slope, over the
    /// series' length and in units of its range. Without it a slope follows a few late values. Chosen like <see cref="Temper"/>. A form fitted alone has none.
    /// </summary>
    private const double SlopePrior = 1;

    /// <summary>Forms of less weight than this before are not fitted again on the whole series.</summary>
    private const double WorthRefitting = 0.1;

    /// <summary>
    /// Of longer series each form is searched coarsely, and only those whose AICc is then within <see cref="Promising"/> of the best, which
    /// is a seventh of its weight, finely; a fit to the whole series goes on from the fit to its start. A form with a trend is not searched where the same
    /// form without one is <see cref="Hopeless"/> behind. Searches ten times as long give the same errors on daily, weekly and hourly series.
    /// </summary>
    private const int LongSeries = 200;

    private const double Promising = 48, Hopeless = 36;

    /// <summary>Where those searches stop: the spread of AICc, and evaluations a parameter.</summary>
    private const double CoarseSpread = 12, FineSpread = 4;

    private const int CoarseEvaluations = 5, FineEvaluations = 8;
    private const int MostSearched = 6;

    private enum Search
    {
        Full,
        Coarse,
        Fine,
    }

    private readonly double[] _points = new double[EtsForm.Stable.Length * MostSearched];
    private bool _again, _long;
    private readonly bool _averaged, _heavyTails;
    private readonly bool[] _dropped = new bool[EtsForm.Stable.Length];
    private readonly EtsFit[] _fits = new EtsFit[EtsForm.Stable.Length];
    private double[] _part = [], _partFitted = [];
    private int _fitCount;

    /// <summary>Chooses a form, or averages forms.</summary>
    /// <param name="forms">The forms to choose from, in the order in which ties are decided; null for all stable ones.</param>
    /// <param name="averaged">
    /// Averages all forms by tempered Akaike weights (Kolassa 2011, Combining exponential smoothing forecasts using Akaike
    /// weights) and holds the starting slope near the regression's, in place of choosing one form by likelihood alone.
    /// </param>
    /// <param name="heavyTails">Errors are <see cref="HeavyTails"/>' in place of normal.</param>
    public EtsModel(EtsForm[]? forms = null, bool averaged = false, bool heavyTails = false)
    {
        _heavyTails = heavyTails;
        _forms = forms ?? EtsForm.Stable;
        _averaged = averaged;
    }

    public override string Name => _averaged ? "EtsAverage" : _form.Name;
    public EtsForm Form => _form;
    public EtsParameters Parameters => _best;
    public double Aicc { get; private set; }
    public double Variance { get; private set; }

    /// <summary>Averaging keeps the forms that had weight at the start of the series.</summary>
    public override bool Refit(ReadOnlySpan<double> y, int season)
    {
        if (!_averaged || _fitCount == 0) return Fit(y, season);
        for (var f = 0; f < _forms.Length; f++) _dropped[f] = true;
        for (var i = 0; i < _fitCount; i++)
            if (Weight(i) >= WorthRefitting) _dropped[Array.IndexOf(_forms, _fits[i].Form)] = false;
        // A longer history may allow a season that the start did not.
        _again = true;
        var fitted = _season > 1 == Seasonal(y.Length, season) && y.Length > LongSeries == _long && FitForms(y, season);
        _again = false;
        Array.Clear(_dropped);
        return fitted || Fit(y, season);
    }

    public override bool Fit(ReadOnlySpan<double> y, int season) => FitForms(y, season);

    private static bool Seasonal(int length, int season) => season is >= 2 and <= LongestSeason && length >= 2 * season + 1;

    private bool FitForms(ReadOnlySpan<double> y, int season)
    {
        var n = y.Length;
        if (n < 2) return false;
        _season = Seasonal(n, season) ? season : 1;
        double least = y[0], most = y[0];
        foreach (var v in y) (least, most) = (Math.Min(least, v), Math.Max(most, v));
        var positive = least > 0;
        var add = Scratch(ref _additive, _season);
        var mul = Scratch(ref _multiplicative, _season);
        Scratch(ref _work, _season);
        if (_season > 1)
        {
            SeasonalStart.Indices(y, _season, false, add, trimmed: _averaged);
            if (positive) SeasonalStart.Indices(y, _season, true, mul, trimmed: _averaged);
        }
        Aicc = double.PositiveInfinity;
        _fitCount = 0;
        var coarse = _long = _averaged && n > LongSeries;
        for (var f = 0; f < _forms.Length; f++)
        {
            var form = _forms[f];
            if (_dropped[f]) continue;
            if (coarse && !_again && IsHopeless(form)) continue;
            if (form.MultiplicativeError && !positive || form.Season != EtsComponent.None && _season == 1) continue;
            // A form with as many parameters as values has no AICc; the plainest one is always tried.
            var k = form.Parameters(_season) + 1;
            if (n - k - 1 <= 0 && !double.IsPositiveInfinity(Aicc)) continue;
            FitForm(form, y, most - least, k, !coarse ? Search.Full : _again ? Search.Fine : Search.Coarse, _points.AsSpan(f * MostSearched, MostSearched));
        }
        if (coarse && !_again) Refine(y, most - least);
        return !double.IsPositiveInfinity(Aicc);
    }

    private bool IsHopeless(EtsForm form)
    {
        for (var i = 0; i < _fitCount; i++)
            if (form.Trend != EtsComponent.None && _fits[i].Form == (form with { Trend = EtsComponent.None })) return _fits[i].Aicc > Aicc + Hopeless;
        return false;
    }

    /// <summary>Searches on from where the coarse search left the forms that may get weight.</summary>
    private void Refine(ReadOnlySpan<double> y, double range)
    {
        var least = Aicc;
        var count = _fitCount;
        (_fitCount, Aicc) = (0, double.PositiveInfinity);
        for (var i = 0; i < count; i++)
        {
            var fit = _fits[i];
            if (fit.Aicc > least + Promising) continue;
            FitForm(fit.Form, y, range, fit.Form.Parameters(_season) + 1, Search.Fine, _points.AsSpan(Array.IndexOf(_forms, fit.Form) * MostSearched, MostSearched));
        }
    }

    private void FitForm(EtsForm form, ReadOnlySpan<double> y, double range, int k, Search search, Span<double> start)
    {
        var seasonal = form.Season == EtsComponent.Multiplicative ? _multiplicative : _additive;
        StartingTrend(y, form.Season, seasonal, out var level, out var slope);
        if (form.Trend == EtsComponent.None && _averaged) level += slope;
        else if (form.Trend == EtsComponent.None) level += slope * 0.5 * Math.Min(y.Length, Math.Max(10, 2 * _season));
        var trend = form.Trend != EtsComponent.None;
        var damped = form.Trend == EtsComponent.Damped;
        var season = form.Season != EtsComponent.None;
        var scale = range > 0 ? range : Math.Max(Math.Abs(level), 1);
        Span<double> point = stackalloc double[MostSearched], step = stackalloc double[MostSearched];
        var d = 0;
        (point[d], step[d++]) = (_season > 1 ? 0.3 : 0.5, 0.2);
        if (trend) (point[d], step[d++]) = (0.1, 0.15);
        if (damped) (point[d], step[d++]) = (0.95, -0.05);
        if (season) (point[d], step[d++]) = (0.1, 0.15);
        (point[d], step[d++]) = (0, 0.1);
        if (trend) (point[d], step[d++]) = (0, 0.02);
        var objective = new Likelihood(form, y, seasonal.AsSpan(0, _season), _work.AsSpan(0, _season), level, slope, scale, _forms.Length > 1 ? SlopePrior : 0, _heavyTails);
        if (search == Search.Fine)
        {
            start[..d].CopyTo(point);
            for (var i = 0; i < d; i++) step[i] *= 0.4;
        }
        var value = search == Search.Coarse
            ? _search.Minimize(ref objective, point[..d], step[..d], CoarseSpread, CoarseEvaluations * d)
            : _search.Minimize(ref objective, point[..d], step[..d], search == Search.Fine ? FineSpread : _averaged ? 0.02 : 2e-3, (search == Search.Fine ? FineEvaluations : _averaged ? 40 : 60) * d);
        point.CopyTo(start);
        var n = y.Length;
        var aicc = value + 2 * k + (n - k - 1 > 0 ? 2.0 * k * (k + 1) / (n - k - 1) : 1e6);
        if (_averaged && double.IsFinite(aicc)) _fits[_fitCount++] = new EtsFit(form, objective.Parameters(point[..d]), aicc);
        if (!(aicc < Aicc)) return;
        Aicc = aicc;
        _form = form;
        _best = objective.Parameters(point[..d]);
        Variance = objective.SumOfSquares(point[..d]) / Math.Max(1, n - k + 1);
    }

    /// <summary>Level and slope by least squares over the first values, seasonally adjusted.</summary>
    private void StartingTrend(ReadOnlySpan<double> y, EtsComponent kind, ReadOnlySpan<double> seasonal, out double level, out double slope)
    {
        var count = Math.Min(y.Length, Math.Max(10, 2 * _season));
        double sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (var t = 0; t < count; t++)
        {
            var s = kind == EtsComponent.None ? 0 : seasonal[t % _season];
            var v = kind switch { EtsComponent.None => y[t], EtsComponent.Multiplicative => y[t] / Math.Max(s, 1e-4), _ => y[t] - s };
            double x = t + 1;
            sx += x;
            sy += v;
            sxx += x * x;
            sxy += x * v;
        }
        slope = (count * sxy - sx * sy) / (count * sxx - sx * sx);
        level = (sy - slope * sx) / count;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        if (_averaged)
        {
            RunAverage(y, fitted, forecast);
            return;
        }
        RunForm(_form, _best, y, fitted, forecast);
    }

    private void RunAverage(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        var part = Scratch(ref _part, forecast.Length);
        var partFitted = Scratch(ref _partFitted, fitted.Length);
        forecast.Clear();
        fitted.Clear();
        double total = 0;
        for (var i = 0; i < _fitCount; i++) total += Weight(i);
        for (var i = 0; i < _fitCount; i++)
        {
            var w = Weight(i) / total;
            if (w <= 0) continue;
            RunForm(_fits[i].Form, _fits[i].Parameters, y, partFitted, part);
            for (var h = 0; h < part.Length; h++) forecast[h] += w * part[h];
            for (var t = 0; t < partFitted.Length; t++) fitted[t] += w * partFitted[t];
        }
    }

    /// <summary>Weights below a hundredth of the best form's are not worth a pass.</summary>
    private double Weight(int i)
    {
        var w = StableMath.Exp(-0.5 * (_fits[i].Aicc - Aicc) / Temper);
        return w < 0.01 ? 0 : w;
    }

    private void RunForm(EtsForm form, EtsParameters p, ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        var seasonal = _work.AsSpan(0, _season);
        (form.Season == EtsComponent.Multiplicative ? _multiplicative : _additive).AsSpan(0, _season).CopyTo(seasonal);
        EtsRecursion.Run(form, ref p, y, seasonal, fitted, out _);
        EtsRecursion.Forecast(form, p, y.Length, seasonal, forecast);
    }

    /// <summary>
    /// Forecasting with Exponential Smoothing, table 6.1; for multiplicative errors the same, which holds to first order.
    /// </summary>
    public override bool VarianceGrowth(Span<double> growth)
    {
        if (!_averaged)
        {
            GrowthOf(_form, _best, growth);
            return true;
        }
        var part = Scratch(ref _part, growth.Length);
        growth.Clear();
        double total = 0;
        for (var i = 0; i < _fitCount; i++)
        {
            var w = Weight(i);
            if (w <= 0) continue;
            GrowthOf(_fits[i].Form, _fits[i].Parameters, part);
            for (var h = 0; h < part.Length; h++) growth[h] += w * part[h];
            total += w;
        }
        for (var h = 0; h < growth.Length; h++) growth[h] /= total;
        return true;
    }

    private void GrowthOf(EtsForm form, in EtsParameters p, Span<double> growth)
    {
        double sum = 1, power = 1, factor = 0;
        for (var h = 0; h < growth.Length; h++)
        {
            growth[h] = sum;
            if (form.Trend != EtsComponent.None)
            {
                power *= form.Trend == EtsComponent.Damped ? p.Phi : 1;
                factor += power;
            }
            var c = p.Alpha + (form.Trend == EtsComponent.None ? 0 : p.Beta * factor)
                + (form.Season != EtsComponent.None && (h + 1) % _season == 0 ? p.Gamma : 0);
            sum += c * c;
        }
    }

    private readonly record struct EtsFit(EtsForm Form, EtsParameters Parameters, double Aicc);

    private readonly ref struct Values(ReadOnlySpan<double> y, ReadOnlySpan<double> seasonal, Span<double> work)
    {
        public readonly ReadOnlySpan<double> Y = y, Seasonal = seasonal;
        public readonly Span<double> Work = work;
    }

    /// <summary>Minus twice the concentrated log likelihood, less constants.</summary>
    private ref struct Likelihood(EtsForm form, ReadOnlySpan<double> y, ReadOnlySpan<double> seasonal, Span<double> work, double level, double slope, double scale, double prior, bool heavyTails) : IObjective
    {
        private readonly Values _v = new(y, seasonal, work);

        public double Evaluate(scoped Span<double> point)
        {
            var p = Parameters(point);
            _v.Seasonal.CopyTo(_v.Work);
            var sum = EtsRecursion.Run(form, ref p, _v.Y, _v.Work, default, out var log, heavyTails);
            var value = (heavyTails ? HeavyTails.Deviance(_v.Y.Length, sum) : _v.Y.Length * StableMath.Log(Math.Max(sum, 1e-300))) + 2 * log;
            if (prior > 0 && form.Trend != EtsComponent.None)
            {
                var off = (p.Slope - slope) / scale * _v.Y.Length;
                value += prior * off * off;
            }
            return double.IsNaN(value) ? double.PositiveInfinity : value;
        }

        public readonly double SumOfSquares(scoped Span<double> point)
        {
            var p = Parameters(point);
            _v.Seasonal.CopyTo(_v.Work);
            return EtsRecursion.Run(form, ref p, _v.Y, _v.Work, default, out _);
        }

        public readonly EtsParameters Parameters(scoped Span<double> point)
        {
            var d = 0;
            EtsParameters p = default;
            p.Phi = 1;
            p.Alpha = point[d] = Math.Clamp(point[d], 1e-4, 0.9999);
            d++;
            if (form.Trend != EtsComponent.None)
            {
                point[d] = Math.Clamp(point[d], 1e-4, 0.9999);
                p.Beta = p.Alpha * point[d++];
            }
            if (form.Trend == EtsComponent.Damped)
            {
                point[d] = Math.Clamp(point[d], 0.8, 0.98);
                p.Phi = point[d++];
            }
            if (form.Season != EtsComponent.None)
            {
                point[d] = Math.Clamp(point[d], 1e-4, 0.9999);
                p.Gamma = (1 - p.Alpha) * point[d++];
            }
            p.Level = level + point[d++] * scale;
            if (form.Trend != EtsComponent.None) p.Slope = slope + point[d] * scale;
            return p;
        }
    }
}
