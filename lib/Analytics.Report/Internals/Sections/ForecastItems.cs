using Analytics.Report.Internals.Charts;

namespace Analytics.Report.Internals.Sections;

/// <summary>The items with the greatest forecast, one line each.</summary>
internal static class ForecastItems
{
    public static void Write(Page page, ForecastReport forecast)
    {
        var ranked = ForecastSection.Ranked(forecast, "item");
        if (ranked.Count == 0) return;
        var shown = ranked.Take(ReportPage.ItemsShown).ToList();
        var all = Math.Max(ranked.Count, forecast.Counts.Where(c => c.Level == "item" && c.Measure == shown[0].Measure).Sum(c => c.Series));
        page.Card("Top items", "Greatest forecast of " + ForecastSection.MeasureName(shown[0].Measure) + " first"
            + (all > shown.Count ? ", " + shown.Count + " of " + Figures.Count(all) + " items; all of them in the table forecasts." : ".")
            + " The line: 13 weeks of sales by week, then the forecast's weeks, on a scale of its own.");
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Top items");
        page.Table("Items with the greatest forecast", true, "Item", "#Forecast", "#Same days before", "#Change", "Model", "Status", "13 weeks and forecast");
        foreach (var series in shown) Row(page, series, Spark);
        page.EndTable();
        page.M.Close();
        page.EndCard();
    }

    public static void Row(Page page, ForecastSeries series, Action<Page, ForecastSeries>? spark)
    {
        var sum = series.Points.Sum(p => p.Mean);
        var start = series.Points.Min(p => p.Date);
        var before = (decimal)ForecastSection.Dense(series.History, start, series.Points.Count).Sum(h => h.Value);
        var change = Figures.Change(before, sum);
        page.M.Open("tr").Open("td", "named").Foreign(ForecastSection.NameOf(series));
        if (series.Level == "item" && !string.IsNullOrWhiteSpace(series.Name)) page.M.Text(" ").Open("span", "id").Foreign(SafeText.Cut(series.Key, 40)).Close();
        page.M.Close();
        page.Number(page.Measured(series.Measure, sum), (double)sum).Number(page.Measured(series.Measure, before), (double)before)
            .Number(change ?? Figures.None, before > 0 ? (double)(sum / before) : null);
        page.M.Open("td").Attr("title", SafeText.Cut(ModelName.Long(series.Model), 300)).Foreign(ModelName.Short(series.Model)).Close();
        page.M.Open("td");
        if (series.Message is not null) page.M.Attr("title", SafeText.Cut(series.Message, 300));
        page.M.Foreign(series.Status).Close();
        if (spark is not null)
        {
            page.M.Open("td");
            spark(page, series);
            page.M.Close();
        }
        page.M.Close();
    }

    private static void Spark(Page page, ForecastSeries series)
    {
        var points = series.Points.OrderBy(p => p.Date).ToList();
        var past = Chunks(ForecastSection.Dense(series.History, points[0].Date, 91).Select(h => h.Value).Reverse().ToList()).Reverse().ToList();
        var ahead = Chunks(points.Select(p => (double)p.Mean).ToList()).ToList();
        var all = past.Concat(ahead).ToList();
        if (all.Count == 0) return;
        var y = new Scale(all.Min(), Math.Max(all.Max(), all.Min() + 1e-9), 21, 3);
        var step = 152.0 / Math.Max(1, past.Count + ahead.Count - 1);
        var line = new PathData();
        for (var i = 0; i < past.Count; i++) line.To(4 + i * step, y.At(past[i]));
        var next = new PathData();
        if (past.Count > 0 && ahead.Count > 0) next.To(4 + (past.Count - 1) * step, y.At(past[^1]));
        for (var i = 0; i < ahead.Count; i++) next.To(4 + (past.Count + i) * step, y.At(ahead[i]));
        page.M.OpenSvg(160, 24, "Weekly sales and forecast", "spark").Path(line, "line-actual").Path(next, "line-forecast");
        if (ahead.Count > 0) page.M.Circle(4 + (past.Count + ahead.Count - 1) * step, y.At(ahead[^1]), 2.5, "dot-forecast");
        page.M.Close();
    }

    /// <summary>Means of whole weeks; a rest of some days counts by its own length, and is left out where there is a whole week.</summary>
    private static IEnumerable<double> Chunks(List<double> days)
    {
        for (var i = 0; i < days.Count; i += 7)
        {
            var count = Math.Min(7, days.Count - i);
            if (count < 7 && i > 0) yield break;
            yield return days.Skip(i).Take(count).Average();
        }
    }
}
