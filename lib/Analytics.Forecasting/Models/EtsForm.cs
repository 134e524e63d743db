namespace Analytics.Forecasting;

/// <summary>A trend or season component's form.</summary>
internal enum EtsComponent
{
    None,
    Additive,
    Damped,
    Multiplicative,
}

/// <summary>The form of an exponential smoothing model: error, trend, season.</summary>
internal readonly record struct EtsForm(bool MultiplicativeError, EtsComponent Trend, EtsComponent Season)
{
    /// <summary>
    /// The 15 stable forms: additive errors with a multiplicative season and multiplicative trends are left out, for their
    /// variance is infinite or their forecasts run away (Hyndman and Khandakar 2008, section 2.5).
    /// </summary>
    public static readonly EtsForm[] Stable =
    [
        new(false, EtsComponent.None, EtsComponent.None), new(true, EtsComponent.None, EtsComponent.None),
        new(false, EtsComponent.Additive, EtsComponent.None), new(true, EtsComponent.Additive, EtsComponent.None),
        new(false, EtsComponent.Damped, EtsComponent.None), new(true, EtsComponent.Damped, EtsComponent.None),
        new(false, EtsComponent.None, EtsComponent.Additive), new(true, EtsComponent.None, EtsComponent.Additive),
        new(false, EtsComponent.Additive, EtsComponent.Additive), new(true, EtsComponent.Additive, EtsComponent.Additive),
        new(false, EtsComponent.Damped, EtsComponent.Additive), new(true, EtsComponent.Damped, EtsComponent.Additive),
        new(true, EtsComponent.None, EtsComponent.Multiplicative),
        new(true, EtsComponent.Additive, EtsComponent.Multiplicative),
        new(true, EtsComponent.Damped, EtsComponent.Multiplicative),
    ];

    public string Name => $"ETS({(MultiplicativeError ? "M" : "A")},{Trend switch { EtsComponent.None => "N", EtsComponent.Damped => "Ad", _ => "A" }},{Season switch { EtsComponent.None => "N", EtsComponent.Multiplicative => "M", _ => "A" }})";

    /// <summary>Smoothing parameters and free initial states, without the variance.</summary>
    public int Parameters(int season) =>
        2 + (Trend == EtsComponent.None ? 0 : Trend == EtsComponent.Damped ? 3 : 2) + (Season == EtsComponent.None ? 0 : season);
}

/// <summary>Smoothing parameters and initial level and slope; α, β, γ as in R's forecast (β is at most α, γ at most 1 − α).</summary>
internal struct EtsParameters
{
    public double Alpha, Beta, Gamma, Phi, Level, Slope;
}
