using CsCheck;

namespace Analytics.Forecasting.Tests;

/// <summary>Regressors: against R 4.2.2, forecast 8.20, and on series whose effects are known.</summary>
public sealed class RegressionTests
{
    [Fact]
    public void Regression_with_autoregressive_errors_of_Lake_Huron_is_the_reference()
    {
        // arima(LakeHuron, order = c(2, 0, 0), xreg = time(LakeHuron) - 1920), the example of R's own manual; then predict for 1973 to 1977
        var y = KnownSeries.LakeHuron;
        var model = Model(y, 5, out _, [.. Enumerable.Range(0, y.Length + 5).Select(t => t + 1875 - 1920.0)]);
        Assert.True(model.Fit(y, 1, new ArimaOrder(2, 0, 0, 0, 0, 0, true)));
        Assert.Equal(-101.19826732, model.Errors.LogLikelihood, 0.01);
        Assert.Equal(-0.02156882822, model.Coefficients[0], 5e-4);
        Assert.Equal(1.00480374416, model.Errors.Coefficients[0], 0.01);
        Assert.Equal(-0.29131982223, model.Errors.Coefficients[1], 0.01);
        Assert.Equal(579.09934482, model.Errors.Coefficients[2], 0.05);
        var f = new double[5];
        model.Run(y, default, f);
        double[] reference = [579.3972540, 578.8052254, 578.3680947, 578.0951387, 577.9420263];
        for (var h = 0; h < 5; h++) Assert.Equal(reference[h], f[h], 0.02);
    }

    [Fact]
    public void Regression_with_seasonal_errors_is_the_reference()
    {
        // Arima(log(AirPassengers), order = c(0,1,1), seasonal = c(0,1,1), xreg = (1:144 * 7) %% 5, method = "ML")
        var y = KnownSeries.Log(KnownSeries.AirPassengers);
        double[] x = [.. Enumerable.Range(1, 147).Select(t => t * 7 % 5 * 1.0)];
        var model = Model(y, 3, out _, x);
        Assert.True(model.Fit(y, 12, new ArimaOrder(0, 1, 1, 0, 1, 1, false)));
        Assert.Equal(245.658107543, model.Errors.LogLikelihood, 0.02);
        Assert.Equal(0.001857696616, model.Coefficients[0], 1e-4);
        var f = new double[3];
        model.Run(y, default, f);
        Assert.Equal(6.106069409513, f[0], 0.002);
        Assert.Equal(6.051925673245, f[1], 0.002);
        Assert.Equal(6.176956046128, f[2], 0.002);
        // The same with order = c(2,0,0) and include.drift = TRUE.
        Assert.True(model.Fit(y, 12, new ArimaOrder(2, 0, 0, 0, 1, 1, true)));
        Assert.InRange(model.Errors.LogLikelihood, 250.625857464 - 0.05, 250.625857464 + 0.05);
        Assert.Equal(0.001850513948, model.Coefficients[0], 1e-4);
    }

    [Fact]
    public void Ridge_is_the_solution_of_the_penalised_equations()
    {
        // Columns (1, 2, 3) and (1, 0, −1), y = (1, 2, 4), penalties 1 and 2: [15 −2; −2 4] b = (17, −3).
        var ridge = new RidgeRegression();
        ridge.Set([1, 2, 3, 1, 0, -1], 2, 3, [1, 2, 4]);
        var score = ridge.Solve([1, 2]);
        double b0 = (17 * 4 - 2 * 3) / 56.0, b1 = (15 * -3 + 2 * 17) / 56.0;
        Assert.Equal(b0, ridge.Coefficients[0], 12);
        Assert.Equal(b1, ridge.Coefficients[1], 12);
        double[] e = [1 - b0 - b1, 2 - 2 * b0, 4 - 3 * b0 + b1];
        var squares = e.Sum(v => v * v);
        Assert.Equal(squares, ridge.Squares, 12);
        // The trace of the hat matrix is 2 − Σ λ (A⁻¹)ᵢᵢ = 2 − 4/56 − 2 · 15/56.
        var free = 3 - (2 - 4 / 56.0 - 30 / 56.0);
        Assert.Equal(3 * squares / (free * free), score, 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Known_effects_are_found_and_put_on_the_days_ahead(bool multiplicative)
    {
        var (y, x) = Shop(300, 14, multiplicative, 17);
        var f = Forecast(y, new Regressor("promotion", x));
        var effect = Assert.Single(f.Effects, e => e.Name == "promotion");
        Assert.Equal(multiplicative, effect.Multiplicative);
        Assert.Equal(multiplicative ? Math.Log(1.5) : 50, effect.Coefficient, multiplicative ? 0.05 : 6);
        var plain = Forecast(y);
        double with = 0, without = 0;
        for (var h = 0; h < 14; h++)
        {
            var truth = Truth(300 + h, x[300 + h], multiplicative);
            with += Math.Abs(f.Mean[h] - truth);
            without += Math.Abs(plain.Mean[h] - truth);
        }
        Assert.True(with < 0.4 * without, $"{with} with, {without} without");
    }

    [Fact]
    public void A_regressor_that_explains_nothing_changes_nothing()
    {
        var (y, _) = Shop(300, 14, true, 3);
        for (var t = 0; t < y.Length; t++) y[t] = Truth(t, 0, true) + t * 7919 % 11;
        var noise = new double[314];
        for (var t = 0; t < noise.Length; t++) noise[t] = t * 104729 % 17 - 8;
        var (plain, with) = (Forecast(y), Forecast(y, new Regressor("noise", noise), new Regressor("constant", [.. Enumerable.Repeat(3.0, 314)]), new Regressor("unknown", [.. Enumerable.Repeat(double.NaN, 314)])));
        Assert.Empty(with.Effects);
        Assert.Equal(plain.Mean, with.Mean);
        Assert.Equal(plain.Hi95, with.Hi95);
    }

    [Fact]
    public void A_regressor_without_a_future_acts_with_a_lag_of_the_horizon()
    {
        // Sales follow the number of visitors 14 days before.
        var visitors = new double[414];
        for (var t = 0; t < 414; t++) visitors[t] = t < 400 ? 100 + t * 7919L % 101 : double.NaN;
        var y = new double[400];
        for (var t = 0; t < 400; t++) y[t] = 200 + (t >= 14 ? visitors[t - 14] : 100) + t % 7;
        var f = Forecast(y, new Regressor("visitors", visitors));
        Assert.Equal("visitors[-14]", Assert.Single(f.Effects).Name);
        for (var h = 0; h < 14; h++) Assert.InRange(f.Mean[h], 200 + visitors[386 + h] + (400 + h) % 7 - 15, 200 + visitors[386 + h] + (400 + h) % 7 + 15);
    }

    [Fact]
    public void Closed_weekdays_gaps_and_days_before_the_launch_keep_regressors_in_step()
    {
        var (y, x) = Shop(300, 14, true, 17);
        for (var t = 0; t < 300; t++)
            if (t < 20 || t % 7 == 6 || t is 77 or 150) y[t] = double.NaN;
        var f = Forecast(y, new Regressor("promotion", x));
        Assert.Equal(Math.Log(1.5), Assert.Single(f.Effects, e => e.Name == "promotion").Coefficient, 0.05);
        for (var h = 0; h < 14; h++)
        {
            if ((300 + h) % 7 == 6) Assert.Equal(0, f.Mean[h]);
            else Assert.InRange(f.Mean[h] / Truth(300 + h, x[300 + h], true), 0.9, 1.1);
        }
    }

    [Fact]
    public void Many_regressors_of_a_short_series_have_finite_answers()
    {
        Gen.Select(Gen.Int[8, 60], Gen.Int[1, 30], Gen.Int[0, 100_000]).Sample((n, k, seed) =>
        {
            var random = new Random(seed);
            var y = new double[n];
            for (var t = 0; t < n; t++) y[t] = random.Next(6) switch { 0 => 0, 1 => double.NaN, _ => random.NextDouble() * 100 };
            var regressors = new Regressor[k];
            for (var j = 0; j < k; j++)
            {
                var v = new double[n + 14];
                for (var t = 0; t < v.Length; t++) v[t] = random.Next(8) switch { 0 => double.NaN, 1 => 1e9 * random.NextDouble(), 2 => double.PositiveInfinity, _ => random.Next(3) };
                regressors[j] = new Regressor($"r{j}", v);
            }
            var f = Forecast(y, regressors);
            Assert.All(f.Mean.Concat(f.Lo95).Concat(f.Hi95), v => Assert.True(double.IsFinite(v)));
            Assert.Equal(f.Mean, Forecast(y, regressors).Mean);
        }, iter: 60, threads: 1);
    }

    [Fact]
    public void A_regressor_of_another_length_is_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => Forecast([.. Enumerable.Range(0, 30).Select(t => t * 3.0 % 7)], new Regressor("price", new double[40])));
        Assert.Contains("regressor price has 40 values; 30 of the history and 14 ahead are expected", e.Message, StringComparison.Ordinal);
    }

    private static SeriesForecast Forecast(double[] y, params Regressor[] regressors) =>
        new SeriesForecaster().Forecast(y, new SeriesOptions { Horizon = 14, Seasons = [7], NonNegative = true, Regressors = regressors });

    private static ArimaRegressionModel Model(double[] y, int ahead, out RegressionDesign design, double[] x)
    {
        var options = new SeriesOptions { Horizon = ahead, Regressors = [new Regressor("x", x)], DropLeadingZeros = false };
        var series = new PreparedSeries();
        series.Prepare(y, options);
        design = new RegressionDesign();
        design.Build(series, y.Length, options);
        Assert.Equal(1, design.Count);
        return new ArimaRegressionModel(design, new RegressionEffects(design), series);
    }

    private static double Truth(int t, double promotion, bool multiplicative) =>
        multiplicative ? (100 + 10 * (t % 7)) * (promotion > 0 ? 1.5 : 1) : (t % 7 == 3 ? 0 : 100 + 10 * (t % 7)) + 50 * promotion;

    private static (double[] Y, double[] X) Shop(int n, int ahead, bool multiplicative, int seed)
    {
        var random = new Random(seed);
        double[] y = new double[n], x = new double[n + ahead];
        for (var t = 0; t < x.Length; t++) x[t] = random.Next(3) == 0 ? 1 : 0;
        for (var t = 0; t < n; t++)
        {
            y[t] = Truth(t, x[t], multiplicative);
            if (y[t] > 0) y[t] += random.NextDouble() * 8 - 4;
        }
        return (y, x);
    }
}
