namespace Analytics.Report.Internals.Sections;

/// <summary>What is bought together: as a picture and as a table.</summary>
internal static class RulesSection
{
    public static void Write(Page page)
    {
        var rules = page.Model.Rules;
        page.Section("rules", "What is bought together", rules is null ? null : Lead(rules));
        if (rules is null) page.Empty("The mining stage did not run.");
        else if (rules.Rules.Count == 0)
            page.Empty("No rule reaches the least support and confidence" + (rules.Baskets == 0 ? ": there is no basket." : ". Lower them in the configuration to see more."));
        else
        {
            var sorted = Sorted(rules.Rules);
            var kept = sorted.Where(r => !r.Redundant).ToList();
            var redundant = sorted.Where(r => r.Redundant).ToList();
            if (kept.Count == 0) page.Note("All rules are redundant.");
            else
            {
                RuleGraph.Write(page, kept);
                Table(page, rules, kept, redundant.Count);
            }
            Redundant(page, rules, redundant);
        }
        if (rules is not null) ContrastTable.Write(page, rules);
        page.EndSection();
    }

    /// <summary>Greatest lift first, then support, then text, so that the order never depends on that of the model.</summary>
    public static List<ReportRule> Sorted(IReadOnlyList<ReportRule> rules) =>
        [.. rules.OrderByDescending(r => double.IsFinite(r.Lift) ? r.Lift : double.NegativeInfinity).ThenByDescending(r => r.SupportCount)
            .ThenByDescending(r => r.Confidence).ThenBy(Text, StringComparer.Ordinal)];

    public static string Text(ReportRule rule) => Names(rule.Antecedent) + " → " + Names(rule.Consequent);

    public static string Names(IReadOnlyList<ReportItem> items) => string.Join(" + ", items.Select(i => SafeText.Cut(i.Label, 80)));

    private static string Lead(RulesReport rules)
    {
        var text = Figures.Many(rules.Baskets, "basket");
        if (rules.Itemsets.Count > 0)
            text += ", " + Figures.Many(rules.Itemsets.Sum(i => i.Count), "frequent itemset") + " ("
                + string.Join(", ", rules.Itemsets.OrderBy(i => i.Size).Select(i => Figures.Count(i.Count) + " of " + Figures.Many(i.Size, "item"))) + ")";
        var all = rules.RuleCount ?? rules.Rules.Count;
        text += ", " + Figures.Many(all, "rule") + ", of which " + Figures.Count(rules.RedundantCount ?? rules.Rules.Count(r => r.Redundant)) + " redundant";
        if (rules.MinimumSupport is { } support) text += "; support at least " + Figures.Percent(support, 2);
        if (rules.MinimumConfidence is { } confidence) text += (rules.MinimumSupport is null ? "; " : ", ") + "confidence at least " + Figures.Percent(confidence, 0);
        return text + ".";
    }

    private static void Table(Page page, RulesReport rules, List<ReportRule> kept, int redundant)
    {
        var all = Math.Max(kept.Count, (rules.RuleCount ?? 0) - (rules.RedundantCount ?? redundant));
        var shown = Math.Min(kept.Count, ReportPage.RulesShown);
        page.Card("Rules", "Greatest lift first" + (all > shown
            ? ", " + Figures.Count(shown) + " of " + Figures.Count(all) + " that are not redundant; all of them in the table rules."
            : "; all that are not redundant."), "card searchable");
        Body(page, "Association rules", kept.Take(ReportPage.RulesShown));
        page.EndCard();
    }

    private static void Redundant(Page page, RulesReport rules, List<ReportRule> redundant)
    {
        if (redundant.Count == 0) return;
        var all = Math.Max(redundant.Count, rules.RedundantCount ?? 0);
        var shown = Math.Min(redundant.Count, ReportPage.RulesShown);
        page.M.Open("details", "card").Element("summary", Figures.Many(all, "redundant rule") + " (a shorter rule says as much"
            + (all > shown ? "; " + Figures.Count(shown) + " shown)" : ")"));
        Body(page, "Redundant rules", redundant.Take(ReportPage.RulesShown));
        page.M.Close();
    }

    public static void Body(Page page, string caption, IEnumerable<ReportRule> rules)
    {
        page.M.Open("div", "scroll tall").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", caption);
        page.Table(caption, true, "If the basket holds", "then also", "#Baskets", "#Support", "#Confidence", "#Lift", "#q-value");
        foreach (var rule in rules)
        {
            page.M.Open("tr");
            Items(page, rule.Antecedent);
            Items(page, rule.Consequent);
            page.Number(Figures.Count(rule.SupportCount), rule.SupportCount).Number(Figures.Percent(rule.Support, 2), rule.Support)
                .Number(Figures.Percent(rule.Confidence), rule.Confidence).Number(Figures.Fixed(rule.Lift, 2), rule.Lift)
                .Number(Figures.Probability(rule.QValue), rule.QValue);
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
    }

    public static void Items(Page page, IReadOnlyList<ReportItem> items)
    {
        page.M.Open("td", "items");
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) page.M.Text(" + ");
            page.M.Open("span", "item").Foreign(SafeText.Cut(items[i].Label, 80)).Close();
            if (items[i].Label != items[i].Id) page.M.Text(" ").Open("span", "id").Foreign(SafeText.Cut(items[i].Id, 40)).Close();
        }
        page.M.Close();
    }
}
