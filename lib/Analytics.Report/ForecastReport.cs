namespace Analytics.Report;

/// <summary>What the forecast stage found.</summary>
public sealed record ForecastReport
{
    /// <summary>Days ahead.</summary>
    public int Horizon { get; init; }

    /// <summary>
    /// The series to draw. Give both measures of the total, of the net amounts every country and category, and of the items at
    /// least the <see cref="ReportPage.ItemsShown"/> with the greatest forecast: the page orders by the sum of the means and
    /// shows that many. The page counts what exists from <see cref="Counts"/>.
    /// </summary>
    public IReadOnlyList<ForecastSeries> Series { get; init; } = [];

    /// <summary>How many series ended in each status, over all series of the run, shown or not.</summary>
    public IReadOnlyList<ForecastCount> Counts { get; init; } = [];

    /// <summary>The rows of the table forecast_accuracy, all levels; summed up by the page.</summary>
    public IReadOnlyList<AccuracyRow> Accuracy { get; init; } = [];
}

/// <summary>One series with its history and forecast.</summary>
public sealed record ForecastSeries
{
    /// <summary>total, country, category or item.</summary>
    public required string Level { get; init; }

    /// <summary>The series' key within its level; <c>*</c> for the total.</summary>
    public required string Key { get; init; }

    /// <summary>A name to show in place of the key, such as an item's.</summary>
    public string? Name { get; init; }

    /// <summary>units or net_amount.</summary>
    public required string Measure { get; init; }

    /// <summary>The model chosen.</summary>
    public string Model { get; init; } = "";

    /// <summary>ok, fallback, short_history or failed.</summary>
    public string Status { get; init; } = "ok";

    /// <summary>Why the status is not ok; null where there is nothing to say.</summary>
    public string? Message { get; init; }

    /// <summary>Days with a value, in any order; the page shows the last 26 weeks at most beside a forecast.</summary>
    public IReadOnlyList<DatedValue> History { get; init; } = [];

    /// <summary>Days ahead, in any order.</summary>
    public IReadOnlyList<ForecastPoint> Points { get; init; } = [];
}

/// <summary>One day ahead. Bounds that are not finite are left out of the drawing and shown as a dash.</summary>
/// <param name="Date">The day.</param>
/// <param name="Mean">The coherent mean.</param>
/// <param name="Median">The median.</param>
/// <param name="Lower80">Lower bound of the 80 % interval.</param>
/// <param name="Upper80">Upper bound of the 80 % interval.</param>
/// <param name="Lower95">Lower bound of the 95 % interval.</param>
/// <param name="Upper95">Upper bound of the 95 % interval.</param>
public readonly record struct ForecastPoint(
    DateOnly Date, decimal Mean, double Median, double Lower80, double Upper80, double Lower95, double Upper95);

/// <summary>Series of one level and measure that ended in one status.</summary>
/// <param name="Level">total, country, category or item.</param>
/// <param name="Measure">units or net_amount.</param>
/// <param name="Status">ok, fallback, short_history or failed.</param>
/// <param name="Series">How many.</param>
public readonly record struct ForecastCount(string Level, string Measure, string Status, long Series);

/// <summary>One row of the table forecast_accuracy.</summary>
/// <param name="Level">total, country, category or item.</param>
/// <param name="Key">The series' key.</param>
/// <param name="Measure">units or net_amount.</param>
/// <param name="Model">The model; the yardstick is <see cref="ReportPage.NaiveModel"/>.</param>
/// <param name="Folds">Backtests behind the numbers.</param>
/// <param name="Mase">Mean absolute scaled error; null where not defined.</param>
/// <param name="Smape">Symmetric mean absolute percentage error, in per cent (0 to 200).</param>
/// <param name="Rmsse">Root mean squared scaled error.</param>
/// <param name="Coverage80">Share of actual values inside the 80 % interval, 0 to 1.</param>
/// <param name="Coverage95">Share of actual values inside the 95 % interval, 0 to 1.</param>
/// <param name="Chosen">Whether this model made the forecast.</param>
public sealed record AccuracyRow(
    string Level, string Key, string Measure, string Model, long Folds,
    double? Mase, double? Smape, double? Rmsse, double? Coverage80, double? Coverage95, bool Chosen);
