using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;

namespace Analytics.Forecasting.Bench;

/// <summary>
/// What regressors gain: daily sales of the Rossmann stores with promotions, school and state holidays, and days beside closed ones,
/// forecast from several origins with and without them. Closed days are known ahead in both.
/// </summary>
internal static class Rossmann
{
    /// <summary>A store's days.</summary>
    internal sealed record Store(string Id, double[] Sales, double[] Promotion, double[] SchoolHoliday, double[] Holiday, bool[] Closed);

    public static void Run(string folder, int stride, int horizon, int origins, int threads, int back = 0)
    {
        var stores = Read(folder).Where((_, i) => i % stride == 0).ToArray();
        Console.WriteLine($"{stores.Length} stores, {origins} origins 28 days apart, {horizon} days ahead, open days, the last one {back} days before the end; {threads} threads");
        foreach (var (label, names) in ((string, string[])[])[("none", []), ("promotion", ["promotion"]), ("all", ["promotion", "school_holiday", "holiday", "after_closed", "before_closed"])])
        {
            var sums = new double[stores.Length * origins, 7];
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            Parallel.For(0, stores.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new SeriesForecaster(), (i, _, forecaster) =>
            {
                for (var o = 0; o < origins; o++) Measure(forecaster, stores[i], horizon, back + 28 * o, names, sums, i * origins + o);
                return forecaster;
            }, _ => { });
            var seconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
            var t = Enumerable.Range(0, 7).Select(c => Enumerable.Range(0, stores.Length * origins).Sum(r => sums[r, c])).ToArray();
            Console.WriteLine($"{label,-10} sMAPE {t[0] / t[1]:F2}  RMSSE {t[2] / t[3]:F3}  MAPE {100 * t[6] / t[1]:F2}  in 80 % {t[4] / t[1]:F3}  in 95 % {t[5] / t[1]:F3}  cpu {seconds:F1} s");
        }
    }

    private static void Measure(SeriesForecaster forecaster, Store s, int horizon, int back, string[] names, double[,] sums, int row)
    {
        var n = s.Sales.Length - horizon - back;
        var y = new double[n];
        for (var t = 0; t < n; t++) y[t] = s.Closed[t] ? double.NaN : s.Sales[t];
        if (y.Count(v => !double.IsNaN(v)) < 100) return;
        bool Shut(int t) => t >= 0 && t < s.Closed.Length && s.Closed[t];
        double[] Column(string name) => [.. Enumerable.Range(0, n + horizon).Select(t => name switch
        {
            "promotion" => s.Promotion[t],
            "school_holiday" => s.SchoolHoliday[t],
            "holiday" => s.Holiday[t],
            "after_closed" => Shut(t - 1) ? 1.0 : 0,
            _ => Shut(t + 1) ? 1.0 : 0,
        })];
        var f = forecaster.Forecast(y, new SeriesOptions
        {
            Horizon = horizon, Seasons = [7, 365], NonNegative = true, ClosedAhead = s.Closed.AsSpan(n, horizon).ToArray(),
            Regressors = [.. names.Select(name => new Regressor(name, Column(name)))],
        });
        double squares = 0, scale = 0, pairs = 0, days = 0, last = double.NaN;
        foreach (var v in y)
        {
            if (double.IsNaN(v)) continue;
            if (!double.IsNaN(last)) (scale, pairs) = (scale + (v - last) * (v - last), pairs + 1);
            last = v;
        }
        for (var h = 0; h < horizon; h++)
        {
            var actual = s.Sales[n + h];
            if (s.Closed[n + h] || !(actual > 0)) continue;
            days++;
            sums[row, 0] += 200 * Math.Abs(actual - f.Mean[h]) / (actual + f.Mean[h]);
            sums[row, 6] += Math.Abs(actual - f.Mean[h]) / actual;
            squares += (actual - f.Mean[h]) * (actual - f.Mean[h]);
            sums[row, 4] += actual >= f.Lo80[h] && actual <= f.Hi80[h] ? 1 : 0;
            sums[row, 5] += actual >= f.Lo95[h] && actual <= f.Hi95[h] ? 1 : 0;
        }
        if (days == 0 || !(scale > 0)) return;
        sums[row, 1] = days;
        sums[row, 2] = Math.Sqrt(squares / days / (scale / pairs));
        sums[row, 3] = 1;
    }

    /// <summary>All stores, days without a line closed.</summary>
    internal static List<Store> Read(string folder)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, "train.csv.gz")), CompressionMode.Decompress));
        reader.ReadLine();
        var first = new DateTime(2013, 1, 1);
        const int Days = 942;
        var stores = new SortedDictionary<int, Store>();
        while (reader.ReadLine() is { } line)
        {
            // Store,DayOfWeek,Date,Sales,Customers,Open,Promo,StateHoliday,SchoolHoliday
            var f = line.Replace("\"", "", StringComparison.Ordinal).Split(',');
            var id = int.Parse(f[0], CultureInfo.InvariantCulture);
            if (!stores.TryGetValue(id, out var s))
            {
                stores[id] = s = new Store(f[0], new double[Days], new double[Days], new double[Days], new double[Days], new bool[Days]);
                Array.Fill(s.Closed, true);
            }
            var day = (DateTime.ParseExact(f[2], "yyyy-MM-dd", CultureInfo.InvariantCulture) - first).Days;
            s.Sales[day] = double.Parse(f[3], CultureInfo.InvariantCulture);
            s.Closed[day] = f[5] == "0" || s.Sales[day] == 0;
            s.Promotion[day] = f[6] == "1" ? 1 : 0;
            s.Holiday[day] = f[7] != "0" ? 1 : 0;
            s.SchoolHoliday[day] = f[8] == "1" ? 1 : 0;
        }
        return [.. stores.Values];
    }
}
