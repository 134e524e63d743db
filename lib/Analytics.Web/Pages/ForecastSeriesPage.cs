using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Report.Internals.Charts;
using Analytics.Web.Data;

namespace Analytics.Web.Pages;

/// <summary>One series: what was sold, what is expected, and how its models did in the backtest.</summary>
internal static class ForecastSeriesPage
{
    private const int DaysBefore = 182;

    private sealed record Day(DateOnly Date, double Mean, double Median, double Low80, double High80, double Low95, double High95);

    public static async Task<string> WriteAsync(Visit visit)
    {
        var run = visit.Run().Run;
        var manifest = visit.Manifest(run);
        if (RunTables.Find(manifest, "forecasts") is not { } table) throw new NotFoundException("The run has no forecasts", "The stage forecast did not run.");
        var (level, key, measure) = (visit.Query("level"), visit.Query("key"), visit.Query("measure"));
        var rows = await visit.Console.Queries.ReadAsync(
            $"select date::varchar, mean::varchar, median::varchar, lo_80::varchar, hi_80::varchar, lo_95::varchar, hi_95::varchar, model, status, message from {await visit.FromAsync(run, table).ConfigureAwait(false)} where level = $1 and key = $2 and measure = $3 order by date",
            [level, key, measure], visit.Cancel).ConfigureAwait(false);
        if (rows.Rows.Count == 0) throw new NotFoundException("The run has no such series", "Its series are under Forecasts.");
        var days = rows.Rows.Select(static row => new Day(DateOnly.ParseExact(row[0]!, "yyyy-MM-dd", CultureInfo.InvariantCulture), Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5]), Number(row[6]))).ToList();
        var history = await HistoryAsync(visit, run, manifest, level, key, measure, days[0].Date).ConfigureAwait(false);

        var page = new ConsolePage(visit, $"{level} {(key == "*" ? "in total" : key)}", "run/forecasts", run, sub: $"{measure} from {Figures.Date(run.Date)}");
        var first = rows.Rows[0];
        page.M.Open("dl", "facts card");
        page.Fact("Sum of means", Figures.Amount(rows.Rows.Sum(static row => decimal.Parse(row[1]!, CultureInfo.InvariantCulture))));
        page.Fact("Days ahead", Figures.Count(days.Count));
        page.Fact("Model", first[7]!);
        page.Fact("Status", first[9] is { } message ? $"{first[8]}: {message}" : first[8]!);
        page.M.Close();
        page.M.Open("div", "card");
        page.Legend(("k-sales", "actual"), ("k-forecast", "mean"), ("k-b80", "80 % interval"), ("k-b95", "95 % interval"));
        page.M.Both((width, wide) => Draw(page, width, wide ? 300 : 230, days, wide ? history : [.. history.Where(day => day.Date >= days[0].Date.AddDays(-42))]));
        page.Behind("Day by day, as a table", () =>
        {
            page.Table("Day by day", false, "Date", "#Mean", "#Median", "#80 % from", "#to", "#95 % from", "#to");
            foreach (var day in days)
            {
                page.M.Open("tr");
                page.Cell(Figures.Day(day.Date));
                foreach (var value in (ReadOnlySpan<double>)[day.Mean, day.Median, day.Low80, day.High80, day.Low95, day.High95]) page.Number(Figures.Amount(value));
                page.M.Close();
            }
            page.EndTable();
        });
        page.M.Close();
        await BacktestAsync(page, visit, run, manifest, level, key, measure).ConfigureAwait(false);
        return page.End();
    }

    private static async Task<List<(DateOnly Date, double Value)>> HistoryAsync(Visit visit, RunRef run, Manifest manifest, string level, string key, string measure, DateOnly start)
    {
        if (RunTables.Find(manifest, "daily_sales") is not { } table || measure is not ("units" or "net_amount")) return [];
        var from = start.AddDays(-DaysBefore);
        var rows = await visit.Console.Queries.ReadAsync(
            $"select date::varchar, {measure}::varchar from {await visit.FromAsync(run, table).ConfigureAwait(false)} where level = $1 and key = $2 and date >= cast($3 as date) and date < cast($4 as date) order by date",
            [level, key, Figures.Date(from), Figures.Date(start)], visit.Cancel).ConfigureAwait(false);
        var known = rows.Rows.ToDictionary(static row => row[0]!, static row => Number(row[1]), StringComparer.Ordinal);
        if (known.Count == 0) return [];
        // Days without a row are days without a sale.
        var first = DateOnly.ParseExact(rows.Rows[0][0]!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var history = new List<(DateOnly, double)>();
        for (var date = first; date < start; date = date.AddDays(1)) history.Add((date, known.GetValueOrDefault(Figures.Date(date))));
        return history;
    }

    private static void Draw(ConsolePage page, double width, double height, List<Day> days, List<(DateOnly Date, double Value)> history)
    {
        var values = history.Select(static day => day.Value).Concat(days.SelectMany(static day => new[] { day.Mean, day.Low80, day.High80 })).Where(double.IsFinite).Append(0).ToList();
        var first = history.Count > 0 ? history[0].Date : days[0].Date;
        page.M.OpenSvg(width, height, $"Actual and forecast, {Figures.Date(first)} to {Figures.Date(days[^1].Date)}; the forecast's numbers are in the table below");
        var plot = new TimePlot(page.M, width, height, first, days[^1].Date, values.Min(), values.Max());
        plot.Band([.. days.Select(static day => (day.Date, day.Low95, day.High95))], "band95");
        plot.Band([.. days.Select(static day => (day.Date, day.Low80, day.High80))], "band80");
        plot.Axes();
        plot.Line(history, "line-actual");
        plot.Line(days.Select(static day => (day.Date, day.Mean)), "line-forecast");
        page.M.Line(plot.Edge(days[0].Date), plot.Top, plot.Edge(days[0].Date), plot.Bottom, "now");
        page.M.Close();
    }

    private static async Task BacktestAsync(ConsolePage page, Visit visit, RunRef run, Manifest manifest, string level, string key, string measure)
    {
        page.Section("backtest", "Backtest", "Each model forecast from earlier days whose outcome is known (rolling origins); less is better, and coverage should be near 80 and 95 %.");
        if (RunTables.Find(manifest, "forecast_accuracy") is not { } table) page.Empty("The run has no table forecast_accuracy.");
        else
        {
            var rows = await visit.Console.Queries.ReadAsync(
                $"select model, folds::varchar, mase::varchar, smape::varchar, rmsse::varchar, coverage_80::varchar, coverage_95::varchar, chosen::varchar from {await visit.FromAsync(run, table).ConfigureAwait(false)} where level = $1 and key = $2 and measure = $3 order by chosen desc, mase nulls last, model",
                [level, key, measure], visit.Cancel).ConfigureAwait(false);
            if (rows.Rows.Count == 0) page.Empty("No model of this series was backtested.");
            else page.Scroll("Backtest", () =>
            {
                page.Table("Backtest of the models", true, "Model", "#Folds", "#MASE", "#sMAPE", "#RMSSE", "#In 80 %", "#In 95 %", "");
                foreach (var row in rows.Rows)
                {
                    page.M.Open("tr");
                    page.Foreign(row[0]!).Number(row[1]!).Number(Figures.Fixed(Maybe(row[2]), 3)).Number(Figures.Fixed(Maybe(row[3]), 1)).Number(Figures.Fixed(Maybe(row[4]), 3)).Number(Figures.Percent(Maybe(row[5]))).Number(Figures.Percent(Maybe(row[6])));
                    page.M.Open("td");
                    if (row[7] == "true") page.Badge("chosen", true);
                    page.M.Close().Close();
                }
                page.EndTable();
            });
        }
        page.EndSection();
    }

    private static double Number(string? text) => text is null ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);

    private static double? Maybe(string? text) => text is null ? null : Number(text);
}
