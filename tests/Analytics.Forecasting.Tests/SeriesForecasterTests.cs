using CsCheck;

namespace Analytics.Forecasting.Tests;

public sealed class SeriesForecasterTests
{
    private static readonly SeriesOptions s_daily = new() { Horizon = 14, Seasons = [7], NonNegative = true };

    [Fact]
    public void Empty_series_fails_with_zeros()
    {
        var f = new SeriesForecaster().Forecast([], s_daily);
        Assert.Equal(ForecastStatus.Failed, f.Status);
        Assert.Equal(new double[14], f.Mean);
        Assert.NotNull(f.Message);
        f = new SeriesForecaster().Forecast([double.NaN, double.PositiveInfinity], s_daily);
        Assert.Equal(ForecastStatus.Failed, f.Status);
    }

    [Theory]
    [InlineData(5.0, 5.0)]
    [InlineData(-5.0, 0.0)]
    public void One_value_is_repeated(double value, double expected)
    {
        var f = new SeriesForecaster().Forecast([value], s_daily);
        Assert.Equal(ForecastStatus.ShortHistory, f.Status);
        Assert.All(f.Mean, v => Assert.Equal(expected, v));
    }

    [Fact]
    public void Two_values_have_a_short_history()
    {
        var f = new SeriesForecaster().Forecast([3, 5], s_daily);
        Assert.Equal(ForecastStatus.ShortHistory, f.Status);
        Assert.All(f.Mean, v => Assert.InRange(v, 2, 30));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(7.5)]
    public void Constants_are_repeated_exactly(double value)
    {
        var y = new double[100];
        Array.Fill(y, value);
        var f = new SeriesForecaster().Forecast(y, s_daily);
        Assert.Equal(ForecastStatus.Ok, f.Status);
        Assert.All(f.Mean.Concat(f.Lo95).Concat(f.Hi95), v => Assert.Equal(value, v));
    }

    [Fact]
    public void A_product_that_ended_is_forecast_at_zero_and_says_so()
    {
        var y = new double[200];
        for (var t = 0; t < 120; t++) y[t] = 5 + t % 7;
        var f = new SeriesForecaster().Forecast(y, s_daily);
        Assert.All(f.Mean, v => Assert.Equal(0, v));
        Assert.Contains("80 periods", f.Message, StringComparison.Ordinal);
        Assert.Equal(ForecastStatus.Fallback, f.Status);
    }

    [Fact]
    public void Zeros_before_the_launch_do_not_count()
    {
        var y = new double[200];
        for (var t = 100; t < 200; t++) y[t] = 20 + t % 7;
        var late = new SeriesForecaster().Forecast(y, s_daily);
        var alone = new SeriesForecaster().Forecast(y.AsSpan(100), s_daily);
        Assert.Equal(alone.Mean, late.Mean);
    }

    [Fact]
    public void Closed_weekdays_stay_closed_and_the_rest_keeps_its_pattern()
    {
        var y = new double[364];
        for (var t = 0; t < y.Length; t++) y[t] = t % 7 == 5 ? double.NaN : 100 + 10 * (t % 7) + (t * 7919 % 13 - 6);
        var f = new SeriesForecaster().Forecast(y, s_daily);
        for (var h = 0; h < 14; h++)
        {
            if (h % 7 == 5) Assert.Equal(0, f.Hi95[h]);
            else Assert.InRange(f.Mean[h], 100 + 10 * (h % 7) - 7, 100 + 10 * (h % 7) + 7);
        }
    }

    [Fact]
    public void A_weekday_that_was_never_sold_on_is_closed_where_chance_does_not_explain_it()
    {
        var random = new Random(2);
        double[] zeros = new double[140], gaps = new double[140], rare = new double[140];
        for (var t = 0; t < zeros.Length; t++)
        {
            var closed = t % 7 == 6;
            zeros[t] = closed ? 0 : 100 + 10 * (t % 7) + (t * 7919 % 13 - 6);
            gaps[t] = closed ? double.NaN : zeros[t];
            rare[t] = !closed && random.Next(8) == 0 ? 5 : 0;
        }
        var (withZeros, withGaps) = (new SeriesForecaster().Forecast(zeros, s_daily), new SeriesForecaster().Forecast(gaps, s_daily));
        Assert.Equal(withGaps.Mean, withZeros.Mean);
        Assert.Equal(withGaps.Hi95, withZeros.Hi95);
        for (var h = 6; h < s_daily.Horizon; h += 7)
        {
            Assert.Equal(0, withZeros.Hi95[h]);
            Assert.Equal(0, withZeros.Held[h]);
        }
        // A sale every eighth day says little of twenty Sundays without one.
        Assert.True(new SeriesForecaster().Forecast(rare, s_daily).Hi95[6] > 0);
        // One sale on a Sunday is enough to open it.
        zeros[13] = 1;
        Assert.True(new SeriesForecaster().Forecast(zeros, s_daily).Hi95[6] > 0);
    }

    [Fact]
    public void Days_known_to_be_closed_ahead_are_zero()
    {
        var y = new double[140];
        for (var t = 0; t < y.Length; t++) y[t] = 50 + t % 7 + t * 7919 % 5;
        var f = new SeriesForecaster().Forecast(y, new SeriesOptions { Horizon = 3, Seasons = [7], ClosedAhead = [false, true, false] });
        Assert.Equal(0, f.Mean[1]);
        Assert.True(f.Mean[0] > 40 && f.Mean[2] > 40);
    }

    [Fact]
    public void Any_series_has_finite_ordered_answers_that_scratch_memory_does_not_change()
    {
        var used = new SeriesForecaster();
        var value = Gen.OneOf(Gen.Double[-100, 100], Gen.Const(0.0), Gen.Const(double.NaN), Gen.Double[0, 1e6], Gen.Const(double.NegativeInfinity), Gen.Int[0, 5].Select(i => (double)i), Gen.Const(1e308));
        var series = Gen.OneOf(value.Array[0, 120], Gen.Int[0, 3].Select(i => (double)i).Array[0, 250], Gen.Double[10, 20].Array[0, 60]);
        Gen.Select(series, Gen.Int[1, 40], Gen.OneOf(Gen.Const(1), Gen.Const(4), Gen.Const(7), Gen.Const(12), Gen.Const(24)), Gen.Bool).Sample((y, h, season, nonNegative) =>
        {
            var options = new SeriesOptions { Horizon = h, Seasons = season > 1 ? [season] : [], NonNegative = nonNegative };
            var f = used.Forecast(y, options);
            var again = new SeriesForecaster().Forecast(y, options);
            Assert.Equal(h, f.Mean.Length);
            for (var i = 0; i < h; i++)
            {
                Assert.True(double.IsFinite(f.Mean[i]) && double.IsFinite(f.Lo95[i]) && double.IsFinite(f.Hi95[i]), $"{f.Model} {f.Mean[i]} {f.Lo95[i]} {f.Hi95[i]}");
                Assert.True(f.Lo95[i] <= f.Lo80[i] && f.Lo80[i] <= f.Median[i] && f.Median[i] <= f.Hi80[i] && f.Hi80[i] <= f.Hi95[i]);
                if (nonNegative) Assert.True(f.Lo95[i] >= 0 && f.Mean[i] >= 0);
            }
            Assert.Equal(again.Mean, f.Mean);
            Assert.Equal(again.Hi95, f.Hi95);
            Assert.Equal(again.Model, f.Model);
            Assert.Equal(again.Accuracy, f.Accuracy);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void Accuracy_has_the_benchmark_and_exactly_one_chosen_row()
    {
        var y = new double[200];
        for (var t = 0; t < y.Length; t++) y[t] = 50 + 10 * (t % 7) + t * 7919 % 31;
        var f = new SeriesForecaster().Forecast(y, s_daily);
        Assert.Contains(f.Accuracy, a => a.Model == "SeasonalNaive" && !a.Chosen);
        var chosen = Assert.Single(f.Accuracy, a => a.Chosen);
        Assert.Equal(f.Model, chosen.Model);
        Assert.True(chosen.Mase < f.Accuracy[0].Mase);
        Assert.NotNull(chosen.Coverage80);
    }

    [Fact]
    public void Held_forecasts_are_those_of_the_backtest_at_the_end_of_the_history()
    {
        var y = new double[210];
        for (var t = 0; t < y.Length; t++) y[t] = t % 7 == 6 ? double.NaN : 50 + 10 * (t % 7);
        y[40] += 1;
        var f = new SeriesForecaster().Forecast(y, s_daily);
        Assert.Equal(s_daily.Horizon, f.Held.Length);
        for (var h = 0; h < f.Held.Length; h++)
        {
            var actual = y[y.Length - f.Held.Length + h];
            if (double.IsNaN(actual)) Assert.True(double.IsNaN(f.Held[h]));
            else Assert.InRange(f.Held[h], actual - 1, actual + 1);
        }
        // A change within the last days is not known to what was forecast for them.
        y[^2] *= 3;
        Assert.InRange(new SeriesForecaster().Forecast(y, s_daily).Held[^2], y[^2] / 3 - 2, y[^2] / 3 + 2);
        Assert.All(new SeriesForecaster().Forecast([1, 2, 4, 3], s_daily).Held, v => Assert.True(double.IsNaN(v)));
        Assert.Contains(new SeriesForecaster().Forecast(y.AsSpan(0, 40), s_daily).Held, double.IsNaN);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    [InlineData(0.8)]
    public void Errors_before_the_last_days_know_nothing_of_them(double idle)
    {
        var random = new Random(7);
        var y = new double[240];
        for (var t = 0; t < y.Length; t++) y[t] = random.NextDouble() < idle ? 0 : t % 7 == 6 ? double.NaN : Math.Round(20 + 5 * (t % 7) + 10 * random.NextDouble());
        var options = new SeriesOptions { Horizon = 28, Seasons = [7], NonNegative = true, KeepErrors = true };
        var first = new SeriesForecaster().Forecast(y, options);
        Assert.Equal(y.Length - 28, first.HeldErrors.Length);
        for (var t = 0; t < first.HeldErrors.Length; t++)
            if (double.IsNaN(y[t])) Assert.True(double.IsNaN(first.HeldErrors[t]));
        Assert.InRange(first.HeldErrors.Count(double.IsFinite), 120, first.HeldErrors.Length);
        // As far off as the errors of the whole history, which have parameters from all of it.
        Assert.InRange(Root(first.HeldErrors), 0.7 * Root(first.Errors), 1.5 * Root(first.Errors));
        for (var t = y.Length - 28; t < y.Length; t++) y[t] *= 1.25;
        var second = new SeriesForecaster().Forecast(y, options);
        Assert.Equal(first.HeldErrors, second.HeldErrors);
        Assert.NotEqual(first.Errors, second.Errors);
        Assert.Empty(new SeriesForecaster().Forecast(y.AsSpan(0, 40), options).HeldErrors);
        Assert.Empty(new SeriesForecaster().Forecast(y, s_daily).HeldErrors);
        static double Root(double[] errors) => Math.Sqrt(errors.Where(double.IsFinite).Average(e => e * e));
    }
}
