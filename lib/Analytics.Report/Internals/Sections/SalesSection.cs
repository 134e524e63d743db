using Analytics.Report.Internals.Charts;

namespace Analytics.Report.Internals.Sections;

/// <summary>Sales over time with returns, by day and by week, and the pattern of the week.</summary>
internal static class SalesSection
{
    /// <summary>Days that still have a mark of their own; a longer history shows the weekly average alone.</summary>
    private const int DaysDrawn = 1100;

    public static void Write(Page page)
    {
        page.Section("sales", "Sales over time");
        if (page.Daily.IsEmpty)
        {
            page.Empty("No day with a sale or return up to the business date.");
            page.EndSection();
            return;
        }
        Daily(page);
        Weekly(page);
        page.M.Open("div", "grid2");
        Weekdays(page);
        Calendar(page);
        page.M.Close();
        page.EndSection();
    }

    private static void Daily(Page page)
    {
        var daily = page.Daily;
        var everyDay = daily.Days.Length <= DaysDrawn;
        var average = daily.WeekAverage().ToList();
        var high = Reach(everyDay ? daily.Days.Select(d => (double)d.GrossAmount) : average.Select(a => a.Value));
        var greatestReturn = -(double)daily.Days.Min(d => d.ReturnAmount);
        var low = Math.Max(Reach(daily.Days.Select(d => -(double)d.ReturnAmount)), Math.Min(high * 0.15, greatestReturn));
        var cut = low < greatestReturn || (everyDay && high < (double)daily.Days.Max(d => d.GrossAmount));
        page.Card("By day", Unit(page) + (daily.LeftOut == 0 ? ""
            : " The chart shows the last 20 years; " + Figures.Many(daily.LeftOut, "older day") + " not drawn.")
            + (cut ? " Rare days beyond the frame are cut and their value written there." : ""));
        if (everyDay) page.Legend(("k-day", "sales of the day"), ("k-sales", "average of 7 days"), ("k-returns", "returns"));
        else page.Legend(("k-sales", "average of 7 days"), ("k-returns", "returns"));
        page.M.Both((width, wide) =>
        {
            page.M.OpenSvg(width, wide ? 300 : 230, "Sales and returns by day, " + Figures.Date(daily.First) + " to " + Figures.Date(daily.Last));
            var plot = new TimePlot(page.M, width, wide ? 300 : 230, daily.First, daily.Last, -low, high);
            plot.Axes();
            Returns(plot, daily, page.M);
            if (everyDay) plot.Line(daily.Days.Select(d => (d.Date, (double)d.GrossAmount)), "line-day");
            plot.Line(average, "line-sales");
            Outliers(page.M, plot, daily, everyDay);
            if (wide) Hits(page, plot);
            page.M.Close();
        });
        page.Behind("By month, as a table", () =>
        {
            page.Table("Sales by month", false, "Month", "#Sales", "#Returns", "#Net", "#Orders", "#Units", "#Days");
            foreach (var (sum, days) in daily.Months())
            {
                page.M.Open("tr");
                page.Cell(sum.Date.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture))
                    .Number(Figures.Exact(sum.GrossAmount)).Number(Figures.Exact(sum.ReturnAmount))
                    .Number(Figures.Exact(sum.GrossAmount + sum.ReturnAmount))
                    .Number(Figures.Count(sum.Orders)).Number(Figures.Units(sum.Units)).Number(Figures.Count(days));
                page.M.Close();
            }
            page.EndTable();
        });
        page.EndCard();
    }

    /// <summary>How far an axis has to reach: to the greatest value, unless a rare one would flatten all others.</summary>
    private static double Reach(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        if (sorted.Count == 0) return 0;
        var usual = sorted[(int)((sorted.Count - 1) * 0.99)];
        return Math.Max(0, usual > 0 && sorted[^1] > usual * 1.8 ? usual * 1.4 : sorted[^1]);
    }

    /// <summary>Values that the frame cuts, written where they leave it.</summary>
    private static void Outliers(Markup m, TimePlot plot, DailySeries daily, bool everyDay)
    {
        double lastTop = double.NegativeInfinity, lastBottom = double.NegativeInfinity;
        foreach (var day in daily.Days)
        {
            var x = plot.X(day.Date);
            if (everyDay && (double)day.GrossAmount > plot.Y.High) Mark((double)day.GrossAmount, plot.Top, 1, ref lastTop);
            if ((double)day.ReturnAmount < plot.Y.Low) Mark((double)day.ReturnAmount, plot.Bottom, -1, ref lastBottom);

            void Mark(double value, double y, int down, ref double last)
            {
                if (x - last < 44) return;
                last = x;
                var before = x > plot.Left + 60;
                m.Label(before ? x - 5 : x + 5, y + (down > 0 ? 11 : -5), Figures.Short(Round(value)), "cut", before ? "end" : "start",
                    Figures.Day(day.Date) + "\u2003" + Figures.Exact((decimal)value));
            }
        }
    }

    private static string Unit(Page page) => string.IsNullOrWhiteSpace(page.Currency) ? "Amounts in the shop's currency." : "In " + page.Currency + ".";

    private static void Returns(TimePlot plot, DailySeries daily, Markup m)
    {
        var path = new PathData();
        foreach (var day in daily.Days)
            if (day.ReturnAmount < 0)
                path.To(plot.X(day.Date), plot.Y.At(0)).To(plot.X(day.Date), plot.Y.Clamped((double)day.ReturnAmount)).Gap();
        m.Path(path, plot.DayWidth > 2 ? "stem-returns wide-stem" : "stem-returns");
    }

    private static void Hits(Page page, TimePlot plot)
    {
        var step = page.Daily.Days.Length switch { <= 430 => 1, <= 3000 => 7, _ => 28 };
        for (var i = 0; i < page.Daily.Days.Length; i += step)
        {
            var from = page.Daily.Days[i].Date;
            var to = page.Daily.Days[Math.Min(i + step, page.Daily.Days.Length) - 1].Date;
            var sum = page.Daily.Sum(from, to);
            plot.Hit(from, to, (from == to ? Figures.Day(from) : Figures.Date(from) + " to " + Figures.Date(to))
                + "\u2003sales " + page.Money(sum.GrossAmount) + (sum.ReturnAmount == 0 ? "" : "\u2003returns " + page.Money(sum.ReturnAmount))
                + "\u2003" + Figures.Many(sum.Orders, "order"));
        }
    }

    private static void Weekly(Page page)
    {
        var weeks = page.Daily.Weeks();
        if (weeks.Count(w => w.Days == 7) < 4) return;
        const int most = 156;
        var shown = weeks.Count > most ? weeks[^most..] : weeks;
        var before = weeks.Count > 52 ? weeks.ToDictionary(w => w.Sum.Date, w => w) : [];
        var hasYear = shown.Any(w => Year(w.Sum.Date) is not null);
        page.Card("By week", "From Monday. Pale bars: weeks that the history covers in part."
            + (weeks.Count > most ? " The last " + most + " of " + Figures.Count(weeks.Count) + " weeks." : ""));
        if (hasYear) page.Legend(("k-week", "sales"), ("k-returns", "returns"), ("k-year", "sales 52 weeks before"));
        else page.Legend(("k-week", "sales"), ("k-returns", "returns"));
        var first = shown[0].Sum.Date;
        var last = DateOnly.FromDayNumber(Math.Min(shown[^1].Sum.Date.DayNumber + 6, DateOnly.MaxValue.DayNumber));
        var high = (double)shown.Max(w => Math.Max(w.Sum.GrossAmount, Year(w.Sum.Date) ?? 0));
        var low = (double)shown.Min(w => w.Sum.ReturnAmount);
        page.M.Both((width, wide) =>
        {
            var height = wide ? 240 : 210;
            page.M.OpenSvg(width, height, "Sales and returns by week, " + Figures.Date(first) + " to " + Figures.Date(last));
            var plot = new TimePlot(page.M, width, height, first, last, Math.Min(0, low), Math.Max(0, high));
            plot.Axes();
            var barWidth = Math.Max(1, plot.DayWidth * 7 - Math.Min(3, plot.DayWidth * 2));
            var year = new PathData();
            foreach (var (sum, days) in shown)
            {
                var x = plot.Edge(sum.Date) + (plot.DayWidth * 7 - barWidth) / 2;
                var title = "Week of " + Figures.Date(sum.Date) + (days < 7 ? " (" + Figures.Many(days, "day") + ")" : "")
                    + "\u2003sales " + page.Money(sum.GrossAmount) + "\u2003returns " + page.Money(sum.ReturnAmount)
                    + (Year(sum.Date) is { } then && Figures.Change(then, sum.GrossAmount) is { } change && days == 7
                        ? "\u2003" + change + " on 52 weeks before" : "");
                var top = plot.Y.Clamped((double)sum.GrossAmount);
                page.M.Rect(x, top, barWidth, plot.Y.At(0) - top, days < 7 ? "bar-week part" : "bar-week", title);
                var bottom = plot.Y.Clamped((double)sum.ReturnAmount);
                page.M.Rect(x, plot.Y.At(0), barWidth, bottom - plot.Y.At(0), "bar-returns", title);
                if (Year(sum.Date) is { } old) year.Gap().To(x - 1, plot.Y.Clamped((double)old)).To(x + barWidth + 1, plot.Y.Clamped((double)old));
            }
            page.M.Path(year, "line-year").Close();
        });
        page.Behind("By week, as a table", () =>
        {
            page.Table("Sales by week", false, "Week of", "#Sales", "#Returns", "#Orders", "#Units", "#52 weeks before", "#Days");
            foreach (var (sum, days) in shown)
            {
                page.M.Open("tr");
                page.Cell(Figures.Date(sum.Date)).Number(Figures.Exact(sum.GrossAmount)).Number(Figures.Exact(sum.ReturnAmount))
                    .Number(Figures.Count(sum.Orders)).Number(Figures.Units(sum.Units))
                    .Number(Year(sum.Date) is { } old ? Figures.Exact(old) : Figures.None).Number(Figures.Count(days));
                page.M.Close();
            }
            page.EndTable();
        });
        page.EndCard();

        decimal? Year(DateOnly monday) =>
            monday.DayNumber >= 364 && before.TryGetValue(monday.AddDays(-364), out var w) && w.Days == 7 ? w.Sum.GrossAmount : null;
    }

    private static void Weekdays(Page page)
    {
        var sums = new decimal[7];
        var counts = new int[7];
        foreach (var day in page.Daily.Days)
        {
            var at = day.Date.DayNumber % 7;
            sums[at] += day.GrossAmount;
            counts[at]++;
        }
        var means = new double[7];
        for (var i = 0; i < 7; i++) means[i] = counts[i] == 0 ? 0 : (double)(sums[i] / counts[i]);
        var all = (double)sums.Sum();
        page.Card("By weekday", "Mean sales of a day, and its share of all sales; days without sales count.");
        page.M.Both((width, _) => WeekdayBars(page, width, means, counts, sums), wide: 540, narrow: 340);
        page.Table("Sales by weekday", false, "Weekday", "#Mean sales", "#Share", "#Days");
        for (var i = 0; i < 7; i++)
        {
            page.M.Open("tr");
            page.Cell(Name(i)).Number(Figures.Amount(means[i])).Number(Figures.Percent(all > 0 ? (double)sums[i] / all : null))
                .Number(Figures.Count(counts[i]));
            page.M.Close();
        }
        page.EndTable();
        page.EndCard();
    }

    private static void WeekdayBars(Page page, double width, double[] means, int[] counts, decimal[] sums)
    {
        const double height = 214, left = 46, bottom = 184, top = 22;
        var all = (double)sums.Sum();
        var (low, high, ticks) = Ticks.Nice(0, means.Max(), 4);
        var y = new Scale(low, high, bottom, top);
        page.M.OpenSvg(width, height, "Mean sales by weekday");
        foreach (var tick in ticks)
        {
            page.M.Line(left, y.At(tick), width - 6, y.At(tick), tick == 0 ? "zero" : "grid");
            page.M.Label(left - 6, y.At(tick) + 4, Figures.Short(tick), "ax", "end");
        }
        for (var i = 0; i < 7; i++)
        {
            var x = left + (i + 0.5) * (width - left - 6) / 7;
            var bar = (width - left - 6) / 7 * 0.68;
            var title = Name(i) + "\u2003mean " + page.Money(means[i]) + "\u2003" + Figures.Count(counts[i]) + " days";
            page.M.Rect(x - bar / 2, y.At(means[i]), bar, bottom - y.At(means[i]), "bar-week", title);
            page.M.Label(x, y.At(means[i]) - 6, means[i] > 0 && all > 0 ? Figures.Percent((double)sums[i] / all, 0) : "closed", "t", "middle");
            page.M.Label(x, bottom + 18, Name(i)[..3], "ax", "middle");
        }
        page.M.Close();
    }

    private static string Name(int day) => ((DayOfWeek)((day + 1) % 7)).ToString();

    private static void Calendar(Page page)
    {
        const int most = 14;
        var months = page.Daily.Months().TakeLast(most).ToList();
        var cells = new double?[months.Count, 7];
        for (var i = 0; i < months.Count; i++)
        {
            var sums = new decimal[7];
            var counts = new int[7];
            var from = months[i].Sum.Date.DayNumber;
            for (var d = from; d < from + months[i].Days; d++)
            {
                sums[d % 7] += page.Daily.Days[d - page.Daily.First.DayNumber].GrossAmount;
                counts[d % 7]++;
            }
            for (var k = 0; k < 7; k++) cells[i, k] = counts[k] == 0 ? null : (double)(sums[k] / counts[k]);
        }
        var known = cells.Cast<double?>().OfType<double>().Order().ToList();
        // A single rare day must not turn all other cells pale.
        var high = known.Count == 0 ? 0 : known[(int)((known.Count - 1) * 0.96)];
        page.Card("By month and weekday", "Mean sales of a day; the stronger the colour, the more."
            + (page.Daily.Months().Count > most ? " The last " + most + " months." : ""));
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "By month and weekday");
        page.M.Open("table", "heat").Element("caption", "Mean sales by month and weekday", "sr").Open("thead").Open("tr");
        page.M.Open("th").Attr("scope", "col").Text("Month").Close();
        for (var k = 0; k < 7; k++) page.M.Open("th", "n").Attr("scope", "col").Text(Name(k)[..3]).Close();
        page.M.Close().Close().Open("tbody");
        for (var i = 0; i < months.Count; i++)
        {
            page.M.Open("tr").Open("th").Attr("scope", "row")
                .Text(months[i].Sum.Date.ToString("MMM yyyy", System.Globalization.CultureInfo.InvariantCulture)).Close();
            for (var k = 0; k < 7; k++)
            {
                var level = cells[i, k] is { } v && high > 0 && v > 0 ? 1 + (int)Math.Min(6, v / high * 7) : 0;
                page.M.Element("td", cells[i, k] is { } mean ? mean == 0 ? "0" : Figures.Short(Round(mean)) : "", "n h" + level);
            }
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();
    }

    /// <summary>Three digits: more would not fit a cell of a heat map, and nobody compares them there.</summary>
    private static double Round(double value)
    {
        if (Math.Abs(value) < 1e-6) return 0;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2);
        return Math.Round(value / unit, MidpointRounding.AwayFromZero) * unit;
    }
}
