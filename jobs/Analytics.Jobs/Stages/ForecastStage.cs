using System.Globalization;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Tasks;

namespace Analytics.Jobs.Stages;

/// <summary>Forecasts units and net amount of every level, and makes the levels' means add up.</summary>
internal sealed class ForecastStage : IStage
{
    private static readonly string[] Measures = ["net_amount", "units"];

    private static readonly Column[] DayColumns = [new("date", ColumnType.Date), new("orders", ColumnType.Int64)];

    public string Name => "forecast";

    public string InputsHash(StageContext context) =>
        StageContext.Hash(context.LinesHash(), CanonicalJson.Hash(ResultsJson.Of(context.Results.Forecast)), PipelineVersion.Results);

    public StageResult Execute(StageContext context)
    {
        var horizon = context.Results.Forecast.Horizon;
        context.Relations.Need("daily_sales", "items");
        var orders = new SortedDictionary<int, long>();
        foreach (var batch in context.Relations.Read("days", DayColumns))
            for (var row = 0; row < batch.Count; row++) orders.Add(batch.Ints(0)[row], batch.Longs(1)[row]);
        var calendar = ShopCalendar.Of(orders, Dates.ToDays(context.Date), horizon, context.Results.Forecast.MaxHistoryDays,
            context.Results.Forecast.ClosedDays.SelectMany(text => DayList.Parse(text, out _)!).ToHashSet(),
            [.. context.Results.Forecast.Events.Select(text => DayList.ParseNamed(text, out _)!.Value)]);

        var task = new SeriesTask(calendar.ToBytes());
        var since = calendar.DaysBefore > 0 ? Dates.FromDays(calendar.FirstDay) : DateOnly.MinValue;
        context.Engine.DefineTable("series", Relations.SqlFile("series"), new SqlParameters().Add("since", since), context.Cancel);
        context.Reporter.StageProgress(Name, 0.1, "series");
        var outcome = context.Engine.RunGrouped("series", task, "series_forecasts", context.Cancel);
        context.Reporter.StageProgress(Name, 0.8, "adding up");
        // Where there are too many series for minimum trace their errors are not taken into memory at all.
        var traced = ForecastHierarchy.NeedsErrors(context.Results.Forecast.Reconciliation) && outcome.Groups <= (long)ForecastHierarchy.MostTraced * Measures.Length;
        var series = ForecastSeries.Read(context, task, outcome, horizon, traced);
        context.Engine.Drop("series");
        context.Engine.Drop("series_forecasts");

        var items = ItemCatalog.Read(context);
        // The measures know nothing of each other, so that the order in which they are done is all the same.
        var hierarchies = new ForecastHierarchy[Measures.Length];
        Parallel.For(0, Measures.Length, new ParallelOptions { MaxDegreeOfParallelism = context.Threads }, m => hierarchies[m] = ForecastHierarchy.Build(series, items, Measures[m], horizon, context.Results.Forecast.Reconciliation));
        var coherent = Measures.Zip(hierarchies).ToDictionary(pair => pair.First, pair => pair.Second);
        var forecasts = context.Write(ForecastRows.Forecasts(series, coherent, context.Date, horizon), "forecasts");
        var accuracy = context.Write(ForecastRows.Accuracy(series), "forecast_accuracy");
        return new StageResult
        {
            RowsIn = outcome.RowsIn,
            RowsOut = forecasts.Rows + accuracy.Rows,
            Outcome = $"{series.Count:N0} series {horizon} days ahead, {accuracy.Rows:N0} models tried" + (outcome.Failures.Count > 0 ? $", {outcome.Failures.Count} failed" : ""),
            Highlights = Highlights(series, coherent, context),
            Tables = [forecasts, accuracy],
            Quality = [.. Checks(series, outcome, calendar, context), .. Measures.Select(measure => QualityCheck.Info("forecast", "reconciliation_" + measure, coherent[measure].Method, coherent[measure].Why))],
        };
    }

    private static List<string> Highlights(List<ForecastSeries> series, Dictionary<string, ForecastHierarchy> coherent, StageContext context)
    {
        if (!series.Any(entry => entry.Level == "total")) return [];
        var amount = coherent["net_amount"].Sum("total", "*");
        var units = coherent["units"].Sum("total", "*");
        var currency = context.Results.Input.Currency is { } code ? " " + code : "";
        return
        [
            string.Create(CultureInfo.InvariantCulture,
                $"forecast  {Amounts.ToDecimal(amount):N0}{currency} net and {Amounts.ToDecimal(units):N0} units from {Dates.Text(context.Date.AddDays(1))} to {Dates.Text(context.Date.AddDays(context.Results.Forecast.Horizon))}"),
        ];
    }

    private static List<QualityCheck> Checks(List<ForecastSeries> series, GroupedOutcome outcome, ShopCalendar calendar, StageContext context)
    {
        var checks = new List<QualityCheck>();
        foreach (var status in (string[])["ok", "fallback", "short_history", "failed"])
        {
            var count = series.Count(entry => entry.Status == status);
            checks.Add(status == "failed"
                ? QualityCheck.Warning("forecast", "series_failed", count == 0, QualityCheck.Text(count), "0", count == 0 ? "every series has a forecast" : $"{count} series could not be forecast; first: {First(series)}")
                : QualityCheck.Info("forecast", "series_" + status, QualityCheck.Text(count), $"{count} series with status {status}"));
        }
        var most = context.Results.Forecast.MaxHistoryDays;
        checks.Add(QualityCheck.Warning("forecast", "history_days", calendar.DaysBefore == 0, QualityCheck.Text(calendar.DaysBefore + calendar.Closed.Length),
            most == 0 ? "any" : "at most " + QualityCheck.Text(most), calendar.DaysBefore == 0
                ? "the models see the whole history"
                : $"the models see the history from {Dates.Text(Dates.FromDays(calendar.FirstDay))} on: {calendar.DaysBefore} earlier days are left out by results.forecast.max_history_days"));
        checks.Add(QualityCheck.Info("forecast", "closed_days", QualityCheck.Text(calendar.Closed.Count(closed => closed)),
            $"{calendar.Closed.Count(closed => closed)} days of the history without any sale were taken as closed"));
        var ahead = Enumerable.Range(0, calendar.ClosedAhead.Length).Where(step => calendar.ClosedAhead[step]).Select(step => Dates.Text(context.Date.AddDays(step + 1))).ToList();
        checks.Add(QualityCheck.Info("forecast", "closed_days_ahead", QualityCheck.Text(ahead.Count),
            ahead.Count == 0 ? "no day ahead is taken as closed" : "taken as closed, by weekday or by the years before: " + string.Join(", ", ahead)));
        checks.AddRange(ForecastAccuracyChecks.Of(series));
        return checks;
    }

    private static string First(List<ForecastSeries> series)
    {
        var failed = series.First(entry => entry.Status == "failed");
        return $"{failed.Level} {failed.Key} {failed.Measure}: {failed.Message}";
    }
}
