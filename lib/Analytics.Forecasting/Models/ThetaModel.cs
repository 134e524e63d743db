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
    private readonly NelderMead _search = new();
    private double[] _indices = [], _adjusted = [];
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
            SeasonalStart.Indices(y, _season, _multiplicative, indices);
            if (_multiplicative)
            {
                // An index near 0 would blow the adjusted values up; such a season is additive.
                var smallest = indices[0];
                foreach (var v in indices) smallest = Math.Min(smallest, v);
                if (smallest < 0.01)
                {
                    _multiplicative = false;
                    SeasonalStart.Indices(y, _season, false, indices);
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
        var mean = sy / n;
        double variance = 0;
        foreach (var v in x) variance += (v - mean) * (v - mean);
        var scale = Math.Max(Math.Sqrt(variance / n), 1e-12 * Math.Max(1, Math.Abs(mean)));
        Span<double> point = stackalloc double[3], step = stackalloc double[3];
        (point[0], step[0]) = (0, 0.5);
        (point[1], step[1]) = (0.5, 0.2);
        (point[2], step[2]) = (2, 1);
        var d = kind == ThetaKind.Standard ? 2 : 3;
        var objective = new Squares(kind, x, x[0], scale, _intercept, _slope);
        _search.Minimize(ref objective, point[..d], step[..d], 1e-5, 60 * d);
        objective.Bound(point[..d]);
        _level = x[0] + point[0] * scale;
        _alpha = point[1];
        _theta = d == 3 ? point[2] : 2;
        return true;
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

    private readonly ref struct Squares(ThetaKind kind, ReadOnlySpan<double> x, double first, double scale, double intercept, double slope) : IObjective
    {
        private readonly ReadOnlySpan<double> _x = x;

        public void Bound(scoped Span<double> point)
        {
            point[1] = Math.Clamp(point[1], 0.05, 0.99);
            if (point.Length > 2) point[2] = Math.Clamp(point[2], 1, 1e4);
        }

        public double Evaluate(scoped Span<double> point)
        {
            Bound(point);
            var sum = Recursion(kind, _x, first + point[0] * scale, point[1], point.Length > 2 ? point[2] : 2, intercept, slope, default, default);
            var value = sum / (scale * scale * _x.Length);
            return double.IsNaN(value) ? double.PositiveInfinity : value;
        }
    }
}
