namespace Analytics.Report.Tests;

/// <summary>A shop made up from a seed, of any size, with every section filled.</summary>
internal static class SyntheticModel
{
    public static readonly DateOnly Day = new(2026, 6, 30);

    public static ReportModel Build(int seed = 1, int days = 500, int items = 40, int rules = 60, int files = 30, string? currency = "EUR")
    {
        var random = new Random(seed);
        var daily = Enumerable.Range(0, days).Select(i => Day.AddDays(i - days + 1)).Where(d => d.DayOfWeek != DayOfWeek.Saturday).Select(d =>
        {
            var level = 20000m * (decimal)(1 + 0.25 * Math.Sin(d.DayOfYear / 58.0) + 0.2 * (int)d.DayOfWeek / 6 + 0.15 * random.NextDouble());
            return new DailyFigures(d, decimal.Round(level, 2), -decimal.Round(level * (decimal)(random.NextDouble() * 0.05), 2),
                (long)(level / 350), decimal.Round(level / 2), (long)(level / 500));
        }).ToList();
        var series = new List<ForecastSeries>
        {
            Series("total", "*", null, "net_amount", 20000, random), Series("total", "*", null, "units", 10000, random),
        };
        for (var i = 0; i < 30; i++) series.Add(Series("country", "Country " + i, null, "net_amount", 8000.0 / (i + 1), random));
        for (var i = 0; i < 5; i++) series.Add(Series("category", "Category " + i, null, "net_amount", 5000.0 / (i + 1), random));
        for (var i = 0; i < items; i++) series.Add(Series("item", "I" + i, "Item number " + i, "net_amount", 900.0 / (i + 1), random));
        var all = Enumerable.Range(0, rules).Select(i => Rule(random, items)).ToList();
        return new ReportModel
        {
            Header = new ReportHeader
            {
                ShopName = "Example shop", BusinessDate = Day, RunId = "0123456789abcdef", BaseRunId = "fedcba9876543210",
                BaseBusinessDate = Day.AddDays(-1), Engine = "DuckDB 1.5.6", Program = "analytics 0.1.0", Currency = currency,
                FirstDate = daily[0].Date, LastDate = daily[^1].Date, Dates = daily.Count, SourceFiles = files,
            },
            Totals = Totals(daily, items),
            PreviousTotals = Totals(daily[..^1], items),
            Daily = daily,
            Forecast = new ForecastReport
            {
                Horizon = 28,
                Series = series,
                Counts = [new("total", "net_amount", "ok", 1), new("item", "net_amount", "ok", items * 3L / 4), new("item", "net_amount", "short_history", items / 4)],
                Accuracy = [.. series.SelectMany(s => Accuracy(s, random))],
            },
            Rules = new RulesReport
            {
                Baskets = 19773, MinimumSupport = 0.01, MinimumConfidence = 0.5,
                Itemsets = [new(1, 829), new(2, 894), new(3, 258)], Rules = all,
            },
            Segments = new SegmentsReport
            {
                Segments =
                [
                    new(1, "champions", 480, 8, 12, 4100.5, 3_100_000.25m, 0.41, 0.93, 470), new(2, "loyal", 1100, 30, 5, 1450, 1_900_000m, 0.33, 0.85, 1111),
                    new(3, "at risk", 900, 160, 3, 800, 820_000m, 0.22, 0.7, 900), new(4, "new", 600, 14, 1, 300, 210_000m, 0.38, 0.88, null),
                    new(5, "lost", 1254, 270, 1, 210, 190_000m, null, null, 1240),
                ],
                Moves = [new("loyal", "champions", 14), new("champions", "champions", 466), new("champions", "loyal", 4), new("loyal", "loyal", 1090),
                    new("at risk", "at risk", 890), new("lost", "lost", 1240), new(null, "new", 600), new("loyal", "at risk", 7), new("at risk", "lost", 14), new("at risk", null, 2)],
                UnassignedAmount = 1_400_000m,
            },
            Quality = new QualityReport
            {
                Files = [.. Enumerable.Range(0, files).Select(i => new FileFates($"2026/{i:000}.csv.gz", 1700 + i, 30, 12, i % 4, i % 7 == 3 ? i : 0))],
                Rejects = [new("parse", "quantity", 12, [new("2026/003.csv.gz", 17, "twelve", "536365,85123A,twelve,2.55"), new("2026/003.csv.gz", 90, "", "536366,,,")]),
                    new("negative_price", "unit_price", 3, []), new("unterminated_quote", null, 1, [new("2026/010.csv.gz", 4, null, "536370,\"HALF")])],
                Checks = [new("ingest", "fates add up", "error", true, "49,000", "49,000", null), new("ingest", "rejected share", "warning", true, "0.03 %", "at most 1 %", null),
                    new("mine", "itemsets within the cap", "warning", false, "1,200,000", "at most 1,000,000", "The cap was hit: raise mining.maxItemsets or the least support.")],
                Stages = [new("ingest", 52000, 51200, 40), new("mine", 51200, 60, 0), new("forecast", 51200, 2000, 0)],
            },
            Changes = new ChangesReport
            {
                Files = [new("2026/029.csv.gz", FileChangeKind.New, 1729), new("2026/007.csv.gz", FileChangeKind.Replaced, 1707), new("2026/002.csv.gz", FileChangeKind.Retracted, 1702)],
                DatesRebuilt = [Day, Day.AddDays(-1), Day.AddDays(-2), Day.AddDays(-20)],
                NewRules = [.. all.Take(20)], GoneRules = [.. all.Skip(20).Take(2)], KeptRules = 38,
            },
        };
    }

    public static ReportModel Empty() => new()
    {
        Header = new ReportHeader { ShopName = "Empty", BusinessDate = Day, RunId = "0000000000000000" },
        Totals = new ReportTotals(0, 0, 0, 0, 0, 0),
    };

    /// <summary>Every stage ran, and found nothing.</summary>
    public static ReportModel Nothing() => Empty() with
    {
        Forecast = new ForecastReport { Horizon = 28 }, Rules = new RulesReport(), Segments = new SegmentsReport(), Changes = new ChangesReport(),
    };

    private static ReportTotals Totals(List<DailyFigures> daily, int items) => new(
        daily.Sum(d => d.GrossAmount), daily.Sum(d => d.ReturnAmount), daily.Sum(d => d.Orders), 4334, daily.Sum(d => d.Units), items);

    private static ForecastSeries Series(string level, string key, string? name, string measure, double scale, Random random) => new()
    {
        Level = level, Key = key, Name = name, Measure = measure, Model = "theta",
        History = [.. Enumerable.Range(0, 120).Select(i => new DatedValue(Day.AddDays(i - 119), (decimal)Math.Round(scale * Season(i) * (0.9 + 0.2 * random.NextDouble()), 2)))],
        Points = [.. Enumerable.Range(1, 28).Select(h => Point(h, scale * Season(119 + h), scale * 0.08 * Math.Sqrt(h + 4)))],
    };

    private static double Season(int day) => 1 + 0.3 * Math.Sin(day * Math.PI * 2 / 7);

    private static ForecastPoint Point(int h, double mean, double spread) => new(
        Day.AddDays(h), (decimal)Math.Round(mean, 2), mean, mean - 1.28 * spread, mean + 1.28 * spread, mean - 1.96 * spread, mean + 1.96 * spread);

    private static IEnumerable<AccuracyRow> Accuracy(ForecastSeries s, Random random)
    {
        var naive = 0.9 + random.NextDouble() * 0.3;
        yield return new(s.Level, s.Key, s.Measure, ReportPage.NaiveModel, 4, naive, 40 * naive, naive * 1.1, 0.78, 0.93, false);
        yield return new(s.Level, s.Key, s.Measure, "theta", 4, naive * 0.88, 35 * naive, naive, 0.81, 0.95, true);
    }

    private static ReportRule Rule(Random random, int items)
    {
        var size = random.Next(1, 4);
        var picked = Enumerable.Range(0, size + 1).Select(_ => Math.Min(random.Next(items), random.Next(items))).Distinct().ToList();
        if (picked.Count == 1) picked.Add((picked[0] + 1) % items);
        var sides = picked.Select(i => new ReportItem("I" + i, "Item number " + i)).ToList();
        var support = 200 + random.Next(600);
        return new(sides[1..], sides[..1], support, support / 19773.0, 0.5 + random.NextDouble() / 2, 1 + random.NextDouble() * 30, Math.Pow(10, -random.Next(1, 60)), random.Next(4) == 0);
    }
}
