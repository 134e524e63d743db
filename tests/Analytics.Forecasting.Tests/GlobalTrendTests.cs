using CsCheck;

namespace Analytics.Forecasting.Tests;

public sealed class GlobalTrendTests
{
    private static readonly Gen<double[]> Series = Gen.Double[0.5, 1.5].Array[8, 40].Select(Gen.Double[-0.05, 0.1], static (steps, growth) =>
    {
        var y = new double[steps.Length];
        for (var t = 0; t < y.Length; t++) y[t] = 100 * Math.Pow(1 + growth, t) * (0.8 + 0.2 * steps[t]);
        return y;
    });

    /// <summary>The posterior summed point by point, each regression solved on its own with the prior as rows of data.</summary>
    [Fact]
    public void The_grid_is_the_naive_sum_over_all_points() => Series.Sample(static y =>
    {
        double[] fitted = new double[y.Length], f = new double[6], pruned = new double[6];
        var (expected, expectedFitted) = Naive(y, f.Length);
        var (whole, usual) = (new GlobalTrendModel(leastShare: 0), new GlobalTrendModel());
        Assert.True(whole.Fit(y, 1) && usual.Fit(y, 1));
        whole.Run(y, fitted, f);
        usual.Run(y, default, pruned);
        // One step is linear in γ and λ, whose means over the spreads are then exact; further ahead they are very nearly so.
        for (var t = 0; t < y.Length; t++) Assert.Equal(expectedFitted[t], fitted[t], 1e-9 * expectedFitted[t]);
        Assert.Equal(expected[0], f[0], 1e-9 * expected[0]);
        for (var h = 0; h < f.Length; h++)
        {
            Assert.Equal(expected[h], f[h], 1e-3 * expected[h]);
            Assert.Equal(expected[h], pruned[h], 1e-2 * expected[h]);
        }
    }, iter: 20);

    [Fact]
    public void Forecasts_scale_with_the_series() => Series.Sample(static y =>
    {
        double[] one = new double[5], many = new double[5];
        var model = new GlobalTrendModel();
        model.Fit(y, 1);
        model.Run(y, default, one);
        var scaled = Array.ConvertAll(y, static v => v * 1024);
        model.Fit(scaled, 1);
        model.Run(scaled, default, many);
        Assert.Equal(Array.ConvertAll(one, static v => v * 1024), many);
    }, iter: 50);

    [Theory]
    [InlineData(0.05, 1e-2)]
    [InlineData(0.0, 1e-6)]
    [InlineData(-0.03, 1e-2)]
    public void Growth_by_a_share_goes_on(double growth, double within)
    {
        var y = new double[30];
        for (var t = 0; t < y.Length; t++) y[t] = 1000 * Math.Pow(1 + growth, t) * (1 + 1e-4 * (t % 3 - 1));
        var f = new double[5];
        var model = new GlobalTrendModel();
        Assert.True(model.Fit(y, 1));
        model.Run(y, default, f);
        for (var h = 0; h < f.Length; h++)
        {
            // The prior holds growth back: by no more than half of what the trend brings.
            var grown = 1000 * Math.Pow(1 + growth, 30 + h);
            Assert.InRange(f[h], Math.Min(grown, 0.5 * (grown + y[^1])) * (1 - within), Math.Max(grown, 0.5 * (grown + y[^1])) * (1 + within));
        }
    }

    [Theory]
    [InlineData(new double[] { 5, 6, 0, 7, 8, 9 })]
    [InlineData(new double[] { 5, 6, -3, 7, 8, 9 })]
    [InlineData(new double[] { 5, 6, 7, 8 })]
    public void What_is_not_above_zero_or_too_short_is_none_of_its(double[] y) => Assert.False(new GlobalTrendModel().Fit(y, 1));

    private static (double[] Forecast, double[] Fitted) Naive(double[] y, int ahead)
    {
        double[] alphas = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99], betas = [0.02, 0.1, 0.25, 0.5, 0.8], powers = [-0.25, 0, 0.25, 0.5, 0.75, 1], spreads = [0, 0.5, 1];
        int n = y.Length, m = n - 1;
        var scale = y.Average();
        var points = new List<(double Alpha, double Beta, double Power, double Gamma, double Lambda, double Log)>();
        foreach (var alpha in alphas)
            foreach (var beta in betas)
            {
                double[] level = new double[n], slope = new double[n];
                level[0] = y[0] / scale;
                for (var t = 1; t < n; t++)
                {
                    level[t] = alpha * y[t] / scale + (1 - alpha) * level[t - 1];
                    slope[t] = beta * (level[t] - level[t - 1]) + (1 - beta) * slope[t - 1];
                }
                foreach (var power in powers)
                    foreach (var spread in spreads)
                    {
                        var rows = Enumerable.Range(0, m).Select(t => (W: Math.Pow(level[t], -2 * spread), G: Math.Pow(level[t], power), B: slope[t], R: y[t + 1] / scale - level[t])).ToList();
                        double priorG = (5.0 + m) * rows.Sum(r => r.W * r.G * r.G) / m, priorL = (3 + 0.3 * m) * rows.Sum(r => r.W * r.B * r.B) / m + 1e-12;
                        double gg = rows.Sum(r => r.W * r.G * r.G) + priorG, bb = rows.Sum(r => r.W * r.B * r.B) + priorL, gb = rows.Sum(r => r.W * r.G * r.B);
                        double gr = rows.Sum(r => r.W * r.G * r.R), br = rows.Sum(r => r.W * r.B * r.R) + 0.7 * priorL;
                        var lambda = Math.Clamp((gg * br - gb * gr) / (gg * bb - gb * gb), -1, 1);
                        var gamma = (gr - gb * lambda) / gg;
                        var squares = rows.Sum(r => r.W * Math.Pow(r.R - gamma * r.G - lambda * r.B, 2)) + priorG * gamma * gamma + priorL * (lambda - 0.7) * (lambda - 0.7);
                        var log = 0.5 * rows.Sum(r => Math.Log(r.W)) - 0.5 * Math.Log((gg * bb - gb * gb) / (priorG * priorL)) - 0.5 * n * Math.Log(squares / m);
                        points.Add((alpha, beta, power, gamma, lambda, 0.5 * log));
                    }
            }
        var best = points.Max(p => p.Log);
        var total = points.Sum(p => Math.Exp(p.Log - best));
        double[] forecast = new double[ahead], fitted = new double[n];
        foreach (var p in points)
        {
            var share = Math.Exp(p.Log - best) / total;
            double level = y[0] / scale, slope = 0;
            fitted[0] += share * y[0];
            for (var t = 1; t < n + ahead; t++)
            {
                var next = level + p.Gamma * Math.Pow(level, p.Power) + p.Lambda * slope;
                if (t < n) fitted[t] += share * scale * next;
                else forecast[t - n] += share * scale * next;
                var value = t < n ? y[t] / scale : next;
                var to = p.Alpha * value + (1 - p.Alpha) * level;
                slope = p.Beta * (to - level) + (1 - p.Beta) * slope;
                level = to;
            }
        }
        return (forecast, fitted);
    }
}
