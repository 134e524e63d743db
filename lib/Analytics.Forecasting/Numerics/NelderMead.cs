namespace Analytics.Forecasting;

/// <summary>A function to be minimised; a struct, so that its calls are compiled into the search.</summary>
internal interface IObjective
{
    /// <summary>The value at a point; may move the point into its bounds. Never NaN.</summary>
    double Evaluate(scoped Span<double> point);
}

/// <summary>
/// The simplex search of Nelder and Mead (1965) for up to <see cref="MaxDimension"/> parameters, without allocation.
/// It stops when the values on the simplex differ by less than a tolerance that no forecast shows.
/// </summary>
internal sealed class NelderMead
{
    public const int MaxDimension = 20;
    private readonly double[] _simplex = new double[(MaxDimension + 4) * MaxDimension];
    private readonly double[] _values = new double[MaxDimension + 1];

    /// <summary>Minimises; <paramref name="start"/> holds the best point afterwards.</summary>
    /// <param name="objective">What is minimised.</param>
    /// <param name="start">The first point; the best one at the end.</param>
    /// <param name="step">The first simplex's edge a parameter.</param>
    /// <param name="tolerance">The spread of values at which to stop.</param>
    /// <param name="maxEvaluations">A bound on the work.</param>
    /// <returns>The least value.</returns>
    public double Minimize<T>(ref T objective, scoped Span<double> start, scoped ReadOnlySpan<double> step, double tolerance, int maxEvaluations)
        where T : struct, IObjective, allows ref struct
    {
        var d = start.Length;
        var values = _values;
        for (var i = 0; i <= d; i++)
        {
            var p = Point(i, d);
            start.CopyTo(p);
            if (i > 0) p[i - 1] += step[i - 1];
            values[i] = objective.Evaluate(p);
        }
        Span<double> centre = Point(d + 1, d), trial = Point(d + 2, d), second = Point(d + 3, d);
        for (var evaluations = d + 1; evaluations < maxEvaluations;)
        {
            int best = 0, worst = 0, next = -1;
            for (var i = 1; i <= d; i++)
            {
                if (values[i] < values[best]) best = i;
                if (values[i] >= values[worst]) worst = i;
            }
            for (var i = 0; i <= d; i++)
                if (i != worst && (next < 0 || values[i] > values[next])) next = i;
            if (values[worst] - values[best] <= tolerance) break;

            centre.Clear();
            for (var i = 0; i <= d; i++)
            {
                if (i == worst) continue;
                var p = Point(i, d);
                for (var j = 0; j < d; j++) centre[j] += p[j];
            }
            var bad = Point(worst, d);
            for (var j = 0; j < d; j++)
            {
                centre[j] /= d;
                trial[j] = 2 * centre[j] - bad[j];
            }
            var reflected = objective.Evaluate(trial);
            evaluations++;
            if (reflected < values[best])
            {
                for (var j = 0; j < d; j++) second[j] = 3 * centre[j] - 2 * bad[j];
                var expanded = objective.Evaluate(second);
                evaluations++;
                Accept(expanded < reflected ? second : trial, bad, ref values[worst], Math.Min(expanded, reflected));
                continue;
            }
            if (reflected < values[next])
            {
                Accept(trial, bad, ref values[worst], reflected);
                continue;
            }
            var outside = reflected < values[worst];
            for (var j = 0; j < d; j++) second[j] = 0.5 * (centre[j] + (outside ? trial[j] : bad[j]));
            var contracted = objective.Evaluate(second);
            evaluations++;
            if (contracted < Math.Min(reflected, values[worst]))
            {
                Accept(second, bad, ref values[worst], contracted);
                continue;
            }
            var good = Point(best, d);
            for (var i = 0; i <= d; i++)
            {
                if (i == best) continue;
                var p = Point(i, d);
                for (var j = 0; j < d; j++) p[j] = 0.5 * (p[j] + good[j]);
                values[i] = objective.Evaluate(p);
            }
            evaluations += d;
        }
        var least = 0;
        for (var i = 1; i <= d; i++)
            if (values[i] < values[least]) least = i;
        Point(least, d).CopyTo(start);
        return values[least];
    }

    private static void Accept(ReadOnlySpan<double> from, Span<double> to, ref double value, double found)
    {
        from.CopyTo(to);
        value = found;
    }

    private Span<double> Point(int i, int d) => _simplex.AsSpan(i * MaxDimension, d);
}
