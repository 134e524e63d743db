namespace Analytics.Forecasting;

/// <summary>
/// Base forecasts of one measure at all levels, to be made coherent. Every row has one value a period ahead; rows stand
/// in key order, which decides ties of rounding.
/// </summary>
public sealed class HierarchyForecasts
{
    /// <summary>The total's means.</summary>
    public required double[] Total { get; init; }

    /// <summary>The variance of the total's one-step errors; 0 or NaN where unknown.</summary>
    public double TotalVariance { get; init; }

    /// <summary>The categories' means; empty where there are no categories.</summary>
    public double[][] Categories { get; init; } = [];

    /// <summary>The categories' variances, one each.</summary>
    public double[] CategoryVariances { get; init; } = [];

    /// <summary>The items' means.</summary>
    public required double[][] Items { get; init; }

    /// <summary>The items' variances, one each.</summary>
    public required double[] ItemVariances { get; init; }

    /// <summary>The index of each item's category; empty where there are no categories.</summary>
    public int[] ItemCategory { get; init; } = [];

    /// <summary>The means of the second grouping's groups, whose sum is the total too; empty for none.</summary>
    public double[][] Countries { get; init; } = [];

    /// <summary>The variances of the second grouping's groups, one each.</summary>
    public double[] CountryVariances { get; init; } = [];

    /// <summary>
    /// The total's one-step errors, one a period, ending with the last; NaN where there is none. Errors of all rows end with the same
    /// period; <see cref="ReconciliationMethod.MinimumTrace"/> needs them.
    /// </summary>
    public double[] TotalErrors { get; init; } = [];

    /// <summary>The categories' errors; empty, or one row each.</summary>
    public double[][] CategoryErrors { get; init; } = [];

    /// <summary>The items' errors; empty, or one row each.</summary>
    public double[][] ItemErrors { get; init; } = [];

    /// <summary>The errors of the second grouping's groups; empty, or one row each.</summary>
    public double[][] CountryErrors { get; init; } = [];

    /// <summary>Whether no mean may be below 0.</summary>
    public bool NonNegative { get; init; }

    /// <summary>How levels are weighed against each other.</summary>
    public ReconciliationMethod Method { get; init; } = ReconciliationMethod.WeightedLeastSquares;
}

/// <summary>How base forecasts of several levels become one coherent set.</summary>
public enum ReconciliationMethod
{
    /// <summary>
    /// Least squares weighted by the variances of the base forecasts' errors
    /// (Wickramasuriya, Athanasopoulos and Hyndman 2019, with a diagonal error covariance).
    /// </summary>
    WeightedLeastSquares,

    /// <summary>Sums of the items' forecasts.</summary>
    BottomUp,

    /// <summary>
    /// Least squares weighted by the full covariance of the base forecasts' errors, shrunk towards its diagonal (the same paper's
    /// MinT(Shrink)). Without errors it is <see cref="WeightedLeastSquares"/>.
    /// </summary>
    MinimumTrace,

    /// <summary>The total's forecast, divided in proportion to the forecasts below (Athanasopoulos, Ahmed and Hyndman 2009).</summary>
    TopDown,
}

/// <summary>
/// Coherent means in units of 10⁻⁷ (the unscaled value of a DECIMAL(28,7)): items add up to their category, categories to
/// the total, countries to the total, exactly.
/// </summary>
/// <param name="Total">One value a period ahead.</param>
/// <param name="Categories">A row a category.</param>
/// <param name="Items">A row an item.</param>
/// <param name="Countries">A row a country.</param>
public sealed record CoherentMeans(Int128[] Total, Int128[][] Categories, Int128[][] Items, Int128[][] Countries);
