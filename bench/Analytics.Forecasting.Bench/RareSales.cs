using System.Globalization;
using System.IO.Compression;

namespace Analytics.Forecasting.Bench;

/// <summary>
/// Online Retail as long tables of items' units: weeks of every third item and open days of every sixth, from the first sale on, each beside its
/// training part, for <c>bench/rare-sales.sh</c>. Ids begin with <c>rare_</c> where the training part has a sale in few enough periods, else with <c>often_</c>.
/// </summary>
internal static class RareSales
{
    /// <summary>Periods held out.</summary>
    private const int Weeks = 8, Days = 28;

    /// <summary>The share of periods without a sale beyond which an item is rare.</summary>
    private const double IdleWeeks = 0.4, IdleDays = 0.65;

    /// <summary>Fewer periods than these, and as many as are held out, say nothing of an item.</summary>
    private const int Least = 8;

    /// <param name="data">The folder of the data sets.</param>
    /// <param name="output">Where weeks.csv, weeks.train.csv, days.csv and days.train.csv are written.</param>
    /// <param name="back">How many horizons earlier than the data the tables end.</param>
    public static void Export(string data, string output, int back)
    {
        Directory.CreateDirectory(output);
        var sales = new SortedDictionary<string, Dictionary<DateOnly, double>>(StringComparer.Ordinal);
        foreach (var (item, day, units) in Sales(Path.Combine(data, "online_retail", "online_retail.csv.gz")))
        {
            if (!sales.TryGetValue(item, out var days)) sales[item] = days = [];
            days[day] = days.GetValueOrDefault(day) + units;
        }
        DateOnly[] open = [.. sales.Values.SelectMany(d => d.Keys).Distinct().Order()];
        // Weeks are counted from the last day back, so that the last one is whole.
        var last = open[^1].DayNumber;
        var weeks = (last - open[0].DayNumber + 1) / 7;
        Write(output, "weeks", sales.Where((_, i) => i % 3 == 0).Select(s => (s.Key, Enumerable.Range(0, weeks)
            .Select(w => s.Value.Where(d => (last - d.Key.DayNumber) / 7 == weeks - 1 - w).Sum(d => d.Value)))), Weeks, back, IdleWeeks);
        Write(output, "days", sales.Where((_, i) => i % 6 == 0).Select(s => (s.Key, open.Select(d => s.Value.GetValueOrDefault(d)))), Days, back, IdleDays);
    }

    private static void Write(string output, string name, IEnumerable<(string Item, IEnumerable<double> Units)> items, int horizon, int back, double idle)
    {
        using StreamWriter whole = new(Path.Combine(output, name + ".csv")), train = new(Path.Combine(output, name + ".train.csv"));
        whole.WriteLine("id,time,value");
        train.WriteLine("id,time,value");
        foreach (var (item, units) in items)
        {
            double[] values = [.. units.SkipWhile(v => v == 0).SkipLast(back * horizon)];
            var length = values.Length - horizon;
            if (length <= Least) continue;
            var id = (values.Take(length).Count(v => v == 0) > idle * length ? "rare_" : "often_") + item;
            for (var t = 0; t < values.Length; t++)
            {
                var line = string.Create(CultureInfo.InvariantCulture, $"{id},{t + 1},{values[t]:R}");
                whole.WriteLine(line);
                if (t < length) train.WriteLine(line);
            }
        }
    }

    /// <summary>Sales of products: no cancellations, no postage and the like, whose codes have no digit in front or are short.</summary>
    private static IEnumerable<(string Item, DateOnly Day, double Units)> Sales(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            // InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country: only the description may have commas.
            var f = line.Split(',');
            if (f.Length < 8 || f[0].StartsWith('C') || f[1].Length < 5 || !char.IsDigit(f[1][0])) continue;
            var units = double.Parse(f[^5], CultureInfo.InvariantCulture);
            if (units > 0) yield return (f[1], DateOnly.ParseExact(f[^4][..10], "yyyy-MM-dd", CultureInfo.InvariantCulture), units);
        }
    }
}
