namespace Analytics.Forecasting;

/// <summary>
/// Demand probability and size smoothed apart, the probability in every period, so that it sinks where sales stop
/// (Teunter, Syntetos and Babai 2011). Both parameters are searched by squared one-step errors on a grid.
/// </summary>
internal sealed class TsbModel : SeriesModel
{
    private static readonly double[] s_sizes = [0.02, 0.05, 0.1, 0.2, 0.3], s_chances = [0.01, 0.02, 0.04, 0.08, 0.15];
    private double _sizeAlpha = 0.1, _chanceAlpha = 0.05;

    public override string Name => "TSB";

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        var sales = 0;
        foreach (var v in y) sales += v != 0 ? 1 : 0;
        if (sales < 2) return false;
        var least = double.PositiveInfinity;
        foreach (var chance in s_chances)
        {
            foreach (var size in s_sizes)
            {
                var error = Squares(y, size, chance, default, out _);
                if (error < least) (least, _sizeAlpha, _chanceAlpha) = (error, size, chance);
            }
        }
        return true;
    }

    /// <summary>Fixes the smoothing parameters.</summary>
    internal void FitWith(double size, double chance) => (_sizeAlpha, _chanceAlpha) = (size, chance);

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        Squares(y, _sizeAlpha, _chanceAlpha, fitted, out var rate);
        forecast.Fill(rate);
    }

    private static double Squares(ReadOnlySpan<double> y, double sizeAlpha, double chanceAlpha, Span<double> fitted, out double rate)
    {
        // Start: the share of periods with demand and its mean size over the first tenth, at least until the first sale.
        double size = 0, sum = 0;
        int sales = 0, start = 0;
        for (; start < y.Length && (start < y.Length / 10 || sales == 0); start++)
        {
            if (y[start] == 0) continue;
            size += y[start];
            sales++;
        }
        var chance = start > 0 ? (double)sales / start : 0;
        size = sales > 0 ? size / sales : 0;
        rate = chance * size;
        if (!fitted.IsEmpty) fitted[..start].Fill(rate);
        for (var t = start; t < y.Length; t++)
        {
            if (!fitted.IsEmpty) fitted[t] = rate;
            sum += (y[t] - rate) * (y[t] - rate);
            if (y[t] != 0)
            {
                size += sizeAlpha * (y[t] - size);
                chance += chanceAlpha * (1 - chance);
            }
            else
            {
                chance -= chanceAlpha * chance;
            }
            rate = chance * size;
        }
        return sum;
    }

    public override bool VarianceGrowth(Span<double> growth)
    {
        growth.Fill(1);
        return true;
    }
}
