namespace Analytics.Forecasting.Bench;

/// <summary>The models that are measured alone.</summary>
internal static class Candidates
{
    public static readonly (string Label, Func<SeriesModel> Make)[] All =
    [
        ("snaive", () => new SeasonalNaiveModel()),
        ("ets", () => new EtsModel()),
        ("theta", () => new ThetaModel(ThetaKind.Standard)),
        ("ot", () => new ThetaModel(ThetaKind.Optimised)),
        ("dot", () => new ThetaModel(ThetaKind.Dynamic)),
        ("dotS", () => new ThetaModel(ThetaKind.Dynamic, true)),
        ("etsA", () => new EtsModel(null, true)),
        ("cesAdj", () => new AdjustedModel(new ComplexSmoothingModel())),
        ("etsAdj", () => new AdjustedModel(new EtsModel(null, true))),
        ("arima", () => new ArimaModel()),
        ("arimaAdj", () => new AdjustedModel(new ArimaModel())),
        ("logDotS", () => new LogarithmModel(new ThetaModel(ThetaKind.Dynamic, true))),
        ("logEtsA", () => new LogarithmModel(new EtsModel(null, true))),
        ("logArima", () => new LogarithmModel(new ArimaModel())),
        ("logCesAdj", () => new LogarithmModel(new AdjustedModel(new ComplexSmoothingModel()))),
        ("thetaS", () => new ThetaModel(ThetaKind.Standard, true)),
        ("arimaA", () => new ArimaModel(true)),
        ("globalTrend", () => new AdjustedModel(new GlobalTrendModel())),
        ("etsAHeavy", () => new EtsModel(null, true, heavyTails: true)),
        ("logEtsAHeavy", () => new LogarithmModel(new EtsModel(null, true, heavyTails: true))),
        ("cesAdjHeavy", () => new AdjustedModel(new ComplexSmoothingModel(heavyTails: true))),
        ("arimaAHeavy", () => new ArimaModel(true, heavyTails: true)),
        ("ces", () => new ComplexSmoothingModel()),
    ];
}
