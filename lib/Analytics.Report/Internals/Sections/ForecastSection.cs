using Analytics.Report.Internals.Charts;

namespace Analytics.Report.Internals.Sections;

/// <summary>The days ahead: in total, by group, by item.</summary>
internal static class ForecastSection
{
    private const int WeeksBefore = 13;

    public static void Write(Page page)
    {
        var forecast = page.Model.Forecast;
        page.Section("forecast", "Forecast", forecast is { Horizon: > 0 }
            ? Figures.Many(forecast.Horizon, "day") + " ahead of " + Figures.Date(page.Model.Header.BusinessDate)
              + ". The bands hold the actual value in 80 and 95 of 100 cases, if the model is right."
            : null);
        if (forecast is null) page.Empty("The forecast stage did not run.");
        else if (forecast.Series.Count == 0 && forecast.Counts.Count == 0)
            page.Empty("No series is long enough for a forecast.");
        else
        {
            foreach (var measure in (ReadOnlySpan<string>)["net_amount", "units"])
                if (forecast.Series.FirstOrDefault(s => s.Level == "total" && s.Measure == measure) is { } total) Total(page, total);
            Groups(page, forecast, "country", "By country", "countries");
            Groups(page, forecast, "category", "By category", "categories");
            ForecastItems.Write(page, forecast);
            Counts(page, forecast);
        }
        page.EndSection();
    }

    public static string MeasureName(string measure) => measure switch { "net_amount" => "net sales", "units" => "units", _ => measure };

    public static string NameOf(ForecastSeries series) =>
        SafeText.Cut(!string.IsNullOrWhiteSpace(series.Name) ? series.Name : series.Key == "*" ? "Total" : series.Key, 80);

    /// <summary>Series of a level, greatest forecast first; of two measures the amount.</summary>
    public static List<ForecastSeries> Ranked(ForecastReport forecast, string level)
    {
        var all = forecast.Series.Where(s => s.Level == level && s.Points.Count > 0).ToList();
        var measure = all.Any(s => s.Measure == "net_amount") ? "net_amount" : "units";
        return [.. all.Where(s => s.Measure == measure).OrderByDescending(s => s.Points.Sum(p => p.Mean)).ThenBy(s => s.Key, StringComparer.Ordinal)];
    }

    private static void Total(Page page, ForecastSeries total)
    {
        var money = total.Measure == "net_amount";
        page.Card(money ? "Net sales in total" : "Units in total", Describe(page, total));
        if (total.Points.Count == 0)
        {
            page.Empty("No forecast of this series" + (total.Message is null ? "." : ": " + SafeText.Cut(total.Message, 300)));
            page.EndCard();
            return;
        }
        page.Legend(("k-sales", "actual"), ("k-forecast", "mean"), ("k-b80", "80 % interval"), ("k-b95", "95 % interval"));
        page.M.Both((width, wide) => Draw(page, total, width, wide ? money ? 300 : 220 : 230, wide ? WeeksBefore * 7 : 42, full: true));
        page.Behind("Day by day, as a table", () => Table(page, total));
        page.EndCard();
    }

    private static string Describe(Page page, ForecastSeries series)
    {
        var text = series.Points.Count == 0 ? ""
            : "Sum of the means: " + page.Measured(series.Measure, series.Points.Sum(p => p.Mean)) + ". ";
        if (series.Model.Length > 0) text += "Model: " + ModelName.Long(series.Model) + ". ";
        if (series.Status != "ok") text += "Status: " + series.Status + (series.Message is null ? "" : " (" + SafeText.Cut(series.Message, 300) + ")") + ". ";
        return text.TrimEnd();
    }

    /// <summary>History and bands; bounds that run away are cut at the frame rather than flattening everything else.</summary>
    public static void Draw(Page page, ForecastSeries series, double width, double height, int daysBefore, bool full)
    {
        var m = page.M;
        var points = series.Points.OrderBy(p => p.Date).ToList();
        var start = points[0].Date;
        var history = Dense(series.History, start, daysBefore);
        var first = history.Count > 0 ? history[0].Date : start;
        var values = history.Select(h => h.Value).Concat(points.Select(p => (double)p.Mean)).Append(0).ToList();
        var (low, high) = (values.Min(), values.Max());
        var reach = Math.Max(high - low, 1e-9);
        var bounds = points.SelectMany(p => new[] { p.Lower95, p.Upper95 }).Where(double.IsFinite).ToList();
        if (bounds.Count > 0) (low, high) = (Math.Min(low, Math.Max(bounds.Min(), low - reach)), Math.Max(high, Math.Min(bounds.Max(), high + 2 * reach)));
        m.OpenSvg(width, height, "Forecast of " + MeasureName(series.Measure) + ", " + NameOf(series) + ", with 80 % and 95 % intervals", full ? "chart" : "chart small");
        var plot = full
            ? new TimePlot(m, width, height, first, points[^1].Date, low, high)
            : new TimePlot(m, width, height, first, points[^1].Date, low, high, 3, left: 40, right: 6, top: 6, bottom: 20);
        plot.Axes();
        plot.Band([.. points.Select(p => (p.Date, p.Lower95, p.Upper95))], "band95");
        plot.Band([.. points.Select(p => (p.Date, p.Lower80, p.Upper80))], "band80");
        plot.Line(history, "line-actual");
        plot.Line(points.Select(p => (p.Date, (double)p.Mean)), "line-forecast");
        m.Line(plot.Edge(start), plot.Top, plot.Edge(start), plot.Bottom, "now");
        if (full)
        {
            m.Label(plot.Edge(start) - 6, plot.Top + 11, "actual", "ax", "end");
            m.Label(plot.Edge(start) + 6, plot.Top + 11, "forecast");
            foreach (var (date, value) in history)
                plot.Hit(date, date, Figures.Day(date) + "\u2003" + page.Measured(series.Measure, value));
            foreach (var p in points)
                plot.Hit(p.Date, p.Date, Figures.Day(p.Date) + "\u2003mean " + page.Measured(series.Measure, p.Mean)
                    + "\u200380 %: " + Span(p.Lower80, p.Upper80) + "\u200395 %: " + Span(p.Lower95, p.Upper95));
        }
        m.Close();
    }

    /// <summary>The last days before a date, days without a value as zero, from the first day with one.</summary>
    public static List<(DateOnly Date, double Value)> Dense(IReadOnlyList<DatedValue> history, DateOnly before, int days)
    {
        var from = before.AddDays(-Math.Min(days, before.DayNumber));
        var values = new SortedDictionary<DateOnly, decimal>();
        var earlier = false;
        foreach (var (date, value) in history)
            if (date >= before) continue;
            else if (date < from) earlier = true;
            else values[date] = values.GetValueOrDefault(date) + value;
        if (values.Count == 0 && !earlier) return [];
        var dense = new List<(DateOnly, double)>();
        for (var d = earlier ? from : values.First().Key; d < before; d = d.AddDays(1)) dense.Add((d, (double)values.GetValueOrDefault(d)));
        return dense;
    }

    private static string Span(double low, double high) => Figures.Amount(low) + " to " + Figures.Amount(high);

    private static void Table(Page page, ForecastSeries series)
    {
        page.Table("Forecast of " + MeasureName(series.Measure) + ", " + NameOf(series), false,
            "Day", "#Mean", "#Median", "#80 % from", "#to", "#95 % from", "#to");
        foreach (var p in series.Points.OrderBy(p => p.Date))
        {
            page.M.Open("tr");
            page.Cell(Figures.Day(p.Date)).Number(Figures.Exact(p.Mean)).Number(Figures.Amount(p.Median))
                .Number(Figures.Amount(p.Lower80)).Number(Figures.Amount(p.Upper80))
                .Number(Figures.Amount(p.Lower95)).Number(Figures.Amount(p.Upper95));
            page.M.Close();
        }
        page.EndTable();
    }

    private static void Groups(Page page, ForecastReport forecast, string level, string title, string many)
    {
        var ranked = Ranked(forecast, level);
        if (ranked.Count == 0) return;
        var shown = ranked.Take(ReportPage.GroupsShown).ToList();
        page.Card(title, "Each with its own scale, six weeks back; greatest forecast first"
            + (ranked.Count > shown.Count ? ", " + shown.Count + " of " + Figures.Count(ranked.Count) + " " + many + "; the rest in the table." : "."));
        page.M.Open("div", "multiples");
        foreach (var series in shown)
        {
            page.M.Open("figure").Open("figcaption").Open("b").Foreign(SafeText.Cut(NameOf(series), 40)).Close()
                .Text(" " + page.Measured(series.Measure, series.Points.Sum(p => p.Mean))).Close();
            Draw(page, series, 270, 120, 42, full: false);
            page.M.Close();
        }
        page.M.Close();
        const int most = 100;
        page.Behind(title + ", as a table", () =>
        {
            page.Table(title, true, "Name", "#Forecast", "#Same days before", "#Change", "Model", "Status");
            foreach (var series in ranked.Take(most)) ForecastItems.Row(page, series, null);
            page.EndTable();
            if (ranked.Count > most) page.Note(Figures.Count(ranked.Count - most) + " more in the table forecasts.");
        });
        page.EndCard();
    }

    private static void Counts(Page page, ForecastReport forecast)
    {
        if (forecast.Counts.Count == 0) return;
        page.Card("How many series, and how they ended",
            "fallback: a simpler model stood in; short_history: too few sale days for a backtest; failed: no forecast.");
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Series by status");
        page.Table("Series by level, measure and status", false, "Level", "Measure", "#ok", "#fallback", "#short_history", "#failed");
        foreach (var group in forecast.Counts.GroupBy(c => (c.Level, c.Measure))
            .OrderBy(g => AccuracySection.Order(g.Key.Level)).ThenBy(g => g.Key.Level, StringComparer.Ordinal).ThenBy(g => g.Key.Measure, StringComparer.Ordinal))
        {
            page.M.Open("tr");
            page.Foreign(group.Key.Level).Cell(MeasureName(group.Key.Measure));
            foreach (var status in (ReadOnlySpan<string>)["ok", "fallback", "short_history", "failed"])
            {
                long sum = 0;
                foreach (var count in group)
                    if (count.Status == status) sum += count.Series;
                page.Number(Figures.Count(sum));
            }
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();
    }
}
