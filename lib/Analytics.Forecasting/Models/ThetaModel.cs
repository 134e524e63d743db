namespace Analytics.Forecasting;

/// <summary>Members of the theta family.</summary>
internal enum ThetaKind
{
    /// <summary>θ = 2, line fitted once: the M3 winner (Assimakopoulos and Nikolopoulos 2000).</summary>
    Standard,

    /// <summary>θ searched, line fitted once (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016).</summary>
    Optimised,

    /// <summary>θ searched, line refitted at each step (the same paper's DOTM).</summary>
    Dynamic,
}

/// <summary>
/// The theta method as a state space model (Fiorucci et al. 2016, Models for optimising the theta method and their
/// relationship to state space models, equations 9 to 15), on seasonally adjusted values.
/// </summary>
/// <param name="kind">Which member.</param>
/// <param name="shrunk">Shrinks seasonal indices by their noise, in place of the authors' test that takes or leaves the season.</param>
internal sealed class ThetaModel(ThetaKind kind, bool shrunk = false) : SeriesModel
{
    private double[] _indices = [], _adjusted = [], _intercepts = [], _slopes = [];
    private int _season;
    private bool _multiplicative;
    private double _level, _alpha, _theta, _intercept, _slope;

    public override string Name => kind switch { ThetaKind.Standard => "Theta", ThetaKind.Optimised => "OptimisedTheta", _ => shrunk ? "DynamicThetaShrunk" : "DynamicOptimisedTheta" };
    public double Alpha => _alpha;
    public double Theta => _theta;
    public double Level => _level;

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        var n = y.Length;
        if (n < 4) return false;
        _season = (shrunk ? season > 1 && n > 2 * season : SeasonalStart.IsSeasonal(y, season)) ? season : 1;
        if (_season > 1)
        {
            var least = y[0];
            foreach (var v in y) least = Math.Min(least, v);
            var indices = Scratch(ref _indices, _season);
            _multiplicative = least > 0;
            SeasonalStart.Indices(y, _season, _multiplicative, indices, trimmed: shrunk);
            if (_multiplicative)
            {
                // An index near 0 would blow the adjusted values up; such a season is additive.
                var smallest = indices[0];
                foreach (var v in indices) smallest = Math.Min(smallest, v);
                if (smallest < 0.01)
                {
                    _multiplicative = false;
                    SeasonalStart.Indices(y, _season, false, indices, trimmed: shrunk);
                }
            }
        }
        if (shrunk && _season > 1) SeasonalStart.Shrink(y, _season, _multiplicative, _indices.AsSpan(0, _season));
        var x = Adjust(y);
        double sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (var t = 0; t < n; t++)
        {
            sx += t + 1;
            sy += x[t];
            sxx += (t + 1.0) * (t + 1.0);
            sxy += (t + 1.0) * x[t];
        }
        _slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
        _intercept = (sy - _slope * sx) / n;
        Lines(x);
        Search(x);
        return true;
    }

    /// <summary>The line that each one-step forecast extends: the whole series' or, dynamic, that of the values before.</summary>
    private void Lines(ReadOnlySpan<double> x)
    {
        var n = x.Length;
        Span<double> a = Scratch(ref _intercepts, n), b = Scratch(ref _slopes, n);
        if (kind != ThetaKind.Dynamic)
        {
            a.Fill(_intercept);
            b.Fill(_slope);
            return;
        }
        (a[0], b[0]) = (x[0], 0);
        double mean = 0, slope = 0;
        for (var t = 1; t < n; t++)
        {
            var before = mean;
            mean = ((t - 1) * before + x[t - 1]) / t;
            if (t > 1) slope = ((t - 2) * slope + 6 * (x[t - 1] - before) / t) / (t + 1);
            (a[t], b[t]) = (mean - slope * (t + 1) / 2, slope);
        }
    }

    /// <summary>
    /// For a given α a one-step forecast is linear in the starting level and in ω = 1 − 1/θ, so that both are solved for, ω within its
    /// bounds, and α alone is searched: on a grid, then by golden section around the best.
    /// </summary>
    private void Search(ReadOnlySpan<double> x)
    {
        const double Least = 0.05, Most = 0.99;
        const int Grid = 12;
        double best = double.PositiveInfinity, centre = Least;
        for (var i = 0; i <= Grid; i++)
        {
            var alpha = Least + (Most - Least) * i / Grid;
            var value = Solve(x, alpha, out _, out _);
            if (value < best) (best, centre) = (value, alpha);
        }
        const double Golden = 0.6180339887498949;
        double low = Math.Max(Least, centre - (Most - Least) / Grid), high = Math.Min(Most, centre + (Most - Least) / Grid);
        double left = high - Golden * (high - low), right = low + Golden * (high - low);
        double atLeft = Solve(x, left, out _, out _), atRight = Solve(x, right, out _, out _);
        while (high - low > 2e-3)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - Golden * (high - low);
                atLeft = Solve(x, left, out _, out _);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + Golden * (high - low);
                atRight = Solve(x, right, out _, out _);
            }
        }
        _alpha = 0.5 * (low + high);
        if (!(Solve(x, _alpha, out _level, out var weight) <= best))
        {
            _alpha = centre;
            Solve(x, _alpha, out _level, out weight);
        }
        _theta = 1 / (1 - weight);
    }

    /// <summary>The best starting level and weight of the line at an α.</summary>
    /// <returns>The sum of squared errors, with the price of leaving the usual values.</returns>
    private double Solve(ReadOnlySpan<double> x, double alpha, out double level, out double weight)
    {
        const double MostWeight = 0.9999;
        var n = x.Length;
        ReadOnlySpan<double> a = _intercepts.AsSpan(0, n), b = _slopes.AsSpan(0, n);
        double power = 1, own = 0, keep = 1 - alpha, pp = 0, pd = 0, dd = 0, pr = 0, dr = 0, rr = 0;
        // The first two forecasts of the dynamic model have no line yet.
        var skip = kind == ThetaKind.Dynamic ? 2 : 0;
        for (var t = 0; t < n; t++)
        {
            var next = power * keep;
            if (t >= skip)
            {
                double d = power * a[t] + (1 - next) / alpha * b[t], r = x[t] - own;
                pp += power * power;
                pd += power * d;
                dd += d * d;
                pr += power * r;
                dr += d * r;
                rr += r * r;
            }
            own = alpha * x[t] + keep * own;
            power = next;
        }
        // The usual start, y₁/θ, counts as a thousandth of a value: it decides where the data say nothing.
        const double Ridge = 1e-3;
        var first = x[0];
        // (level − (1 − ω) y₁)² · Ridge
        pp += Ridge;
        pd += Ridge * first;
        dd += Ridge * first * first;
        pr += Ridge * first;
        dr += Ridge * first * first;
        rr += Ridge * first * first;
        // θ = 2 counts as a tenth of a value.
        var prior = 0.1 * dd / n;
        dd += prior;
        dr += prior * 0.5;
        rr += prior * 0.25;
        if (kind == ThetaKind.Standard)
        {
            weight = 0.5;
        }
        else
        {
            var det = pp * dd - pd * pd;
            weight = det > 1e-12 * pp * dd ? Math.Clamp((pp * dr - pd * pr) / det, 0, MostWeight) : 0.5;
        }
        level = (pr - weight * pd) / pp;
        var value = rr - 2 * (level * pr + weight * dr) + level * level * pp + 2 * level * weight * pd + weight * weight * dd;
        return double.IsNaN(value) ? double.PositiveInfinity : value;
    }

    private Span<double> Adjust(ReadOnlySpan<double> y)
    {
        var x = Scratch(ref _adjusted, y.Length);
        if (_season == 1)
        {
            y.CopyTo(x);
            return x;
        }
        for (int t = 0, place = 0; t < x.Length; t++)
        {
            x[t] = _multiplicative ? y[t] / _indices[place] : y[t] - _indices[place];
            if (++place == _season) place = 0;
        }
        return x;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        var x = Adjust(y);
        Recursion(kind, x, _level, _alpha, _theta, _intercept, _slope, fitted, forecast);
        if (_season == 1) return;
        for (var t = 0; t < fitted.Length; t++) fitted[t] = Seasonal(fitted[t], t);
        for (var h = 0; h < forecast.Length; h++) forecast[h] = Seasonal(forecast[h], y.Length + h);
    }

    private double Seasonal(double v, int t) => _multiplicative ? v * _indices[t % _season] : v + _indices[t % _season];

    /// <summary>The paper's equation 22: level errors accumulate with α.</summary>
    public override bool VarianceGrowth(Span<double> growth)
    {
        for (var h = 0; h < growth.Length; h++) growth[h] = 1 + h * _alpha * _alpha;
        return true;
    }

    private static double Recursion(ThetaKind kind, ReadOnlySpan<double> x, double level, double alpha, double theta, double intercept, double slope, Span<double> fitted, Span<double> forecast)
    {
        double sum = 0, mean = 0, a = intercept, b = slope, power = 1, weight = 1 - 1 / theta, keep = 1 - alpha;
        var dynamic = kind == ThetaKind.Dynamic;
        if (dynamic) (a, b) = (x.Length > 0 ? x[0] : 0, 0);
        for (var t = 1; t <= x.Length; t++)
        {
            // power is (1 − α)^(t−1)
            var next = power * keep;
            var one = level + weight * (power * a + (1 - next) / alpha * b);
            var v = x[t - 1];
            if (!fitted.IsEmpty) fitted[t - 1] = one;
            var error = v - one;
            if (t > 2 || !dynamic) sum += error * error;
            level = alpha * v + keep * level;
            power = next;
            if (!dynamic) continue;
            var before = mean;
            mean = ((t - 1) * before + v) / t;
            if (t > 1) b = ((t - 2) * b + 6 * (v - before) / t) / (t + 1);
            a = mean - b * (t + 1) / 2;
        }
        for (var h = 1; h <= forecast.Length; h++)
        {
            var t = x.Length + h;
            var next = power * keep;
            var one = level + weight * (power * a + (1 - next) / alpha * b);
            forecast[h - 1] = one;
            level = alpha * one + keep * level;
            power = next;
            if (!dynamic) continue;
            var before = mean;
            mean = ((t - 1) * before + one) / t;
            b = ((t - 2) * b + 6 * (one - before) / t) / (t + 1);
            a = mean - b * (t + 1) / 2;
        }
        return sum;
    }
}
