namespace Analytics.Web.Tests;

/// <summary>The addresses of all pages; {run} stands for the newest run of the shop.</summary>
internal static class TestPages
{
    public static readonly string[] All =
    [
        "/", "/runs", "/runs?year=2025", "/runs?year=2025&month=12", "/compare", "/audit", "/sql", "{run}", "{run}/verify", "{run}/report", "{run}/report.html", "{run}/tables", "{run}/tables/rules", "{run}/tables/rejects",
        "{run}/tables/transactions?c1=item_name&o1=has&v1=e&sort=quantity&desc=1&x=item_name&y=amount", "{run}/tables/daily_sales?x=date&y=net_amount", "{run}/rules", "{run}/rules?q=tea&all=1", "{run}/forecasts",
        "{run}/forecasts/series?level=item&key=item0&measure=net_amount", "{run}/segments", "{run}/manifest.json", "/act/run", "/act/backfill", "/act/retry", "/act/release", "/act/rollback?run=latest",
    ];

    public static string Path(string page, TestConsole console) => page.Replace("{run}", Run(console), StringComparison.Ordinal);

    public static string Run(TestConsole console) => $"/runs/{console.Shop.Runs[^1]}";
}

/// <summary>Consoles that several tests only look at; they end with the process.</summary>
internal static class Shared
{
    private static readonly Lazy<Task<TestConsole>> Loopback = new(() => TestConsole.StartAsync());
    private static readonly Lazy<Task<TestConsole>> Users = new(() => TestConsole.StartAsync(hasUsers: true));

    public static Task<TestConsole> LoopbackAsync() => Loopback.Value;

    public static Task<TestConsole> WithUsersAsync() => Users.Value;
}
