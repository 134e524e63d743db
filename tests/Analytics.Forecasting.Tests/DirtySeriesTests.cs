namespace Analytics.Forecasting.Tests;

/// <summary>What each kind of bad or unusual history gets; see the table in docs/forecasting.md.</summary>
public sealed class DirtySeriesTests
{
    private static readonly SeriesOptions s_daily = new() { Horizon = 7, Seasons = [7] };

    [Fact]
    public void Gaps_are_filled_and_told_of()
    {
        var y = Weekly(140);
        var whole = new SeriesForecaster().Forecast(y, s_daily);
        for (var t = 60; t < 67; t++) y[t] = double.NaN;
        var f = new SeriesForecaster().Forecast(y, s_daily);
        Assert.Equal("7 gaps filled", f.Message);
        Assert.Equal(ForecastStatus.Ok, f.Status);
        for (var h = 0; h < 7; h++) Assert.Equal(whole.Mean[h], f.Mean[h], 3.0);
    }

    [Fact]
    public void Missing_values_at_the_end_get_the_week_before()
    {
        var y = Weekly(140);
        for (var t = 137; t < 140; t++) y[t] = double.NaN;
        var f = new SeriesForecaster().Forecast(y, s_daily);
        Assert.Equal("3 gaps filled", f.Message);
        for (var h = 0; h < 7; h++) Assert.InRange(f.Mean[h], 90 + 10 * (h % 7), 110 + 10 * (h % 7));
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void Infinite_values_are_gaps(double bad)
    {
        var (y, gap) = (Weekly(140), Weekly(140));
        (y[50], gap[50]) = (bad, double.NaN);
        Assert.Equal(new SeriesForecaster().Forecast(gap, s_daily).Mean, new SeriesForecaster().Forecast(y, s_daily).Mean);
    }

    [Fact]
    public void Negative_values_stay_negative_where_they_may()
    {
        double[] y = [.. Weekly(140).Select(v => v - 400)];
        var f = new SeriesForecaster().Forecast(y, s_daily);
        Assert.All(f.Mean, v => Assert.InRange(v, -320, -220));
        // Asked for values of at least 0, the answer is 0 and not an error.
        f = new SeriesForecaster().Forecast(y, new SeriesOptions { Horizon = 7, Seasons = [7], NonNegative = true });
        Assert.All(f.Mean.Concat(f.Hi95), v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_single_outlier_does_not_reach_the_cleaned_models_and_a_real_peak_is_not_lost()
    {
        var y = Weekly(140);
        y[100] = 5000;
        var cleaning = Cleaning(y, out var found);
        Assert.True(found);
        Assert.Equal((1, 0), (cleaning.Outliers, cleaning.Shifts));
        Assert.InRange(cleaning.Values(140)[100], 90, 180);
        for (var t = 0; t < 140; t++)
            if (t != 100) Assert.Equal(y[t], cleaning.Values(140)[t], 1e-9);
        // A weekly peak is a season, not 20 outliers.
        for (var t = 0; t < 140; t++) y[t] = (t % 7 == 2 ? 500 : 100) + t * 7919 % 5;
        cleaning = Cleaning(y, out found);
        Assert.False(found);
        Assert.Equal(0, cleaning.Outliers);
    }

    [Fact]
    public void A_level_shift_is_found_where_it_is_and_a_trend_is_none()
    {
        var y = Weekly(140);
        for (var t = 80; t < 140; t++) y[t] *= 3;
        var cleaning = Cleaning(y, out var found);
        Assert.True(found);
        Assert.Equal(1, cleaning.Shifts);
        for (var t = 0; t < 140; t++)
        {
            Assert.Equal(t < 80 ? Math.Log(3) : 0, cleaning.Shift(t), 0.1);
            Assert.InRange(cleaning.Values(140)[t], 3 * 85, 3 * 175);
        }
        for (var t = 0; t < 140; t++) y[t] = 100 + 3 * t + t * 7919 % 11;
        Cleaning(y, out found);
        Assert.False(found);
    }

    [Fact]
    public void Robust_models_take_over_where_the_backtest_finds_them_better_and_only_there()
    {
        var y = Weekly(200);
        // A broken meter: one value in the training part of the backtest, a thousand times too large.
        y[120] = 150_000;
        y[121] = 130_000;
        var options = new SeriesOptions { Horizon = 7, Seasons = [7], Robust = true };
        var f = new SeriesForecaster().Forecast(y, options);
        Assert.Contains("Cleaned", f.Model, StringComparison.Ordinal);
        for (var h = 0; h < 7; h++) Assert.InRange(f.Mean[h], 90 + 10 * ((200 + h) % 7), 115 + 10 * ((200 + h) % 7));
        var clean = Weekly(200);
        Assert.Equal(new SeriesForecaster().Forecast(clean, s_daily).Mean, new SeriesForecaster().Forecast(clean, options).Mean);
    }

    [Fact]
    public void One_bad_series_leaves_the_next_one_as_it_was()
    {
        var forecaster = new SeriesForecaster();
        var fresh = new SeriesForecaster().Forecast(Weekly(140), s_daily);
        foreach (var bad in (double[][])[[], [double.NaN], [1], [0, 0, 0], [.. Enumerable.Repeat(double.NegativeInfinity, 50)], [1e308, -1e308, 1e308, 1e308, -1e308, 1e308, 1e308, 1e308, -1e308, 0, 1e308], [1, 2]])
        {
            var f = forecaster.Forecast(bad, s_daily);
            Assert.Equal(7, f.Mean.Length);
            Assert.All(f.Mean, v => Assert.True(double.IsFinite(v)));
            Assert.True(f.Status == ForecastStatus.Ok || f.Message is not null);
            Assert.Equal(fresh.Mean, forecaster.Forecast(Weekly(140), s_daily).Mean);
        }
    }

    private static SeriesCleaning Cleaning(double[] y, out bool found)
    {
        var series = new PreparedSeries();
        series.Prepare(y, s_daily);
        var cleaning = new SeriesCleaning(series);
        found = cleaning.Find(series.Values);
        return cleaning;
    }

    private static double[] Weekly(int n)
    {
        var y = new double[n];
        for (var t = 0; t < n; t++) y[t] = 100 + 10 * (t % 7) + t * 7919 % 11 * 0.6 - 3;
        return y;
    }
}
