using Analytics.Report.Internals.Charts;

namespace Analytics.Report.Internals.Sections;

/// <summary>Key figures with their change, and the findings in a few sentences.</summary>
internal static class SummarySection
{
    /// <summary>Fewer weeks make no line.</summary>
    private const int LeastWeeks = 4;

    public static void Write(Page page)
    {
        var m = page.M;
        var now = page.Model.Totals;
        var then = page.Model.PreviousTotals;
        page.Section("summary", "Summary");
        m.Open("div", "tiles");
        Tile(page, "Sales", now.GrossAmount, then?.GrossAmount, d => (double)d.GrossAmount, money: true);
        Tile(page, "Returns", now.ReturnAmount, then?.ReturnAmount, d => (double)d.ReturnAmount, money: true);
        Tile(page, "Orders", now.Orders, then?.Orders, d => d.Orders);
        Tile(page, "Customers", now.Customers, then?.Customers, d => d.Customers);
        Tile(page, "Units sold", now.Units, then?.Units, d => (double)d.Units);
        Tile(page, "Items sold", now.Items, then?.Items, null);
        m.Close();
        Note(page, then is not null);
        Periods(page);
        var findings = Findings.Of(page);
        if (findings.Count > 0)
        {
            page.Card("In short", cssClass: "card short");
            m.Open("ul");
            foreach (var (good, text) in findings)
                m.Open("li", good switch { true => "good", false => "bad", _ => "plain" }).Foreign(text).Close();
            m.Close();
            page.EndCard();
        }
        page.EndSection();
    }

    private static void Note(Page page, bool compared)
    {
        var header = page.Model.Header;
        page.Note("Over all order dates up to the business date. " + (compared
            ? "The small figure is what the run adds to the run before"
              + (header.BaseBusinessDate is { } date ? " (" + Figures.Date(date) + ")" : "") + "."
            : "This is the first run, so nothing is compared.")
            + (FullWeeks(page) is { Count: >= LeastWeeks } weeks ? " The line shows the last " + weeks.Count + " full weeks on a scale of its own." : ""));
    }

    private static void Tile(Page page, string name, decimal now, decimal? then, Func<DailyFigures, double>? daily, bool money = false)
    {
        var m = page.M;
        m.Open("div", "tile").Open("p", "name").Text(name);
        if (money && page.Currency is { } currency) m.Text(", ").Foreign(currency);
        var figure = money ? Figures.Amount(now) : Figures.Units(now);
        m.Close().Open("p", figure.Length > 11 ? "big long" : "big");
        if (money) m.Attr("title", Figures.WithCurrency(page.Currency, Figures.Exact(now)));
        m.Text(figure).Close();
        if (then is { } before)
        {
            var change = now - before;
            var text = Figures.Signed(money ? Figures.Amount(change) : Figures.Units(change));
            if (before > 0) text += " (" + Figures.Change(before, now) + ")";
            else if (before < 0 && now <= 0) text += " (" + Figures.Percent((double)Math.Abs(change / before)) + (change < 0 ? " more)" : " less)");
            m.Element("p", change == 0 ? "unchanged" : text, "delta");
        }
        else m.Element("p", "first run", "delta");
        if (daily is not null && FullWeeks(page).Count >= LeastWeeks) Spark(page, daily);
        m.Close();
    }

    private static List<DailyFigures> FullWeeks(Page page) =>
        [.. page.Daily.Weeks().Where(w => w.Days == 7).Select(w => w.Sum).TakeLast(26)];

    private static void Spark(Page page, Func<DailyFigures, double> daily)
    {
        var weeks = FullWeeks(page).Select(daily).ToList();
        var (low, high) = (weeks.Min(), weeks.Max());
        var y = new Scale(low, high <= low ? low + 1 : high, 26, 2);
        var path = new PathData();
        for (var i = 0; i < weeks.Count; i++) path.To(2 + i * 116.0 / (weeks.Count - 1), y.At(weeks[i]));
        page.M.OpenSvg(120, 28, "weekly, last " + Figures.Many(weeks.Count, "full week"), "spark").Path(path, "line-sales").Close();
    }

    private static void Periods(Page page)
    {
        var daily = page.Daily;
        if (daily.IsEmpty || daily.Days.Length < 14) return;
        page.Card("Lately", "Each span ends on " + Figures.Day(daily.Last)
            + ". A year before is 364 days before, so that weekdays match. A dash: the history does not reach that far.");
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Lately");
        page.Table("Sales of the last days against the days before and a year before", false,
            "Last", "#Sales", "#vs. before", "#vs. a year before", "#Returns", "#Orders", "#vs. before", "#Units", "#vs. before", "#Sales an order");
        foreach (var span in (ReadOnlySpan<int>)[7, 28, 91, 364])
        {
            if (daily.Span(span) is not { } now) continue;
            var before = daily.Span(span, span);
            var year = daily.Span(span, 364);
            page.M.Open("tr").Open("th").Attr("scope", "row").Text(span + " days").Close();
            page.Number(page.Money(now.GrossAmount));
            Change(before?.GrossAmount, now.GrossAmount);
            Change(year?.GrossAmount, now.GrossAmount);
            page.Number(page.Money(now.ReturnAmount)).Number(Figures.Count(now.Orders));
            Change(before?.Orders, now.Orders);
            page.Number(Figures.Units(now.Units));
            Change(before?.Units, now.Units);
            page.Number(now.Orders == 0 ? Figures.None : page.Money(now.GrossAmount / now.Orders));
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();

        void Change(decimal? before, decimal value)
        {
            var change = before is { } b ? Figures.Change(b, value) : null;
            page.M.Element("td", change ?? Figures.None, change is null ? "n" : change.StartsWith('−') ? "n down" : "n up");
        }
    }
}
