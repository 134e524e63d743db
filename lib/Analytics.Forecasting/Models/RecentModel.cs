namespace Analytics.Forecasting;

/// <summary>
/// A model of the later half of the history. Beside the same model of all of it, it hedges against a break whose date is not known (averaging over
/// estimation windows: Pesaran and Timmermann 2007, Selection of estimation window in the presence of breaks).
/// </summary>
/// <remarks>
/// At least three seasons and a value, or ten values, are kept; a history no longer than that is taken whole. Values before the window have no one-step forecast (NaN).
/// </remarks>
internal sealed class RecentModel(SeriesModel inner) : SeriesModel
{
    private const int LeastValues = 10, LeastSeasons = 3;
    private int _from;

    public override string Name => _from > 0 ? $"Recent-{inner.Name}" : inner.Name;

    public override bool Fit(ReadOnlySpan<double> y, int season)
    {
        _from = y.Length - Math.Min(y.Length, Math.Max((y.Length + 1) / 2, season > 1 ? LeastSeasons * season + 1 : LeastValues));
        return inner.Fit(y[_from..], season);
    }

    public override void Run(ReadOnlySpan<double> y, Span<double> fitted, Span<double> forecast)
    {
        if (!fitted.IsEmpty) fitted[.._from].Fill(double.NaN);
        inner.Run(y[_from..], fitted.IsEmpty ? default : fitted[_from..], forecast);
    }

    public override bool VarianceGrowth(Span<double> growth) => inner.VarianceGrowth(growth);
}
