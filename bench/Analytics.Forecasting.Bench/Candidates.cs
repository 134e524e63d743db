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
        ("ces", () => new ComplexSmoothingModel()),
    ];
}
