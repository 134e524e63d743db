namespace Analytics.Forecasting;

/// <summary>
/// The exact Gaussian likelihood of a stationary seasonal ARMA process by Kalman filter in Harvey's state space form
/// (Gardner, Harvey and Phillips 1980; Durbin and Koopman 2012, section 3.4), the variance concentrated out. Once the filter has
/// settled it runs as the plain ARMA recursion.
/// </summary>
internal sealed class ArimaLikelihood
{
    /// <summary>The filter has settled when the one-step variance is this near to 1.</summary>
    private const double Settled = 1e-7;

    private double[] _ar = [], _ma = [], _p = [], _next = [], _state = [], _gain = [], _psi = [], _autocovariance = [], _shocks = [];
    private int _p1, _q1, _r;

    /// <summary>The innovation variance of the last evaluation.</summary>
    public double Variance { get; private set; }

    /// <summary>
    /// Unbounded numbers to coefficients of stationary autoregressive and invertible moving average parts, by partial
    /// autocorrelations (Monahan 1984); the mean's place is passed over.
    /// </summary>
    public static void Transform(ArimaOrder o, ReadOnlySpan<double> point, Span<double> coefficients)
    {
        Span<double> work = stackalloc double[8];
        var at = 0;
        foreach (var (count, sign) in ((int, double)[])[(o.P, 1), (o.Q, -1), (o.SeasonalP, 1), (o.SeasonalQ, -1)])
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

    /// <summary>Whether a root is so near the unit circle that the model is as good as differenced once more (or overdifferenced).</summary>
    public static bool NearlyNonInvertible(ArimaOrder o, ReadOnlySpan<double> c)
    {
        var at = 0;
        Span<double> a = stackalloc double[8], b = stackalloc double[8];
        foreach (var (count, sign) in ((int, double)[])[(o.P, 1), (o.Q, -1), (o.SeasonalP, 1), (o.SeasonalQ, -1)])
        {
            // The last partial autocorrelations tell: step the recursion back.
            for (var i = 0; i < count; i++) a[i] = sign * c[at + i];
            for (var j = count - 1; j >= 0; j--)
            {
                var r = a[j];
                if (Math.Abs(r) > 0.99) return true;
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

    /// <summary>Minus twice the log likelihood at the best variance.</summary>
    public double MinusTwoLog(ArimaOrder o, int season, ReadOnlySpan<double> c, ReadOnlySpan<double> x, double mean)
    {
        Expand(o, season, c);
        var (squares, logs) = Filter(x, x.Length, mean, default);
        var n = x.Length;
        Variance = squares / n;
        return n * (StableMath.Log(2 * Math.PI * Math.Max(Variance, 1e-300)) + 1) + logs;
    }

    /// <summary>
    /// The same with values and shocks before the first taken as 0 (conditional sum of squares): a hundredth of the cost, for the search.
    /// </summary>
    public double MinusTwoLogConditional(ArimaOrder o, int season, ReadOnlySpan<double> c, ReadOnlySpan<double> x, double mean)
    {
        Expand(o, season, c);
        var n = x.Length;
        Span<int> lags = stackalloc int[32];
        var used = 0;
        for (var i = 0; i < _p1; i++)
            if (_ar[i] != 0) lags[used++] = i;
        var autoregressive = used;
        for (var i = 0; i < _q1; i++)
            if (_ma[i] != 0) lags[used++] = i;
        Grow(ref _shocks, n);
        var e = _shocks.AsSpan(0, n);
        double squares = 0;
        for (var t = 0; t < n; t++)
        {
            var v = x[t] - mean;
            for (var k = 0; k < autoregressive; k++)
                if (lags[k] < t) v -= _ar[lags[k]] * (x[t - 1 - lags[k]] - mean);
            for (var k = autoregressive; k < used; k++)
                if (lags[k] < t) v -= _ma[lags[k]] * e[t - 1 - lags[k]];
            e[t] = v;
            squares += v * v;
        }
        Variance = squares / n;
        return n * (StableMath.Log(2 * Math.PI * Math.Max(Variance, 1e-300)) + 1);
    }

    /// <summary>One-step forecasts of each value, then forecasts behind the last one.</summary>
    public void Forecast(ArimaOrder o, int season, ReadOnlySpan<double> c, ReadOnlySpan<double> x, int length, Span<double> one, int ahead)
    {
        Expand(o, season, c);
        Filter(x, length, 0, one);
        var r = _r;
        for (var h = 0; h < ahead; h++)
        {
            one[length + h] = _state[0];
            Predict(r, 0);
        }
    }

    /// <summary>One-step errors of each value over their standard deviations: a linear map of <paramref name="x"/>, for generalised least squares.</summary>
    public void Whiten(ArimaOrder o, int season, ReadOnlySpan<double> c, ReadOnlySpan<double> x, Span<double> errors)
    {
        Expand(o, season, c);
        Filter(x, x.Length, 0, default, errors);
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
        Grow(ref _ar, _r);
        Grow(ref _ma, _r);
        Array.Clear(_ar, 0, _r);
        Array.Clear(_ma, 0, _r);
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
    }

    private (double Squares, double Logs) Filter(ReadOnlySpan<double> x, int length, double mean, Span<double> one, Span<double> whitened = default)
    {
        var r = _r;
        Grow(ref _p, r * r);
        Grow(ref _next, r * r);
        Grow(ref _state, r + 1);
        Grow(ref _gain, r);
        Array.Clear(_state, 0, r + 1);
        StationaryCovariance(r);
        double squares = 0, logs = 0;
        var settled = false;
        for (var t = 0; t < length; t++)
        {
            if (!one.IsEmpty) one[t] = _state[0];
            var e = x[t] - mean - _state[0];
            if (settled)
            {
                if (!whitened.IsEmpty) whitened[t] = e;
                squares += e * e;
                Predict(r, e);
                continue;
            }
            var f = _p[0];
            if (!(f > 0)) return (double.NaN, 0);
            if (!whitened.IsEmpty) whitened[t] = e / Math.Sqrt(f);
            squares += e * e / f;
            logs += StableMath.Log(f);
            for (var i = 0; i < r; i++) _gain[i] = _p[i * r];
            for (var i = 0; i < r; i++) _state[i] += _gain[i] / f * e;
            Predict(r, 0);
            settled = Advance(r, f);
        }
        return (squares, logs);
    }

    /// <summary>The state one period on; with an innovation, as the settled filter takes it.</summary>
    private void Predict(int r, double e)
    {
        var first = _state[0] + e;
        for (var i = 0; i < r; i++)
        {
            var v = _ar[i] * first + _state[i + 1];
            if (e != 0) v += _ma[i] * e;
            _state[i] = v;
        }
        _state[r] = 0;
    }

    /// <summary>P ← T (P − g gᵀ / f) Tᵀ + R Rᵀ, with the companion form's zeros left out.</summary>
    private bool Advance(int r, double f)
    {
        for (var i = 0; i < r; i++)
        {
            var g = _gain[i] / f;
            for (var j = 0; j < r; j++) _next[i * r + j] = _p[i * r + j] - g * _gain[j];
        }
        double p00 = _next[0];
        for (var i = 0; i < r; i++)
        {
            var ri = i == 0 ? 1 : _ma[i - 1];
            for (var j = i; j < r; j++)
            {
                var v = _ar[i] * _ar[j] * p00 + ri * (j == 0 ? 1 : _ma[j - 1]);
                if (j + 1 < r) v += _ar[i] * _next[j + 1];
                if (i + 1 < r) v += _ar[j] * _next[(i + 1) * r];
                if (i + 1 < r && j + 1 < r) v += _next[(i + 1) * r + j + 1];
                _p[i * r + j] = _p[j * r + i] = v;
            }
        }
        if (Math.Abs(_p[0] - 1) > Settled) return false;
        for (var i = 1; i < r; i++)
            if (Math.Abs(_p[i * r] - _ma[i - 1]) > 1e-4) return false;
        return true;
    }

    /// <summary>
    /// The stationary covariance of the state from the process's autocovariances and ψ weights: element (i, j) is the covariance of
    /// what values i and j periods ahead owe to the past.
    /// </summary>
    private void StationaryCovariance(int r)
    {
        Autocovariances(r);
        Grow(ref _psi, r + 1);
        for (var j = 0; j < r; j++)
        {
            var v = j == 0 ? 1 : _ma[j - 1];
            for (var i = 1; i <= Math.Min(j, r); i++) v += _ar[i - 1] * _psi[j - i];
            _psi[j] = v;
        }
        // State i at time t is x(t+i) as forecast from t − 1 plus what period t's own shock adds, less the part of φ known later:
        // s_i = Σ_{k≥i} φ_{k+1} x_{t−1−(k−i)} + Σ_{k≥i} θ_k ε_{t−(k−i)} for i ≥ 1, and x_t for i = 0.
        for (var i = 0; i < r; i++)
        {
            for (var j = i; j < r; j++)
            {
                _p[i * r + j] = _p[j * r + i] = i == 0 ? (j == 0 ? _autocovariance[0] : FirstRow(r, j)) : Inner(r, i, j);
            }
        }
    }

    /// <summary>Covariance of x_t with state j.</summary>
    private double FirstRow(int r, int j)
    {
        double sum = 0;
        for (var k = j; k < r; k++) sum += _ar[k] * _autocovariance[k - j + 1];
        for (var k = j; k <= r - 1; k++) sum += Theta(k) * _psi[k - j];
        return sum;
    }

    private double Inner(int r, int i, int j)
    {
        double sum = 0;
        for (var k = i; k < r; k++)
        {
            var a = _ar[k];
            var th = Theta(k);
            if (a == 0 && th == 0) continue;
            int lagX = k - i + 1, lagE = k - i;
            for (var l = j; l < r; l++)
            {
                var b = _ar[l];
                var tl = Theta(l);
                if (b == 0 && tl == 0) continue;
                int otherX = l - j + 1, otherE = l - j;
                if (a != 0 && b != 0) sum += a * b * _autocovariance[Math.Abs(lagX - otherX)];
                // Covariance of x_{t−u} with ε_{t−v} is ψ_{v−u}.
                if (a != 0 && tl != 0 && otherE >= lagX) sum += a * tl * _psi[otherE - lagX];
                if (th != 0 && b != 0 && lagE >= otherX) sum += th * b * _psi[lagE - otherX];
                if (th != 0 && tl != 0 && lagE == otherE) sum += th * tl;
            }
        }
        return sum;
    }

    private double Theta(int k) => k == 0 ? 1 : k - 1 < _q1 ? _ma[k - 1] : 0;

    /// <summary>
    /// Autocovariances 0 to r at innovation variance 1: by the ψ weights until they have died out, which for seasonal models is
    /// cheaper than the linear system of McLeod (1975).
    /// </summary>
    private void Autocovariances(int r)
    {
        Grow(ref _autocovariance, r + 1);
        if (_p1 == 0)
        {
            for (var lag = 0; lag <= r; lag++)
            {
                double sum = 0;
                for (var k = lag; k <= _q1; k++) sum += Theta(k) * Theta(k - lag);
                _autocovariance[lag] = sum;
            }
            return;
        }
        const int Most = 6000;
        Grow(ref _psi, Most);
        var length = 0;
        double quiet = 0;
        for (var j = 0; j < Most; j++)
        {
            var v = j <= _q1 ? Theta(j) : 0;
            for (var i = 1; i <= Math.Min(j, _p1); i++)
                if (_ar[i - 1] != 0) v += _ar[i - 1] * _psi[j - i];
            _psi[j] = v;
            length = j + 1;
            quiet = Math.Abs(v) < 1e-7 ? quiet + 1 : 0;
            if (quiet > r) break;
        }
        for (var lag = 0; lag <= r; lag++)
        {
            double sum = 0;
            for (var k = lag; k < length; k++) sum += _psi[k] * _psi[k - lag];
            _autocovariance[lag] = sum;
        }
    }

    private static void Grow(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[Math.Max(length, 2 * array.Length)];
    }
}
