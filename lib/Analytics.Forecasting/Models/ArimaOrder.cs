namespace Analytics.Forecasting;

/// <summary>The orders of a seasonal ARIMA model.</summary>
internal readonly record struct ArimaOrder(int P, int D, int Q, int SeasonalP, int SeasonalD, int SeasonalQ, bool Constant)
{
    public int Coefficients => P + Q + SeasonalP + SeasonalQ + (Constant ? 1 : 0);

    public string Name(int season) =>
        $"ARIMA({P},{D},{Q}){(SeasonalP + SeasonalD + SeasonalQ > 0 ? $"({SeasonalP},{SeasonalD},{SeasonalQ})[{season}]" : "")}{(Constant ? D + SeasonalD > 0 ? "+drift" : "+mean" : "")}";
}
