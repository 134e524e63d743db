namespace Analytics.Forecasting;

/// <summary>
/// The quasi-Newton search of Broyden, Fletcher, Goldfarb and Shanno with gradients by differences and a backtracking line search
/// (Nocedal and Wright 2006, Numerical Optimization, algorithm 6.1), for smooth functions of up to <see cref="MaxDimension"/>
/// parameters, without allocation. A third of the evaluations of a simplex where the function is smooth.
/// </summary>
internal sealed class QuasiNewton
{
    public const int MaxDimension = 16;

    /// <summary>The step of the differences; the error that it leaves in the least value is below 1e-6 for likelihoods.</summary>
    private const double Difference = 1e-4;

    /// <summary>No coordinate moves further than this at once.</summary>
    private const double LongestMove = 0.8;

    private readonly double[] _inverse = new double[MaxDimension * MaxDimension];
    private readonly double[] _gradient = new double[MaxDimension], _next = new double[MaxDimension], _move = new double[MaxDimension];
    private readonly double[] _change = new double[MaxDimension], _trial = new double[MaxDimension], _product = new double[MaxDimension];

    /// <summary>Minimises; <paramref name="x"/> holds the best point afterwards.</summary>
    /// <param name="f">What is minimised.</param>
    /// <param name="x">The first point; the best one at the end.</param>
    /// <param name="limit">Coordinates stay within plus and minus this.</param>
    /// <param name="tolerance">An expected or achieved decrease at which to stop.</param>
    /// <param name="maxIterations">A bound on the work.</param>
    /// <returns>The least value.</returns>
    public double Minimize<T>(ref T f, scoped Span<double> x, double limit, double tolerance, int maxIterations)
        where T : struct, IObjective, allows ref struct
    {
        var d = x.Length;
        var value = f.Evaluate(x);
        if (d == 0 || !(value < double.MaxValue)) return value;
        Span<double> g = _gradient.AsSpan(0, d), p = _move.AsSpan(0, d), y = _change.AsSpan(0, d), trial = _trial.AsSpan(0, d), h = _inverse.AsSpan(0, d * d);
        Gradient(ref f, x, value, limit, g);
        var fresh = true;
        for (var iteration = 0; iteration < maxIterations; iteration++)
        {
            if (fresh)
            {
                // Unknown curvature: the first move is a quarter along the steepest coordinate.
                double steepest = 0;
                foreach (var v in g) steepest = Math.Max(steepest, Math.Abs(v));
                if (!(steepest > 1e-9)) break;
                h.Clear();
                for (var i = 0; i < d; i++) h[i * d + i] = 0.25 / steepest;
            }
            double descent = 0, longest = 0;
            for (var i = 0; i < d; i++)
            {
                double v = 0;
                for (var j = 0; j < d; j++) v -= h[i * d + j] * g[j];
                // A coordinate at its limit stays there.
                if (x[i] >= limit && v > 0 || x[i] <= -limit && v < 0) v = 0;
                p[i] = v;
                descent += v * g[i];
                longest = Math.Max(longest, Math.Abs(v));
            }
            if (!(descent < 0))
            {
                if (fresh) break;
                fresh = true;
                continue;
            }
            if (!fresh && -0.5 * descent < tolerance) break;
            var step = longest > LongestMove ? LongestMove / longest : 1;
            var found = double.MaxValue;
            for (var halving = 0; halving < 12; halving++)
            {
                for (var i = 0; i < d; i++) trial[i] = Math.Clamp(x[i] + step * p[i], -limit, limit);
                found = f.Evaluate(trial);
                if (found <= value + 1e-4 * step * descent) break;
                // The parabola through value, slope and the value found.
                var best = found < double.MaxValue ? -0.5 * step * step * descent / (found - value - step * descent) : 0;
                step = Math.Clamp(best, 0.1 * step, 0.5 * step);
            }
            if (!(found < value))
            {
                if (fresh) break;
                fresh = true;
                continue;
            }
            var gained = value - found;
            var next = _next.AsSpan(0, d);
            Gradient(ref f, trial, found, limit, next);
            double curvature = 0, size = 0;
            for (var i = 0; i < d; i++)
            {
                y[i] = next[i] - g[i];
                p[i] = trial[i] - x[i];
                curvature += p[i] * y[i];
                size += y[i] * y[i];
            }
            trial.CopyTo(x);
            next.CopyTo(g);
            value = found;
            if (curvature > 1e-10 * size)
            {
                if (fresh)
                {
                    h.Clear();
                    for (var i = 0; i < d; i++) h[i * d + i] = curvature / size;
                }
                Update(h, p, y, curvature, d);
                fresh = false;
            }
            if (gained < tolerance && !fresh) break;
        }
        return value;
    }

    private void Update(Span<double> h, ReadOnlySpan<double> s, ReadOnlySpan<double> y, double curvature, int d)
    {
        var hy = _product.AsSpan(0, d);
        double yhy = 0;
        for (var i = 0; i < d; i++)
        {
            double v = 0;
            for (var j = 0; j < d; j++) v += h[i * d + j] * y[j];
            hy[i] = v;
            yhy += v * y[i];
        }
        var scale = (1 + yhy / curvature) / curvature;
        for (var i = 0; i < d; i++)
            for (var j = 0; j < d; j++) h[i * d + j] += scale * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
    }

    private static void Gradient<T>(ref T f, scoped Span<double> x, double value, double limit, scoped Span<double> gradient)
        where T : struct, IObjective, allows ref struct
    {
        for (var i = 0; i < x.Length; i++)
        {
            var keep = x[i];
            var step = keep + Difference > limit ? -Difference : Difference;
            x[i] = keep + step;
            var there = f.Evaluate(x);
            gradient[i] = there < double.MaxValue ? (there - value) / step : 0;
            x[i] = keep;
        }
    }
}
