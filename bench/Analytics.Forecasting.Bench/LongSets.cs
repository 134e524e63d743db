using System.Diagnostics;
using System.Globalization;

namespace Analytics.Forecasting.Bench;

/// <summary>
/// Any long table (id,time,value; CSV) with its last periods held out, as the M4 competition measured: sMAPE, MASE and their mean relative to
/// the naive forecast of the adjusted series (OWA), coverage and CPU time, for all series and by the id's part before the first underscore.
/// </summary>
internal static class LongSets
{
    private sealed record Row(string Group, double Smape, double Mase, double NaiveSmape, double NaiveMase, double In80, double In95, string Model, double Rmsse);

    /// <param name="path">The table.</param>
    /// <param name="horizon">How many periods are held out.</param>
    /// <param name="season">The season of the measures; 1 for none.</param>
    /// <param name="seasons">Seasons for the forecaster, ascending; null to detect them as <c>forecast FILE</c> does.</param>
    /// <param name="peers">The forecasts of statsforecast_run.py for the training parts, or null; where the file is not there, the training parts are written beside it.</param>
    public static void Run(string path, int horizon, int season, int[]? seasons, string? peers)
    {
        var series = File.ReadLines(path).Skip(1).Select(l => l.Split(',')).GroupBy(f => f[0])
            .Select(g => (Id: g.Key, Values: g.Select(f => double.Parse(f[2], CultureInfo.InvariantCulture)).ToArray()))
            .Where(s => s.Values.Length > horizon + 8).OrderBy(s => s.Id, StringComparer.Ordinal).ToArray();
        double[][] trains = [.. series.Select(s => s.Values[..^horizon])];
        if (peers is not null && !File.Exists(peers))
        {
            using var writer = new StreamWriter(Path.ChangeExtension(peers, ".train.csv"));
            writer.WriteLine("id,time,value");
            for (var i = 0; i < series.Length; i++)
                for (var t = 0; t < trains[i].Length; t++) writer.WriteLine($"{series[i].Id},{t + 1},{trains[i][t]:R}");
        }
        var forecaster = new SeriesForecaster();
        var detected = seasons is null ? SeasonDetector.DetectAll(trains) : null;
        var results = new SeriesForecast[series.Length];
        for (var warm = 0; warm < 8; warm++) forecaster.Forecast(trains[0], Options(0));
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; i < series.Length; i++) results[i] = forecaster.Forecast(trains[i], Options(i));
        var seconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        var rows = new List<Row>();
        for (var i = 0; i < series.Length; i++)
        {
            var test = series[i].Values[^horizon..];
            var f = results[i];
            var naive = Naive2(trains[i], season, horizon);
            rows.Add(new Row(series[i].Id.Split('_')[0], Measures.Smape(test, f.Mean), Measures.Mase(trains[i], test, f.Mean, season), Measures.Smape(test, naive), Measures.Mase(trains[i], test, naive, season),
                test.Where((y, h) => y >= f.Lo80[h] && y <= f.Hi80[h]).Count() / (double)horizon, test.Where((y, h) => y >= f.Lo95[h] && y <= f.Hi95[h]).Count() / (double)horizon, f.Model, Measures.Rmsse(trains[i], test, f.Mean)));
        }
        if (detected is not null)
            foreach (var g in detected.GroupBy(s => string.Join('+', s)).OrderByDescending(g => g.Count())) Console.WriteLine($"  seasons {(g.Key.Length > 0 ? g.Key : "none"),-8} {g.Count()} series");
        foreach (var g in rows.GroupBy(r => r.Group)) Print(g.Key, [.. g]);
        Print("all", rows);
        Console.WriteLine($"{series.Length} series, cpu {seconds:F2} s, {1000 * seconds / series.Length:F1} ms a series");
        foreach (var g in results.SelectMany(r => r.Accuracy).Where(a => a.Mase is not null).GroupBy(a => a.Chosen ? "the default" : a.Model).Where(g => g.Count() > series.Length / 10).OrderBy(g => g.Average(a => a.Mase)))
            Console.WriteLine($"  backtest: {g.Key,-34} {g.Count(),6} series, MASE {g.Average(a => a.Mase):F3}, sMAPE {g.Average(a => a.Smape):F2}");
        if (peers is not null && File.Exists(peers)) Peer(peers, series.Select(s => s.Id).ToArray(), trains, [.. series.Select(s => s.Values[^horizon..])], season);

        SeriesOptions Options(int i) => new() { Horizon = horizon, Seasons = seasons ?? detected![i], DropLeadingZeros = false };
    }

    private static void Peer(string path, string[] ids, double[][] trains, double[][] tests, int season)
    {
        var lines = File.ReadAllLines(path);
        var models = lines[0].Split(',')[2..];
        var rows = lines.Skip(1).Select(l => l.Split(',')).GroupBy(f => f[0]).ToDictionary(g => g.Key, g => g.OrderBy(f => int.Parse(f[1], CultureInfo.InvariantCulture)).ToArray());
        for (var m = 0; m < models.Length; m++)
        {
            var measured = new List<Row>();
            for (var i = 0; i < ids.Length; i++)
            {
                double[] f = [.. rows[ids[i]].Select(r => double.Parse(r[m + 2], CultureInfo.InvariantCulture))], naive = Naive2(trains[i], season, tests[i].Length);
                measured.Add(new Row(ids[i].Split('_')[0], Measures.Smape(tests[i], f), Measures.Mase(trains[i], tests[i], f, season), Measures.Smape(tests[i], naive), Measures.Mase(trains[i], tests[i], naive, season), 0, 0, models[m], Measures.Rmsse(trains[i], tests[i], f)));
            }
            Console.WriteLine($"statsforecast {models[m]}");
            foreach (var g in measured.GroupBy(r => r.Group)) Print("  " + g.Key, [.. g]);
            Print("  all", measured);
        }
    }

    private static void Print(string label, IReadOnlyList<Row> rows)
    {
        double smape = rows.Average(r => r.Smape), mase = rows.Average(r => r.Mase), ns = rows.Average(r => r.NaiveSmape), nm = rows.Average(r => r.NaiveMase);
        Console.WriteLine($"{label,-10} series {rows.Count,5} sMAPE {smape:F3} ({ns:F3}) MASE {mase:F3} ({nm:F3}) RMSSE {rows.Average(r => r.Rmsse):F3} OWA {0.5 * (smape / ns + mase / nm):F3} cover80 {rows.Average(r => r.In80):F3} cover95 {rows.Average(r => r.In95):F3}");
    }

    /// <summary>The last adjusted value repeated, with the season put back where the competition's test finds one.</summary>
    private static double[] Naive2(double[] y, int season, int horizon)
    {
        var f = new double[horizon];
        if (!SeasonalStart.IsSeasonal(y, season))
        {
            Array.Fill(f, y[^1]);
            return f;
        }
        var indices = new double[season];
        SeasonalStart.Indices(y, season, true, indices);
        for (var h = 0; h < horizon; h++) f[h] = y[^1] / indices[(y.Length - 1) % season] * indices[(y.Length + h) % season];
        return f;
    }
}
