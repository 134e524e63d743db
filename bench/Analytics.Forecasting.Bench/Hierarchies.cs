using System.Globalization;
using System.IO.Compression;

namespace Analytics.Forecasting.Bench;

/// <summary>
/// Which reconciliation is best: Breakfast at the Frat (weekly units: total, categories, products, and stores as second grouping) and
/// Rossmann (weekly sales: total, store types, stores), several origins, mean RMSSE by level against the forecasts as they were.
/// </summary>
internal static class Hierarchies
{
    private sealed record Tree(string Name, double[] Total, double[][] Categories, double[][] Items, int[] Category, double[][] Countries, int Horizon, int Season);

    public static void Run(string data)
    {
        foreach (var tree in (Tree[])[Breakfast(Path.Combine(data, "breakfast"), 1), Breakfast(Path.Combine(data, "breakfast"), 6), RossmannWeeks(Path.Combine(data, "rossmann"))]) Measure(tree);
    }

    private static void Measure(Tree tree)
    {
        string[] levels = ["total", "category", "item", "country"];
        ReconciliationMethod?[] methods = [null, .. Enum.GetValues<ReconciliationMethod>().Select(m => (ReconciliationMethod?)m)];
        // The last row is the method that was best one origin before, by the mean over levels.
        var errors = new double[methods.Length + 1, 4];
        var counts = new double[4];
        double[,]? later = null;
        const int Origins = 6;
        for (var o = 0; o <= Origins; o++)
        {
            var n = tree.Total.Length - tree.Horizon - o * 4;
            double[][] rows = [tree.Total, .. tree.Categories, .. tree.Items, .. tree.Countries];
            var forecasts = new SeriesForecast[rows.Length];
            Parallel.For(0, rows.Length, () => new SeriesForecaster(), (i, _, f) =>
            {
                forecasts[i] = f.Forecast(rows[i].AsSpan(0, n), new SeriesOptions { Horizon = tree.Horizon, Seasons = [tree.Season], NonNegative = true, KeepErrors = true });
                return f;
            }, _ => { });
            int c = tree.Categories.Length, k = tree.Items.Length;
            var here = new double[methods.Length, 4];
            double[][] Means(int from, int count) => [.. Enumerable.Range(from, count).Select(i => forecasts[i].Mean)];
            double[] Variances(int from, int count) => [.. Enumerable.Range(from, count).Select(i => forecasts[i].Sigma * forecasts[i].Sigma)];
            double[][] Errors(int from, int count) => [.. Enumerable.Range(from, count).Select(i => forecasts[i].Errors)];
            for (var m = 0; m < methods.Length; m++)
            {
                double[][] means;
                if (methods[m] is { } method)
                {
                    var r = Reconciliation.Reconcile(new HierarchyForecasts
                    {
                        Method = method, NonNegative = true, Total = forecasts[0].Mean, TotalVariance = Variances(0, 1)[0], TotalErrors = forecasts[0].Errors,
                        Categories = Means(1, c), CategoryVariances = Variances(1, c), CategoryErrors = Errors(1, c),
                        Items = Means(1 + c, k), ItemVariances = Variances(1 + c, k), ItemErrors = Errors(1 + c, k), ItemCategory = tree.Category,
                        Countries = Means(1 + c + k, tree.Countries.Length), CountryVariances = Variances(1 + c + k, tree.Countries.Length), CountryErrors = Errors(1 + c + k, tree.Countries.Length),
                    });
                    means = [.. ((Int128[][])[r.Total, .. r.Categories, .. r.Items, .. r.Countries]).Select(row => row.Select(v => (double)v / Reconciliation.UnitsInOne).ToArray())];
                }
                else
                {
                    means = [.. forecasts.Select(f => f.Mean)];
                }
                for (var i = 0; i < rows.Length; i++)
                {
                    var scale = Math.Sqrt(Enumerable.Range(1, n - 1).Sum(t => Math.Pow(rows[i][t] - rows[i][t - 1], 2)) / (n - 1));
                    if (!(scale > 0)) continue;
                    var level = i == 0 ? 0 : i <= c ? 1 : i <= c + k ? 2 : 3;
                    here[m, level] += Math.Sqrt(Enumerable.Range(0, tree.Horizon).Sum(h => Math.Pow(rows[i][n + h] - means[i][h], 2)) / tree.Horizon) / scale;
                    if (m == 0 && o < Origins) counts[level]++;
                }
            }
            // Origins go back in time: this one decides for the one behind it, and the last one decides only.
            if (later is not null)
            {
                var chosen = Enumerable.Range(1, methods.Length - 1).MinBy(m => Enumerable.Range(0, 4).Sum(level => here[0, level] > 0 ? here[m, level] / here[0, level] : 0));
                for (var level = 0; level < 4; level++) errors[methods.Length, level] += later[chosen, level];
            }
            later = here;
            if (o == Origins) break;
            for (var m = 0; m < methods.Length; m++)
                for (var level = 0; level < 4; level++) errors[m, level] += here[m, level];
        }
        Console.WriteLine($"{tree.Name}: {tree.Categories.Length} categories, {tree.Items.Length} items, {tree.Countries.Length} groups, {Origins} origins, {tree.Horizon} ahead, mean RMSSE");
        for (var m = 0; m <= methods.Length; m++)
            Console.WriteLine($"  {(m == methods.Length ? "best one origin before" : methods[m]?.ToString() ?? "as they were"),-22} {string.Join("  ", Enumerable.Range(0, 4).Where(l => counts[l] > 0).Select(l => $"{levels[l]} {errors[m, l] / counts[l]:F4}"))}");
    }

    private static Tree Breakfast(string folder, int storesEach)
    {
        var category = Lines(folder, "products.csv.gz").ToDictionary(f => f[0], f => f[3]);
        var sales = Lines(folder, "transactions.csv.gz").Select(f => (Week: f[0], Store: f[1], Product: f[2], Units: double.Parse(f[3], CultureInfo.InvariantCulture))).ToList();
        var stores = sales.Select(s => s.Store).Distinct().Order(StringComparer.Ordinal).Where((_, i) => i % storesEach == 0).ToHashSet();
        sales = [.. sales.Where(s => stores.Contains(s.Store))];
        var weeks = sales.Select(s => s.Week).Distinct().Order(StringComparer.Ordinal).Select((w, i) => (w, i)).ToDictionary(p => p.w, p => p.i);
        double[][] By(Func<(string Week, string Store, string Product, double Units), string> key, out string[] keys)
        {
            keys = [.. sales.Select(key).Distinct().Order(StringComparer.Ordinal)];
            var place = keys.Select((k, i) => (k, i)).ToDictionary(p => p.k, p => p.i);
            var rows = new double[keys.Length][];
            for (var i = 0; i < rows.Length; i++) rows[i] = new double[weeks.Count];
            foreach (var s in sales) rows[place[key(s)]][weeks[s.Week]] += s.Units;
            return rows;
        }
        var total = By(_ => "*", out _)[0];
        var categories = By(s => category[s.Product], out var names);
        // All stores: products and stores are two groupings; a part of them: every product in every store is an item.
        if (storesEach == 1)
        {
            var items = By(s => s.Product, out var products);
            return new Tree("Breakfast, products and stores", total, categories, items, [.. products.Select(p => Array.IndexOf(names, category[p]))], By(s => s.Store, out _), 13, 52);
        }
        var pairs = By(s => s.Product + "/" + s.Store, out var keys);
        return new Tree($"Breakfast, products by store, every {storesEach}th store", total, categories, pairs, [.. keys.Select(p => Array.IndexOf(names, category[p.Split('/')[0]]))], By(s => s.Store, out _), 13, 52);
    }

    private static Tree RossmannWeeks(string folder)
    {
        var types = Lines(folder, "store.csv.gz").ToDictionary(f => f[0], f => f[1]);
        var stores = Rossmann.Read(folder).Where((_, i) => i % 4 == 0).ToArray();
        double[][] items = [.. stores.Select(s => Enumerable.Range(0, s.Sales.Length / 7).Select(w => s.Sales.AsSpan(s.Sales.Length % 7 + 7 * w, 7).ToArray().Sum()).ToArray())];
        string[] names = [.. stores.Select(s => types[s.Id]).Distinct().Order(StringComparer.Ordinal)];
        int[] category = [.. stores.Select(s => Array.IndexOf(names, types[s.Id]))];
        double[] Sum(Func<int, bool> takes) => [.. Enumerable.Range(0, items[0].Length).Select(t => Enumerable.Range(0, items.Length).Where(takes).Sum(i => items[i][t]))];
        return new Tree("Rossmann, weeks, every 4th store", Sum(_ => true), [.. Enumerable.Range(0, names.Length).Select(c => Sum(i => category[i] == c))], items, category, [], 8, 52);
    }

    private static IEnumerable<string[]> Lines(string folder, string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, name)), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line) yield return line.Replace("\"", "", StringComparison.Ordinal).Split(',');
    }
}
