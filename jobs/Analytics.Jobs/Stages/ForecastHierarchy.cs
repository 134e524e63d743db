using Analytics.Files;
using Analytics.Forecasting;
using Analytics.Jobs.Pipeline;

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
        var coherent = Reconciliation.Reconcile(new HierarchyForecasts
        {
            Total = total.Mean,
            TotalVariance = Variance(total),
            Categories = Means(categories),
            CategoryVariances = Variances(categories),
            Items = Means(items),
            ItemVariances = Variances(items),
            ItemCategory = categories.Count == 0 ? [] : catalog.Categories.Select(category => place[category ?? "(unknown)"]).ToArray(),
            Countries = Means(countries),
            CountryVariances = Variances(countries),
            NonNegative = measure == "units",
            Method = method switch { "bottom_up" => ReconciliationMethod.BottomUp, "top_down" => ReconciliationMethod.TopDown, _ => ReconciliationMethod.WeightedLeastSquares },
        });
        result._means[("total", "*")] = coherent.Total;
        for (var i = 0; i < categories.Count; i++) result._means[("category", categories[i].Key)] = coherent.Categories[i];
        for (var i = 0; i < countries.Count; i++) result._means[("country", countries[i].Key)] = coherent.Countries[i];
        for (var i = 0; i < items.Count; i++) result._means[("item", items[i].Key)] = coherent.Items[i];
        if (coherent.Total.Length != horizon) throw new InvalidOperationException($"reconciliation gave {coherent.Total.Length} steps for a horizon of {horizon}");
        return result;
    }

    private static List<ForecastSeries> Level(Dictionary<(string Level, string Key), ForecastSeries> series, string level) =>
        series.Values.Where(entry => entry.Level == level).OrderBy(entry => entry.Key, Utf8Order.Comparer).ToList();

    private static double[][] Means(List<ForecastSeries> series) => series.Select(entry => entry.Mean).ToArray();

    private static double[] Variances(List<ForecastSeries> series) => series.Select(Variance).ToArray();

    private static double Variance(ForecastSeries series) => series.Sigma * series.Sigma;
}
