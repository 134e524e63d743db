using Analytics.Report.Internals.Sections;

namespace Analytics.Report.Internals;

/// <summary>What every section is given.</summary>
internal sealed class Page(ReportModel model) : PageParts
{
    public ReportModel Model { get; } = model;
    public DailySeries Daily { get; } = DailySeries.From(model.Daily);

    /// <summary>The backtests by level; a large shop has tens of thousands, so they are summed up once.</summary>
    public List<AccuracySection.Level> AccuracyLevels => _levels ??= AccuracySection.Levels(Model.Forecast?.Accuracy ?? []);

    private List<AccuracySection.Level>? _levels;

    /// <summary>The currency code; null where not known.</summary>
    public string? Currency { get; } = string.IsNullOrWhiteSpace(model.Header.Currency) ? null : SafeText.Cut(model.Header.Currency, 12);

    public string Money(decimal amount) => Figures.WithCurrency(Currency, Figures.Amount(amount));

    public string Money(double amount) => Figures.WithCurrency(Currency, Figures.Amount(amount));

    public string Measured(string measure, decimal value) => measure == "units" ? Figures.Count(value) + " units" : Money(value);

    public string Measured(string measure, double value) =>
        measure == "units" ? Figures.Fixed(value, Math.Abs(value) < 100 ? 1 : 0) + " units" : Money(value);
}
