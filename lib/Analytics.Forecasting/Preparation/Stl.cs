namespace Analytics.Forecasting;

/// <summary>
/// Seasonal-trend decomposition by loess (Cleveland, Cleveland, McRae and Terpenning 1990) for one or several seasons
/// (MSTL, Bandara, Hyndman and Bergmeir 2021): each season's component is found with the others taken away, twice.
/// </summary>
internal sealed class Stl
{
    private const int Passes = 2;
    private double[] _seasonal = [], _trend = [], _work = [], _cycle = [], _smooth = [], _low = [], _low2 = [];
    private int _length;

    /// <summary>The trend.</summary>
    public ReadOnlySpan<double> Trend => _trend.AsSpan(0, _length);

    /// <summary>The component of one season.</summary>
    public Span<double> Seasonal(int i) => _seasonal.AsSpan(i * _length, _length);

    /// <summary>Decomposes.</summary>
    /// <param name="y">At least two cycles of the longest season.</param>
    /// <param name="seasons">Lengths, ascending.</param>
    public void Decompose(ReadOnlySpan<double> y, ReadOnlySpan<int> seasons)
    {
        var n = _length = y.Length;
        Grow(ref _seasonal, n * seasons.Length);
        Grow(ref _trend, n);
        Grow(ref _work, n);
        var longest = seasons[^1];
        Grow(ref _cycle, n);
        Grow(ref _smooth, n + 2 * longest);
        Grow(ref _low, n + 2 * longest);
        Grow(ref _low2, n + 2 * longest);
        _seasonal.AsSpan(0, n * seasons.Length).Clear();
        _trend.AsSpan(0, n).Clear();
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 0; i < seasons.Length; i++)
            {
                for (var t = 0; t < n; t++)
                {
                    var v = y[t];
                    for (var j = 0; j < seasons.Length; j++)
                        if (j != i) v -= _seasonal[j * n + t];
                    _work[t] = v;
                }
                Single(_work.AsSpan(0, n), seasons[i], 7 + 4 * (i + 1), Seasonal(i));
            }
        }
    }

    private void Single(ReadOnlySpan<double> y, int season, int window, Span<double> seasonal)
    {
        int n = y.Length, extended = n + 2 * season;
        var trendWindow = (int)Math.Ceiling(1.5 * season / (1 - 1.5 / window)) | 1;
        Span<double> trend = _trend.AsSpan(0, n), smooth = _smooth.AsSpan(0, extended), a = _low.AsSpan(0, extended), b = _low2.AsSpan(0, extended);
        trend.Clear();
        for (var inner = 0; inner < 2; inner++)
        {
            // Each phase is smoothed over the cycles and reaches one cycle beyond both ends.
            for (var phase = 0; phase < season; phase++)
            {
                var count = (n - phase + season - 1) / season;
                var cycle = _cycle.AsSpan(0, count);
                for (var k = 0; k < count; k++) cycle[k] = y[phase + k * season] - trend[phase + k * season];
                for (var k = -1; k <= count; k++) smooth[season + phase + k * season] = Loess.At(cycle, k, window, 0);
            }
            MovingAverage(smooth, season, a, extended);
            MovingAverage(a, season, b, extended - season + 1);
            MovingAverage(b, 3, a, extended - 2 * season + 2);
            var low = a[..n];
            Loess.Smooth(low, season | 1, b[..n]);
            for (var t = 0; t < n; t++) seasonal[t] = smooth[season + t] - b[t];
            for (var t = 0; t < n; t++) b[t] = y[t] - seasonal[t];
            Loess.Smooth(b[..n], trendWindow, trend);
        }
    }

    private static void MovingAverage(ReadOnlySpan<double> x, int width, Span<double> result, int length)
    {
        double sum = 0;
        for (var t = 0; t < width; t++) sum += x[t];
        for (var t = 0; t + width <= length; t++)
        {
            result[t] = sum / width;
            if (t + width < length) sum += x[t + width] - x[t];
        }
    }

    private static void Grow(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[Math.Max(length, 2 * array.Length)];
    }
}
