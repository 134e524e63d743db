namespace Analytics.Forecasting;

/// <summary>
/// Demand sizes and intervals smoothed apart (Croston 1972); with the correction of Syntetos and Boylan (2005) for its
/// bias, the factor 1 − α/2, named SBA. The smoothing parameter is searched by squared one-step errors.
/// </summary>
internal sealed class CrostonModel(bool corrected) : SeriesModel
{
    private double _alpha = 0.1;

    public override string Name => corrected ? "SBA" : "Croston";
    public double Alpha => _alpha;

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        var sales = 0;
        foreach (var v in y) sales += v != 0 ? 1 : 0;
        if (sales < 2) return false;
        var least = double.PositiveInfinity;
        for (var i = 1; i <= 6; i++)
        {
            var error = Squares(y, 0.05 * i, default, out _);
            if (error < least) (least, _alpha) = (error, 0.05 * i);
        }
        return true;
    }

    /// <summary>Fixes the smoothing parameter.</summary>
    internal void FitWith(double alpha) => _alpha = alpha;

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        Squares(y, _alpha, fitted, out var last);
        forecast.Fill(last);
    }

    private double Squares(ReadOnlySpan<double> y, double alpha, Span<double> fitted, out double rate)
    {
        double size = 0, interval = 1, sum = 0, factor = corrected ? 1 - alpha / 2 : 1;
        var gap = 0;
        var started = false;
        rate = 0;
        for (var t = 0; t < y.Length; t++)
        {
            if (!fitted.IsEmpty) fitted[t] = rate;
            if (started) sum += (y[t] - rate) * (y[t] - rate);
            gap++;
            if (y[t] == 0) continue;
            if (started)
            {
                size += alpha * (y[t] - size);
                interval += alpha * (gap - interval);
            }
            else
            {
                (size, interval, started) = (y[t], gap, true);
            }
            gap = 0;
            rate = factor * size / interval;
        }
        return sum;
    }

    public override bool VarianceGrowth(Span<double> growth)
    {
        growth.Fill(1);
        return true;
    }
}
