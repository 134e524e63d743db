namespace Analytics.Forecasting.Bench;

/// <summary>Errors as the competitions measured them.</summary>
internal static class Measures
{
    public static double Smape(double[] actual, double[] forecast) =>
        actual.Zip(forecast, (y, f) => Math.Abs(y) + Math.Abs(f) > 0 ? 200 * Math.Abs(y - f) / (Math.Abs(y) + Math.Abs(f)) : 0).Average();

    public static double Mase(double[] train, double[] actual, double[] forecast, int season)
    {
        var scale = train.Skip(season).Zip(train, (a, b) => Math.Abs(a - b)).Average();
        return scale > 0 ? actual.Zip(forecast, (y, f) => Math.Abs(y - f)).Average() / scale : 0;
    }
}
