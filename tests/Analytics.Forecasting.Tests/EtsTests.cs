namespace Analytics.Forecasting.Tests;

/// <summary>Against R 4.2.2, forecast 8.20: ets(AirPassengers, model = "MAM", damped = FALSE), ets(AirPassengers), ets(Nile, model = "ANN").</summary>
public sealed class EtsTests
{
    [Fact]
    public void Likelihood_and_forecasts_at_reference_parameters_are_the_reference()
    {
        double[] states = [0.9522478842, 1.08075691, 1.033161643, 0.9786588988, 1.083995121, 1.183031402, 1.153706799, 1.04761777, 0.9013680439, 0.7826691071, 0.9000411199];
        // R gives the youngest state first; the first value's is what is left of 12.
        double[] season = [12 - states.Sum(), .. states];
        var form = new EtsForm(true, EtsComponent.Additive, EtsComponent.Multiplicative);
        var p = new EtsParameters { Alpha = 0.3949968505, Beta = 0.0107004419, Gamma = 0.3995392024, Phi = 1, Level = 122.375426, Slope = 1.107366582 };
        var y = KnownSeries.AirPassengers;
        var sum = EtsRecursion.Run(form, ref p, y, season, default, out var log);
        int n = y.Length, k = form.Parameters(12) + 1;
        var aicc = n * Math.Log(sum) + 2 * log + 2 * k + 2.0 * k * (k + 1) / (n - k - 1);
        Assert.Equal(1403.664381, aicc, 3);
        var forecast = new double[3];
        EtsRecursion.Forecast(form, p, n, season, forecast);
        Assert.Equal(448.9737672, forecast[0], 3);
        Assert.Equal(425.2278173, forecast[1], 3);
        Assert.Equal(484.2137115, forecast[2], 3);
    }

    [Fact]
    public void Local_level_of_the_Nile_is_the_reference()
    {
        var model = new EtsModel([EtsForm.Stable[0]]);
        Assert.True(model.Fit(KnownSeries.Nile, 1));
        Assert.Equal(0.2455, model.Parameters.Alpha, 0.01);
        Assert.Equal(1459.03104, model.Aicc, 0.01);
        Assert.Equal(20802.8, model.Variance, 50.0);
        var forecast = new double[5];
        model.Run(KnownSeries.Nile, default, forecast);
        Assert.All(forecast, f => Assert.Equal(805.38, f, 1.0));
    }

    [Fact]
    public void The_chosen_form_of_the_airline_series_is_as_likely_as_the_reference()
    {
        var model = new EtsModel();
        Assert.True(model.Fit(KnownSeries.AirPassengers, 12));
        Assert.Equal(EtsComponent.Multiplicative, model.Form.Season);
        Assert.True(model.Form.MultiplicativeError);
        Assert.InRange(model.Aicc, 1380, 1400.638 + 4);
        double[] reference = [441.8018473, 434.1186201, 496.6300468, 483.2374794, 483.9913534, 551.0244, 613.1796792, 609.3648308, 530.5408345, 463.0332145, 402.7478001, 451.9693731];
        var forecast = new double[12];
        model.Run(KnownSeries.AirPassengers, default, forecast);
        for (var h = 0; h < 12; h++) Assert.InRange(forecast[h] / reference[h], 0.96, 1.04);
    }

    [Fact]
    public void A_prefix_run_forecasts_what_a_cut_series_would()
    {
        var model = new EtsModel(null, averaged: true);
        var y = KnownSeries.AirPassengers;
        model.Fit(y.AsSpan(0, 120), 12);
        double[] fitted = new double[144], one = new double[1];
        model.Run(y, fitted, new double[1]);
        model.Run(y.AsSpan(0, 130), default, one);
        Assert.Equal(fitted[130], one[0]);
    }

    [Fact]
    public void Averaged_forms_and_growth_of_variance_are_consistent()
    {
        var model = new EtsModel([EtsForm.Stable[0]]);
        model.Fit(KnownSeries.Nile, 1);
        var growth = new double[3];
        Assert.True(model.VarianceGrowth(growth));
        var a = model.Parameters.Alpha;
        Assert.Equal([1, 1 + a * a, 1 + 2 * a * a], growth.Select(g => Math.Round(g, 12)).Zip([1, 1 + a * a, 1 + 2 * a * a], (g, e) => Math.Abs(g - e) < 1e-9 ? e : g));
    }
}
