using Analytics.Report.Internals.Charts;

namespace Analytics.Report.Internals.Sections;

/// <summary>What became of the input, and what the checks found.</summary>
internal static class QualitySection
{
    public static void Write(Page page)
    {
        var quality = page.Model.Quality;
        page.Section("quality", "Data quality", "Every record read has exactly one fate; the five counts add up to the records, file by file.");
        if (quality.Files.Count == 0) page.Empty("No source file: nothing was read.");
        else
        {
            Fates(page, quality.Files);
            Files(page, quality.Files);
        }
        Rejects(page, quality);
        Checks(page, quality.Checks);
        Stages(page, quality.Stages);
        page.EndSection();
    }

    private static readonly (string Name, string Class, Func<FileFates, long> Of)[] FateOf =
    [
        ("sale", "f-sale", f => f.Sales), ("return", "f-return", f => f.Returns), ("adjustment", "f-adjustment", f => f.Adjustments),
        ("duplicate", "f-duplicate", f => f.Duplicates), ("rejected", "f-rejected", f => f.Rejected),
    ];

    private static void Fates(Page page, IReadOnlyList<FileFates> files)
    {
        var m = page.M;
        var all = files.Sum(f => f.Records);
        page.Card("Fates of " + Figures.Many(all, "record"), "From " + Figures.Many(files.Count, "source file") + ".");
        m.OpenSvg(1120, 34, "Records by fate: " + string.Join(", ", FateOf.Select(f => f.Name + " " + Figures.Count(files.Sum(f.Of)))), "chart strip")
            .Attr("preserveAspectRatio", "none");
        double x = 0;
        // A fate that is there is seen: three pixels at least.
        var widths = FateOf.Select(f => files.Sum(f.Of) is var n && n == 0 ? 0 : Math.Max(3, n / (double)all * 1120)).Sum();
        foreach (var (name, cssClass, of) in FateOf)
        {
            var count = files.Sum(of);
            if (count == 0) continue;
            var width = Math.Max(3, count / (double)all * 1120) * 1120 / widths;
            m.Rect(x, 0, width, 34, cssClass, name + "\u2003" + Figures.Count(count) + "\u2003" + Figures.Percent((double)count / all, 2));
            x += width;
        }
        m.Close();
        m.Open("dl", "fates");
        foreach (var (name, cssClass, of) in FateOf)
        {
            var count = files.Sum(of);
            m.Open("div").Open("dt").Open("span", "key " + cssClass).Close().Text(name).Close()
                .Open("dd").Element("b", Figures.Count(count)).Text(" " + Figures.Percent(all == 0 ? null : (double)count / all, 2)).Close().Close();
        }
        m.Close();
        page.EndCard();
    }

    private static void Files(Page page, IReadOnlyList<FileFates> files)
    {
        var sorted = files.OrderByDescending(f => f.Records == 0 ? 1 : (double)f.Rejected / f.Records).ThenByDescending(f => f.Records == 0 ? 0 : (double)f.Duplicates / f.Records)
            .ThenBy(f => f.SourceFile, StringComparer.Ordinal).ToList();
        var bad = sorted.Count(f => f.Rejected + f.Duplicates > 0 || f.Records == 0);
        var shown = Math.Min(sorted.Count, Math.Clamp(bad, 5, ReportPage.FilesShown));
        var rest = sorted.Count - shown;
        page.Card("By source file", "Worst first: by the share of rejected records, then of duplicates."
            + (rest > 0 ? " " + shown + " of " + Figures.Count(files.Count) + " files; the last row sums up the rest." : ""));
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Fates by source file");
        page.Table("Fates by source file", true, "File", "#Records", "#Sales", "#Returns", "#Adjustments", "#Duplicates", "#Rejected", "#Rejected share");
        foreach (var file in sorted.Take(shown)) Row(file, foreign: true);
        if (rest > 0)
        {
            var others = sorted.Skip(shown).ToList();
            Row(new FileFates(Figures.Many(rest, "other file"), others.Sum(f => f.Sales), others.Sum(f => f.Returns), others.Sum(f => f.Adjustments),
                others.Sum(f => f.Duplicates), others.Sum(f => f.Rejected)), foreign: false);
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();

        void Row(FileFates f, bool foreign)
        {
            page.M.Open("tr", foreign ? null : "rest").Open("td", "file");
            if (foreign) page.M.Foreign(SafeText.Cut(f.SourceFile, 160));
            else page.M.Text(f.SourceFile);
            page.M.Close();
            foreach (var value in (ReadOnlySpan<long>)[f.Records, f.Sales, f.Returns, f.Adjustments, f.Duplicates, f.Rejected]) page.Number(Figures.Count(value), value);
            page.Number(f.Records == 0 ? "empty" : Figures.Percent((double)f.Rejected / f.Records, 2), f.Records == 0 ? 1 : (double)f.Rejected / f.Records);
            page.M.Close();
        }
    }

    private static void Rejects(Page page, QualityReport quality)
    {
        page.Card("Rejected records by reason", quality.Rejects.Count > ReportPage.ReasonsShown
            ? "The most frequent " + ReportPage.ReasonsShown + " of " + Figures.Count(quality.Rejects.Count) + " reasons; every record in the table rejects."
            : quality.Rejects.Count > 0 ? "Every record stands in the table rejects." : null);
        if (quality.Rejects.Count == 0) page.Empty("No record was rejected.");
        else
        {
            page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Rejected records by reason");
            page.Table("Rejected records by reason", false, "Rule", "Column", "#Records", "Examples: file, line, value, record");
            foreach (var reason in quality.Rejects.OrderByDescending(r => r.Count).ThenBy(r => r.Rule, StringComparer.Ordinal)
                .ThenBy(r => r.Column, StringComparer.Ordinal).Take(ReportPage.ReasonsShown))
            {
                page.M.Open("tr");
                page.Foreign(reason.Rule).Foreign(reason.Column ?? Figures.None).Number(Figures.Count(reason.Count));
                page.M.Open("td", "examples");
                foreach (var example in reason.Examples.Take(ReportPage.ExamplesShown))
                {
                    page.M.Open("div").Foreign(SafeText.Cut(example.SourceFile, 80)).Text(" line " + Figures.Count(example.SourceLine));
                    if (example.Value is not null) page.M.Text(": ").Open("code").Foreign(SafeText.Cut(example.Value, 60)).Close();
                    page.M.Open("code", "raw").Foreign(SafeText.Cut(example.Raw, 160)).Close().Close();
                }
                page.M.Close().Close();
            }
            page.EndTable();
            page.M.Close();
        }
        page.EndCard();
    }

    private static void Checks(Page page, IReadOnlyList<QualityCheck> checks)
    {
        page.Card("Checks", checks.Count > ReportPage.ChecksShown
            ? "Failed ones first; " + ReportPage.ChecksShown + " of " + Figures.Count(checks.Count) + ", all of them in the table quality." : "Failed ones first.");
        if (checks.Count == 0) page.Empty("No check was made.");
        else
        {
            page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Checks");
            page.Table("Checks", true, "Result", "Stage", "Check", "Severity", "Observed", "Expected", "Message");
            foreach (var check in checks.OrderBy(c => c.Passed).ThenBy(c => c.Severity switch { "error" => 0, "warning" => 1, _ => 2 }).Take(ReportPage.ChecksShown))
            {
                page.M.Open("tr").Open("td").Element("span", check.Passed ? "✓ pass" : "✕ fail",
                    check.Passed ? "badge good" : check.Severity == "info" ? "badge" : "badge bad").Close();
                page.Foreign(check.Stage).Foreign(check.Check).Foreign(check.Severity).Foreign(SafeText.Cut(check.Observed ?? Figures.None, 120))
                    .Foreign(SafeText.Cut(check.Expected ?? Figures.None, 120)).Foreign(SafeText.Cut(check.Message ?? "", 300));
                page.M.Close();
            }
            page.EndTable();
            page.M.Close();
        }
        page.EndCard();
    }

    private static void Stages(Page page, IReadOnlyList<StageRows> stages)
    {
        if (stages.Count == 0) return;
        page.Card("Rows through the stages");
        page.M.Open("div", "scroll").Attr("tabindex", "0").Attr("role", "region").Attr("aria-label", "Rows through the stages");
        page.Table("Rows through the stages", false, "Stage", "#Rows in", "#Rows out", "#Rejected");
        foreach (var stage in stages)
        {
            page.M.Open("tr");
            page.Foreign(stage.Stage).Number(Figures.Count(stage.RowsIn)).Number(Figures.Count(stage.RowsOut)).Number(Figures.Count(stage.RowsRejected));
            page.M.Close();
        }
        page.EndTable();
        page.M.Close();
        page.EndCard();
    }
}
