namespace Analytics.Forecasting;

/// <summary>A model of the values without outliers and level shifts (<see cref="SeriesCleaning"/>).</summary>
internal sealed class CleanedModel(SeriesModel inner, SeriesCleaning cleaning) : SeriesModel
{
    private double[] _clean = [];

    public override string Name => $"Cleaned-{inner.Name}";

    public override bool Fit(ReadOnlySpan<double> y, int season) => Clean(y, out var clean) && inner.Fit(clean, season);

    public override bool Refit(ReadOnlySpan<double> y, int season) => Clean(y, out var clean) && inner.Refit(clean, season);

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        Clean(y, out var clean);
        inner.Run(clean, fitted, forecast);
        if (cleaning.Shifts == 0) return;
        for (var t = 0; t < fitted.Length; t++)
            fitted[t] = cleaning.Multiplicative ? fitted[t] / StableMath.Exp(cleaning.Shift(t)) : fitted[t] - cleaning.Shift(t);
    }

    public override bool VarianceGrowth(Span<double> growth) => inner.VarianceGrowth(growth);

    // Only what the origin knows is used: an outlier at the end may be the first value of a new level.
    private bool Clean(ReadOnlySpan<double> y, out ReadOnlySpan<double> clean)
    {
        var found = cleaning.Find(y);
        var copy = Scratch(ref _clean, y.Length);
        if (found) cleaning.Values(y.Length).CopyTo(copy);
        else y.CopyTo(copy);
        clean = copy;
        return true;
    }
}
