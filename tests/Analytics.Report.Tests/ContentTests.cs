using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Analytics.Report.Tests;

/// <summary>What a reader finds on the page, section by section.</summary>
public sealed partial class ContentTests
{
    private static XElement Section(ReportModel model, string id) =>
        PageTests.Parse(ReportPage.Render(model)).Descendants().Single(e => e.Attribute("id")?.Value == id);

    private static string Text(ReportModel model, string id) => Spaces().Replace(Section(model, id).Value.Replace('\u00a0', ' '), " ");

    [Theory]
    [InlineData("sales", "No day with a sale or return up to the business date.")]
    [InlineData("forecast", "The forecast stage did not run.")]
    [InlineData("accuracy", "The forecast stage did not run.")]
    [InlineData("rules", "The mining stage did not run.")]
    [InlineData("segments", "The segmentation stage did not run.")]
    [InlineData("quality", "No source file: nothing was read.")]
    [InlineData("changes", "This is the first run: there is nothing to compare it with.")]
    public void AnEmptyShopSaysSo(string id, string expected) => Assert.Contains(expected, Text(SyntheticModel.Empty(), id), StringComparison.Ordinal);

    [Theory]
    [InlineData("forecast", "No series is long enough for a forecast.")]
    [InlineData("accuracy", "No series has a history long enough for a backtest")]
    [InlineData("rules", "No rule reaches the least support and confidence: there is no basket.")]
    [InlineData("segments", "No customer with an id has a sale up to the business date.")]
    [InlineData("quality", "No record was rejected.")]
    [InlineData("quality", "No check was made.")]
    [InlineData("changes", "No file is new, replaced or retracted.")]
    [InlineData("changes", "No order date was touched.")]
    public void AStageThatFoundNothingSaysSo(string id, string expected) => Assert.Contains(expected, Text(SyntheticModel.Nothing(), id), StringComparison.Ordinal);

    [Fact]
    public void TheHeaderNamesTheRunAndHowToVerifyIt()
    {
        var header = Spaces().Replace(PageTests.Parse(ReportPage.Render(SyntheticModel.Build())).Descendants().Single(e => e.Name.LocalName == "header").Value, " ");
        foreach (var part in (string[])["Example shop", "Tuesday, 30 June 2026", "0123456789abcdef", "fedcba9876543210 of 2026-06-29", "2025-02-16 to 2026-06-30", "DuckDB 1.5.6", "analytics verify 0123456789abcdef"])
            Assert.Contains(part, header, StringComparison.Ordinal);
        Assert.Contains("analytics verify 0123456789abcdef", Text(SyntheticModel.Build(), "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public void KeyFiguresShowTheChange()
    {
        var model = SyntheticModel.Empty() with { Totals = new(1500.5m, -60, 12, 8, 30, 4), PreviousTotals = new(1000.25m, -50, 10, 8, 20, 4) };
        var text = Text(model, "summary");
        foreach (var part in (string[])["1,501 +500.25 (+50.0 %)", "−60.00 −10.00 (20.0 % more)", "12 +2 (+20.0 %)", "8 unchanged"]) Assert.Contains(part, text.Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("first run", Text(model with { PreviousTotals = null }, "summary"), StringComparison.Ordinal);
    }

    [Fact]
    public void RulesStandInOrderWithTheirNumbersAndRedundantOnesFoldAway()
    {
        ReportItem a = new("1", "Cup"), b = new("2", "Saucer"), c = new("3", null);
        var model = SyntheticModel.Empty() with
        {
            Rules = new RulesReport
            {
                Baskets = 1000,
                Rules = [new([a], [c], 20, 0.02, 0.5, 2.5, 0.0123, false), new([a, c], [b], 30, 0.03, 0.6, 7, 1e-20, false), new([a, b], [c], 10, 0.01, 0.5, 9, null, true)],
            },
        };
        var section = Section(model, "rules");
        var tables = section.Descendants().Where(e => e.Name.LocalName == "table").ToList();
        Assert.Equal(2, tables.Count);
        Assert.Equal(
            [["Cup 1 + 3", "Saucer 2", "30", "3.00 %", "60.0 %", "7.00", "1.0e−20"], ["Cup 1", "3", "20", "2.00 %", "50.0 %", "2.50", "0.0123"]],
            Rows(tables[0]));
        Assert.Equal("details", tables[1].Parent!.Parent!.Name.LocalName);
        Assert.Equal("Cup 1 + Saucer 2", Rows(tables[1]).Single()[0]);
        Assert.Equal(2, section.Descendants().Where(e => e.Attribute("class")?.Value == "wide").Descendants().Count(e => e.Attribute("class")?.Value == "rule"));
    }

    [Fact]
    public void FatesAddUpAndTheWorstFileComesFirst()
    {
        var files = Enumerable.Range(0, 30).Select(i => new FileFates("f" + i.ToString("00", CultureInfo.InvariantCulture), 100, 10, 5, 0, i == 17 ? 20 : 0)).ToList();
        var section = Section(SyntheticModel.Empty() with { Quality = new QualityReport { Files = files } }, "quality");
        var rows = Rows(section.Descendants().First(e => e.Name.LocalName == "table")).ToList();
        Assert.Equal(["f17", "135", "100", "10", "5", "0", "20", "14.81 %"], rows[0]);
        Assert.Equal(["25 other files", "2,875", "2,500", "250", "125", "0", "0", "0 %"], rows[^1]);
        Assert.Equal(6, rows.Count);
    }

    [Fact]
    public void AccuracySaysWhetherToBelieveTheForecast()
    {
        AccuracyRow Row(string key, string model, double mase, bool chosen) => new("item", key, "units", model, 3, mase, null, null, null, null, chosen);
        ReportModel With(double mase) => SyntheticModel.Empty() with
        {
            Forecast = new ForecastReport { Accuracy = [Row("a", ReportPage.NaiveModel, 1, false), Row("a", "theta", mase, true), Row("b", ReportPage.NaiveModel, 1.2, false), Row("b", "ets", mase, true)] },
        };
        Assert.Contains("beat the seasonal naive forecast in 100.0 % of 2 backtested series.".Replace("100.0", "100", StringComparison.Ordinal), Text(With(0.8), "accuracy"), StringComparison.Ordinal);
        Assert.Contains("in 0 % of 2 backtested series: treat it with caution.", Text(With(1.3), "accuracy"), StringComparison.Ordinal);
    }

    [Fact]
    public void CombinationsOfModelsShareALine()
    {
        AccuracyRow Row(string key, string model, bool chosen) => new("item", key, "units", model, 3, 1, null, null, null, null, chosen);
        var section = Section(SyntheticModel.Empty() with
        {
            Forecast = new ForecastReport
            {
                Accuracy =
                [
                    Row("a", "ETS(A,N,A)", false), Row("a", "Theta", false), Row("a", "ETS(A,N,A)+Theta", true),
                    Row("b", "ETS(M,N,N)", false), Row("b", "ETS(M,N,N)+Theta", true), Row("c", "Theta", true),
                ],
            },
        }, "accuracy");
        var rows = Rows(section.Descendants().First(e => e.Name.LocalName == "table")).Select(row => string.Join(' ', row.Take(3)));
        Assert.Equal(["combination 2 2", "Theta 2 1", "ETS 2 0"], rows);
    }

    [Fact]
    public void ChangedRulesAreCountedWhereOnlySomeAreGiven()
    {
        var rules = SyntheticModel.Build().Rules!.Rules;
        ReportModel With(ChangesReport changes) => SyntheticModel.Build() with { Changes = changes };
        var text = Text(With(new ChangesReport { NewRules = [.. rules.Take(2)], NewRuleCount = 70, GoneRules = [.. rules.Skip(2).Take(1)], GoneRuleCount = 1, KeptRules = 5 }), "changes");
        Assert.Contains("70 new, 1 gone, 5 in both runs.", text, StringComparison.Ordinal);
        Assert.Contains("New rules: the first 2 of 70 by lift", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Gone rules, with their last figures:", text, StringComparison.Ordinal);
        Assert.Contains("The base run has no rules to compare with.", Text(With(new ChangesReport()), "changes"), StringComparison.Ordinal);

        var shifted = Text(With(new ChangesReport { KeptRules = 5, ChangedRules = [new RuleShift(rules[0] with { Confidence = 0.75 }, 0.25, 0.0004)], ChangedRuleCount = 3 }), "changes");
        Assert.Contains("0 new, 0 gone, 5 in both runs, of which 3 changed.", shifted, StringComparison.Ordinal);
        Assert.Contains("Rules whose confidence changed: the first 1 of 3 by how much", shifted, StringComparison.Ordinal);
        Assert.Contains("25.0", shifted, StringComparison.Ordinal);
        Assert.Contains("75.0", shifted, StringComparison.Ordinal);
    }

    [Fact]
    public void ContrastsShowThePartAndTheRest()
    {
        var model = SyntheticModel.Build();
        var rule = model.Rules!.Rules[0];
        ReportModel With(params ReportContrast[]? contrasts) => model with { Rules = model.Rules with { Contrasts = contrasts, ContrastCount = 1234 } };
        var text = Text(With(new ReportContrast("country", "Ruritania", rule.Antecedent, rule.Consequent, 17, 0.875, 0.125, 0.001), new ReportContrast("month", "2026-05", rule.Antecedent, rule.Consequent, 5, 0.5, null, 0.01)), "rules");
        foreach (var expected in (string[])["1,234 rules whose confidence in one part differs", "By country", "Ruritania", "87.5", "12.5", "By month", "2026-05"])
            Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Rules of one part alone", Text(With(null), "rules"), StringComparison.Ordinal);
    }

    [Fact]
    public void ChangesGroupDatesIntoSpans()
    {
        var day = new DateOnly(2026, 3, 1);
        var text = Text(SyntheticModel.Empty() with { Changes = new ChangesReport { DatesRebuilt = [day.AddDays(2), day, day.AddDays(1), day.AddDays(9)] } }, "changes");
        Assert.Contains("2026-03-01 to 2026-03-03, 2026-03-10.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ForecastBandsBreakWhereABoundIsMissing()
    {
        var day = SyntheticModel.Day;
        var points = Enumerable.Range(1, 10).Select(h => new ForecastPoint(day.AddDays(h), 10, 10, h == 5 ? double.NaN : 8, 12, 6, 14)).ToList();
        var model = SyntheticModel.Empty() with
        {
            Forecast = new ForecastReport { Horizon = 10, Series = [new() { Level = "total", Key = "*", Measure = "units", Points = points, History = [new(day, 9)] }] },
        };
        var band = Section(model, "forecast").Descendants().First(e => e.Attribute("class")?.Value == "band80").Attribute("d")!.Value;
        Assert.Equal(2, band.Count(c => c == 'M'));
        Assert.Contains("–", Text(model, "forecast"), StringComparison.Ordinal);
    }

    /// <summary>WCAG 2.2: 4.5 for text, 3 for marks that carry meaning, in both schemes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ColoursContrast(int scheme)
    {
        var style = PageTests.Parse(ReportPage.Render(SyntheticModel.Empty())).Descendants().Single(e => e.Name.LocalName == "style").Value;
        var colours = Regex.Matches(style[(scheme == 0 ? 0 : style.IndexOf("prefers-color-scheme: dark", StringComparison.Ordinal))..style.IndexOf(scheme == 0 ? "@media" : "* {", StringComparison.Ordinal)], @"--(\w+): #([0-9a-f]{6})")
            .ToDictionary(m => m.Groups[1].Value, m => Luminance(m.Groups[2].Value));
        foreach (var (front, back, least) in (ReadOnlySpan<(string, string, double)>)[("fg", "bg", 7), ("fg", "card", 7), ("soft", "bg", 4.5), ("soft", "card", 4.5), ("good", "goodbg", 4.5),
            ("bad", "badbg", 4.5), ("good", "card", 4.5), ("bad", "card", 4.5), ("fg", "goodbg", 4.5), ("fg", "badbg", 4.5), ("fg", "grid", 4.5), ("accentfg", "sales", 4.5),
            ("sales", "card", 3), ("returns", "card", 3), ("forecast", "card", 3), ("forecast", "b80", 3), ("year", "card", 3)])
        {
            var (x, y) = (Math.Max(colours[front], colours[back]), Math.Min(colours[front], colours[back]));
            Assert.True((x + 0.05) / (y + 0.05) >= least, $"{front} on {back}: {(x + 0.05) / (y + 0.05):0.00} < {least}");
        }
    }

    private static double Luminance(string hex)
    {
        double Part(int at)
        {
            var v = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Part(0) + 0.7152 * Part(2) + 0.0722 * Part(4);
    }

    private static IEnumerable<string[]> Rows(XElement table) => table.Elements().Single(e => e.Name.LocalName == "tbody").Elements()
        .Select(row => row.Elements().Select(cell => cell.Value.Replace('\u00a0', ' ')).ToArray());

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
