using Analytics.Forecasting.Global;

namespace Analytics.Forecasting.Tests;

public sealed class GlobalForecasterTests
{
    [Fact]
    public void It_learns_what_all_series_share_and_gives_the_same_bits_again()
    {
        // A weekly pattern at forty levels, noise that no season of one series shows.
        var random = new Random(7);
        double[] pattern = [1, 1.2, 0.8, 1.1, 0.6, 1.9, 0.4];
        var series = new double[40][];
        for (var i = 0; i < series.Length; i++)
        {
            var level = 10 * Math.Exp(3 * random.NextDouble());
            series[i] = [.. Enumerable.Range(0, 120).Select(t => level * pattern[(t + i) % 7] * (0.9 + 0.2 * random.NextDouble()))];
        }
        var options = new GlobalOptions { Horizon = 10, Season = 7, Rounds = 100 };
        var first = GlobalForecaster.Forecast(series, options);
        var again = GlobalForecaster.Forecast(series, options);
        for (var i = 0; i < series.Length; i++)
        {
            var f = Assert.IsType<double[]>(first[i]);
            Assert.Equal(f, again[i]);
            var level = series[i].Average() / pattern.Average();
            double error = 0;
            for (var h = 0; h < 10; h++) error += Math.Abs(f[h] / level - pattern[(120 + h + i) % 7]) / 10;
            Assert.True(error < 0.15, $"series {i}: {error}");
        }
    }

    [Fact]
    public void What_is_too_short_or_too_little_has_no_forecast()
    {
        Assert.Equal([null, null], GlobalForecaster.Forecast([[1, 2, 3], []], new GlobalOptions { Horizon = 3 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GlobalForecaster.Forecast([], new GlobalOptions { Horizon = 0 }));
    }

    [Fact]
    public void Zeros_and_single_spikes_stay_finite()
    {
        var series = Enumerable.Range(0, 30).Select(i => Enumerable.Range(0, 100).Select(t => t == 3 * i ? 1e9 : i % 3 == 0 ? 0.0 : i % 3 == 1 ? -5.0 : t % 4).ToArray()).ToArray();
        foreach (var f in GlobalForecaster.Forecast(series, new GlobalOptions { Horizon = 5, Season = 4, Rounds = 20 }))
            Assert.All(Assert.IsType<double[]>(f), v => Assert.True(double.IsFinite(v)));
    }
}
