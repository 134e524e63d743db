using System.Diagnostics;
using System.Globalization;

namespace Analytics.Forecasting.Bench;

/// <summary>Many daily series, one a line (key, then a value a day; nothing for a closed day): time, and errors on the last 28 days.</summary>
internal static class Wide
{
    public static void Run(string path, int horizon, int[] seasons, int threads)
    {
        var rows = File.ReadLines(path).Select(line => line.Split(',')).Select(f => (Key: f[0], Values: f.Skip(1).Select(v => v.Length == 0 ? double.NaN : double.Parse(v, CultureInfo.InvariantCulture)).ToArray())).ToArray();
        var options = new SeriesOptions { Horizon = horizon, Seasons = seasons, NonNegative = true };
        foreach (var held in new[] { true, false })
        {
            var results = new SeriesForecast[rows.Length];
            var clock = Stopwatch.StartNew();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new SeriesForecaster(), (i, _, forecaster) =>
            {
                results[i] = forecaster.Forecast(held ? rows[i].Values.AsSpan(0, rows[i].Values.Length - horizon) : rows[i].Values, options);
                return forecaster;
            }, _ => { });
            Console.WriteLine($"{rows.Length} series, {(held ? "held out" : "whole")}: {clock.Elapsed.TotalSeconds:F2} s, cpu {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:F2} s");
            if (!held) continue;
            double rmsse = 0, naive = 0, in80 = 0, in95 = 0, count = 0, used = 0;
            for (var i = 0; i < rows.Length; i++)
            {
                var y = rows[i].Values;
                var train = y[..^horizon].SkipWhile(v => !(v > 0)).Where(v => !double.IsNaN(v)).ToArray();
                if (train.Length < 2) continue;
                var scale = train.Skip(1).Zip(train, (a, b) => (a - b) * (a - b)).Average();
                if (!(scale > 0)) continue;
                double squares = 0, before = 0, n = 0;
                for (var h = 0; h < horizon; h++)
                {
                    var actual = y[y.Length - horizon + h];
                    if (double.IsNaN(actual)) continue;
                    n++;
                    squares += Math.Pow(actual - results[i].Mean[h], 2);
                    var last = y[y.Length - horizon - seasons[0] + h % seasons[0]];
                    before += Math.Pow(actual - (double.IsNaN(last) ? 0 : last), 2);
                    in80 += actual >= results[i].Lo80[h] && actual <= results[i].Hi80[h] ? 1 : 0;
                    in95 += actual >= results[i].Lo95[h] && actual <= results[i].Hi95[h] ? 1 : 0;
                    count++;
                }
                if (n == 0) continue;
                rmsse += Math.Sqrt(squares / n / scale);
                naive += Math.Sqrt(before / n / scale);
                used++;
            }
            Console.WriteLine($"RMSSE {rmsse / used:F4} (seasonal naive {naive / used:F4}), cover80 {in80 / count:F3} cover95 {in95 / count:F3}");
            foreach (var g in results.SelectMany(r => r.Accuracy).Where(a => a.Mase is not null).GroupBy(a => a.Chosen ? "the default" : a.Model).OrderBy(g => g.Average(a => a.Mase)))
                Console.WriteLine($"  backtest: {g.Key,-34} {g.Count(),6} series, MASE {g.Average(a => a.Mase):F3}, sMAPE {g.Average(a => a.Smape):F2}");
            foreach (var g in results.GroupBy(r => r.Status)) Console.WriteLine($"  {g.Key} {g.Count()}");
            foreach (var g in results.GroupBy(r => r.Model).OrderByDescending(g => g.Count()).Take(8)) Console.WriteLine($"  {g.Count(),6} {g.Key}");
            Console.WriteLine($"  {rows[0].Key}: {results[0].Model} | {string.Join(' ', results[0].Mean.Select(v => v.ToString("F0", CultureInfo.InvariantCulture)))}");
            Console.WriteLine($"  actual {string.Join(' ', rows[0].Values[^horizon..].Select(v => v.ToString("F0", CultureInfo.InvariantCulture)))}");
            foreach (var a in results[0].Accuracy) Console.WriteLine($"  {a}");
        }
    }
}
