namespace Analytics.Report.Internals.Sections;

/// <summary>What differs from the base run.</summary>
internal static class ChangesSection
{
    private const int FilesShown = 30;

    public static void Write(Page page)
    {
        var changes = page.Model.Changes;
        var header = page.Model.Header;
        page.Section("changes", "What changed since the last run", header.BaseRunId is null ? null
            : "Against run " + header.BaseRunId + (header.BaseBusinessDate is { } date ? " of " + Figures.Date(date) : "") + ".");
        if (changes is null)
        {
            page.Empty(header.BaseRunId is null ? "This is the first run: there is nothing to compare it with." : "The base run was not compared.");
            page.EndSection();
            return;
        }
        page.M.Open("div", "grid2");
        Files(page, changes);
        Dates(page, changes);
        page.M.Close();
        Sizes(page);
        Rules(page, changes);
        page.EndSection();
    }

    private static void Files(Page page, ChangesReport changes)
    {
        page.Card("Source files", changes.Files.Count > FilesShown ? FilesShown + " of " + Figures.Count(changes.Files.Count) + "; replaced and retracted ones first." : null);
        if (changes.Files.Count == 0) page.Empty("No file is new, replaced or retracted.");
        else
        {
            page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Changed source files");
            page.Table("Changed source files", true, "File", "Change", "#Records");
            foreach (var file in changes.Files.OrderByDescending(f => f.Kind).ThenBy(f => f.SourceFile, StringComparer.Ordinal).Take(FilesShown))
            {
                page.M.Open("tr");
                page.Foreign(SafeText.Cut(file.SourceFile, 160));
                page.M.Open("td").Element("span", file.Kind switch { FileChangeKind.New => "new", FileChangeKind.Replaced => "replaced", _ => "retracted" },
                    file.Kind == FileChangeKind.New ? "badge" : "badge bad").Close();
                page.Number(file.Records is { } records ? Figures.Count(records) : Figures.None, file.Records);
                page.M.Close();
            }
            page.EndTable();
            page.M.Close();
        }
        page.EndCard();
    }

    private static void Dates(Page page, ChangesReport changes)
    {
        page.Card("Dates built anew", changes.DatesRebuilt.Count == 0 ? null : Figures.Many(changes.DatesRebuilt.Count, "order date") + ".");
        if (changes.DatesRebuilt.Count == 0) page.Empty("No order date was touched.");
        else
        {
            const int most = 60;
            var spans = Spans(changes.DatesRebuilt);
            page.M.Open("p").Text(string.Join(", ", spans.Take(most).Select(s => s.From == s.To ? Figures.Date(s.From) : Figures.Date(s.From) + " to " + Figures.Date(s.To)))
                + (spans.Count > most ? " and " + Figures.Count(spans.Count - most) + " more spans" : "") + ".").Close();
        }
        page.EndCard();
    }

    private static List<(DateOnly From, DateOnly To)> Spans(IReadOnlyList<DateOnly> dates)
    {
        var spans = new List<(DateOnly From, DateOnly To)>();
        foreach (var date in dates.Distinct().Order())
            if (spans.Count > 0 && spans[^1].To.DayNumber + 1 == date.DayNumber) spans[^1] = (spans[^1].From, date);
            else spans.Add((date, date));
        return spans;
    }

    private static void Sizes(Page page)
    {
        var segments = page.Model.Segments?.Segments.Where(s => s.PreviousCustomers is { } p && p != s.Customers).OrderBy(s => s.Id).ToList() ?? [];
        if (page.Model.Segments is null) return;
        page.Card("Segment sizes", segments.Count > ReportPage.SegmentsShown ? ReportPage.SegmentsShown + " of " + Figures.Count(segments.Count) + " that changed." : null);
        if (page.Model.Segments.Segments.All(s => s.PreviousCustomers is null)) page.Empty("The base run has none of these segments to compare with.");
        else if (segments.Count == 0) page.Empty("Every segment has as many customers as before.");
        else
        {
            page.M.Open("ul", "plainlist");
            foreach (var s in segments.Take(ReportPage.SegmentsShown))
                page.M.Open("li").Foreign(s.Name).Text(": " + Figures.Count(s.PreviousCustomers!.Value) + " → " + Figures.Count(s.Customers)
                    + " (" + Figures.Signed(Figures.Count(s.Customers - s.PreviousCustomers.Value)) + ")").Close();
            page.M.Close();
        }
        page.EndCard();
    }

    private static void Rules(Page page, ChangesReport changes)
    {
        if (page.Model.Rules is null && changes.NewRules.Count + changes.GoneRules.Count == 0) return;
        if (changes.KeptRules is null && changes.NewRules.Count + changes.GoneRules.Count == 0)
        {
            page.Card("Rules");
            page.Empty("The base run has no rules to compare with.");
            page.EndCard();
            return;
        }
        long added = Math.Max(changes.NewRules.Count, changes.NewRuleCount ?? 0), gone = Math.Max(changes.GoneRules.Count, changes.GoneRuleCount ?? 0);
        var changed = Math.Max(changes.ChangedRules.Count, changes.ChangedRuleCount ?? 0);
        page.Card("Rules", Figures.Count(added) + " new, " + Figures.Count(gone) + " gone"
            + (changes.KeptRules is { } kept ? ", " + Figures.Count(kept) + " in both runs" + (changed > 0 ? ", of which " + Figures.Count(changed) + " changed." : ".") : "."));
        Part("New rules", changes.NewRules, added);
        Part("Gone rules, with their last figures", changes.GoneRules, gone);
        Shifts(page, changes.ChangedRules, changed);
        page.EndCard();

        void Part(string title, IReadOnlyList<ReportRule> rules, long all)
        {
            if (rules.Count == 0) return;
            page.M.Element("h4", title + (all > Math.Min(rules.Count, ReportPage.RuleChangesShown)
                ? ": the first " + Math.Min(rules.Count, ReportPage.RuleChangesShown) + " of " + Figures.Count(all) + " by lift" : ""));
            RulesSection.Body(page, title, RulesSection.Sorted(rules).Take(ReportPage.RuleChangesShown));
        }
    }

    private static void Shifts(Page page, IReadOnlyList<RuleShift> shifts, long all)
    {
        if (shifts.Count == 0) return;
        const string title = "Rules whose confidence changed";
        var shown = Math.Min(shifts.Count, ReportPage.RuleChangesShown);
        page.M.Element("h4", title + (all > shown ? ": the first " + shown + " of " + Figures.Count(all) + " by how much" : ""));
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", title);
        page.Table(title, true, "If the basket holds", "then also", "#Baskets", "#Confidence before", "#now", "#p-value");
        foreach (var shift in shifts.OrderByDescending(shift => Math.Abs(shift.Rule.Confidence - shift.ConfidenceBefore))
            .ThenBy(shift => RulesSection.Text(shift.Rule), StringComparer.Ordinal).Take(shown))
        {
            page.M.Open("tr");
            RulesSection.Items(page, shift.Rule.Antecedent);
            RulesSection.Items(page, shift.Rule.Consequent);
            page.Number(Figures.Count(shift.Rule.SupportCount), shift.Rule.SupportCount).Number(Figures.Percent(shift.ConfidenceBefore), shift.ConfidenceBefore)
                .Number(Figures.Percent(shift.Rule.Confidence), shift.Rule.Confidence).Number(Figures.Probability(shift.PValue), shift.PValue);
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
    }
}
