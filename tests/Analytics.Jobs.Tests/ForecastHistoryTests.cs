using Analytics.Jobs.Pipeline;
using Analytics.Tasks;

namespace Analytics.Jobs.Tests;

/// <summary>Models see so many days as the configuration says, every item keeps a forecast, and the table quality says what was left out.</summary>
public sealed class ForecastHistoryTests
{
    private static readonly DateOnly First = new(2025, 1, 1);

    /// <summary>i0 sells every day, i1 on the first ten days alone, i2 on the last twenty.</summary>
    private static string Lines(int from, int days) => SmallShop.Header + string.Concat(Enumerable.Range(from, days - from).SelectMany(day =>
    {
        var date = First.AddDays(day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var lines = Enumerable.Range(0, 6).Select(order => SmallShop.Line(order, date, 0, 1 + (day * 7 + order * 3) % 5)).ToList();
        if (day < 10) lines.Add(SmallShop.Line(1, date, 1, 2));
        if (day >= days - 20) lines.Add(SmallShop.Line(2, date, 2, 1 + day % 3));
        return lines;
    }).Select(line => line + "\n"));

    [Fact]
    public void What_lies_before_the_kept_history_is_left_out_and_told()
    {
        using var capped = SmallShop.New("ingest", "sales", "forecast");
        var ended = capped.Nightly("--input", capped.Write("all.csv", Lines(0, 80)), "--set", "results.forecast.max_history_days=40").With(0);
        Assert.Contains("the models see the history from 2025-02-10 on: 40 earlier days are left out by results.forecast.max_history_days", ended.Err, StringComparison.Ordinal);
        using var recent = SmallShop.New("ingest", "sales", "forecast");
        recent.Nightly("--input", recent.Write("recent.csv", Lines(40, 80))).With(0);

        using var tables = new Tables(capped.Latest);
        Assert.Equal("warning fail 80 at most 40",
            tables.One<string>("select severity || ' ' || status || ' ' || observed || ' ' || expected from quality where stage = 'forecast' and \"check\" = 'history_days'"));
        // i1 has no sale in what is kept: it is there all the same.
        Assert.Equal(14L, tables.One<long>("select count(*) from forecasts where level = 'item' and key = 'i1' and status <> 'failed'"));
        tables.None("select measure, date from forecasts where level in ('total', 'item') group by all having sum(case when level = 'item' then mean else -mean end) <> 0");
        // The others are as if nothing had been before.
        const string accuracy = "select * from forecast_accuracy where key <> 'i1' order by all";
        using var alone = new Tables(recent.Latest);
        Assert.Equal("pass 40", alone.One<string>("select status || ' ' || observed from quality where stage = 'forecast' and \"check\" = 'history_days'"));
        var rows = alone.Query(accuracy);
        Assert.NotEmpty(rows);
        Assert.Equal(rows, tables.Query(accuracy));
        const string models = "select level, key, measure, horizon, model, status from forecasts where key <> 'i1' order by all";
        Assert.Equal(alone.Query(models), tables.Query(models));
    }

    [Fact]
    public void A_calendar_that_is_cut_judges_days_ahead_by_all_its_years()
    {
        // Three years, closed on Sundays and on the last day of each year but the last, which is to come.
        var first = new DateOnly(2022, 1, 1);
        var last = new DateOnly(2024, 12, 30);
        var orders = new SortedDictionary<int, long>();
        for (var day = first; day <= last; day = day.AddDays(1))
            if (day.DayOfWeek != DayOfWeek.Sunday && day is not { Month: 12, Day: 31 }) orders[Dates.ToDays(day)] = 20;
        var whole = ShopCalendar.Of(orders, Dates.ToDays(last), 14);
        var cut = ShopCalendar.Of(orders, Dates.ToDays(last), 14, 100);
        Assert.Equal((0, 1095), (whole.DaysBefore, whole.Closed.Length));
        Assert.Equal((995, 100, Dates.ToDays(last) - 99), (cut.DaysBefore, cut.Closed.Length, cut.FirstDay));
        Assert.Equal(whole.Closed[^100..], cut.Closed);
        Assert.True(whole.ClosedAhead[0]);
        Assert.Equal(whole.ClosedAhead, cut.ClosedAhead);
        var read = ShopCalendar.FromBytes(cut.ToBytes());
        Assert.Equal((cut.FirstDay, cut.DaysBefore), (read.FirstDay, read.DaysBefore));
        Assert.Equal(cut.Closed, read.Closed);
        Assert.Equal(cut.ClosedAhead, read.ClosedAhead);
    }
}
