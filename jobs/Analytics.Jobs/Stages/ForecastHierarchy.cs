using System.Globalization;
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

    /// <summary>The method that was used, as the configuration names it.</summary>
    public string Method { get; private set; } = Methods[0].Name;

    /// <summary>Why this method.</summary>
    public string Why { get; private set; } = "there is no series";

    // The first one stands where nothing decides.
    private static readonly (string Name, ReconciliationMethod Method)[] Methods =
        [("weighted", ReconciliationMethod.WeightedLeastSquares), ("bottom_up", ReconciliationMethod.BottomUp), ("top_down", ReconciliationMethod.TopDown)];

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
        CoherentMeans Reconcile(Func<ForecastSeries, double[]> means, ReconciliationMethod by) => Reconciliation.Reconcile(new HierarchyForecasts
        {
            Total = means(total),
            TotalVariance = Variance(total),
            Categories = [.. categories.Select(means)],
            CategoryVariances = Variances(categories),
            Items = [.. items.Select(means)],
            ItemVariances = Variances(items),
            ItemCategory = itemCategory,
            Countries = [.. countries.Select(means)],
            CountryVariances = Variances(countries),
            NonNegative = measure == "units",
            Method = by,
        });
        (result.Method, result.Why) = method != "backtest" ? (method, "by the configuration") : Choose(total, categories, items, countries, by => Reconcile(entry => entry.Held, by));
        var coherent = Reconcile(entry => entry.Mean, Methods.Single(m => m.Name == result.Method).Method);
        result._means[("total", "*")] = coherent.Total;
        for (var i = 0; i < categories.Count; i++) result._means[("category", categories[i].Key)] = coherent.Categories[i];
        for (var i = 0; i < countries.Count; i++) result._means[("country", countries[i].Key)] = coherent.Countries[i];
        for (var i = 0; i < items.Count; i++) result._means[("item", items[i].Key)] = coherent.Items[i];
        if (coherent.Total.Length != horizon) throw new InvalidOperationException($"reconciliation gave {coherent.Total.Length} steps for a horizon of {horizon}");
        return result;
    }

    /// <summary>
    /// The method whose means for the last days, from the backtest's last origin, were best: the sum of a level's root mean squared errors over that of the
    /// forecasts as they were, averaged over levels.
    /// </summary>
    private static (string Method, string Why) Choose(ForecastSeries total, List<ForecastSeries> categories, List<ForecastSeries> items, List<ForecastSeries> countries, Func<ReconciliationMethod, CoherentMeans> reconcile)
    {
        var horizon = total.Held.Length;
        if (!total.Tested) return (Methods[0].Name, $"the history is too short for a backtest of {horizon} days");
        List<ForecastSeries>[] levels = [[total], categories, items, countries];
        var before = levels.Select(level => level.Sum(entry => RootOfSquares(entry, step => entry.Held[step]))).ToArray();
        if (before.All(error => !(error > 0))) return (Methods[0].Name, "the backtest has no error");
        var ratios = new double[Methods.Length];
        for (var m = 0; m < Methods.Length; m++)
        {
            var coherent = reconcile(Methods[m].Method);
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
        for (var m = 1; m < Methods.Length; m++)
            if (ratios[m] < ratios[best]) best = m;
        return (Methods[best].Name, $"errors over the last {horizon} days against the forecasts that do not add up, mean of the levels: "
            + string.Join(", ", Methods.Select((m, i) => string.Create(CultureInfo.InvariantCulture, $"{m.Name} {ratios[i]:F3}"))));
    }

    private static double RootOfSquares(ForecastSeries entry, Func<int, double> forecast)
    {
        double squares = 0;
        for (var step = 0; step < entry.Actual.Length; step++) squares += (entry.Actual[step] - forecast(step)) * (entry.Actual[step] - forecast(step));
        return Math.Sqrt(squares);
    }

    private static List<ForecastSeries> Level(Dictionary<(string Level, string Key), ForecastSeries> series, string level) =>
        series.Values.Where(entry => entry.Level == level).OrderBy(entry => entry.Key, Utf8Order.Comparer).ToList();

    private static double[] Variances(List<ForecastSeries> series) => series.Select(Variance).ToArray();

    private static double Variance(ForecastSeries series) => series.Sigma * series.Sigma;
}
