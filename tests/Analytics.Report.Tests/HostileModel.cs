namespace Analytics.Report.Tests;

/// <summary>Every text an attack, every number at an edge.</summary>
internal static class HostileModel
{
    public const string Script = "</script><script>alert(1)</script><img src=x onerror=\"alert('2')\">&amp;]]>--><!--";

    private static readonly string[] Texts =
    [
        Script, "\" onload=\"alert(3)\" x='", "a\0b\u0001\u001f\u007f\u0085\t\r\n", "\u202Eevil\u202C \u2066x\u2069\u2069 \u05d0\u05d1\u05d2", "\uD800 lone \uDC00 \uFFFE\uFFFF \uD83F\uDFFF",
        new('W', 20_000), "a" + new string('\u0301', 5_000), "😀👩‍👩‍👧‍👦 ﷽", "   ", "",
    ];

    public static string Text(int i) => Texts[i % Texts.Length];

    public static ReportModel Build()
    {
        double[] numbers = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon, -0.0, 1e-320];
        var last = new DateOnly(9999, 12, 31);
        var item = 0;
        ReportItem Item() => new(Text(item) + item, Text(++item + 3));
        var rules = Enumerable.Range(0, 60).Select(i => new ReportRule([Item(), Item()], [Item()], i == 0 ? long.MaxValue : -i, numbers[i % 8], numbers[(i + 1) % 8], numbers[(i + 2) % 8], numbers[(i + 3) % 8], i % 5 == 0))
            .Append(new ReportRule([], [], 0, 0, 0, 5, null, false)).ToList();
        var series = new List<ForecastSeries>();
        foreach (var level in (string[])["total", "country", "category", "item"])
            for (var i = 0; i < 16; i++)
                series.Add(new()
                {
                    Level = level, Key = Text(i) + i, Name = i % 2 == 0 ? Text(i) : null, Measure = i % 3 == 2 ? "units" : "net_amount", Model = Text(i + 1), Status = Text(i + 2), Message = Text(i + 3),
                    History = i % 4 == 0 ? [] : [new(last.AddDays(-400), i), new(last.AddDays(-40), -1e20m), new(last.AddDays(-35), 1e20m * i)],
                    Points = i % 7 == 3 ? [] : [.. Enumerable.Range(0, 28).Select(h => new ForecastPoint(last.AddDays(h - 27), i % 2 == 0 ? 0 : -1e20m * h, numbers[h % 8], numbers[(h + i) % 8], numbers[(h + 2) % 8], numbers[(h + 3) % 8], numbers[(h + 5) % 8]))],
                });
        return new ReportModel
        {
            Header = new ReportHeader
            {
                ShopName = Script + Text(3), BusinessDate = last, RunId = Text(1), BaseRunId = Text(2), BaseBusinessDate = DateOnly.MinValue, Engine = Text(3), Program = Text(4), Currency = Text(0),
                FirstDate = DateOnly.MinValue, LastDate = last, Dates = int.MaxValue, SourceFiles = int.MaxValue,
            },
            Totals = new ReportTotals(1e21m, -1e21m, long.MaxValue, long.MaxValue, 1e15m, long.MaxValue),
            PreviousTotals = new ReportTotals(-1e21m, 1e21m, 0, long.MaxValue, 0, 1),
            Daily = [new(DateOnly.MinValue, 5, -5, 1, 1, 1), new(last.AddDays(-100), -7, 3, 0, 0, 0), new(last.AddDays(-1), 1e20m, -1e20m, long.MaxValue / 8, 1, 1), new(last, 1, 0, 1, 0, 0)],
            Forecast = new ForecastReport
            {
                Horizon = 28, Series = series, Counts = [new(Text(0), Text(1), Text(2), long.MaxValue), new("item", "units", "ok", 3)],
                Accuracy = [.. Enumerable.Range(0, 64).Select(i => new AccuracyRow(i % 2 == 0 ? "total" : Text(i / 8), Text(i / 4), "units", i % 3 == 0 ? ReportPage.NaiveModel : Text(i), i,
                    numbers[i % 8], numbers[(i + 1) % 8], numbers[(i + 2) % 8], numbers[(i + 3) % 8], null, i % 3 == 1))],
            },
            Rules = new RulesReport { Baskets = long.MaxValue, MinimumSupport = double.NaN, MinimumConfidence = double.MaxValue, Itemsets = [new(int.MaxValue, long.MaxValue)], Rules = rules,
                Contrasts = [.. Enumerable.Range(0, 80).Select(i => new ReportContrast(Text(i % 3), Text(i), rules[i % rules.Count].Antecedent, rules[i % rules.Count].Consequent, long.MaxValue, numbers[i % 8], i % 2 == 0 ? null : numbers[(i + 1) % 8], numbers[(i + 2) % 8]))] },
            Segments = new SegmentsReport
            {
                Segments = [.. Enumerable.Range(0, 40).Select(i => new ReportSegment(i == 0 ? long.MinValue : i, Text(i), i, numbers[i % 8], numbers[(i + 1) % 8], numbers[(i + 2) % 8],
                    i switch { 0 => -1e20m, 1 => 1e20m, 2 => 0.0000001m, _ => i }, numbers[i % 8], null, i % 2 == 0 ? null : 3))],
                Moves = [.. Enumerable.Range(0, 50).Select(i => new SegmentMove(i % 11 == 0 ? null : Text(i), i % 13 == 0 ? null : Text(i + 1), i))],
                UnassignedAmount = -1e20m,
            },
            Quality = new QualityReport
            {
                Files = [.. Enumerable.Range(0, 40).Select(i => new FileFates(Text(i) + i, i % 3, 0, 0, i == 7 ? 1 : 0, i == 5 ? 1_000_000_000_000 : 0))],
                Rejects = [.. Enumerable.Range(0, 50).Select(i => new RejectReason(Text(i), i % 2 == 0 ? null : Text(i + 1), i, [new(Text(i), long.MaxValue, Text(i + 1), Text(i + 2)), new(Text(i), 0, null, Text(i + 4))]))],
                Checks = [.. Enumerable.Range(0, 300).Select(i => new QualityCheck(Text(i), Text(i + 1), Text(i + 2), i % 3 != 0, Text(i + 3), null, Text(i)))],
                Stages = [new(Text(0), long.MinValue, long.MaxValue, 0)],
            },
            Changes = new ChangesReport
            {
                Files = [.. Enumerable.Range(0, 50).Select(i => new FileChange(Text(i), (FileChangeKind)(i % 3), i % 2 == 0 ? null : i))],
                DatesRebuilt = [DateOnly.MinValue, last, last.AddDays(-1), last], NewRules = rules, GoneRules = rules, KeptRules = long.MaxValue,
                ChangedRules = [.. Enumerable.Range(0, 40).Select(i => new RuleShift(rules[i % rules.Count], numbers[i % 8], numbers[(i + 1) % 8]))],
            },
        };
    }
}
