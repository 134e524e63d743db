using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Analytics.Tests;

namespace Analytics.Report.Tests;

/// <summary>
/// The report of a real shop, from a deliberately plain reading of its file: pairs for rules, weekday means for forecasts, quintiles for
/// segments. It serves looking at the page with real names and real outliers, not checking any stage.
/// </summary>
internal static partial class OnlineRetailModel
{
    private sealed record Line(string Order, string Item, string? Name, decimal Quantity, DateTime At, decimal Price, string? Customer, string Country)
    {
        public decimal Amount => Quantity * Price;
        public DateOnly Date => DateOnly.FromDateTime(At);
    }

    public static ReportModel Build()
    {
        var path = SharedData.Path("data/online_retail/online_retail.csv.gz");
        var sales = new List<Line>();
        var returns = new List<Line>();
        long adjustments = 0, duplicates = 0, rejected = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (raw, fields) in Records(path))
        {
            var line = Parse(fields);
            if (line.Price < 0) rejected++;
            else if (!seen.Add(raw)) duplicates++;
            else if (!Product().IsMatch(line.Item) || line.Price == 0) adjustments++;
            else if (line.Order.StartsWith('C') || line.Quantity < 0) returns.Add(line);
            else sales.Add(line);
        }
        var returned = returns.GroupBy(l => l.Date).ToDictionary(g => g.Key, g => g.Sum(l => l.Amount));
        var daily = sales.GroupBy(l => l.Date).Select(g => new DailyFigures(g.Key, g.Sum(l => l.Amount), returned.GetValueOrDefault(g.Key),
            g.Select(l => l.Order).Distinct().Count(), g.Sum(l => l.Quantity), g.Select(l => l.Customer).OfType<string>().Distinct().Count())).ToList();
        var last = daily.Max(d => d.Date);
        var names = sales.Where(l => l.Name is not null).GroupBy(l => l.Item).ToDictionary(g => g.Key, g => g.MaxBy(l => l.At)!.Name!);
        var lines = sales.Concat(returns).ToList();
        var series = new List<ForecastSeries> { Series(lines, last, "total", "*", null, l => l.Amount, "net_amount"), Series(sales, last, "total", "*", null, l => l.Quantity, "units") };
        series.AddRange(lines.GroupBy(l => l.Country).Select(g => Series(g, last, "country", g.Key, null, l => l.Amount, "net_amount")));
        series.AddRange(lines.GroupBy(l => l.Item).OrderByDescending(g => g.Sum(l => l.Amount)).Take(60)
            .Select(g => Series(g, last, "item", g.Key, names.GetValueOrDefault(g.Key), l => l.Amount, "net_amount")));
        var (rules, itemsets, baskets) = Rules(sales, names);
        var totals = new ReportTotals(sales.Sum(l => l.Amount), returns.Sum(l => l.Amount), sales.Select(l => l.Order).Distinct().Count(),
            sales.Select(l => l.Customer).OfType<string>().Distinct().Count(), sales.Sum(l => l.Quantity), sales.Select(l => l.Item).Distinct().Count());
        return new ReportModel
        {
            Header = new ReportHeader
            {
                ShopName = "Online Retail", BusinessDate = last, RunId = "5f1c09a77be3d2a4", BaseRunId = "9e02b1c4d5a6f788", BaseBusinessDate = last.AddDays(-1),
                Engine = "DuckDB 1.5.6", Program = "analytics 0.1.0", Currency = "GBP", FirstDate = daily.Min(d => d.Date), LastDate = last, Dates = daily.Count, SourceFiles = 1,
            },
            Totals = totals,
            PreviousTotals = totals with
            {
                GrossAmount = totals.GrossAmount - daily.Single(d => d.Date == last).GrossAmount, ReturnAmount = totals.ReturnAmount - returned.GetValueOrDefault(last),
                Orders = totals.Orders - daily.Single(d => d.Date == last).Orders, Customers = totals.Customers - 3, Units = totals.Units - daily.Single(d => d.Date == last).Units,
            },
            Daily = daily,
            Forecast = new ForecastReport
            {
                Horizon = 28, Series = series,
                Counts = [new("total", "net_amount", "ok", 1), new("country", "net_amount", "ok", 14), new("country", "net_amount", "short_history", 24), new("item", "net_amount", "ok", 2410), new("item", "net_amount", "short_history", 1502)],
                Accuracy = [.. series.SelectMany((s, i) => Accuracy(s, i))],
            },
            Rules = new RulesReport { Baskets = baskets, MinimumSupport = 0.01, MinimumConfidence = 0.5, Itemsets = itemsets, Rules = rules },
            Segments = Segments(sales, returns, last),
            Quality = new QualityReport
            {
                Files = [new("online_retail.csv.gz", sales.Count, returns.Count, adjustments, duplicates, rejected)],
                Rejects = [new("negative_price", "unit_price", rejected, [new("online_retail.csv.gz", 299985, "-11062.06", "A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom")])],
                Checks = [new("ingest", "fates add up to the records read", "error", true, "541,909", "541,909", null), new("ingest", "share of rejected records", "warning", true, "0.0004 %", "at most 1 %", null),
                    new("ingest", "share of duplicates", "warning", true, "0.97 %", "at most 5 %", null), new("forecast", "means add up", "error", true, "0", "0", null)],
                Stages = [new("ingest", 541909, 536639, 2), new("mine", 522568, 2007, 0), new("forecast", 536639, 200000, 0), new("segment", 4334, 4334, 0)],
            },
            Changes = new ChangesReport
            {
                Files = [new("online_retail.csv.gz", FileChangeKind.Replaced, 541909)], DatesRebuilt = [last], NewRules = [.. rules.Take(2)], GoneRules = [], KeptRules = rules.Count - 2,
            },
        };
    }

    private static ForecastSeries Series(IEnumerable<Line> lines, DateOnly last, string level, string key, string? name, Func<Line, decimal> value, string measure)
    {
        var history = lines.GroupBy(l => l.Date).Select(g => new DatedValue(g.Key, g.Sum(value))).OrderBy(v => v.Date).ToList();
        var byDay = history.ToDictionary(v => v.Date, v => v.Value);
        var points = Enumerable.Range(1, 28).Select(h =>
        {
            var same = Enumerable.Range(1, 8).Select(w => (double)byDay.GetValueOrDefault(last.AddDays(h - 7 * (w + (h - 1) / 7)))).Order().ToList();
            var mean = same.Skip(1).Take(6).Average();
            var spread = Math.Sqrt(same.Skip(1).Take(6).Select(v => (v - mean) * (v - mean)).Average() * (1 + h / 40.0));
            return new ForecastPoint(last.AddDays(h), decimal.Round((decimal)mean, 2), mean, mean - 1.28 * spread, mean + 1.28 * spread, mean - 1.96 * spread, mean + 1.96 * spread);
        }).ToList();
        return new() { Level = level, Key = key, Name = name, Measure = measure, Model = history.Count > 60 ? "theta" : "weekday mean", Status = history.Count > 60 ? "ok" : "short_history", History = history, Points = points };
    }

    private static IEnumerable<AccuracyRow> Accuracy(ForecastSeries s, int i)
    {
        if (s.Status != "ok") yield break;
        var naive = 0.9 + i * 37 % 100 / 400.0;
        var mase = naive * (0.8 + i * 53 % 100 / 400.0);
        yield return new(s.Level, s.Key, s.Measure, ReportPage.NaiveModel, 4, naive, 44 * naive, naive * 1.1, 0.78, 0.93, mase >= naive);
        yield return new(s.Level, s.Key, s.Measure, "theta", 4, mase, 41 * mase, mase * 1.1, 0.81, 0.95, mase < naive);
        yield return new(s.Level, s.Key, s.Measure, "ets", 4, mase * 1.03, 42 * mase, mase * 1.12, 0.82, 0.955, false);
    }

    private static (List<ReportRule>, List<ItemsetCount>, long) Rules(List<Line> sales, Dictionary<string, string> names)
    {
        var ids = sales.Select(l => l.Item).Distinct().Order(StringComparer.Ordinal).ToArray();
        var index = ids.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        var baskets = sales.GroupBy(l => l.Order).Select(g => g.Select(l => index[l.Item]).Distinct().Order().ToArray()).ToList();
        var least = (int)Math.Ceiling(baskets.Count * 0.01);
        var single = new int[ids.Length];
        foreach (var i in baskets.SelectMany(b => b)) single[i]++;
        var counts = new int[ids.Length * ids.Length];
        foreach (var basket in baskets)
        {
            var frequent = basket.Where(i => single[i] >= least).ToArray();
            for (var i = 0; i < frequent.Length; i++)
                for (var k = i + 1; k < frequent.Length; k++) counts[frequent[i] * ids.Length + frequent[k]]++;
        }
        var pairs = counts.Select((count, i) => (A: i / ids.Length, B: i % ids.Length, Count: count)).Where(p => p.Count >= least).ToList();
        double all = baskets.Count;
        var rules = new List<ReportRule>();
        foreach (var (a, b, count) in pairs)
            foreach (var (x, y) in new[] { (a, b), (b, a) })
                if (count >= single[x] * 0.5)
                    rules.Add(new([Item(x)], [Item(y)], count, count / all, (double)count / single[x], count * all / single[x] / single[y], Math.Pow(10, -count / 4.0), false));
        return (rules, [new(1, single.Count(c => c >= least)), new(2, pairs.Count)], baskets.Count);

        ReportItem Item(int i) => new(ids[i], names.GetValueOrDefault(ids[i]));
    }

    private static SegmentsReport Segments(List<Line> sales, List<Line> returns, DateOnly last)
    {
        var back = returns.Where(l => l.Customer is not null).GroupBy(l => l.Customer!).ToDictionary(g => g.Key, g => g.Sum(l => l.Amount));
        var customers = sales.Where(l => l.Customer is not null).GroupBy(l => l.Customer!).Select(g => (Recency: last.DayNumber - g.Max(l => l.Date).DayNumber,
            Frequency: g.Select(l => l.Order).Distinct().Count(), Money: g.Sum(l => l.Amount) + back.GetValueOrDefault(g.Key))).ToList();
        var names = new[] { "champions", "loyal", "promising", "at risk", "lost" };
        var groups = customers.GroupBy(c => c.Recency < 45 ? c.Frequency > 8 ? 0 : c.Frequency > 2 ? 1 : 2 : c.Recency < 180 ? 3 : 4).OrderBy(g => g.Key).ToList();
        return new SegmentsReport
        {
            Segments = [.. groups.Select(g => new ReportSegment(g.Key + 1, names[g.Key], g.Count(), Median(g.Select(c => (double)c.Recency)), Median(g.Select(c => (double)c.Frequency)),
                Median(g.Select(c => (double)c.Money)), g.Sum(c => c.Money), 0.24 + g.Key * 0.05, 0.95 - g.Key * 0.06, g.Count() + 7 - g.Key * 3))],
            Moves = [.. groups.Select(g => new SegmentMove(names[g.Key], names[g.Key], g.Count() - 9)), new("loyal", "champions", 6), new("promising", "loyal", 8), new("at risk", "promising", 5), new("at risk", "lost", 9), new(null, "promising", 3)],
            UnassignedAmount = sales.Where(l => l.Customer is null).Sum(l => l.Amount) + returns.Where(l => l.Customer is null).Sum(l => l.Amount),
        };
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static Line Parse(List<string> f) => new(f[0], f[1], f[2].Trim() is { Length: > 0 } name ? name : null, decimal.Parse(f[3], CultureInfo.InvariantCulture),
        DateTime.ParseExact(f[4], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), decimal.Parse(f[5], NumberStyles.Number, CultureInfo.InvariantCulture),
        f[6].Length == 0 ? null : f[6], f[7]);

    private static IEnumerable<(string Raw, List<string> Fields)> Records(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var fields = new List<string>(8);
            var field = new StringBuilder();
            var quoted = false;
            for (var i = 0; ; i++)
            {
                if (i == line.Length && quoted)
                {
                    field.Append('\n');
                    line += "\n" + reader.ReadLine();
                    continue;
                }
                if (i == line.Length || (line[i] == ',' && !quoted))
                {
                    fields.Add(field.ToString());
                    field.Clear();
                    if (i == line.Length) break;
                }
                else if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[i++]);
                else if (line[i] == '"') quoted = !quoted;
                else field.Append(line[i]);
            }
            yield return (line, fields);
        }
    }

    [GeneratedRegex(@"^(\d{5}|DCGS|gift_)")]
    private static partial Regex Product();
}
