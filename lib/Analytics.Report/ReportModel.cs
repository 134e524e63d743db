namespace Analytics.Report;

/// <summary>
/// Everything the report page shows, as plain numbers and texts. A section that is null did not run (the page says so);
/// a section with empty lists ran and found nothing (the page says that instead).
/// </summary>
public sealed record ReportModel
{
    /// <summary>Who, when, which run.</summary>
    public required ReportHeader Header { get; init; }

    /// <summary>Sums over all dates that the run covers.</summary>
    public required ReportTotals Totals { get; init; }

    /// <summary>The same sums in the run before; null in a first run.</summary>
    public ReportTotals? PreviousTotals { get; init; }

    /// <summary>One row a day with a sale or return, in any order; days without a row count as zero.</summary>
    public IReadOnlyList<DailyFigures> Daily { get; init; } = [];

    /// <summary>Forecasts and their accuracy; null where the stage did not run.</summary>
    public ForecastReport? Forecast { get; init; }

    /// <summary>Itemsets and rules; null where the stage did not run.</summary>
    public RulesReport? Rules { get; init; }

    /// <summary>Customer segments; null where the stage did not run.</summary>
    public SegmentsReport? Segments { get; init; }

    /// <summary>Fates, rejects and checks.</summary>
    public QualityReport Quality { get; init; } = new();

    /// <summary>What differs from the base run; null in a first run.</summary>
    public ChangesReport? Changes { get; init; }

    /// <summary>Roots on a chain; null leaves the part out.</summary>
    public AnchorsReport? Anchors { get; init; }
}

/// <summary>Names the run. No clock is read: what is not here is not on the page.</summary>
public sealed record ReportHeader
{
    /// <summary>The shop's name as configured.</summary>
    public required string ShopName { get; init; }

    /// <summary>The date the run is for.</summary>
    public required DateOnly BusinessDate { get; init; }

    /// <summary>The run id: 16 hex digits, with a suffix for forced runs.</summary>
    public required string RunId { get; init; }

    /// <summary>The run whose files and segment ids this one takes over; null in a first run.</summary>
    public string? BaseRunId { get; init; }

    /// <summary>The base run's business date.</summary>
    public DateOnly? BaseBusinessDate { get; init; }

    /// <summary>The engine's name and version, such as <c>DuckDB 1.5.6</c>; null leaves the line out.</summary>
    public string? Engine { get; init; }

    /// <summary>The program's name and version; null leaves the line out.</summary>
    public string? Program { get; init; }

    /// <summary>The one currency of the lake, such as <c>GBP</c>; null where not known: amounts then stand without one.</summary>
    public string? Currency { get; init; }

    /// <summary>First and last order date with a line.</summary>
    public DateOnly? FirstDate { get; init; }

    /// <inheritdoc cref="FirstDate"/>
    public DateOnly? LastDate { get; init; }

    /// <summary>The number of dates that have at least one line.</summary>
    public int Dates { get; init; }

    /// <summary>Source files that the run rests on.</summary>
    public int SourceFiles { get; init; }
}

/// <summary>Sums over a whole run.</summary>
/// <param name="GrossAmount">Sales, in the lake's currency.</param>
/// <param name="ReturnAmount">Returns, at most 0.</param>
/// <param name="Orders">Sale orders, each counted on every date that it has a line on.</param>
/// <param name="Customers">Distinct customers with an id and a sale.</param>
/// <param name="Units">Units sold.</param>
/// <param name="Items">Distinct items sold.</param>
public sealed record ReportTotals(
    decimal GrossAmount, decimal ReturnAmount, long Orders, long Customers, decimal Units, long Items)
{
    /// <summary>Sales plus (negative) returns.</summary>
    public decimal NetAmount => GrossAmount + ReturnAmount;
}

/// <summary>One day of the shop, as in the table daily_sales at level total.</summary>
/// <param name="Date">The local order date.</param>
/// <param name="GrossAmount">Sales.</param>
/// <param name="ReturnAmount">Returns, at most 0.</param>
/// <param name="Orders">Distinct sale orders.</param>
/// <param name="Units">Units sold.</param>
/// <param name="Customers">Distinct customers with an id and a sale.</param>
public readonly record struct DailyFigures(
    DateOnly Date, decimal GrossAmount, decimal ReturnAmount, long Orders, decimal Units, long Customers);

/// <summary>A value on a date.</summary>
/// <param name="Date">The date.</param>
/// <param name="Value">Units or an amount, as the series says.</param>
public readonly record struct DatedValue(DateOnly Date, decimal Value);
