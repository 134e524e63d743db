namespace Analytics.Forecasting;

/// <summary>Local regression on equally spaced points with tricube weights (Cleveland 1979).</summary>
internal static class Loess
{
    /// <summary>The smoothed value at a position, which may lie outside the points.</summary>
    /// <param name="y">Values at 0, 1, ...</param>
    /// <param name="x">The position.</param>
    /// <param name="window">How many points take part; more than there are widens the weights, as in STL.</param>
    /// <param name="degree">0 for local means, 1 for lines.</param>
    public static double At(ReadOnlySpan<double> y, int x, int window, int degree)
    {
        int n = y.Length, q = Math.Min(window, n);
        var from = Math.Clamp(x - q / 2, 0, n - q);
        var reach = (double)Math.Max(x - from, from + q - 1 - x);
        if (window > n) reach += (window - n) / 2;
        if (!(reach > 0)) return y[Math.Clamp(x, 0, n - 1)];
        double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (var i = from; i < from + q; i++)
        {
            double d = i - x, r = Math.Abs(d) / reach;
            if (r > 0.999) continue;
            var c = 1 - r * r * r;
            var w = r < 0.001 ? 1 : c * c * c;
            sw += w;
            sy += w * y[i];
            if (degree == 0) continue;
            sx += w * d;
            sxx += w * d * d;
            sxy += w * d * y[i];
        }
        if (!(sw > 0)) return y[Math.Clamp(x, 0, n - 1)];
        var det = sw * sxx - sx * sx;
        if (degree == 0 || !(det > 1e-9 * sw * sw)) return sy / sw;
        return (sxx * sy - sx * sxy) / det;
    }

    /// <summary>All values by local lines; wide windows are evaluated at every tenth of a window and joined by lines, as STL's jumps do.</summary>
    public static void Smooth(ReadOnlySpan<double> y, int window, Span<double> result)
    {
        var jump = Math.Max(1, window / 10);
        var n = y.Length;
        int last = 0;
        result[0] = At(y, 0, window, 1);
        for (var t = Math.Min(jump, n - 1); last < n - 1; t = Math.Min(t + jump, n - 1))
        {
            result[t] = At(y, t, window, 1);
            for (var i = last + 1; i < t; i++) result[i] = result[last] + (result[t] - result[last]) * (i - last) / (t - last);
            last = t;
        }
    }
}
