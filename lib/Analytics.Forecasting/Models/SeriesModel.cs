namespace Analytics.Forecasting;

/// <summary>
/// One way to forecast a series. An instance belongs to one thread and keeps its scratch memory between series.
/// </summary>
internal abstract class SeriesModel
{
    /// <summary>The name in the tables, with the form where there are several: <c>ETS(M,Ad,M)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Estimates the parameters.</summary>
    /// <param name="y">Finite values in time order.</param>
    /// <param name="season">The season's length in periods, 1 for none.</param>
    /// <returns>False where the model does not apply to such a series.</returns>
    public abstract bool Fit(ReadOnlySpan<double> y, int season);

    /// <summary>
    /// Estimates anew for a longer series of which the last <see cref="Fit"/> saw the start; a model whose choice of form is
    /// dear may keep the form.
    /// </summary>
    public virtual bool Refit(ReadOnlySpan<double> y, int season) => Fit(y, season);

    /// <summary>
    /// Runs the model with the parameters of the last <see cref="Fit"/> through <paramref name="y"/>, which starts where
    /// the fitted series started but may be shorter or longer, and forecasts from its end.
    /// </summary>
    /// <param name="y">The values up to the origin.</param>
    /// <param name="fitted">One-step forecasts of each value, as long as <paramref name="y"/>; empty where not wanted.</param>
    /// <param name="forecast">The forecasts 1, 2, ... periods ahead.</param>
    public abstract void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast);

    /// <summary>
    /// The variance of the forecast error 1, 2, ... periods ahead over that of one period, where the model knows it.
    /// </summary>
    public virtual bool VarianceGrowth(Span<double> growth) => false;

    /// <summary>Whether no value is as low as a hundredth of their mean: logarithms and powers are then harmless.</summary>
    public static bool IsPositive(ReadOnlySpan<double> y)
    {
        double least = double.PositiveInfinity, sum = 0;
        foreach (var v in y)
        {
            least = Math.Min(least, v);
            sum += v;
        }
        return least > 0.01 * sum / y.Length;
    }

    /// <summary>Grows a scratch array.</summary>
    protected static Span<double> Scratch(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[Math.Max(length, array.Length * 2)];
        return array.AsSpan(0, length);
    }
}
