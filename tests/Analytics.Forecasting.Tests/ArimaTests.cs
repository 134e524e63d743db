using CsCheck;

namespace Analytics.Forecasting.Tests;

/// <summary>Against R 4.2.2, forecast 8.20: Arima(x, order, seasonal, method = "ML").</summary>
public sealed class ArimaTests
{
    [Fact]
    public void The_airline_model_is_the_reference()
    {
        var y = KnownSeries.Log(KnownSeries.AirPassengers);
        var model = new ArimaModel();
        Assert.True(model.Fit(y, 12, new ArimaOrder(0, 1, 1, 0, 1, 1, false)));
        Assert.Equal(-0.4018267824, model.Coefficients[0], 0.005);
        Assert.Equal(-0.5569466383, model.Coefficients[1], 0.005);
        Assert.Equal(244.6995306, model.LogLikelihood, 0.01);
        var f = new double[3];
        model.Run(y, default, f);
        Assert.Equal(6.110185711, f[0], 0.001);
        Assert.Equal(6.053775299, f[1], 0.001);
        Assert.Equal(6.171715027, f[2], 0.001);
    }

    [Fact]
    public void Mixed_and_autoregressive_models_with_a_mean_are_the_reference()
    {
        var model = new ArimaModel();
        Assert.True(model.Fit(KnownSeries.Lh, 1, new ArimaOrder(1, 0, 1, 0, 0, 0, true)));
        Assert.Equal(-28.76203321, model.LogLikelihood, 0.005);
        Assert.Equal(0.4521803449, model.Coefficients[0], 0.01);
        Assert.Equal(0.1981912187, model.Coefficients[1], 0.01);
        Assert.Equal(2.410080462, model.Coefficients[2], 0.005);
        var f = new double[3];
        model.Run(KnownSeries.Lh, default, f);
        Assert.Equal(2.679618904, f[0], 0.01);
        Assert.Equal(2.531960447, f[1], 0.01);
        Assert.True(model.Fit(KnownSeries.Lh, 1, new ArimaOrder(3, 0, 0, 0, 0, 0, true)));
        Assert.Equal(-27.09241106, model.LogLikelihood, 0.005);
    }

    [Fact]
    public void A_seasonal_autoregression_is_the_reference()
    {
        var model = new ArimaModel();
        Assert.True(model.Fit(KnownSeries.AccidentalDeaths, 12, new ArimaOrder(2, 1, 1, 1, 0, 0, false)));
        Assert.InRange(model.LogLikelihood, -525.1748507 - 0.02, -525.1748507 + 0.02);
    }

    [Fact]
    public void The_stepwise_search_finds_a_good_model_of_the_airline_series()
    {
        var y = KnownSeries.Log(KnownSeries.AirPassengers);
        var model = new ArimaModel();
        Assert.True(model.Fit(y, 12));
        Assert.Equal(1, model.Order.SeasonalD);
        Assert.Equal(1, model.Order.D);
        Assert.True(model.Aicc < -2 * 244.6995306 + 2 * 3 + 0.3);
    }

    [Fact]
    public void The_filter_s_likelihood_is_that_of_the_joint_normal_distribution()
    {
        var likelihood = new ArimaLikelihood();
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 1], Gen.Double[-1.5, 1.5].Array[6], Gen.Double[-3, 3].Array[14]).Sample((p, q, sp, sq, raw, x) =>
        {
            var order = new ArimaOrder(p, 0, q, sp, 0, sq, false);
            var c = new double[order.Coefficients];
            ArimaLikelihood.Transform(order, raw.AsSpan(0, c.Length), c);
            var fast = likelihood.MinusTwoLog(order, 4, c, x, mean: false);
            Assert.Equal(Dense(order, c, x), fast, 1e-4 * Math.Max(1, Math.Abs(fast)));
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void Kpss_of_the_Nile_is_the_reference() =>
        // tseries::kpss.test(Nile, lshort = TRUE), which takes 4 lags
        Assert.Equal(0.9654349, UnitRootTests.Kpss(KnownSeries.Nile, 4), 1e-6);

    /// <summary>The density by the process's autocovariances and a Cholesky factor.</summary>
    private static double Dense(ArimaOrder o, double[] c, double[] x)
    {
        const int Season = 4, Long = 4000;
        double[] Polynomial(double[] a, double[] b, double sign)
        {
            var r = new double[a.Length + b.Length * Season + 1];
            r[0] = 1;
            for (var i = 0; i < a.Length; i++) r[i + 1] += sign * a[i];
            var product = new double[r.Length];
            for (var i = 0; i <= a.Length; i++)
            {
                product[i] += r[i];
                for (var k = 0; k < b.Length; k++) product[i + (k + 1) * Season] += r[i] * sign * b[k];
            }
            return product;
        }
        double[] ar = Polynomial(c[..o.P], c[(o.P + o.Q)..(o.P + o.Q + o.SeasonalP)], -1), ma = Polynomial(c[o.P..(o.P + o.Q)], c[(o.P + o.Q + o.SeasonalP)..], 1);
        var psi = new double[Long];
        for (var j = 0; j < Long; j++)
        {
            psi[j] = j < ma.Length ? ma[j] : 0;
            for (var i = 1; i < ar.Length && i <= j; i++) psi[j] -= ar[i] * psi[j - i];
        }
        var n = x.Length;
        var gamma = Enumerable.Range(0, n).Select(lag => Enumerable.Range(0, Long - lag).Sum(j => psi[j] * psi[j + lag])).ToArray();
        var l = new double[n, n];
        double logs = 0, squares = 0;
        var z = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var s = gamma[i - j];
                for (var k = 0; k < j; k++) s -= l[i, k] * l[j, k];
                l[i, j] = i == j ? Math.Sqrt(s) : s / l[j, j];
            }
            var v = x[i];
            for (var k = 0; k < i; k++) v -= l[i, k] * z[k];
            z[i] = v / l[i, i];
            squares += z[i] * z[i];
            logs += 2 * Math.Log(l[i, i]);
        }
        return n * (Math.Log(2 * Math.PI * squares / n) + 1) + logs;
    }
}
