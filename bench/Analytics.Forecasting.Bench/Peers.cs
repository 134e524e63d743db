using System.Globalization;
using System.Text.Json;

namespace Analytics.Forecasting.Bench;

/// <summary>Exchanges M3 with statsforecast: writes the training parts as long tables, and measures the forecasts that come back.</summary>
internal static class Peers
{
    public static void Export(List<M3Series> all, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var group in all.GroupBy(s => s.Period))
        {
            using var writer = new StreamWriter(Path.Combine(folder, $"{group.Key}.csv"));
            writer.WriteLine("id,time,value");
            foreach (var s in group)
                for (var t = 0; t < s.Train.Length; t++) writer.WriteLine($"{s.Id},{t + 1},{s.Train[t]:R}");
        }
    }

    /// <summary>Reads PERIOD.forecasts.csv and PERIOD.log, which bench/forecasting-peers.sh leaves in the folder.</summary>
    public static void Measure(List<M3Series> all, string folder)
    {
        var sums = new SortedDictionary<string, SortedDictionary<string, (double Sum, int Count)>>(StringComparer.Ordinal);
        var seconds = new Dictionary<string, double>();
        foreach (var group in all.GroupBy(s => s.Period))
        {
            var path = Path.Combine(folder, $"{group.Key}.forecasts.csv");
            var lines = File.ReadAllLines(path);
            var models = lines[0].Split(',')[2..];
            var rows = lines.Skip(1).Select(l => l.Split(',')).GroupBy(f => f[0]).ToDictionary(g => g.Key, g => g.OrderBy(f => int.Parse(f[1], CultureInfo.InvariantCulture)).ToArray());
            foreach (var s in group)
            {
                for (var m = 0; m < models.Length; m++)
                {
                    var error = Measures.Smape(s.Test, [.. rows[s.Id].Select(f => double.Parse(f[m + 2], CultureInfo.InvariantCulture))]);
                    if (!sums.TryGetValue(models[m], out var byPeriod)) sums[models[m]] = byPeriod = new(StringComparer.Ordinal);
                    byPeriod.TryGetValue(s.Period, out var have);
                    byPeriod[s.Period] = (have.Sum + error, have.Count + 1);
                }
            }
            foreach (var line in File.ReadLines(Path.Combine(folder, $"{group.Key}.log")))
            {
                using var json = JsonDocument.Parse(line);
                var model = json.RootElement.GetProperty("model").GetString()!;
                seconds[model] = seconds.GetValueOrDefault(model) + json.RootElement.GetProperty("cpu_s").GetDouble();
            }
        }
        // The median costs what its members cost.
        if (sums.ContainsKey("scum")) seconds["scum"] = new[] { "ets", "ces", "arima", "dot" }.Sum(m => seconds.GetValueOrDefault(m));
        foreach (var (model, byPeriod) in sums)
            Console.WriteLine($"statsforecast {model,-8} {byPeriod.Values.Sum(v => v.Sum) / byPeriod.Values.Sum(v => v.Count):F3}  {string.Join("  ", byPeriod.Select(v => $"{v.Key} {v.Value.Sum / v.Value.Count:F3}"))}  cpu {seconds.GetValueOrDefault(model):F2} s");
    }
}
