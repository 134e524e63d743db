namespace Analytics.Forecasting;

/// <summary>
/// Minimum trace reconciliation (Wickramasuriya, Athanasopoulos and Hyndman 2019) with the full covariance of one-step errors,
/// shrunk towards its diagonal (Schäfer and Strimmer 2005).
/// </summary>
/// <remarks>
/// In its zero-constrained form, ŷ − W Cᵀ (C W Cᵀ)⁻¹ C ŷ, only as many equations are solved as there are sums (one a category, one
/// for the total, one for the second grouping); W = λ D + (1 − λ) E Eᵀ / T is never formed: of rank T beside a diagonal, it enters by
/// products with the errors E. Thousands of items cost items · T² once, for λ, and items · T a period ahead.
/// </remarks>
internal sealed class MinimumTrace
{
    private readonly double[] _variances, _deviations;
    private readonly double[][] _errors;
    private readonly bool[] _silent;
    private readonly (int Row, double Sign)[][] _sums;
    private readonly double[][] _through;
    private readonly double[] _factor;
    private readonly int _length;

    /// <summary>Prepares for one hierarchy.</summary>
    /// <param name="variances">The error variance of every row, above 0.</param>
    /// <param name="errors">One-step errors of every row, aligned at their ends; NaN and what is shorter count as 0. Empty for a row without.</param>
    /// <param name="sums">Which rows, with signs, add up to 0.</param>
    public MinimumTrace(double[] variances, double[][] errors, (int Row, double Sign)[][] sums)
    {
        (_variances, _sums) = (variances, sums);
        _deviations = [.. variances.Select(Math.Sqrt)];
        _length = errors.Max(e => e.Length);
        (_errors, _silent) = Standardise(errors, _length);
        Lambda = ShrinkageOf(_errors, _length);
        _through = new double[sums.Length][];
        for (var q = 0; q < sums.Length; q++)
        {
            var g = _through[q] = new double[_length];
            foreach (var (row, sign) in sums[q])
            {
                var (e, w) = (_errors[row], sign * _deviations[row]);
                for (var k = 0; k < g.Length; k++) g[k] += w * e[k];
            }
        }
        _factor = Factor();
    }

    /// <summary>The share of the diagonal.</summary>
    public double Lambda { get; }

    /// <summary>Moves values so that all sums hold, up to rounding.</summary>
    public void Reconcile(double[] values)
    {
        int r = _sums.Length;
        Span<double> a = new double[r];
        for (var q = 0; q < r; q++)
            foreach (var (row, sign) in _sums[q]) a[q] += sign * values[row];
        Solve(a);
        var g = new double[_length];
        var own = new double[values.Length];
        for (var q = 0; q < r; q++)
        {
            for (var k = 0; k < g.Length; k++) g[k] += a[q] * _through[q][k];
            foreach (var (row, sign) in _sums[q]) own[row] += sign * a[q];
        }
        for (var i = 0; i < values.Length; i++)
        {
            double shared = 0;
            if (!_silent[i])
            {
                var e = _errors[i];
                for (var k = 0; k < g.Length; k++) shared += e[k] * g[k];
                shared *= (1 - Lambda) * _deviations[i] / _length;
            }
            values[i] -= Diagonal(i) * own[i] + shared;
        }
    }

    /// <summary>The part of a row's variance that no product of errors has.</summary>
    private double Diagonal(int i) => _silent[i] ? _variances[i] : Lambda * _variances[i];

    private double[] Factor()
    {
        int r = _sums.Length;
        var m = new double[r * r];
        var place = new Dictionary<int, List<(int Sum, double Sign)>>();
        for (var q = 0; q < r; q++)
        {
            foreach (var (row, sign) in _sums[q])
            {
                if (!place.TryGetValue(row, out var list)) place[row] = list = [];
                list.Add((q, sign));
            }
        }
        // Rows ascend, so that sums are added in a written order.
        foreach (var row in place.Keys.Order())
            foreach (var (p, s) in place[row])
                foreach (var (q, t) in place[row]) m[p * r + q] += s * t * Diagonal(row);
        for (var p = 0; p < r; p++)
        {
            for (var q = 0; q <= p; q++)
            {
                double v = 0;
                for (var k = 0; k < _length; k++) v += _through[p][k] * _through[q][k];
                m[p * r + q] += _length > 0 ? (1 - Lambda) * v / _length : 0;
            }
        }
        for (var i = 0; i < r; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var v = m[i * r + j];
                for (var k = 0; k < j; k++) v -= m[i * r + k] * m[j * r + k];
                // A hair on the diagonal where errors alone, all shared, leave it singular.
                m[i * r + j] = i == j ? Math.Sqrt(Math.Max(v, 1e-12 * m[i * r + i])) : v / m[j * r + j];
            }
        }
        return m;
    }

    private void Solve(Span<double> b)
    {
        var r = b.Length;
        for (var i = 0; i < r; i++)
        {
            for (var k = 0; k < i; k++) b[i] -= _factor[i * r + k] * b[k];
            b[i] /= _factor[i * r + i];
        }
        for (var i = r - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < r; k++) b[i] -= _factor[k * r + i] * b[k];
            b[i] /= _factor[i * r + i];
        }
    }

    /// <summary>Errors over their root mean square, which makes products correlations (errors have no mean to take away).</summary>
    private static (double[][] Errors, bool[] Silent) Standardise(double[][] errors, int length)
    {
        var result = new double[errors.Length][];
        var silent = new bool[errors.Length];
        var none = new double[length];
        for (var i = 0; i < errors.Length; i++)
        {
            double squares = 0;
            foreach (var e in errors[i])
                if (double.IsFinite(e)) squares += e * e;
            silent[i] = !(squares > 0) || !double.IsFinite(squares);
            if (silent[i])
            {
                result[i] = none;
                continue;
            }
            var row = result[i] = new double[length];
            var scale = Math.Sqrt(length / squares);
            var from = length - errors[i].Length;
            for (var k = 0; k < errors[i].Length; k++) row[from + k] = double.IsFinite(errors[i][k]) ? errors[i][k] * scale : 0;
        }
        return (result, silent);
    }

    /// <summary>
    /// The estimated best weight of the diagonal: the sum of the variances of all correlations over the sum of their squares, between
    /// different rows. Both sums over pairs of rows are rewritten as sums over pairs of periods: Σᵢⱼ (Σₖ xᵢₖ xⱼₖ)² = Σₖₗ (Σᵢ xᵢₖ xᵢₗ)².
    /// </summary>
    internal static double ShrinkageOf(double[][] standardised, int length)
    {
        if (length < 2) return 1;
        double quartic = 0, quarticOwn = 0, squares = 0, rows = 0;
        foreach (var row in standardised)
        {
            double own = 0;
            foreach (var v in row) own += v * v;
            rows += own > 0 ? 1 : 0;
        }
        var periods = new double[length * length];
        foreach (var row in standardised)
        {
            for (var k = 0; k < length; k++)
            {
                var v = row[k];
                if (v == 0) continue;
                quarticOwn += v * v * v * v;
                var line = periods.AsSpan(k * length, k + 1);
                for (var l = 0; l < line.Length; l++) line[l] += v * row[l];
            }
        }
        for (var k = 0; k < length; k++)
        {
            var own = periods[k * length + k];
            quartic += own * own;
            squares += own * own;
            for (var l = 0; l < k; l++) squares += 2 * periods[k * length + l] * periods[k * length + l];
        }
        double n = length, others = squares - rows * n * n;
        if (!(others > 1e-9 * squares)) return 1;
        var variance = (quartic - quarticOwn - others / n) / (n * (n - 1));
        return Math.Clamp(variance / (others / (n * n)), 0, 1);
    }
}
