using System.Runtime.Intrinsics;

namespace Analytics.Forecasting;

/// <summary>
/// The exact Gaussian likelihood of a stationary seasonal ARMA process in Harvey's state space form (Gardner, Harvey and Phillips
/// 1980) by the Chandrasekhar recursions (Morf, Sidhu and Kailath 1974; Pearlman 1980, An algorithm for the exact likelihood of a
/// high-order autoregressive-moving average process), variance and mean concentrated out. Once the filter has settled it runs
/// as the plain ARMA recursion.
/// </summary>
internal sealed class ArimaLikelihood
{
    /// <summary>The filter has settled when the one-step variance is this near to 1.</summary>
    private const double Settled = 1e-9;

    private readonly int[] _arLags = new int[40], _maLags = new int[40];
    private double[] _ar = [], _ma = [], _state = [], _ones = [], _gain = [], _change = [], _column = [], _psi = [], _autocovariance = [], _pure = [], _filter = [], _partial = [], _levinson = [], _errors = [], _onesErrors = [];
    private int _p1, _q1, _r, _arCount, _maCount;

    /// <summary>The innovation variance of the last evaluation.</summary>
    public double Variance { get; private set; }

    /// <summary>The mean of the last evaluation.</summary>
    public double Mean { get; private set; }

    /// <summary>
    /// Unbounded numbers to coefficients of stationary autoregressive and invertible moving average parts, by partial
    /// autocorrelations (Monahan 1984); the mean's place is passed over.
    /// </summary>
    public static void Transform(ArimaOrder o, ReadOnlySpan<double> point, Span<double> coefficients)
    {
        Span<double> work = stackalloc double[8];
        var at = 0;
        ReadOnlySpan<(int, double)> parts = [(o.P, 1), (o.Q, -1), (o.SeasonalP, 1), (o.SeasonalQ, -1)];
        foreach (var (count, sign) in parts)
        {
            var c = coefficients.Slice(at, count);
            for (var j = 0; j < count; j++)
            {
                var v = point[at + j];
                c[j] = v / Math.Sqrt(1 + v * v);
                for (var i = 0; i < j; i++) work[i] = c[i] - c[j] * c[j - 1 - i];
                for (var i = 0; i < j; i++) c[i] = work[i];
            }
            for (var j = 0; j < count; j++) c[j] *= sign;
            at += count;
        }
        if (o.Constant) coefficients[at] = 0;
    }

    /// <summary>
    /// Whether a root of one of the polynomials in B lies within a radius of 1.01: as good as differenced once more, or overdifferenced
    /// (Hyndman and Khandakar 2008, section 3.2). A seasonal coefficient's roots are its s-th roots.
    /// </summary>
    public static bool HasRootNearUnitCircle(ArimaOrder o, int season, ReadOnlySpan<double> c)
    {
        const double Radius = 1.01;
        Span<double> a = stackalloc double[8], b = stackalloc double[8];
        var seasonal = 1.0;
        for (var i = 0; i < season; i++) seasonal *= Radius;
        var at = 0;
        ReadOnlySpan<(int, double, double)> parts = [(o.P, 1, Radius), (o.Q, -1, Radius), (o.SeasonalP, 1, seasonal), (o.SeasonalQ, -1, seasonal)];
        foreach (var (count, sign, radius) in parts)
        {
            // Roots within the radius are those of the scaled polynomial within the unit circle: its partial autocorrelations tell.
            var power = 1.0;
            for (var i = 0; i < count; i++) a[i] = sign * c[at + i] * (power *= radius);
            for (var j = count - 1; j >= 0; j--)
            {
                var r = a[j];
                if (!(Math.Abs(r) < 1)) return true;
                for (var i = 0; i < j; i++) b[i] = (a[i] + r * a[j - 1 - i]) / (1 - r * r);
                for (var i = 0; i < j; i++) a[i] = b[i];
            }
            at += count;
        }
        return false;
    }

    /// <summary>Coefficients of (1 − B)^d (1 − B^s)^D by lag.</summary>
    public static void DifferencePolynomial(ArimaOrder o, int season, Span<double> delta)
    {
        delta.Clear();
        delta[0] = 1;
        var length = 1;
        for (var i = 0; i < o.D + o.SeasonalD; i++)
        {
            var lag = i < o.D ? 1 : season;
            for (var j = length - 1; j >= 0; j--) delta[j + lag] -= delta[j];
            length += lag;
        }
    }

    /// <summary>Minus twice the log likelihood at the best variance and, where wanted, the best mean (generalised least squares).</summary>
    /// <remarks>With heavy tails the scaled innovations are <see cref="HeavyTails"/>'; the mean stays that of least squares.</remarks>
    public double MinusTwoLog(ArimaOrder o, int season, ReadOnlySpan<double> c, ReadOnlySpan<double> x, bool mean, bool heavyTails = false)
    {
        var n = x.Length;
        Expand(o, season, c);
        Span<double> errors = default, ones = default;
        if (heavyTails)
        {
            Grow(ref _errors, n);
            Grow(ref _onesErrors, n);
            errors = _errors.AsSpan(0, n);
            ones = _onesErrors.AsSpan(0, n);
        }
        var (squares, logs) = Filter(x, n, mean, default, errors, ones);
        Variance = squares / n;
        if (heavyTails && double.IsFinite(squares))
        {
            double sum = 0;
            for (var t = 0; t < n; t++) sum += HeavyTails.Loss(errors[t] - Mean * ones[t]);
            return HeavyTails.Deviance(n, sum / n) + logs;
        }
        return n * (StableMath.Log(2 * Math.PI * Math.Max(Variance, 1e-300)) + 1) + logs;
    }

    /// <summary>One-step forecasts of each value, then forecasts behind the last one.</summary>
    public void Forecast(ArimaOrder o, int season, ReadOnlySpan<double> c, ReadOnlySpan<double> x, int length, Span<double> one, int ahead)
    {
        Expand(o, season, c);
        Filter(x, length, false, one);
        for (var h = 0; h < ahead; h++)
        {
            var first = one[length + h] = _state[0];
            Advance(_ar, _gain, _state, (_r + 3) & ~3, first, 0);
        }
    }

    /// <summary>One-step errors of each value over their standard deviations: a linear map of <paramref name="x"/>, for generalised least squares.</summary>
    public void Whiten(ArimaOrder o, int season, ReadOnlySpan<double> c, ReadOnlySpan<double> x, Span<double> errors)
    {
        Expand(o, season, c);
        Filter(x, x.Length, false, default, errors);
    }

    /// <summary>Sums of squared ψ weights of the undifferenced process.</summary>
    public bool Growth(ArimaOrder o, int season, ReadOnlySpan<double> c, Span<double> growth)
    {
        Expand(o, season, c);
        var lost = o.D + o.SeasonalD * season;
        Span<double> delta = stackalloc double[lost + 1];
        DifferencePolynomial(o, season, delta);
        var n = growth.Length;
        Grow(ref _psi, n);
        double sum = 0;
        for (var j = 0; j < n; j++)
        {
            var v = j == 0 ? 1 : j <= _q1 ? _ma[j - 1] : 0;
            // φ(B) δ(B) ψ(B) = θ(B)
            for (var i = 1; i <= Math.Min(j, _p1 + lost); i++)
            {
                double coefficient = 0;
                for (var k = Math.Max(0, i - lost); k <= Math.Min(i, _p1); k++) coefficient += (k == 0 ? 1 : -_ar[k - 1]) * delta[i - k];
                v -= coefficient * _psi[j - i];
            }
            _psi[j] = v;
            sum += v * v;
            growth[j] = sum;
        }
        return true;
    }

    /// <summary>Multiplies the seasonal polynomials out.</summary>
    private void Expand(ArimaOrder o, int season, ReadOnlySpan<double> c)
    {
        _p1 = o.P + o.SeasonalP * season;
        _q1 = o.Q + o.SeasonalQ * season;
        _r = Math.Max(_p1, _q1 + 1);
        Fresh(ref _ar, _r + 8);
        Fresh(ref _ma, _r + 8);
        ReadOnlySpan<double> ar = c[..o.P], ma = c.Slice(o.P, o.Q), sar = c.Slice(o.P + o.Q, o.SeasonalP), sma = c.Slice(o.P + o.Q + o.SeasonalP, o.SeasonalQ);
        for (var i = 0; i < ar.Length; i++) _ar[i] += ar[i];
        for (var k = 0; k < sar.Length; k++)
        {
            _ar[(k + 1) * season - 1] += sar[k];
            for (var i = 0; i < ar.Length; i++) _ar[(k + 1) * season + i] -= sar[k] * ar[i];
        }
        for (var i = 0; i < ma.Length; i++) _ma[i] += ma[i];
        for (var k = 0; k < sma.Length; k++)
        {
            _ma[(k + 1) * season - 1] += sma[k];
            for (var i = 0; i < ma.Length; i++) _ma[(k + 1) * season + i] += sma[k] * ma[i];
        }
        _arCount = _maCount = 0;
        _maLags[_maCount++] = 0;
        for (var i = 0; i < _p1; i++)
            if (_ar[i] != 0) _arLags[_arCount++] = i + 1;
        for (var i = 0; i < _q1; i++)
            if (_ma[i] != 0) _maLags[_maCount++] = i + 1;
    }

    /// <summary>
    /// The Chandrasekhar recursions: the state's covariance changes from step to step by a matrix of rank one, w m wᵀ, so that its
    /// first column and w alone are carried on, at a cost that grows with the order and not with its square. With a mean, a second
    /// state filters ones, and the regression of the one's innovations on the other's gives mean and squares.
    /// </summary>
    private (double Squares, double Logs) Filter(ReadOnlySpan<double> x, int length, bool mean, Span<double> one, Span<double> whitened = default, Span<double> whitenedOnes = default)
    {
        var r = _r;
        if (!FirstColumn(r)) return (double.NaN, 0);
        // Rows of four, and one more to be read past the end.
        int padded = (r + 3) & ~3, room = padded + 4;
        Fresh(ref _state, room);
        Fresh(ref _ones, room);
        Fresh(ref _gain, room);
        Fresh(ref _change, room);
        ReadOnlySpan<double> ar = _ar;
        Span<double> a = _state.AsSpan(0, room), b = _ones.AsSpan(0, room), gain = _gain.AsSpan(0, room), w = _change.AsSpan(0, room);
        var f = _column[0];
        for (var i = 0; i < r; i++) gain[i] = w[i] = ar[i] * f + (i + 1 < r ? _column[i + 1] : 0);
        double m = -1 / f, squares = 0, cross = 0, weight = 0, logs = 0, product = 1, ahead = 0;
        var settled = false;
        for (var t = 0; t < length; t++)
        {
            double first = a[0], second = b[0], e = x[t] - first, u = 1 - second, inverse = 1 / f;
            if (!one.IsEmpty) one[t] = first;
            if (!whitened.IsEmpty) whitened[t] = e / Math.Sqrt(f);
            if (!whitenedOnes.IsEmpty) whitenedOnes[t] = u / Math.Sqrt(f);
            squares += e * e * inverse;
            cross += e * u * inverse;
            weight += u * u * inverse;
            double ge = e * inverse, gu = u * inverse;
            if (settled)
            {
                ahead++;
                if (mean) Advance(ar, gain, a, b, padded, first, ge, second, gu);
                else Advance(ar, gain, a, padded, first, ge);
                continue;
            }
            product *= f;
            if (product > 1e200)
            {
                logs += StableMath.Log(product);
                product = 1;
            }
            double lead = w[0], scaled = m * lead, next = f + scaled * lead;
            if (!(next > 0)) return (double.NaN, 0);
            if (mean) Advance(ar, gain, a, b, padded, first, ge, second, gu);
            else Advance(ar, gain, a, padded, first, ge);
            Change(ar, gain, w, padded, lead, scaled, lead / next);
            m += scaled * scaled * inverse;
            f = next;
            settled = f <= 1 + Settled;
        }
        logs += StableMath.Log(product) + ahead * StableMath.Log(f);
        Mean = mean && weight > 0 ? cross / weight : 0;
        return (mean && weight > 0 ? squares - cross * Mean : squares, logs);
    }

    /// <summary>State ← T state + gain · e / f.</summary>
    private static void Advance(ReadOnlySpan<double> ar, ReadOnlySpan<double> gain, Span<double> a, int padded, double first, double ge)
    {
        Vector256<double> lead = Vector256.Create(first), shock = Vector256.Create(ge);
        for (var i = 0; i < padded; i += 4)
        {
            var v = Load(ar, i) * lead + Load(a, i + 1) + Load(gain, i) * shock;
            v.CopyTo(a[i..]);
        }
    }

    private static void Advance(ReadOnlySpan<double> ar, ReadOnlySpan<double> gain, Span<double> a, Span<double> b, int padded, double first, double ge, double second, double gu)
    {
        Vector256<double> lead = Vector256.Create(first), shock = Vector256.Create(ge), otherLead = Vector256.Create(second), otherShock = Vector256.Create(gu);
        for (var i = 0; i < padded; i += 4)
        {
            Vector256<double> coefficient = Load(ar, i), g = Load(gain, i);
            (coefficient * lead + Load(a, i + 1) + g * shock).CopyTo(a[i..]);
            (coefficient * otherLead + Load(b, i + 1) + g * otherShock).CopyTo(b[i..]);
        }
    }

    /// <summary>gain ← gain + T w m w₀, w ← T w − gain w₀ / f.</summary>
    private static void Change(ReadOnlySpan<double> ar, Span<double> gain, Span<double> w, int padded, double first, double scaled, double share)
    {
        Vector256<double> lead = Vector256.Create(first), by = Vector256.Create(scaled), less = Vector256.Create(share);
        for (var i = 0; i < padded; i += 4)
        {
            var moved = Load(ar, i) * lead + Load(w, i + 1);
            var g = Load(gain, i) + moved * by;
            g.CopyTo(gain[i..]);
            (moved - g * less).CopyTo(w[i..]);
        }
    }

    private static Vector256<double> Load(ReadOnlySpan<double> x, int i) => Vector256.Create(x.Slice(i, 4));

    /// <summary>
    /// The first column of the state's stationary covariance: element j is the covariance of a value with what the value j periods
    /// ahead owes to it and to the past.
    /// </summary>
    private bool FirstColumn(int r)
    {
        if (!Autocovariances(r)) return false;
        Grow(ref _psi, r + 1);
        Grow(ref _column, r + 1);
        for (var j = 0; j < r; j++)
        {
            var v = Theta(j);
            for (var k = 0; k < _arCount; k++)
                if (_arLags[k] <= j) v += _ar[_arLags[k] - 1] * _psi[j - _arLags[k]];
            _psi[j] = v;
        }
        // State j at time t is Σ_{k≥j} φ_{k+1} x_{t−1−(k−j)} + Σ_{k≥j} θ_k ε_{t−(k−j)} for j ≥ 1, and x_t for j = 0.
        _column[0] = _autocovariance[0];
        for (var j = 1; j < r; j++)
        {
            double sum = 0;
            for (var k = 0; k < _arCount; k++)
                if (_arLags[k] > j) sum += _ar[_arLags[k] - 1] * _autocovariance[_arLags[k] - j];
            for (var k = 0; k < _maCount; k++)
                if (_maLags[k] >= j) sum += Theta(_maLags[k]) * _psi[_maLags[k] - j];
            _column[j] = sum;
        }
        return _column[0] > 0;
    }

    private double Theta(int k) => k == 0 ? 1 : k - 1 < _q1 ? _ma[k - 1] : 0;

    /// <summary>
    /// Autocovariances 0 to r at innovation variance 1: those of the autoregression by its partial autocorrelations (the recursion of
    /// Levinson and Durbin, down and up), then filtered by the moving average.
    /// </summary>
    /// <returns>False where the autoregression is not stationary.</returns>
    private bool Autocovariances(int r)
    {
        Grow(ref _autocovariance, r + 1);
        int p = _p1, reach = r + _q1;
        Grow(ref _pure, reach + 1);
        Grow(ref _levinson, 2 * (p + 1));
        Span<double> g = _pure.AsSpan(0, reach + 1), a = _levinson.AsSpan(0, p + 1), b = _levinson.AsSpan(p + 1, p + 1);
        g.Clear();
        g[0] = 1;
        if (p > 0)
        {
            Grow(ref _partial, p + 1);
            for (var i = 0; i < p; i++) a[i] = _ar[i];
            double variance = 1;
            for (var j = p - 1; j >= 0; j--)
            {
                var rho = _partial[j] = a[j];
                var rest = 1 - rho * rho;
                if (!(rest > 1e-12)) return false;
                variance /= rest;
                for (var i = 0; i < j; i++) b[i] = (a[i] + rho * a[j - 1 - i]) / rest;
                b[..j].CopyTo(a);
            }
            g[0] = variance;
            for (var k = 1; k <= p; k++)
            {
                var rho = _partial[k - 1];
                var v = rho * variance;
                for (var i = 0; i < k - 1; i++) v += a[i] * g[k - 1 - i];
                g[k] = v;
                variance *= 1 - rho * rho;
                for (var i = 0; i < k - 1; i++) b[i] = a[i] - rho * a[k - 2 - i];
                b[..(k - 1)].CopyTo(a);
                a[k - 1] = rho;
                if (k == reach) break;
            }
            for (var k = p + 1; k <= reach; k++)
            {
                double v = 0;
                for (var i = 0; i < _arCount; i++) v += _ar[_arLags[i] - 1] * g[k - _arLags[i]];
                g[k] = v;
            }
        }
        var lags = _autocovariance.AsSpan(0, r + 1);
        lags.Clear();
        // The moving average's own autocovariances; most lags of a seasonal one are 0.
        Fresh(ref _filter, _q1 + 1);
        for (var i = 0; i < _maCount; i++)
            for (var j = 0; j <= i; j++) _filter[_maLags[i] - _maLags[j]] += Theta(_maLags[i]) * Theta(_maLags[j]);
        for (var shift = 0; shift <= _q1; shift++)
        {
            var c = _filter[shift];
            if (c == 0) continue;
            if (shift == 0) for (var k = 0; k <= r; k++) lags[k] += c * g[k];
            else for (var k = 0; k <= r; k++) lags[k] += c * (g[k + shift] + g[Math.Abs(k - shift)]);
        }
        return true;
    }

    private static void Fresh(ref double[] array, int length)
    {
        Grow(ref array, length);
        Array.Clear(array, 0, length);
    }

    private static void Grow(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[Math.Max(length, 2 * array.Length)];
    }
}
