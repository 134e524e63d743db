using System.Globalization;

namespace Analytics.Forecasting.Tests;

/// <summary>The bits of forecasts of many kinds of series, one line a series, without anything that differs between runs.</summary>
public static class ForecastDigest
{
    /// <summary>One line a series: name, model, and a hash of every bit of every number.</summary>
    public static IEnumerable<string> Lines()
    {
        var forecaster = new SeriesForecaster();
        foreach (var (name, y, options) in Series())
        {
            var f = forecaster.Forecast(y, options);
            var hash = 14695981039346656037UL;
            foreach (var row in (double[][])[f.Mean, f.Median, f.Lo80, f.Hi80, f.Lo95, f.Hi95, f.Errors, [f.Sigma], [.. f.Weights.Select(w => w.Value)], [.. f.Effects.Select(e => e.Coefficient)], [.. f.Accuracy.SelectMany(a => (double[])[a.Mase ?? -1, a.Smape ?? -1, a.Rmsse ?? -1, a.Coverage80 ?? -1, a.Coverage95 ?? -1])]])
                foreach (var v in row)
                    hash = (hash ^ (ulong)BitConverter.DoubleToInt64Bits(v)) * 1099511628211UL;
            yield return string.Create(CultureInfo.InvariantCulture, $"{name} {f.Status} {f.Model} {hash:X16}");
        }
    }

    /// <summary>Series of every kind of model: seasonal, trended, intermittent, long seasons, regressors, dirty ones.</summary>
    public static IEnumerable<(string Name, double[] Values, SeriesOptions Options)> Series()
    {
        var state = 20240229u;
        double Next()
        {
            state = state * 1664525 + 1013904223;
            return (state >> 8) / (double)(1 << 24);
        }
        double[] Make(int n, Func<int, double> value) => [.. Enumerable.Range(0, n).Select(value)];
        for (var i = 0; i < 3; i++)
        {
            yield return ($"monthly{i}", Make(96 + 12 * i, t => 100 + t + 20 * Wave(t, 12) + 10 * Next()), new SeriesOptions { Horizon = 18, Seasons = [12] });
            yield return ($"yearly{i}", Make(25 + i, t => 1000 + 50 * t * Next()), new SeriesOptions { Horizon = 6 });
            yield return ($"quarterly{i}", Make(40 + i, t => (50 + t) * (1 + 0.3 * Wave(t, 4)) * (0.9 + 0.2 * Next())), new SeriesOptions { Horizon = 8, Seasons = [4], KeepErrors = true });
            yield return ($"daily{i}", Make(200, t => Math.Floor(8 * Next() * (t % 7 == 6 ? 0 : 1))), new SeriesOptions { Horizon = 28, Seasons = [7], NonNegative = true });
            yield return ($"demand{i}", Make(300, _ => Next() < 0.1 ? Math.Floor(1 + 5 * Next()) : 0), new SeriesOptions { Horizon = 14, Seasons = [7], NonNegative = true });
            yield return ($"long{i}", Make(800, t => 100 + 10 * Wave(t, 7) + 30 * Wave(t, 365) + 5 * Next()), new SeriesOptions { Horizon = 28, Seasons = [7, 365], NonNegative = true });
            yield return ($"dirty{i}", Make(150, t => t == 77 ? 90000 : t % 31 == 3 ? double.NaN : 100 + (t > 90 ? 300 : 0) + 10 * Wave(t, 7) + 9 * Next()), new SeriesOptions { Horizon = 14, Seasons = [7], Robust = true });
            var promotion = Make(214, _ => Next() < 0.3 ? 1 : 0);
            yield return ($"promotion{i}", Make(200, t => (100 + 10 * Wave(t, 7) + 5 * Next()) * (promotion[t] > 0 ? 1.4 : 1)),
                new SeriesOptions { Horizon = 14, Seasons = [7], Regressors = [new("promotion", promotion), new("temperature", Make(214, t => t < 200 ? 20 * Next() : double.NaN))] });
        }
    }

    // A triangle: the C runtime's sine may differ between machines, and with it the input.
    private static double Wave(int t, int season)
    {
        var phase = t % season / (double)season;
        return phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase;
    }
}
