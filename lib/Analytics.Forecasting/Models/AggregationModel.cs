namespace Analytics.Forecasting;

/// <summary>
/// Temporal aggregation for intermittent demand: sums over buckets of several periods are smoothed and divided evenly.
/// ADIDA takes the mean interval between sales as the bucket (Nikolopoulos, Syntetos, Boylan, Petropoulos and
/// Assimakopoulos 2011); iMAPA averages all bucket lengths from 1 to that (Petropoulos and Kourentzes 2015).
/// </summary>
internal sealed class AggregationModel(bool multiple) : SeriesModel
{
    private const int LongestBucket = 28;
    private readonly double[] _alphas = new double[LongestBucket + 1];
    private double[] _buckets = [], _levels = [];
    private int _bucket = 1;

    public override string Name => multiple ? "IMAPA" : "ADIDA";

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        int sales = 0, last = -1;
        for (var t = 0; t < y.Length; t++)
        {
            if (y[t] == 0) continue;
            sales++;
            last = t;
        }
        if (sales < 2) return false;
        _bucket = Math.Clamp((int)Math.Round((last + 1.0) / sales, MidpointRounding.AwayFromZero), 1, Math.Min(LongestBucket, y.Length / 4 + 1));
        for (var b = multiple ? 1 : _bucket; b <= _bucket; b++)
        {
            var sums = Buckets(y, b);
            double least = double.PositiveInfinity;
            for (var i = 0; i < 6; i++)
            {
                var error = Smooth(sums, 0.02 + 0.06 * i, out _);
                if (error < least) (least, _alphas[b]) = (error, 0.02 + 0.06 * i);
            }
        }
        return true;
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        if (!fitted.IsEmpty) Rates(y, fitted);
        forecast.Fill(Rate(y));
    }

    /// <summary>
    /// <see cref="Rate"/> of all starts of the series at once: buckets that end with t are those that end one bucket before, and one more, so that
    /// a level goes on from there.
    /// </summary>
    private void Rates(ReadOnlySpan<double> y, Span<double> rates)
    {
        rates.Clear();
        var levels = Scratch(ref _levels, rates.Length);
        var first = multiple ? 1 : _bucket;
        for (var b = first; b <= _bucket; b++)
        {
            for (var t = b; t < rates.Length; t++)
            {
                double sum = 0;
                for (var i = t - b; i < t; i++) sum += y[i];
                levels[t] = t < 2 * b ? sum : levels[t - b] + _alphas[b] * (sum - levels[t - b]);
                rates[t] += levels[t] / b;
            }
        }
        rates[0] = y[0];
        for (var t = 1; t < rates.Length; t++)
        {
            var count = Math.Min(_bucket, t) - first + 1;
            rates[t] = count > 0 ? rates[t] / count : y[t - 1];
        }
    }

    private double Rate(ReadOnlySpan<double> y)
    {
        double total = 0;
        var count = 0;
        for (var b = multiple ? 1 : _bucket; b <= _bucket; b++)
        {
            if (y.Length < b) break;
            Smooth(Buckets(y, b), _alphas[b], out var level);
            total += level / b;
            count++;
        }
        return count > 0 ? total / count : y.Length > 0 ? y[^1] : 0;
    }

    /// <summary>Sums over whole buckets that end with the last value.</summary>
    private Span<double> Buckets(ReadOnlySpan<double> y, int length)
    {
        var count = y.Length / length;
        var sums = Scratch(ref _buckets, count);
        var t = y.Length - count * length;
        for (var i = 0; i < count; i++)
        {
            double sum = 0;
            for (var end = t + length; t < end; t++) sum += y[t];
            sums[i] = sum;
        }
        return sums;
    }

    private static double Smooth(ReadOnlySpan<double> x, double alpha, out double level)
    {
        level = x.Length > 0 ? x[0] : 0;
        double sum = 0;
        for (var t = 1; t < x.Length; t++)
        {
            sum += (x[t] - level) * (x[t] - level);
            level += alpha * (x[t] - level);
        }
        return sum;
    }

    public override bool VarianceGrowth(Span<double> growth)
    {
        growth.Fill(1);
        return true;
    }
}
