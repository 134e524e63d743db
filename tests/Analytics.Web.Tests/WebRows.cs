namespace Analytics.Web.Tests;

/// <summary>The rows of a night of <see cref="WebShop"/>; sorted as the contract has them where that matters.</summary>
internal static class WebRows
{
    private static DateTimeOffset At(DateOnly date, int hour) => new(date.ToDateTime(new TimeOnly(hour, 0)), TimeSpan.Zero);

    public static List<object?[]> Transactions(DateOnly date) =>
        [.. WebShop.Names.Select((name, i) => (object?[])
            [$"o{i}", $"item{i}", name, 2m, 3.5m, 7m, At(date, 9), date, $"c{i}", "Norway", "Tea", null, null, null, null, null, "EUR", "sale", $"{date:yyyy-MM-dd}.csv", i + 2])];

    public static IEnumerable<(string Name, IReadOnlyList<object?[]> Rows)> Tables(DateOnly date)
    {
        var night = date.DayNumber - WebShop.First.DayNumber;
        yield return ("daily_sales", [.. Enumerable.Range(0, night + 30).Reverse().Select(back => (object?[])["item", "item0", date.AddDays(-back), 3, 4, 12m, 100m + back, 3, -1m, 99m + back]),
            .. Enumerable.Range(0, night + 30).Reverse().Select(back => (object?[])["total", "*", date.AddDays(-back), 30, 40, 120m, 1000m + back, 30, -10m, 990m + back])]);
        yield return ("rules", [.. Enumerable.Range(0, WebShop.Names.Length - 1).Select(i => Rule(i, i + 1)), .. Enumerable.Range(0, 120).Select(i => Rule(i % 7, (i + 2) % 7, i))]);
        yield return ("forecasts", [.. WebShop.Names.SelectMany((_, i) => Enumerable.Range(1, 14).Select(day => (object?[])
            ["item", $"item{i}", "net_amount", date.AddDays(day), day, 10m + i, 10.0 + i, 5.0, 15.0, 2.0, 20.0, "Ensemble", i == 1 ? "fallback" : "ok", i == 1 ? WebShop.Script : null]))]);
        yield return ("forecast_accuracy", [["item", "item0", "net_amount", "Ensemble", 4, 0.8, 20.0, 0.9, 0.81, 0.96, true], ["item", "item0", "net_amount", "SeasonalNaive", 4, 1.1, 30.0, 1.2, 0.7, 0.9, false]]);
        yield return ("segments", [.. Enumerable.Range(0, 20).Select(i => (object?[])[$"c{i}", i, 100 + i, 3, 50m + i, 3, 3, 3, (i + night) % 2, (i + night) % 2 == 0 ? "loyal" : WebShop.Script])]);
        yield return ("segment_profiles", [[0, "loyal", 10, 0.5, 3.0, 4.0, 55.0, 600m, 0.4, 0.9], [1, WebShop.Script, 10, 0.5, 30.0, 1.0, 5.0, 50m, null, null]]);
        yield return ("quality", [["ingest", "rejected_share", "error", "pass", "0.1", "at most 0.2", "fine"], ["ingest", "volume", "warning", "fail", "1", "2", WebShop.Script]]);
        yield return ("rejects", [.. WebShop.Names.Select((name, i) => (object?[])[$"{date:yyyy-MM-dd}.csv", i + 20, "quantity", "quantity", name, name, 40])]);
        yield return ("lineage", [["forecast", "duckdb 1.5.6", At(date, 3), 4.5, 100, 90, 0, 100_000_000], ["ingest", "duckdb 1.5.6", At(date, 2), 2.5, 10, 8, 1, 50_000_000]]);
    }

    private static object?[] Rule(int from, int to, int variant = -1)
    {
        var lift = 2.0 + from + (variant < 0 ? 0.5 : variant / 1000.0);
        string[] antecedent = variant < 0 ? [$"item{from}"] : [$"item{from}", $"other{variant}"];
        string[] names = variant < 0 ? [WebShop.Names[from]] : [WebShop.Names[from], $"Other {variant}"];
        return [antecedent, new[] { $"item{to}" }, names, new[] { WebShop.Names[to] }, 10 + from, 20, 30, 100, 0.1, 0.5, lift, 0.01, null, 0.2, 0.3, 0.1, 0.2, 0.001, 0.002, variant >= 100, 0.4, 1.0, 0.1, null, null];
    }
}
