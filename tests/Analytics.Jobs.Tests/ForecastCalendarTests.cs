using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Tasks;

namespace Analytics.Jobs.Tests;

/// <summary>Closed days and events of the configuration, and what quality says of the backtests.</summary>
public sealed class ForecastCalendarTests
{
    private static readonly DateOnly First = new(2025, 1, 1);

    [Fact]
    public void Dates_ranges_and_events_are_read_and_mistakes_named()
    {
        var first = Dates.ToDays(new DateOnly(2025, 12, 24));
        Assert.Equal([first, first + 1, first + 2, first + 7], DayList.Parse("2025-12-31 2025-12-24..2025-12-26", out _)!);
        var one = DayList.ParseNamed("black friday: 2025-11-28, 2024-11-29", out _)!.Value;
        Assert.Equal("black friday", one.Name);
        Assert.Equal(2, one.Days.Count);
        foreach (var (text, expected) in ((string, string)[])[("25.12.2025", "'25.12.2025' is no date such as 2025-12-25"), ("2025-12-26..2025-12-24", "ends before it begins"), ("", "is missing"), ("2020-01-01..2025-01-01", "over at most 366 days")])
        {
            Assert.Null(DayList.Parse(text, out var error));
            Assert.Contains(expected, error, StringComparison.Ordinal);
        }
        Assert.Null(DayList.ParseNamed("2025-12-26", out var noName));
        Assert.Contains("is no event such as", noName, StringComparison.Ordinal);
        using var shop = SmallShop.New("ingest", "sales", "forecast");
        var ended = shop.Nightly("--input", shop.Write("in.csv", Lines(10)), "--set", "results.forecast.events=sale: tomorrow").With(2);
        Assert.Contains("'results.forecast.events': 'tomorrow' is no date", ended.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calendar_keeps_closed_days_and_events_through_its_bytes()
    {
        var orders = new SortedDictionary<int, long>();
        for (var day = 100; day < 200; day++)
            if (day != 150) orders[day] = 20;
        var calendar = ShopCalendar.Of(orders, 199, 5, 60, new HashSet<int> { 150, 160, 201 }, [("sale", [110, 170, 203]), ("fête", [])]);
        // Day 160 has sales whatever the configuration says.
        Assert.Equal([10], Enumerable.Range(0, 60).Where(i => calendar.Closed[i]));
        Assert.Equal([false, true, false, false, false], calendar.ClosedAhead);
        Assert.Equal([30, 63], Enumerable.Range(0, 65).Where(i => calendar.Events[0].Days[i]));
        var read = ShopCalendar.FromBytes(calendar.ToBytes());
        Assert.Equal(calendar.Closed, read.Closed);
        Assert.Equal(calendar.ClosedAhead, read.ClosedAhead);
        Assert.Equal(calendar.Events.Select(e => e.Name), read.Events.Select(e => e.Name));
        Assert.Equal(calendar.Events[0].Days, read.Events[0].Days);
    }

    [Fact]
    public void An_event_ahead_and_a_closed_day_ahead_reach_the_forecasts()
    {
        using var shop = SmallShop.New("ingest", "sales", "forecast");
        // Ten times the units on every event day; the business date is day 119, the event is on day 122, and day 124 is closed.
        var events = string.Join(' ', Enumerable.Range(0, 130).Where(IsEvent).Select(Day));
        shop.Nightly("--input", shop.Write("in.csv", Lines(120)), "--set", $"results.forecast.events=sale: {events}", "--set", $"results.forecast.closed_days={Day(124)}").With(0);
        using var tables = new Tables(shop.Latest);
        double Mean(int day) => tables.One<double>($"select cast(mean as double) from forecasts where level = 'total' and measure = 'units' and date = date '{Day(day)}'");
        Assert.True(Mean(122) > 4 * Mean(121), $"{Mean(122)} on the event, {Mean(121)} before");
        Assert.Equal(0, Mean(124));
        Assert.Contains("Regression", tables.One<string>("select any_value(model) from forecasts where level = 'total' and measure = 'units'"), StringComparison.Ordinal);
        Assert.Contains("seasonal naive", tables.One<string>("select message from quality where \"check\" = 'accuracy_total_units'"), StringComparison.Ordinal);
        tables.None("select measure, date from forecasts where level in ('total', 'item') group by all having sum(case when level = 'item' then mean else -mean end) <> 0");
    }

    [Fact]
    public void How_levels_are_made_to_add_up_is_chosen_by_the_backtest_and_said()
    {
        using var shop = SmallShop.New("ingest", "sales", "forecast");
        var input = shop.Write("in.csv", Lines(150));
        shop.Nightly("--input", input).With(0);
        using (var tables = new Tables(shop.Latest))
        {
            var message = tables.One<string>("select message from quality where \"check\" = 'reconciliation_units'");
            var ratios = message.Split(": ")[1].Split(", ").Select(part => part.Split(' ')).ToDictionary(part => part[0], part => double.Parse(part[1], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(["bottom_up", "minimum_trace", "top_down", "weighted"], ratios.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(ratios.Values.Min(), ratios[tables.One<string>("select observed from quality where \"check\" = 'reconciliation_units'")]);
            tables.None("select measure, date from forecasts where level in ('total', 'item') group by all having sum(case when level = 'item' then mean else -mean end) <> 0");
        }
        shop.Nightly("--input", input, "--set", "results.forecast.reconciliation=top_down").With(0);
        using (var tables = new Tables(shop.Latest))
            Assert.Equal("top_down by the configuration", tables.One<string>("select observed || ' ' || message from quality where \"check\" = 'reconciliation_units'"));
        var means = new List<string>();
        foreach (var threads in (int[])[1, 2])
        {
            shop.Nightly("--input", input, "--force", "--set", "results.forecast.reconciliation=minimum_trace", "--set", $"machine.threads={threads}").With(0);
            using var tables = new Tables(shop.Latest);
            Assert.Equal("minimum_trace by the configuration", tables.One<string>("select observed || ' ' || message from quality where \"check\" = 'reconciliation_units'"));
            tables.None("select measure, date from forecasts where level in ('total', 'item') group by all having sum(case when level = 'item' then mean else -mean end) <> 0");
            tables.None("select measure, date from forecasts where level in ('total', 'country') group by all having sum(case when level = 'country' then mean else -mean end) <> 0");
            tables.None("select level from forecasts where measure = 'units' and mean < 0");
            means.Add(tables.One<string>("select string_agg(level || key || measure || date || mean, ';' order by level, key, measure, date) from forecasts"));
        }
        Assert.Equal(means[0], means[1]);
        using var young = SmallShop.New("ingest", "sales", "forecast");
        young.Nightly("--input", young.Write("in.csv", Lines(30))).With(0);
        using var few = new Tables(young.Latest);
        Assert.Equal("weighted the history is too short for a backtest of 7 days", few.One<string>("select observed || ' ' || message from quality where \"check\" = 'reconciliation_units'"));
    }

    [Theory]
    [InlineData(50_000, 100, 10, 50_000, null)]
    [InlineData(50_001, 0, 10, 50_001, "minimum_trace is not used: 50,001 series, at most 50,000")]
    [InlineData(9_000, 500, 10, 9_000, "minimum_trace is not used: 502 sums, at most 500")]
    [InlineData(4, 0, 1, 0, "minimum_trace is not used: none of 4 series has one-step errors")]
    public void Minimum_trace_is_for_so_many_series_and_sums_and_says_where_there_are_more(int series, int categories, int countries, int known, string? expected) =>
        Assert.Equal(expected, Stages.ForecastHierarchy.Untraced(series, categories, countries, known));

    private static bool IsEvent(int day) => day == 122 || day < 120 && day * 7 % 17 < 4;

    private static string Day(int day) => First.AddDays(day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string Lines(int days) => SmallShop.Header + string.Concat(Enumerable.Range(0, days).SelectMany(day =>
        Enumerable.Range(0, 6).Select(order => SmallShop.Line(order, Day(day), 0, (IsEvent(day) ? 10 : 1) * (4 + (day * 7 + order * 3) % 3)) + "\n")));
}
