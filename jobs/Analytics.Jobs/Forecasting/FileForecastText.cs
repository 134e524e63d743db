using System.Globalization;
using Analytics.Jobs.Terminal;
using Analytics.Tasks;
using Spectre.Console;

namespace Analytics.Jobs.Forecasting;

/// <summary>Forecasts of a file for the terminal.</summary>
internal static class FileForecastText
{
    private const int MostSeries = 30, HistoryWidth = 32, AheadWidth = 16;

    public static void PrintTable(FileForecast forecast)
    {
        Console.Out.WriteLine($"{Count(forecast.Series.Count, "series", "series")} of one value a {Period(forecast)}, {(forecast.Seasons.Length == 0 ? "no season" : $"season {string.Join(" and ", forecast.Seasons)}")}, {forecast.Horizon} ahead");
        Console.Out.WriteLine();
        var table = PlainTable.New("id", "history", "ahead", ">next", ">80 % of it", ">last", ">80 % of it", "status", "model");
        foreach (var s in forecast.Series.Take(MostSeries))
        {
            var f = s.Forecast;
            var (least, most) = Sparkline.Range(s.History, f.Mean);
            table.AddRow(PlainTable.Cells(s.Series.Id, Sparkline.Draw(s.History, HistoryWidth, least, most), Sparkline.Draw(f.Mean, AheadWidth, least, most),
                Number(f.Mean[0]), $"{Number(f.Lo80[0])} to {Number(f.Hi80[0])}", Number(f.Mean[^1]), $"{Number(f.Lo80[^1])} to {Number(f.Hi80[^1])}",
                SeriesTask.StatusText(f.Status), f.Model));
        }
        PlainTable.Print(table);
        if (forecast.Series.Count > MostSeries)
            Console.Out.WriteLine($"and {forecast.Series.Count - MostSeries} more series: --out FILE writes them all (.parquet, .csv or .jsonl)");
    }

    public static void PrintSummary(FileForecast forecast, string path)
    {
        Console.Out.WriteLine($"{path}: {Count(forecast.Series.Count, "series", "series")}, {forecast.Horizon} ahead, one value a {Period(forecast)}, {(forecast.Seasons.Length == 0 ? "no season" : $"season {string.Join(" and ", forecast.Seasons)}")}");
        foreach (var g in forecast.Series.GroupBy(s => s.Forecast.Status).OrderBy(g => g.Key)) Console.Out.WriteLine($"  {SeriesTask.StatusText(g.Key)}: {g.Count()}");
    }

    /// <summary>What was tried for one series, how it did in the backtest, and what weight it got.</summary>
    public static void PrintExplanation(FileForecast forecast, string id)
    {
        var s = forecast.Series.FirstOrDefault(x => x.Series.Id == id)
            ?? throw new Configuration.UserException(Configuration.ExitCode.Usage, $"--explain {id}: {forecast.Table.File} has no such series; its first is '{forecast.Series[0].Series.Id}'");
        var f = s.Forecast;
        Console.Out.WriteLine($"{id}: {s.History.Length} periods of one {Period(forecast)} up to {forecast.Scale.Text(s.Series.LastTime)}, {s.History.Count(double.IsNaN)} without a value");
        Console.Out.WriteLine($"status {SeriesTask.StatusText(f.Status)}{(f.Message is { } message ? $": {message}" : "")}");
        Console.Out.WriteLine($"model {f.Model}");
        if (f.Accuracy.Count > 0)
        {
            Console.Out.WriteLine($"tried, from {Count(f.Accuracy[0].Folds, "origin", "origins")} of a rolling backtest (weights follow the errors, the more the longer the backtest):");
            var table = PlainTable.New("model", ">weight", ">MASE", ">sMAPE", ">RMSSE", ">in 80 %", ">in 95 %");
            foreach (var a in f.Accuracy)
            {
                var weight = f.Weights.FirstOrDefault(w => w.Key == a.Model).Value;
                table.AddRow(PlainTable.Cells(a.Chosen && f.Weights.Count > 0 ? "combination" : a.Model, a.Chosen ? "chosen" : weight > 0 ? weight.ToString("F3", CultureInfo.InvariantCulture) : "-",
                    Optional(a.Mase), Optional(a.Smape), Optional(a.Rmsse), Optional(a.Coverage80), Optional(a.Coverage95)));
            }
            PlainTable.Print(table);
        }
        if (f.Effects.Count > 0)
        {
            Console.Out.WriteLine("what one unit more of a regressor does:");
            var effects = PlainTable.New("regressor", ">effect");
            foreach (var e in f.Effects)
                effects.AddRow(PlainTable.Cells(e.Name, Effect(e)));
            PlainTable.Print(effects);
        }
        else if (forecast.Table.Regressors.Count > 0)
        {
            Console.Out.WriteLine($"regressors ({string.Join(", ", forecast.Table.Regressors)}): the backtest is no better with them");
        }
        var values = PlainTable.New("time", ">mean", ">median", ">lo 95", ">lo 80", ">hi 80", ">hi 95");
        for (var h = 0; h < forecast.Horizon; h++)
        {
            values.AddRow(PlainTable.Cells(forecast.Scale.Text(forecast.Scale.After(s.Series.LastTime, h + 1)), Number(f.Mean[h]), Number(f.Median[h]), Number(f.Lo95[h]), Number(f.Lo80[h]), Number(f.Hi80[h]), Number(f.Hi95[h])));
        }
        PlainTable.Print(values);
    }

    private static string Period(FileForecast forecast) => forecast.Scale.Frequency == Frequency.Index ? (forecast.Scale.Step == 1 ? "step" : $"step of {forecast.Scale.Step}") : forecast.Scale.Frequency.ToString().ToLowerInvariant();

    private static string Optional(double? value) => value is { } v ? v.ToString("F3", CultureInfo.InvariantCulture) : "-";

    /// <summary>What one unit more of a regressor does.</summary>
    public static string Effect(Analytics.Forecasting.RegressorEffect e) => e.Multiplicative
        ? (100 * (Math.Exp(e.Coefficient) - 1)).ToString("+0.0;-0.0;0", CultureInfo.InvariantCulture) + " %"
        : e.Coefficient.ToString("+0.###;-0.###;0", CultureInfo.InvariantCulture);

    /// <summary>A value with as many digits as say something.</summary>
    public static string Number(double v) => v.ToString(Math.Abs(v) switch { >= 10000 => "F0", >= 100 => "F1", >= 1 => "F2", _ => "G3" }, CultureInfo.InvariantCulture);

    private static string Count(int n, string one, string many) => $"{n} {(n == 1 ? one : many)}";
}
