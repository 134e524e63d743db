namespace Analytics.Report.Internals.Sections;

/// <summary>The findings that a reader in a hurry needs, each one sentence; good, bad or neither.</summary>
internal static class Findings
{
    public static List<(bool? Good, string Text)> Of(Page page)
    {
        var found = new List<(bool?, string)>();
        Quality(page, found);
        Sales(page, found);
        Forecast(page, found);
        Rules(page, found);
        Segments(page, found);
        return found;
    }

    private static void Quality(Page page, List<(bool?, string)> found)
    {
        var checks = page.Model.Quality.Checks;
        var errors = checks.Count(c => !c.Passed && c.Severity == "error");
        var warnings = checks.Count(c => !c.Passed && c.Severity == "warning");
        if (errors + warnings > 0)
            found.Add((false, "Checks: " + Figures.Many(errors, "error") + " and " + Figures.Many(warnings, "warning")
                + " among " + Figures.Many(checks.Count, "check") + "; see data quality before relying on the figures."));
        else if (checks.Count > 0) found.Add((true, "All " + Figures.Many(checks.Count, "check") + " passed."));
        var read = page.Model.Quality.Files.Sum(f => f.Records);
        var rejected = page.Model.Quality.Files.Sum(f => f.Rejected);
        if (rejected > 0)
            found.Add((null, Figures.Many(rejected, "record") + " of " + Figures.Count(read) + " rejected ("
                + Figures.Percent((double)rejected / read, 2) + ")."));
    }

    private static void Sales(Page page, List<(bool?, string)> found)
    {
        var daily = page.Daily;
        if (daily.Span(28) is not { } now || daily.Span(28, 28) is not { } before) return;
        if (Figures.Change(before.GrossAmount, now.GrossAmount) is not { } change) return;
        var text = "Sales of the last 28 days: " + page.Money(now.GrossAmount) + ", " + change + " against the 28 days before";
        if (now.GrossAmount > 0)
            text += "; returns took back " + Figures.Percent((double)(-now.ReturnAmount / now.GrossAmount));
        found.Add((now.GrossAmount >= before.GrossAmount, text + "."));
    }

    private static void Forecast(Page page, List<(bool?, string)> found)
    {
        if (page.Model.Forecast is not { } forecast) return;
        var total = forecast.Series.FirstOrDefault(s => s.Level == "total" && s.Measure == "net_amount" && s.Points.Count > 0)
            ?? forecast.Series.FirstOrDefault(s => s.Level == "total" && s.Points.Count > 0);
        if (total is not null)
        {
            var sum = total.Points.Sum(p => p.Mean);
            var text = "Forecast of the next " + Figures.Many(total.Points.Count, "day") + ": " + page.Measured(total.Measure, sum)
                + (total.Measure == "net_amount" ? " net" : "");
            var last = total.Points.Min(p => p.Date).AddDays(-1);
            var from = last.AddDays(1 - total.Points.Count);
            if (total.History.Count > 0 && total.History.Min(h => h.Date) <= from)
            {
                var actual = total.History.Where(h => h.Date >= from && h.Date <= last).Sum(h => h.Value);
                if (Figures.Change(actual, sum) is { } change) text += ", " + change + " against as many days before";
            }
            found.Add((null, text + "."));
        }
        if (AccuracySection.Verdict(page) is { } verdict) found.Add(verdict);
    }

    private static void Rules(Page page, List<(bool?, string)> found)
    {
        if (page.Model.Rules is not { } rules) return;
        var best = rules.Rules.Where(r => !r.Redundant && double.IsFinite(r.Lift)).OrderByDescending(r => r.Lift)
            .ThenByDescending(r => r.SupportCount).ThenBy(RulesSection.Text, StringComparer.Ordinal).FirstOrDefault();
        if (best is not null)
            found.Add((null, "Strongest rule: " + RulesSection.Text(best) + " in " + Figures.Percent(best.Confidence, 0)
                + " of such baskets, " + Figures.Fixed(best.Lift, 1) + " times as often as in all baskets."));
    }

    private static void Segments(Page page, List<(bool?, string)> found)
    {
        if (page.Model.Segments is not { Segments.Count: > 0 } segments) return;
        var net = segments.Segments.Sum(s => s.NetAmount);
        var customers = segments.Segments.Sum(s => s.Customers);
        var best = segments.Segments.OrderByDescending(s => s.NetAmount).ThenBy(s => s.Id).First();
        if (net > 0 && customers > 0)
            found.Add((null, "Segment " + SafeText.Cut(best.Name, 60) + ": " + Figures.Percent((double)best.Customers / customers, 0) + " of the customers, "
                + Figures.Percent((double)(best.NetAmount / net), 0) + " of the revenue with a customer id."));
    }
}
