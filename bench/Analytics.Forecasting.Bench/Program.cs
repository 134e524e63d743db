using System.Diagnostics;
using System.Globalization;
using Analytics.Forecasting;
using Analytics.Forecasting.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length < 2) throw new ArgumentException("usage: m3 M3FOLDER [holdout[:BACK]] [robust] | models M3FOLDER OUT [holdout[:BACK]] [LABEL,LABEL] | export M3FOLDER OUT | peers M3FOLDER FORECASTS | hierarchies DATAFOLDER | global DATAFOLDER [SET ...] | rossmann FOLDER [EVERY_NTH_STORE [THREADS [DAYS_BACK]]] | wide FILE HORIZON SEASON:SEASON THREADS | daily SERIES [THREADS] | long FILE HORIZON SEASON detect|SEASON:SEASON [FORECASTS] | rare DATAFOLDER OUT [BACK]");
// Several cuts choose less by chance than one: holdout:1 ends half a horizon earlier, holdout:2 a whole one.
var holdOut = args.FirstOrDefault(a => a.StartsWith("holdout", StringComparison.Ordinal));
if (args[0] == "wide")
{
    Wide.Run(args[1], int.Parse(args[2]), [.. args[3].Split(':').Select(int.Parse)], int.Parse(args[4]));
    return;
}
if (args[0] == "daily")
{
    DailyShop.Run(int.Parse(args[1]), args.Length > 2 ? int.Parse(args[2]) : 2);
    return;
}
if (args[0] == "long")
{
    LongSets.Run(args[1], int.Parse(args[2]), int.Parse(args[3]), args[4] == "detect" ? null : [.. args[4].Split(':').Select(int.Parse).Where(s => s > 1)], args.Length > 5 ? args[5] : null);
    return;
}
if (args[0] == "rare")
{
    RareSales.Export(args[1], args[2], args.Length > 3 ? int.Parse(args[3]) : 0);
    return;
}
if (args[0] == "hierarchies")
{
    Hierarchies.Run(args[1]);
    return;
}
if (args[0] == "global")
{
    GlobalBench.Run(args[1], args.Length > 2 ? args[2..] : ["yearly", "quarterly", "monthly", "rossmann", "breakfast", "retail"]);
    return;
}
if (args[0] == "rossmann")
{
    Rossmann.Run(args[1], args.Length > 2 ? int.Parse(args[2]) : 8, 28, 3, args.Length > 3 ? int.Parse(args[3]) : 2, args.Length > 4 ? int.Parse(args[4]) : 0);
    return;
}
var all = M3.Read(args[1]);
if (holdOut is not null) all = [.. all.Select(s => s.HoldOut(holdOut.Contains(':') ? int.Parse(holdOut.Split(':')[1]) : 0)).OfType<M3Series>()];
if (args[0] == "m3") Default(all, args.Contains("robust"));
else if (args[0] == "models") Models(all, args[2], args.Skip(3).FirstOrDefault(a => a != holdOut));
else if (args[0] == "export") Peers.Export(all, args[2]);
else if (args[0] == "peers") Peers.Measure(all, args[2]);
else throw new ArgumentException($"{args[0]}: one of m3, models, export, peers or wide is expected");

static void Default(List<M3Series> all, bool robust)
{
    var forecaster = new SeriesForecaster();
    var rows = new Dictionary<string, double[]>();
    for (var warm = 0; warm < 200; warm++) forecaster.Forecast(all[warm * 13 % all.Count].Train, new SeriesOptions { Horizon = 6, Seasons = [12] });
    foreach (var group in all.GroupBy(s => s.Period))
    {
        var ratios = new SortedDictionary<(int, int), List<(double, double)>>();
        double smape = 0, mase = 0, in80 = 0, in95 = 0, count = 0;
        var start = Process.GetCurrentProcess().TotalProcessorTime;
        foreach (var s in group)
        {
            var f = forecaster.Forecast(s.Train, new SeriesOptions { Horizon = s.Test.Length, Seasons = s.Season > 1 ? [s.Season] : [], Robust = robust });
            smape += Measures.Smape(s.Test, f.Mean);
            mase += Measures.Mase(s.Train, s.Test, f.Mean, s.Season);
            for (var h = 0; h < s.Test.Length; h++)
            {
                count++;
                if (f.Hi80[h] > f.Lo80[h])
                {
                    var key = (Math.Min(6, s.Train.Length / (s.Season > 1 ? 4 * s.Season : 10)), h + 1 <= 2 ? 1 : h + 1 <= 4 ? 3 : h + 1 <= 8 ? 6 : 12);
                    if (!ratios.TryGetValue(key, out var list)) ratios[key] = list = [];
                    list.Add((Math.Abs(s.Test[h] - f.Mean[h]) / ((f.Hi80[h] - f.Lo80[h]) / 2), Math.Abs(s.Test[h] - f.Mean[h]) / ((f.Hi95[h] - f.Lo95[h]) / 2)));
                }
                in80 += s.Test[h] >= f.Lo80[h] && s.Test[h] <= f.Hi80[h] ? 1 : 0;
                in95 += s.Test[h] >= f.Lo95[h] && s.Test[h] <= f.Hi95[h] ? 1 : 0;
            }
        }
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds;
        if (Environment.GetEnvironmentVariable("RATIOS") is not null)
        {
            foreach (var (k, list) in ratios)
                Console.WriteLine($"  {k} {list.Count} needs x{list.Select(v => v.Item1).Order().ElementAt(list.Count * 8 / 10):F2} (80) x{list.Select(v => v.Item2).Order().ElementAt(list.Count * 95 / 100):F2} (95)");
        }
        rows[group.Key] = [group.Count(), smape, mase, in80, in95, count, cpu];
        Console.WriteLine($"{group.Key,-10} series {group.Count(),5} sMAPE {smape / group.Count():F3} MASE {mase / group.Count():F3} cover80 {in80 / count:F4} cover95 {in95 / count:F4} cpu {cpu:F2} s");
    }
    var t = Enumerable.Range(0, 7).Select(i => rows.Values.Sum(r => r[i])).ToArray();
    Console.WriteLine($"all        series {t[0],5} sMAPE {t[1] / t[0]:F3} MASE {t[2] / t[0]:F3} cover80 {t[3] / t[5]:F4} cover95 {t[4] / t[5]:F4} cpu {t[6]:F2} s");
}

static void Dump(StreamWriter writer, string label, M3Series s, double[] f)
{
    for (var h = 0; h < f.Length; h++) writer.WriteLine($"{label},{s.Id},{s.Period},{s.Train.Length},{h + 1},{f[h]:R},{s.Test[h]:R}");
}

static void Models(List<M3Series> all, string path, string? only)
{
    var labels = only?.Split(',');
    using var writer = new StreamWriter(path);
    writer.WriteLine("model,id,period,n,horizon,forecast,actual");
    foreach (var (label, make) in Candidates.All)
    {
        if (labels is not null && !labels.Contains(label)) continue;
        var model = make();
        var start = Process.GetCurrentProcess().TotalProcessorTime;
        var sums = new SortedDictionary<string, (double Sum, int Count)>(StringComparer.Ordinal);
        foreach (var s in all)
        {
            var f = new double[s.Test.Length];
            if (model.Fit(s.Train, s.Season)) model.Run(s.Train, default, f);
            else Array.Fill(f, s.Train[^1]);
            var e = Measures.Smape(s.Test, f);
            sums.TryGetValue(s.Period, out var have);
            sums[s.Period] = (have.Sum + e, have.Count + 1);
            Dump(writer, label, s, f);
        }
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds;
        Console.WriteLine($"{label,-14} {sums.Values.Sum(v => v.Sum) / all.Count:F3}  {string.Join("  ", sums.Select(v => $"{v.Key} {v.Value.Sum / v.Value.Count:F3}"))}  cpu {cpu:F2} s");
    }
    if (labels?.Contains("default") != true) return;
    var forecaster = new SeriesForecaster();
    foreach (var s in all) Dump(writer, "default", s, forecaster.Forecast(s.Train, new SeriesOptions { Horizon = s.Test.Length, Seasons = s.Season > 1 ? [s.Season] : [] }).Mean);
}
