using System.Globalization;
using Analytics.Files;
using Analytics.Forecasting;
using Analytics.Jobs.Pipeline;
using Analytics.Tasks;

namespace Analytics.Jobs.Stages;

/// <summary>One measure's means of all levels, made to add up: items to their category, categories to the total, countries to the total.</summary>
internal sealed class ForecastHierarchy
{
    private readonly Dictionary<(string Level, string Key), Int128[]> _means = [];

    /// <summary>The coherent means of a series, by step, as unscaled DECIMAL(28,7).</summary>
    public Int128[] Of(string level, string key) => _means[(level, key)];

    /// <summary>The sum over all steps.</summary>
    public Int128 Sum(string level, string key)
    {
        Int128 sum = 0;
        foreach (var value in Of(level, key)) sum += value;
        return sum;
    }

    /// <summary>The method that was used, as the configuration names it.</summary>
    public string Method { get; private set; } = Methods[0].Name;

    /// <summary>Why this method.</summary>
    public string Why { get; private set; } = "there is no series";

    /// <summary>
    /// The most series of a measure, and the most sums that must hold (categories, total, countries), for which minimum trace is tried: the errors of so many are
    /// 130 MiB with everything that is made of them, and the equations of so many sums are solved in a tenth of a second.
    /// </summary>
    public const int MostTraced = 50_000, MostTracedSums = 500;

    // The first one stands where nothing decides.
    private static readonly (string Name, ReconciliationMethod Method)[] Methods =
    [
        ("weighted", ReconciliationMethod.WeightedLeastSquares), ("bottom_up", ReconciliationMethod.BottomUp), ("top_down", ReconciliationMethod.TopDown),
        (MinimumTrace, ReconciliationMethod.MinimumTrace),
    ];

    private const string MinimumTrace = "minimum_trace";

    /// <summary>The methods as the configuration names them.</summary>
    public static IEnumerable<string> MethodNames => Methods.Select(method => method.Name);

    /// <summary>Whether a method needs the series' one-step errors.</summary>
    public static bool NeedsErrors(string method) => method is "backtest" or MinimumTrace;

    public static ForecastHierarchy Build(List<ForecastSeries> all, ItemCatalog catalog, string measure, int horizon, string method)
    {
        var result = new ForecastHierarchy();
        var series = all.Where(entry => entry.Measure == measure).ToDictionary(entry => (entry.Level, entry.Key));
        if (!series.TryGetValue(("total", "*"), out var total)) return result;
        // Lists are in key order, which decides ties of rounding. Every item of the catalogue has a sale, so it has a series.
        var categories = Level(series, "category");
        var countries = Level(series, "country");
        var items = catalog.Ids.Select(id => series[("item", id)]).ToList();
        var place = categories.Select((entry, index) => (entry.Key, index)).ToDictionary(entry => entry.Key, entry => entry.index, StringComparer.Ordinal);
        int[] itemCategory = categories.Count == 0 ? [] : catalog.Categories.Select(category => place[category ?? "(unknown)"]).ToArray();
        CoherentMeans Reconcile(Known known, ReconciliationMethod by)
        {
            double[][] Errors(List<ForecastSeries> level) => by == ReconciliationMethod.MinimumTrace ? [.. level.Select(entry => ErrorTrace.Values(known.Errors(entry)))] : [];
            return Reconciliation.Reconcile(new HierarchyForecasts
            {
                Total = known.Means(total),
                TotalVariance = known.Variance(total),
                TotalErrors = Errors([total]) is [var errors] ? errors : [],
                Categories = [.. categories.Select(known.Means)],
                CategoryVariances = [.. categories.Select(known.Variance)],
                CategoryErrors = Errors(categories),
                Items = [.. items.Select(known.Means)],
                ItemVariances = [.. items.Select(known.Variance)],
                ItemErrors = Errors(items),
                ItemCategory = itemCategory,
                Countries = [.. countries.Select(known.Means)],
                CountryVariances = [.. countries.Select(known.Variance)],
                CountryErrors = Errors(countries),
                NonNegative = measure == "units",
                Method = by,
            });
        }
        var before = new Known(entry => entry.Held, entry => entry.HeldSigma * entry.HeldSigma, entry => entry.HeldErrors);
        var now = new Known(entry => entry.Mean, entry => entry.Sigma * entry.Sigma, entry => entry.Errors);
        var untraced = Untraced(series.Count, categories.Count, countries.Count, series.Values.Count(entry => entry.Errors.Length > 0));
        if (method == "backtest") (result.Method, result.Why) = Choose(total, categories, items, countries, untraced, by => Reconcile(before, by));
        else (result.Method, result.Why) = method == MinimumTrace && untraced is not null ? (Methods[0].Name, untraced) : (method, "by the configuration");
        var coherent = Reconcile(now, Methods.Single(m => m.Name == result.Method).Method);
        result._means[("total", "*")] = coherent.Total;
        for (var i = 0; i < categories.Count; i++) result._means[("category", categories[i].Key)] = coherent.Categories[i];
        for (var i = 0; i < countries.Count; i++) result._means[("country", countries[i].Key)] = coherent.Countries[i];
        for (var i = 0; i < items.Count; i++) result._means[("item", items[i].Key)] = coherent.Items[i];
        if (coherent.Total.Length != horizon) throw new InvalidOperationException($"reconciliation gave {coherent.Total.Length} steps for a horizon of {horizon}");
        return result;
    }

    /// <summary>What is known of a series at one time.</summary>
    private sealed record Known(Func<ForecastSeries, double[]> Means, Func<ForecastSeries, double> Variance, Func<ForecastSeries, short[]> Errors);

    /// <summary>Why minimum trace cannot be used; null where it can.</summary>
    /// <param name="series">How many series the measure has.</param>
    /// <param name="categories">How many of them are categories.</param>
    /// <param name="countries">How many of them are countries.</param>
    /// <param name="known">Of how many the one-step errors are known.</param>
    public static string? Untraced(int series, int categories, int countries, int known)
    {
        var sums = Math.Max(1, categories) + (categories > 0 ? 1 : 0) + (countries > 0 ? 1 : 0);
        if (series > MostTraced) return string.Create(CultureInfo.InvariantCulture, $"minimum_trace is not used: {series:N0} series, at most {MostTraced:N0}");
        if (sums > MostTracedSums) return string.Create(CultureInfo.InvariantCulture, $"minimum_trace is not used: {sums:N0} sums, at most {MostTracedSums:N0}");
        return known > 0 ? null : string.Create(CultureInfo.InvariantCulture, $"minimum_trace is not used: none of {series:N0} series has one-step errors");
    }

    /// <summary>
    /// The method whose means for the last days, from the backtest's last origin, were best: the sum of a level's root mean squared errors over that of the
    /// forecasts as they were, averaged over levels.
    /// </summary>
    private static (string Method, string Why) Choose(ForecastSeries total, List<ForecastSeries> categories, List<ForecastSeries> items, List<ForecastSeries> countries, string? untraced, Func<ReconciliationMethod, CoherentMeans> reconcile)
    {
        var horizon = total.Held.Length;
        if (!total.Tested) return (Methods[0].Name, $"the history is too short for a backtest of {horizon} days");
        List<ForecastSeries>[] levels = [[total], categories, items, countries];
        var before = levels.Select(level => level.Sum(entry => RootOfSquares(entry, step => entry.Held[step]))).ToArray();
        if (before.All(error => !(error > 0))) return (Methods[0].Name, "the backtest has no error");
        var methods = Methods.Where(m => untraced is null || m.Name != MinimumTrace).ToArray();
        var ratios = new double[methods.Length];
        for (var m = 0; m < methods.Length; m++)
        {
            var coherent = reconcile(methods[m].Method);
            Int128[][][] means = [[coherent.Total], coherent.Categories, coherent.Items, coherent.Countries];
            var count = 0;
            for (var level = 0; level < levels.Length; level++)
            {
                if (!(before[level] > 0)) continue;
                double sum = 0;
                for (var i = 0; i < levels[level].Count; i++) sum += RootOfSquares(levels[level][i], step => Amounts.ToDouble(means[level][i][step]));
                ratios[m] += sum / before[level];
                count++;
            }
            ratios[m] /= count;
        }
        var best = 0;
        for (var m = 1; m < methods.Length; m++)
            if (ratios[m] < ratios[best]) best = m;
        return (methods[best].Name, $"errors over the last {horizon} days against the forecasts that do not add up, mean of the levels: "
            + string.Join(", ", methods.Select((m, i) => string.Create(CultureInfo.InvariantCulture, $"{m.Name} {ratios[i]:F3}"))) + (untraced is null ? "" : "; " + untraced));
    }

    private static double RootOfSquares(ForecastSeries entry, Func<int, double> forecast)
    {
        double squares = 0;
        for (var step = 0; step < entry.Actual.Length; step++) squares += (entry.Actual[step] - forecast(step)) * (entry.Actual[step] - forecast(step));
        return Math.Sqrt(squares);
    }

    private static List<ForecastSeries> Level(Dictionary<(string Level, string Key), ForecastSeries> series, string level) =>
        series.Values.Where(entry => entry.Level == level).OrderBy(entry => entry.Key, Utf8Order.Comparer).ToList();
}
