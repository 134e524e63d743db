using CsCheck;

namespace Analytics.Forecasting.Tests;

/// <summary>Fits to heavy tails, trimmed seasonal indices and trimmed combinations, each against a naive reference.</summary>
public sealed class HeavyTailsTests
{
    [Fact]
    public void The_deviance_is_that_of_the_generalised_normal_density_at_its_best_scale()
    {
        Gen.Double[-5, 5].Array[2, 30].Sample(errors =>
        {
            double sum = errors.Sum(HeavyTails.Loss), gamma = 0.9027452929509336; // Γ(1 + 1/1.5)
            if (sum < 1e-3) return;
            double scale = Math.Pow(1.5 * sum / errors.Length, 1 / 1.5);
            double Minus2(double s) => -2 * errors.Sum(e => -Math.Pow(Math.Abs(e) / s, 1.5) - Math.Log(2 * s * gamma));
            // No other scale is better, and what is left out is the same for all errors of one count.
            Assert.True(Minus2(scale) <= Minus2(scale * 1.01) && Minus2(scale) <= Minus2(scale * 0.99));
            var n = errors.Length;
            var constant = n * (2 * Math.Log(2 * gamma) + 4.0 / 3 * Math.Log(1.5 / n) + 4.0 / 3);
            Assert.Equal(Minus2(scale), HeavyTails.Deviance(n, sum) + constant, 1e-8 * Math.Max(1, Math.Abs(Minus2(scale))));
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void Exponential_smoothing_of_an_outlier_follows_it_less()
    {
        double Off(bool heavyTails)
        {
            var random = new Random(11);
            double off = 0;
            for (var i = 0; i < 40; i++)
            {
                var y = new double[30];
                for (var t = 0; t < y.Length; t++) y[t] = 100 + 2 * random.NextDouble();
                y[26] += 40;
                var model = new EtsModel(null, averaged: true, heavyTails: heavyTails);
                Assert.True(model.Fit(y, 1));
                var f = new double[6];
                model.Run(y, default, f);
                off += Math.Abs(f[^1] - 101);
            }
            return off / 40;
        }
        Assert.True(Off(true) < Off(false), $"{Off(true)} and {Off(false)}");
    }

    [Fact]
    public void Arima_with_heavy_tails_has_the_loss_of_its_own_whitened_innovations()
    {
        var likelihood = new ArimaLikelihood();
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Double[-1.5, 1.5].Array[5], Gen.Double[-3, 3].Array[20], Gen.Bool).Sample((p, q, raw, x, mean) =>
        {
            var order = new ArimaOrder(p, 0, q, 0, 0, 0, mean);
            var c = new double[order.Coefficients];
            ArimaLikelihood.Transform(order, raw.AsSpan(0, c.Length), c);
            var gaussian = likelihood.MinusTwoLog(order, 1, c, x, mean);
            int n = x.Length;
            var logs = gaussian - n * (Math.Log(2 * Math.PI * likelihood.Variance) + 1);
            double[] centred = [.. x.Select(v => v - (mean ? likelihood.Mean : 0))], errors = new double[n];
            likelihood.Whiten(order, 1, c, centred, errors);
            var naive = 4.0 / 3 * n * Math.Log(errors.Sum(e => Math.Pow(Math.Abs(e), 1.5)) / n) + logs;
            var fast = likelihood.MinusTwoLog(order, 1, c, x, mean, heavyTails: true);
            Assert.Equal(naive, fast, 1e-6 * Math.Max(1, Math.Abs(naive)));
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void Trimmed_indices_are_trimmed_means_of_the_phases()
    {
        Gen.Select(Gen.Int[2, 6], Gen.Int[3, 14], Gen.Bool).SelectMany(g => Gen.Double[50, 150].Array[g.Item1 * g.Item2].Select(y => (Season: g.Item1, Multiplicative: g.Item3, Y: y))).Sample(g =>
        {
            var (season, multiplicative, y) = g;
            var indices = new double[season];
            SeasonalStart.Indices(y, season, multiplicative, indices, trimmed: true);
            var phases = Enumerable.Range(0, season).Select(_ => new List<double>()).ToArray();
            var half = season / 2;
            for (var t = half; t + half < y.Length; t++)
            {
                double trend = 0;
                for (var j = -half; j <= half; j++) trend += y[t + j] * (season % 2 == 0 && Math.Abs(j) == half ? 0.5 : 1) / season;
                phases[t % season].Add(multiplicative ? y[t] / trend : y[t] - trend);
            }
            double[] means = [.. phases.Select(Mean)];
            for (var i = 0; i < season; i++) Assert.Equal(multiplicative ? means[i] / means.Average() : means[i] - means.Average(), indices[i], 1e-8);

            static double Mean(List<double> v)
            {
                v.Sort();
                var less = v.Count > 2 ? Math.Min(1, 0.1 * v.Count) : 0;
                double[] weights = [.. v.Select((_, i) => i == 0 || i == v.Count - 1 ? 1 - less : 1)];
                return v.Zip(weights, (a, w) => a * w).Sum() / weights.Sum();
            }
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void A_combination_leaves_out_one_at_each_end_of_four_and_two_of_six_where_the_history_is_short()
    {
        var combination = new Combination(24);
        Gen.Select(Gen.Int[1, 9], Gen.Bool).SelectMany(g => Gen.Select(Gen.Int[0, 5].Array[g.Item1], Gen.Double[0.1, 1].Array[g.Item1], (v, w) => (Values: v, Weights: w, Short: g.Item2))).Sample(g =>
        {
            var length = g.Short ? 100 : 300;
            combination.Start(g.Values.Length, length, 1);
            for (var m = 0; m < g.Values.Length; m++)
            {
                combination.Forecast(m)[0] = g.Values[m];
                combination.Fitted(m).Fill(g.Values[m]);
                Assert.True(combination.Take(m, g.Weights[m]));
            }
            double[] forecast = new double[1], fitted = new double[length];
            combination.Combine(forecast, fitted);
            var trim = g.Values.Length >= 6 && g.Short ? 2 : g.Values.Length >= 4 ? 1 : 0;
            // Of equal ones the first is the least and the last the greatest.
            var kept = g.Values.Select((v, m) => (v, m)).OrderBy(x => x.v).ThenBy(x => x.m).Skip(trim).SkipLast(trim).ToArray();
            var expected = kept.Sum(x => x.v * g.Weights[x.m]) / kept.Sum(x => g.Weights[x.m]);
            Assert.Equal(expected, forecast[0], 1e-12);
            Assert.Equal(forecast[0], fitted[^1]);
        }, iter: 2000, threads: 1);
    }
}
