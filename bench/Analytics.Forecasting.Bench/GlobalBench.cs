using System.Globalization;
using System.IO.Compression;
using Analytics.Forecasting.Global;

namespace Analytics.Forecasting.Bench;

/// <summary>
/// The global boosted model against the default, and their mean, on held-out ends: M3 training parts, Rossmann, Breakfast and Online Retail items.
/// </summary>
internal static class GlobalBench
{
    public static void Run(string data, string[] sets)
    {
        foreach (var set in sets)
        {
            if (set is "yearly" or "quarterly" or "monthly")
            {
                var m3 = M3.Read(Path.Combine(data, "m3")).Where(s => s.Period.Equals(set, StringComparison.OrdinalIgnoreCase)).ToArray();
                Measure("M3 " + set, [.. m3.Select(s => s.Train)], m3[0].Test.Length, [.. m3[0].Season > 1 ? (int[])[m3[0].Season] : []], false);
            }
            else if (set == "rossmann")
            {
                Measure("Rossmann, Monday to Saturday, every 4th store", [.. Rossmann.Read(Path.Combine(data, "rossmann")).Where((_, i) => i % 4 == 0).Select(WithoutSundays)], 28, [6], true);
            }
            else if (set == "breakfast")
            {
                Measure("Breakfast, product and store", [.. Lines(Path.Combine(data, "breakfast"), "transactions.csv.gz").GroupBy(f => f[1] + "/" + f[2]).Where((_, i) => i % 4 == 0)
                    .Select(g => g.OrderBy(f => f[0], StringComparer.Ordinal).Select(f => double.Parse(f[3], CultureInfo.InvariantCulture)).ToArray()).Where(y => y.Length >= 100)], 13, [52], true);
            }
            else if (set == "retail")
            {
                Measure("Online Retail, items' daily units, every 3rd", Retail(Path.Combine(data, "online_retail")), 28, [6], true);
            }
            else
            {
                throw new ArgumentException($"{set}: one of yearly, quarterly, monthly, rossmann, breakfast, retail is expected");
            }
        }
    }

    private static void Measure(string name, List<double[]> all, int horizon, int[] seasons, bool nonNegative)
    {
        all = [.. all.Where(y => y.Length > GlobalForecaster.ShortestHistory + horizon)];
        double[][] train = [.. all.Select(y => y[..^horizon])];
        var clock = Environment.CpuUsage.UserTime;
        var global = GlobalForecaster.Forecast(train, new GlobalOptions { Horizon = horizon, Season = seasons.Length > 0 ? seasons[0] : 1 });
        var trained = (Environment.CpuUsage.UserTime - clock).TotalSeconds;
        var forecaster = new SeriesForecaster();
        double own = 0, boosted = 0, both = 0, count = 0;
        for (var i = 0; i < all.Count; i++)
        {
            var scale = Math.Sqrt(Enumerable.Range(1, train[i].Length - 1).Sum(t => Math.Pow(train[i][t] - train[i][t - 1], 2)) / (train[i].Length - 1));
            if (!(scale > 0) || global[i] is not { } g) continue;
            var f = forecaster.Forecast(train[i], new SeriesOptions { Horizon = horizon, Seasons = seasons, NonNegative = nonNegative }).Mean;
            if (nonNegative) g = [.. g.Select(v => Math.Max(0, v))];
            double Error(Func<int, double> value) => Math.Sqrt(Enumerable.Range(0, horizon).Sum(h => Math.Pow(all[i][^(horizon - h)] - value(h), 2)) / horizon) / scale;
            own += Error(h => f[h]);
            boosted += Error(h => g[h]);
            both += Error(h => 0.5 * (f[h] + g[h]));
            count++;
        }
        Console.WriteLine($"{name}: {count} series, {horizon} held out, mean RMSSE: default {own / count:F4}, global {boosted / count:F4}, their mean {both / count:F4}; global {trained:F1} s of CPU");
    }

    /// <summary>Sundays are left out, other closed days get the week before, so that weekdays keep their place.</summary>
    private static double[] WithoutSundays(Rossmann.Store s)
    {
        var days = new List<double>();
        for (var t = 0; t < s.Sales.Length; t++)
            if (t % 7 != 5) days.Add(!s.Closed[t] ? s.Sales[t] : days.Count >= 6 ? days[^6] : 0);
        return [.. days.SkipWhile(v => v == 0)];
    }

    private static List<double[]> Retail(string folder)
    {
        var days = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var sales = new Dictionary<string, Dictionary<string, double>>();
        foreach (var f in Lines(folder, "online_retail.csv.gz"))
        {
            // InvoiceNo,StockCode,Description,Quantity,InvoiceDate,...; a quoted comma moves columns, such lines are passed over.
            if (f.Length != 8 || f[0].StartsWith('C') || !double.TryParse(f[3], CultureInfo.InvariantCulture, out var units) || units <= 0 || f[1].Length < 5 || !char.IsDigit(f[1][0])) continue;
            var day = f[4].Split(' ')[0];
            days[day] = 0;
            if (!sales.TryGetValue(f[1], out var item)) sales[f[1]] = item = [];
            item[day] = item.GetValueOrDefault(day) + units;
        }
        var order = days.Keys.OrderBy(d => DateTime.Parse(d, CultureInfo.InvariantCulture)).ToArray();
        return [.. sales.OrderBy(s => s.Key, StringComparer.Ordinal).Where((_, i) => i % 3 == 0).Select(s => order.Select(d => s.Value.GetValueOrDefault(d)).SkipWhile(v => v == 0).ToArray())];
    }

    private static IEnumerable<string[]> Lines(string folder, string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, name)), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line) yield return line.Replace("\"", "", StringComparison.Ordinal).Split(',');
    }
}
