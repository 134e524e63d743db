using System.Net;
using Analytics.Publishing;
using Analytics.Scheduling;
using Analytics.Web.Data;

namespace Analytics.Web.Tests;

/// <summary>What operators do, what nobody else can do, and what is written down.</summary>
public sealed class ActionTests
{
    private static readonly string[] Actions = ["run", "backfill", "retry", "rollback", "release", "silence"];

    [Fact]
    public async Task A_viewer_may_look_and_not_act()
    {
        await using var console = await TestConsole.StartAsync(hasUsers: true);
        using var viewer = console.NewBrowser();
        using (await viewer.LogInAsync("vera")) { }
        var token = await viewer.TokenAsync(TestPages.Run(console));
        var before = console.Shop.Lake.Latest();
        foreach (var action in Actions)
        {
            using (var page = await viewer.GetAsync($"/act/{action}?run=latest&date=2025-12-30")) Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
            using var answer = await viewer.PostAsync("/act/" + action, Sure(token, ("date", "2025-12-30"), ("run", console.Shop.Runs[0].ToString()), ("from", "2025-12-29"), ("to", "2025-12-30")));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        Assert.Equal(before, console.Shop.Lake.Latest());
        Assert.Empty(console.Program.Orders);
        Assert.Empty(new AuditLog(console.Shop.Lake, TimeProvider.System).Read(null, 10));
        Assert.DoesNotContain("/act/", await viewer.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_of_the_same_user_nothing_is_done()
    {
        await using var console = await TestConsole.StartAsync(hasUsers: true);
        using var viewer = console.NewBrowser();
        using (await viewer.LogInAsync("vera")) { }
        using var otto = console.NewBrowser();
        using (await otto.LogInAsync("otto")) { }
        var good = await otto.TokenAsync("/act/run");
        var foreign = await viewer.TokenAsync(TestPages.Run(console));
        foreach (var token in (string[])["", "x", foreign, good[..^4]])
        {
            foreach (var action in Actions)
            {
                using var answer = await otto.PostAsync("/act/" + action, Sure(token, ("date", "2025-12-30"), ("run", console.Shop.Runs[0].ToString())));
                Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            }
        }
        // The right token, from a page of another site, as browsers say it.
        foreach (var (name, value) in ((string, string)[])[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example"), ("Origin", "null")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/act/run") { Content = new FormUrlEncodedContent(Sure(good, ("date", "2025-12-30")).Select(static field => KeyValuePair.Create(field.Name, field.Value))) };
            request.Headers.Add(name, value);
            using var answer = await otto.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
        Assert.Empty(console.Program.Orders);
        using var done = await otto.PostAsync("/act/run", Sure(good, ("date", "2025-12-30"), ("schedule", "nightly")));
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        Assert.Equal(new RunOrder("nightly", new DateOnly(2025, 12, 30), new DateOnly(2025, 12, 30), false, "otto"), Assert.Single(console.Program.Orders));
    }

    [Theory]
    [InlineData("", "yes", "2025-12-30")]
    [InlineData("  a ", "yes", "2025-12-30")]
    [InlineData("a good reason", "", "2025-12-30")]
    [InlineData("a good reason", "yes", "30.12.2025")]
    [InlineData("a good reason", "yes", "../../etc")]
    public async Task A_form_that_will_not_do_does_nothing(string why, string sure, string date)
    {
        var console = await Shared.LoopbackAsync();
        using var browser = console.NewBrowser();
        var before = console.Program.Orders.Count;
        using var answer = await browser.PostAsync("/act/run", ("token", await browser.TokenAsync("/act/run")), ("why", why), ("sure", sure), ("date", date));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(before, console.Program.Orders.Count);
    }

    [Fact]
    public async Task Every_action_does_what_it_says_and_stands_in_the_log_with_who_and_why()
    {
        await using var console = await TestConsole.StartAsync();
        var (shop, lake) = (console.Shop, console.Shop.Lake);
        using var browser = console.NewBrowser();
        async Task ActAsync(string action, params (string, string)[] fields)
        {
            using var answer = await browser.PostAsync("/act/" + action, Sure(await browser.TokenAsync("/act/run"), fields));
            Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{action}: {await answer.Content.ReadAsStringAsync()}");
        }

        await ActAsync("run", ("date", "2025-12-31"), ("anew", "yes"));
        await ActAsync("backfill", ("from", "2025-12-29"), ("to", "2025-12-31"), ("schedule", "nightly"));
        Assert.Equal([new RunOrder("", shop.Runs[2].Date, shop.Runs[2].Date, true, Environment.UserName), new RunOrder("nightly", shop.Runs[0].Date, shop.Runs[2].Date, false, Environment.UserName)], console.Program.Orders);

        await ActAsync("rollback", ("run", shop.Runs[0].ToString()));
        Assert.Equal(shop.Runs[0], lake.Latest());

        var book = new AttemptBook(lake, "nightly");
        Assert.True(book.TryBegin(new DateOnly(2026, 1, 2), new Attempt(1, DateTimeOffset.UnixEpoch, "host", "x", false, "nightly")));
        await ActAsync("retry", ("date", "2026-01-02"));
        Assert.Empty(book.Of(new DateOnly(2026, 1, 2)));

        using var lease = lake.AcquireLease(new DateOnly(2026, 1, 3), "run nightly");
        await ActAsync("release", ("date", "2026-01-03"));
        Assert.Throws<LakeLockedException>(lease.EnsureCurrent);

        var alerts = new AlertBook(lake, [], TimeProvider.System);
        await alerts.SyncAsync([new AlertCondition(AlertKind.Failed, "nightly", new DateOnly(2026, 1, 2), WebShop.Script, "do", "cmd")], static _ => false, TestContext.Current.CancellationToken);
        Assert.Contains("&lt;script&gt;", await browser.PageAsync("/alerts/failed-nightly-2026-01-02"), StringComparison.Ordinal);
        await ActAsync("silence", ("alert", "failed-nightly-2026-01-02"), ("hours", "8"));
        Assert.NotNull(Assert.Single(alerts.Open()).SilencedUntil);

        var log = new AuditLog(lake, TimeProvider.System).Read(null, 100);
        Assert.Equal(2 * Actions.Length, log.Count);
        Assert.All(log, static line => Assert.True(line.IsLinked));
        Assert.All(log, static line => Assert.Equal(Environment.UserName, line.Entry.Who));
        foreach (var action in Actions) Assert.Contains(log, line => line.Entry.Action == action && line.Entry.Of is null && line.Entry.Why == "because of <b>tests</b>");
        var page = await browser.PageAsync("/audit");
        Assert.Contains("because of &lt;b&gt;tests", page, StringComparison.Ordinal);
        Assert.Contains("/started/r1", await browser.PageAsync("/"), StringComparison.Ordinal);
        Assert.Contains("bell\u2407", await browser.PageAsync("/started/r1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_is_in_the_log_as_failed()
    {
        await using var console = await TestConsole.StartAsync();
        using var browser = console.NewBrowser();
        var token = await browser.TokenAsync("/act/run");
        using var other = console.Shop.Lake.Lock("publish");
        using var answer = await browser.PostAsync("/act/rollback", Sure(token, ("run", console.Shop.Runs[0].ToString())));
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var log = new AuditLog(console.Shop.Lake, TimeProvider.System).Read(null, 10);
        Assert.Equal(2, log.Count);
        Assert.StartsWith("failed: ", log[0].Entry.Why, StringComparison.Ordinal);
        Assert.Equal(log[1].Entry.Number, log[0].Entry.Of);
    }

    [Fact]
    public void The_log_shows_what_was_altered_or_taken_out()
    {
        using var shop = new WebShop();
        var log = new AuditLog(shop.Lake, TimeProvider.System);
        Parallel.For(0, 20, i => log.Add($"user{i}", "here", "run", "x", "why"));
        Assert.Equal(Enumerable.Range(1, 20).Reverse().Select(static n => (long)n), log.Read(null, 100).Select(static line => line.Entry.Number));
        Assert.All(log.Read(null, 100), static line => Assert.True(line.IsLinked));
        var path = shop.Lake.Full("state/audit/00000007.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(": \"why\"", ": \"hush\"", StringComparison.Ordinal));
        Assert.Equal([8L], log.Read(null, 100).Where(static line => !line.IsLinked).Select(static line => line.Entry.Number));
        File.Delete(path);
        Assert.Equal([8L], log.Read(null, 100).Where(static line => !line.IsLinked).Select(static line => line.Entry.Number));
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_done()
    {
        using var shop = new WebShop().Publish(2);
        // A file where the log's folder should be.
        File.WriteAllText(shop.Lake.Full("state/audit"), "");
        await using var console = await TestConsole.StartAsync(shop);
        using var browser = console.NewBrowser();
        var before = shop.Lake.Latest();
        using var answer = await browser.PostAsync("/act/rollback", Sure(await browser.TokenAsync("/act/run"), ("run", shop.Runs[0].ToString())));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(before, shop.Lake.Latest());
    }

    private static (string Name, string Value)[] Sure(string token, params (string, string)[] fields) =>
        [("token", token), ("why", "because of <b>tests</b>"), ("sure", "yes"), .. fields];
}
