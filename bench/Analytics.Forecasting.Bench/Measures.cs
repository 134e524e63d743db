namespace Analytics.Forecasting.Bench;

/// <summary>Errors as the competitions measured them.</summary>
internal static class Measures
{
    public static double Smape(double[] actual, double[] forecast) =>
        actual.Zip(forecast, (y, f) => Math.Abs(y) + Math.Abs(f) > 0 ? 200 * Math.Abs(y - f) / (Math.Abs(y) + Math.Abs(f)) : 0).Average();

    /// <summary>Root mean squared error over that of the naive forecast one step ahead in the history, as the M5 competition's.</summary>
    public static double Rmsse(double[] train, double[] actual, double[] forecast)
    {
        var scale = train.Skip(1).Zip(train, (a, b) => (a - b) * (a - b)).Average();
        return scale > 0 ? Math.Sqrt(actual.Zip(forecast, (y, f) => (y - f) * (y - f)).Average() / scale) : 0;
    }

    public static double Mase(double[] train, double[] actual, double[] forecast, int season)
    {
        var scale = train.Skip(season).Zip(train, (a, b) => Math.Abs(a - b)).Average();
        return scale > 0 ? actual.Zip(forecast, (y, f) => Math.Abs(y - f)).Average() / scale : 0;
    }
}
