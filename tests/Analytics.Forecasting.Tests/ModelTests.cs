namespace Analytics.Forecasting.Tests;

public sealed class ModelTests
{
    private static readonly double[] s_demand = [0, 0, 3, 0, 0, 0, 5, 0, 2, 0, 0, 0, 0, 4, 0, 1, 0, 0, 6, 0];

    [Fact]
    public void Croston_and_its_correction_are_the_reference()
    {
        // R forecast 8.20: croston(y, h = 1, alpha = 0.1)$mean; statsforecast 2.1.1: CrostonSBA.
        Assert.Equal(1.063500299, Croston(false), 9);
        Assert.Equal(1.01032528, Croston(true), 7);
        static double Croston(bool corrected)
        {
            var model = new CrostonModel(corrected);
            model.FitWith(0.1);
            var f = new double[1];
            model.Run(s_demand, default, f);
            return f[0];
        }
    }

    [Fact]
    public void Tsb_by_hand()
    {
        // Start until the first sale: chance 1/3, size 3. Then with β = 0.5 and α = 0.5: 0 -> chance 1/6; 4 -> chance 7/12, size 3.5.
        var model = new TsbModel();
        model.FitWith(0.5, 0.5);
        double[] fitted = new double[5], f = new double[1];
        model.Run([0, 0, 3, 0, 4], fitted, f);
        Assert.Equal(1, fitted[3], 12);
        Assert.Equal(0.5, fitted[4], 12);
        Assert.Equal(7 / 12.0 * 3.5, f[0], 12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Aggregation_keeps_the_rate_of_regular_demand(bool multiple)
    {
        // A sale of 6 every third period: buckets of 3 sum to 6 each, the rate is 2.
        var y = new double[60];
        for (var t = 2; t < 60; t += 3) y[t] = 6;
        var model = new AggregationModel(multiple);
        Assert.True(model.Fit(y, 1));
        var f = new double[4];
        model.Run(y, default, f);
        Assert.All(f, v => Assert.InRange(v, multiple ? 1.2 : 2, multiple ? 3 : 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Aggregation_forecasts_every_value_as_the_values_before_it_would(bool multiple)
    {
        var random = new Random(9);
        for (var round = 0; round < 20; round++)
        {
            var y = new double[10 + random.Next(120)];
            for (var t = 0; t < y.Length; t++) y[t] = random.Next(4) > 0 ? 0 : random.Next(1, 9) + random.NextDouble();
            var model = new AggregationModel(multiple);
            if (!model.Fit(y, 1)) continue;
            double[] fitted = new double[y.Length], one = new double[1];
            model.Run(y, fitted, one);
            for (var t = 1; t < y.Length; t++)
            {
                model.Run(y.AsSpan(0, t), default, one);
                Assert.Equal(one[0], fitted[t]);
            }
        }
    }

    [Fact]
    public void Intermittent_models_are_near_the_reference()
    {
        // statsforecast 2.1.1: CrostonClassic (α = 0.1), CrostonSBA (α = 0.1), ADIDA and IMAPA (α searched).
        double[] y = [0, 0, 3, 0, 0, 0, 5, 0, 2, 0, 0, 0, 0, 4, 0, 1, 0, 0, 6, 0, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0, 4, 0, 0, 1, 0, 0, 5, 0, 0, 2];
        var (croston, sba) = (new CrostonModel(false), new CrostonModel(true));
        croston.FitWith(0.1);
        sba.FitWith(0.1);
        Assert.Equal(0.94764996, Rate(croston), 7);
        Assert.Equal(0.90026746, Rate(sba), 7);
        foreach (var (multiple, reference) in ((bool, double)[])[(false, 0.97122311), (true, 0.98111053)])
        {
            var model = new AggregationModel(multiple);
            Assert.True(model.Fit(y, 1));
            Assert.Equal(reference, Rate(model), 0.08);
        }
        double Rate(SeriesModel model)
        {
            var f = new double[1];
            model.Run(y, default, f);
            return f[0];
        }
    }

    [Fact]
    public void A_recent_model_is_its_inner_one_on_the_later_half()
    {
        var random = new Random(4);
        foreach (var (length, season, kept) in ((int, int, int)[])[(61, 1, 31), (14, 1, 10), (9, 1, 9), (100, 12, 50), (50, 12, 37), (30, 12, 30)])
        {
            var y = new double[length + 3];
            for (var t = 0; t < y.Length; t++) y[t] = 50 + t + 10 * (t % 12) + random.NextDouble();
            var (recent, alone) = (new RecentModel(new EtsModel(null, averaged: true)), new EtsModel(null, averaged: true));
            Assert.True(recent.Fit(y.AsSpan(0, length), season));
            Assert.True(alone.Fit(y.AsSpan(length - kept, kept), season));
            Assert.Equal(kept < length ? "Recent-EtsAverage" : "EtsAverage", recent.Name);
            double[] fitted = new double[length + 3], f = new double[6], fittedAlone = new double[kept + 3], g = new double[6];
            // A later origin goes on from the same window.
            recent.Run(y, fitted, f);
            alone.Run(y.AsSpan(length - kept), fittedAlone, g);
            Assert.Equal(g, f);
            Assert.All(fitted[..(length - kept)], v => Assert.True(double.IsNaN(v)));
            Assert.Equal(fittedAlone, fitted[(length - kept)..]);
        }
    }

    [Fact]
    public void Adjustment_can_be_additive_whatever_the_values()
    {
        var y = new double[60];
        for (var t = 0; t < y.Length; t++) y[t] = 100 + 2 * t + 20 * Math.Sin(t % 12);
        var model = new AdjustedModel(new DriftModel(), additive: true);
        Assert.True(model.Fit(y, 12));
        var f = new double[12];
        model.Run(y, default, f);
        // The season is as large as it was: multiplied, it would have grown by a sixth.
        for (var h = 0; h < 12; h++) Assert.Equal(100 + 2 * (60 + h) + 20 * Math.Sin(h), f[h], 1.5);
    }

    [Fact]
    public void Theta_methods_of_the_Nile_are_near_the_reference()
    {
        // The paper's recursions minimised by R's optim from nine starts: 808.10, 805.63 and 805.04. statsforecast 2.1.1 gives 798 to 799:
        // it stops at worse squares (its bounds on the starting level differ).
        foreach (var (kind, first) in ((ThetaKind, double)[])[(ThetaKind.Standard, 808.10), (ThetaKind.Optimised, 805.63), (ThetaKind.Dynamic, 805.04)])
        {
            var model = new ThetaModel(kind);
            Assert.True(model.Fit(KnownSeries.Nile, 1));
            var f = new double[3];
            model.Run(KnownSeries.Nile, default, f);
            Assert.Equal(first, f[0], 1.0);
        }
    }

    [Fact]
    public void Complex_smoothing_of_the_Nile_is_near_the_reference()
    {
        // statsforecast 2.1.1: AutoCES 800.13, 797.51, 794.19.
        var model = new ComplexSmoothingModel(held: false);
        Assert.True(model.Fit(KnownSeries.Nile, 1));
        var f = new double[3];
        model.Run(KnownSeries.Nile, default, f);
        Assert.Equal(800.13, f[0], 12.0);
    }

    [Fact]
    public void Stl_of_the_airline_series_is_the_reference()
    {
        // R: stl(log(AirPassengers), s.window = 11, s.degree = 0, t.window = 21, l.window = 13, jumps of 1).
        double[] seasonal = [-0.08859505949, -0.1457215755, -0.01210657305, -0.02396627696, -0.005880604492, 0.1303188132, 0.2462145392, 0.2341226043, 0.06484037755, -0.06991114192, -0.2151472351, -0.1126292622];
        var stl = new Stl();
        var y = KnownSeries.Log(KnownSeries.AirPassengers);
        stl.Decompose(y, [12]);
        for (var i = 0; i < 12; i++) Assert.Equal(seasonal[i], stl.Seasonal(0)[132 + i], 0.002);
        Assert.Equal(6.19888078, stl.Trend[143], 0.004);
        Assert.Equal(4.815586848, stl.Trend[0], 0.004);
    }

    [Fact]
    public void Two_seasons_are_told_apart()
    {
        var y = new double[24 * 7 * 6];
        for (var t = 0; t < y.Length; t++) y[t] = 200 + 30 * Math.Cos(2 * Math.PI * t / 24) + 20 * Math.Sin(2 * Math.PI * t / 168) + t * 7919 % 11 * 0.1;
        var f = new SeriesForecaster().Forecast(y, new SeriesOptions { Horizon = 48, Seasons = [24, 168] });
        for (var h = 0; h < 48; h++)
        {
            var t = y.Length + h;
            Assert.InRange(f.Mean[h] - (200 + 30 * Math.Cos(2 * Math.PI * t / 24) + 20 * Math.Sin(2 * Math.PI * t / 168)), -4, 4);
        }
    }

    [Fact]
    public void Shrinking_drops_indices_that_are_chance_and_keeps_clear_ones()
    {
        double[] noise = new double[96], clear = new double[96];
        var random = new Random(5);
        for (var t = 0; t < 96; t++)
        {
            noise[t] = 100 + random.NextDouble();
            clear[t] = 100 + 20 * (t % 12) + random.NextDouble();
        }
        var indices = new double[12];
        SeasonalStart.Indices(noise, 12, false, indices);
        Assert.InRange(SeasonalStart.Shrink(noise, 12, false, indices), 0, 0.5);
        SeasonalStart.Indices(clear, 12, false, indices);
        Assert.InRange(SeasonalStart.Shrink(clear, 12, false, indices), 0.99, 1);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(24)]
    public void Seasons_are_detected(int season)
    {
        var y = new double[season * 8];
        var random = new Random(season);
        for (var t = 0; t < y.Length; t++) y[t] = 10 * Math.Cos(2 * Math.PI * t / season) + t * 0.5 + random.NextDouble();
        Assert.Equal([season], SeasonDetector.Detect(y));
        for (var t = 0; t < y.Length; t++) y[t] = random.NextDouble();
        Assert.Empty(SeasonDetector.Detect(y));
    }

    [Fact]
    public void A_week_around_hours_is_detected_and_a_year_of_weeks_is_told_from_a_random_walk()
    {
        var random = new Random(11);
        double[] hours = new double[720], plain = new double[720], weeks = new double[208];
        for (var t = 0; t < hours.Length; t++)
        {
            plain[t] = 100 + 20 * Math.Cos(2 * Math.PI * t / 24) + random.NextDouble();
            hours[t] = plain[t] * (t / 24 % 7 >= 5 ? 0.6 : 1);
        }
        Assert.Equal([24, 168], SeasonDetector.Detect(hours));
        Assert.Equal([24], SeasonDetector.Detect(plain));
        // What is told stays, with the longer season that shows.
        Assert.Equal(168, SeasonDetector.Longer(hours, 24));
        Assert.Equal(1, SeasonDetector.Longer(plain, 24));
        hours[300] = hours[301] = double.NaN;
        Assert.Equal([24, 168], SeasonDetector.Detect(hours));

        var level = 0.0;
        for (var t = 0; t < weeks.Length; t++)
        {
            level += 0.02 * (random.NextDouble() - 0.5);
            weeks[t] = Math.Exp(8 + level + 0.3 * Math.Cos(2 * Math.PI * t / 52.18));
        }
        Assert.Equal([52], SeasonDetector.Detect(weeks));
        Assert.Empty(SeasonDetector.Detect(weeks.AsSpan(0, 120)));
        var found = 0;
        for (var i = 0; i < 100; i++)
        {
            level = 0;
            for (var t = 0; t < weeks.Length; t++) weeks[t] = Math.Exp(8 + (level += 0.1 * (random.NextDouble() - 0.5)));
            found += SeasonDetector.Detect(weeks).Length;
        }
        Assert.InRange(found, 0, 5);
        Assert.Empty(SeasonDetector.Detect([]));
        Assert.Empty(SeasonDetector.Detect(Enumerable.Repeat(double.NaN, 800).ToArray()));
        Assert.Empty(SeasonDetector.Detect(Enumerable.Repeat(3.0, 800).ToArray()));
    }

    [Fact]
    public void Series_without_a_common_season_have_each_its_own()
    {
        var random = new Random(3);
        double[] Months() => [.. Enumerable.Range(0, 96).Select(t => 50 + 20 * Math.Cos(2 * Math.PI * t / 12) + random.NextDouble())];
        double[] Noise() => [.. Enumerable.Range(0, 96).Select(_ => 50 + random.NextDouble())];
        int[][] common = SeasonDetector.DetectAll([Months(), Months(), Noise()]), own = SeasonDetector.DetectAll([Months(), Noise(), Noise()]);
        Assert.All(common, seasons => Assert.Equal([12], seasons));
        Assert.Equal([12], own[0]);
        Assert.Empty(own[1]);
        Assert.Empty(SeasonDetector.DetectAll([]));
    }
}
