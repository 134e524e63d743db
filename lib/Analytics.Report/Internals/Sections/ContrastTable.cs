namespace Analytics.Report.Internals.Sections;

/// <summary>Rules that hold in one country, month or store and not in the others.</summary>
internal static class ContrastTable
{
    public static void Write(Page page, RulesReport rules)
    {
        if (rules.Contrasts is not { } contrasts) return;
        var all = Math.Max(contrasts.Count, rules.ContrastCount ?? 0);
        page.Card("Rules of one part alone", all == 0 ? null
            : Figures.Many(all, "rule") + " whose confidence in one part differs from that in all others; the greatest differences of each kind of part."
                + (all > ReportPage.ContrastsShown ? " All of them in the table rule_contrasts." : ""));
        if (contrasts.Count == 0) page.Empty("No rule's confidence differs between the parts by more than chance.");
        foreach (var dimension in contrasts.Select(contrast => contrast.Dimension).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Dimension(page, dimension, contrasts.Where(contrast => contrast.Dimension == dimension));
        page.EndCard();
    }

    private static void Dimension(Page page, string dimension, IEnumerable<ReportContrast> contrasts)
    {
        const string caption = "Rules of one part alone";
        page.M.Open("h4").Text("By ").Foreign(SafeText.Cut(dimension, 40)).Close();
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", caption);
        page.Table(caption, true, "Part", "If the basket holds", "then also", "#Baskets", "#Confidence", "#Elsewhere", "#q-value");
        foreach (var contrast in contrasts.OrderByDescending(contrast => Math.Abs(contrast.Difference)).ThenBy(contrast => contrast.QValue)
            .ThenBy(contrast => contrast.Part, StringComparer.Ordinal).ThenBy(Text, StringComparer.Ordinal).Take(ReportPage.ContrastsShown))
        {
            page.M.Open("tr");
            page.Foreign(SafeText.Cut(contrast.Part, 60));
            RulesSection.Items(page, contrast.Antecedent);
            RulesSection.Items(page, contrast.Consequent);
            page.Number(Figures.Count(contrast.SupportCount), contrast.SupportCount).Number(Figures.Percent(contrast.Confidence), contrast.Confidence)
                .Number(Figures.Percent(contrast.OtherConfidence), contrast.OtherConfidence).Number(Figures.Probability(contrast.QValue), contrast.QValue);
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
    }

    private static string Text(ReportContrast contrast) => RulesSection.Names(contrast.Antecedent) + " → " + RulesSection.Names(contrast.Consequent);
}
