using Analytics.Report.Internals.Charts;

namespace Analytics.Report.Internals.Sections;

/// <summary>Groups of customers: how many, what they bring, and who moved.</summary>
internal static class SegmentsSection
{
    public static void Write(Page page)
    {
        var report = page.Model.Segments;
        page.Section("segments", "Customer segments", report is { Segments.Count: > 0 }
            ? "Customers with an id and a sale, by recency, frequency and money."
            : null);
        if (report is null) page.Empty("The segmentation stage did not run.");
        else if (report.Segments.Count == 0) page.Empty("No customer with an id has a sale up to the business date.");
        else
        {
            var all = report.Segments.OrderByDescending(s => s.NetAmount).ThenBy(s => s.Id).ToList();
            var shown = all.Take(ReportPage.SegmentsShown).ToList();
            page.M.Open("div", "grid2");
            Tiles(page, report, shown);
            Shares(page, all, shown);
            page.M.Close();
            Table(page, all, shown);
            Moves(page, report);
        }
        page.EndSection();
    }

    /// <summary>A class for one of eight colours; segments keep theirs from run to run because they keep their id.</summary>
    private static string Colour(ReportSegment segment) => "s" + ((segment.Id % 8 + 8) % 8);

    private static void Tiles(Page page, SegmentsReport report, List<ReportSegment> shown)
    {
        var earning = shown.Where(s => s.NetAmount > 0).ToList();
        var total = earning.Sum(s => s.NetAmount);
        page.Card("Revenue by segment", "Area: net amount of all customers of the segment."
            + (report.UnassignedAmount is { } rest && rest != 0 ? " " + page.Money(rest) + " net are in no segment: lines without a customer id, and returns of customers without a sale." : ""));
        if (earning.Count == 0) page.Empty("No segment has a net amount above zero.");
        else
            page.M.Both((width, wide) =>
            {
                var height = wide ? 290.0 : 330.0;
                var m = page.M;
                m.OpenSvg(width, height, "Revenue by segment");
                var boxes = Treemap.Layout([.. earning.Select(s => (double)(s.NetAmount / total))], width, height);
                for (var i = 0; i < earning.Count; i++)
                {
                    var (x, y, w, h) = boxes[i];
                    var segment = earning[i];
                    var share = Figures.Percent((double)(segment.NetAmount / total), 0);
                    m.Open("g");
                    m.Element("title", SafeText.Cut(segment.Name, 80) + "\u2003" + page.Money(segment.NetAmount) + " (" + share + ")\u2003" + Figures.Many(segment.Customers, "customer"));
                    m.Rect(x + 1, y + 1, w - 2, h - 2, "tile-" + Colour(segment));
                    if (w > 60 && h > 30)
                    {
                        m.Label(x + 10, y + 22, Svg.CutTo(segment.Name, w - 18, 15), "tname iso");
                        if (h > 50) m.Label(x + 10, y + 41, w > 150 ? share + " · " + page.Money(segment.NetAmount) : share);
                        if (h > 70) m.Label(x + 10, y + 58, w > 120 ? Figures.Many(segment.Customers, "customer") : Figures.Count(segment.Customers));
                    }
                    m.Close();
                }
                m.Close();
            }, wide: 540, narrow: 340);
        page.EndCard();
    }

    private static void Shares(Page page, List<ReportSegment> all, List<ReportSegment> shown)
    {
        var customers = Math.Max(1, all.Sum(s => s.Customers));
        var net = all.Where(s => s.NetAmount > 0).Sum(s => s.NetAmount);
        var height = 12.0 + shown.Count * 40;
        page.Card("Share of customers and of revenue", "A segment whose revenue outruns its head count is worth keeping.");
        page.Legend(("k-head", "customers"), ("k-sales", "revenue"));
        var most = shown.Max(s => Math.Max((double)s.Customers / customers, net > 0 ? (double)(Math.Max(0, s.NetAmount) / net) : 0));
        page.M.Both((width, _) => Draw(page.M, width), wide: 540, narrow: 340);
        page.EndCard();

        void Draw(Markup m, double width)
        {
            var (left, right) = (width * 0.28, width - 54);
            m.OpenSvg(width, height, "Share of customers and of revenue by segment");
            for (var i = 0; i < shown.Count; i++)
            {
                var y = 8 + i * 40.0;
                m.Label(left - 10, y + 19, Svg.CutTo(shown[i].Name, left - 14), "t iso", "end");
                Bar(y + 1, (double)shown[i].Customers / customers, "bar-head");
                Bar(y + 16, net > 0 ? (double)(Math.Max(0, shown[i].NetAmount) / net) : 0, "bar-week");
            }
            m.Close();

            void Bar(double y, double share, string cssClass)
            {
                var length = most > 0 ? share / most * (right - left) : 0;
                m.Rect(left, y, length, 13, cssClass).Label(left + length + 6, y + 11, Figures.Percent(share, 0), "ax");
            }
        }
    }

    private static void Table(Page page, List<ReportSegment> all, List<ReportSegment> shown)
    {
        var customers = Math.Max(1, all.Sum(s => s.Customers));
        var net = all.Sum(s => s.NetAmount);
        page.Card("Profiles", "Medians of a segment's customers."
            + (all.Count > shown.Count ? " " + shown.Count + " of " + Figures.Count(all.Count) + " segments; all of them in the table segment_profiles." : ""));
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Segment profiles");
        page.Table("Segment profiles", true, "Segment", "#Customers", "#Share", "#Since last run", "#Days since last sale", "#Orders", "#Net amount each",
            "#Net amount", "#Share of revenue", "#Silhouette", "#Stability");
        foreach (var s in shown)
        {
            page.M.Open("tr").Open("th").Attr("scope", "row").Open("span", "key k-" + Colour(s)).Close().Foreign(s.Name).Close();
            var change = s.Customers - s.PreviousCustomers;
            page.Number(Figures.Count(s.Customers), s.Customers).Number(Figures.Percent((double)s.Customers / customers), (double)s.Customers / customers)
                .Number(change is { } c ? Figures.Signed(Figures.Count(c)) : page.Model.Header.BaseRunId is null ? Figures.None : "new", change)
                .Number(Figures.Fixed(s.MedianRecencyDays, 0), s.MedianRecencyDays).Number(Figures.Fixed(s.MedianFrequency, 1), s.MedianFrequency)
                .Number(page.Money(s.MedianMonetary), s.MedianMonetary).Number(page.Money(s.NetAmount), (double)s.NetAmount)
                .Number(net > 0 ? Figures.Percent((double)(s.NetAmount / net)) : Figures.None, (double)s.NetAmount)
                .Number(Figures.Fixed(s.Silhouette, 2), s.Silhouette).Number(Figures.Fixed(s.Stability, 2), s.Stability);
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();
    }

    private static void Moves(Page page, SegmentsReport report)
    {
        if (report.Moves.Count == 0) return;
        var from = Names(report.Moves, m => m.From);
        var to = Names(report.Moves, m => m.To);
        var cells = new Dictionary<(string?, string?), long>();
        foreach (var move in report.Moves) cells[(move.From, move.To)] = cells.GetValueOrDefault((move.From, move.To)) + move.Customers;
        var moved = cells.Where(c => c.Key.Item1 is not null && c.Key.Item2 is not null && c.Key.Item1 != c.Key.Item2).Sum(c => c.Value);
        var added = cells.Where(c => c.Key.Item1 is null).Sum(c => c.Value);
        page.Card("Movement since the last run", Figures.Many(moved, "customer") + " changed segment, " + Figures.Count(added) + " are new. Rows: then; columns: now."
            + (report.Moves.Select(m => m.From).Distinct().Count() > from.Count || report.Moves.Select(m => m.To).Distinct().Count() > to.Count
                ? " The " + ReportPage.SegmentsShown + " largest of either side." : ""));
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Movement between segments");
        page.M.Open("table", "heat").Element("caption", "Customers by segment in the last run and now", "sr").Open("thead").Open("tr");
        page.M.Open("th").Attr("scope", "col").Text("From").Close();
        foreach (var name in to) Heading(name, "gone", "col");
        page.M.Close().Close().Open("tbody");
        foreach (var row in from)
        {
            page.M.Open("tr");
            Heading(row, "new customers", "row");
            var sum = Math.Max(1, to.Sum(t => cells.GetValueOrDefault((row, t))));
            foreach (var column in to)
            {
                var count = cells.GetValueOrDefault((row, column));
                page.M.Element("td", count == 0 ? "·" : Figures.Count(count),
                    "n h" + (count == 0 ? 0 : row == column ? 7 : 1 + (int)Math.Min(5, count * 20.0 / sum)));
            }
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();

        void Heading(string? name, string none, string scope)
        {
            page.M.Open("th", scope == "col" ? "n" : null).Attr("scope", scope);
            if (name is null) page.M.Element("i", none);
            else page.M.Foreign(SafeText.Cut(name, 40));
            page.M.Close();
        }
    }

    /// <summary>Names of one side by customers, those without a name last, as many as are shown.</summary>
    private static List<string?> Names(IReadOnlyList<SegmentMove> moves, Func<SegmentMove, string?> side) =>
        [.. moves.GroupBy(side).OrderBy(g => g.Key is null).ThenByDescending(g => g.Sum(m => m.Customers)).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.Key).Take(ReportPage.SegmentsShown)];
}
