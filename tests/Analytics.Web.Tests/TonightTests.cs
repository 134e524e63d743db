using System.Net;
using System.Text.RegularExpressions;
using Analytics.Files;
using Analytics.Publishing;

namespace Analytics.Web.Tests;

/// <summary>The first page: the latest run, what goes on, how to schedule, and the stream that keeps it up to date.</summary>
public sealed partial class TonightTests
{
    [Fact]
    public async Task It_tells_of_the_latest_run_and_how_to_schedule()
    {
        var clock = new SkippingClock();
        await using var console = await TestConsole.StartAsync(hasSchedule: false, with: options => options with { Time = clock });
        using var browser = console.NewBrowser();
        var page = await browser.PageAsync("/");
        string[] told =
        [
            $"href=\"{TestPages.Run(console)}\"", "1 file, 10 lines: 6 sales, 1 return, 1 adjustment, 1 duplicate, 1 rejected", "3 files, 30 lines", "1 passed", "some failed", "warning in ingest: volume, ", ">mined<",
            "3 runs", $"href=\"{TestPages.Run(console)}/report\"", "forecast2025-12-31 03:00:00Z4.50", "\"schedules\": {", "analytics schedule check",
        ];
        foreach (var text in told) Assert.True(page.Contains(text, StringComparison.Ordinal) || Plain(page).Contains(text, StringComparison.Ordinal), $"{text} is not on the page: {Plain(page)}");
        console.Shop.Lake.Rollback(console.Shop.Runs[0], TestContext.Current.CancellationToken);
        clock.Skip(SlowLook);
        Assert.Contains("Published last was", await browser.PageAsync("/"), StringComparison.Ordinal);
        Assert.Contains($"href=\"/runs/{console.Shop.Runs[0]}/report\"", await browser.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_run_it_says_how_to_make_one_and_with_a_broken_one_what_is_wrong()
    {
        using var shop = new WebShop();
        await using (var console = await TestConsole.StartAsync(shop))
        {
            using var browser = console.NewBrowser();
            Assert.Contains("Nothing is published yet. The first run makes it: analytics run nightly.", await browser.PageAsync("/"), StringComparison.Ordinal);
        }
        shop.Publish(1);
        Directory.Delete(shop.Lake.Full($"{shop.Runs[0].Path}/lineage"), recursive: true);
        await using var broken = await TestConsole.StartAsync(shop);
        using var other = broken.NewBrowser();
        Assert.Contains("The run cannot be read whole: ", await other.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_tells_what_is_new_and_who_was_cut_off_what_he_missed()
    {
        await using var console = await TestConsole.StartAsync(hasSchedule: false);
        using var browser = console.NewBrowser();
        var events = Events().Match(await browser.PageAsync("/")).Groups[1].Value;
        using var stream = await FollowAsync(browser, events);
        using (var staging = console.Shop.Lake.OpenStaging(OpenRuns.Plan(console.Shop.Lake)))
        {
            // The first thing that is told is the change: the state of the page itself is not told again.
            var (id, text) = await NextAsync(stream);
            Assert.Contains(LakeLayout.Date(WebShop.First.AddDays(3)), text, StringComparison.Ordinal);
            Assert.DoesNotContain("No run is open.", text, StringComparison.Ordinal);
            staging.Abandon();

            (_, text) = await NextAsync(stream);
            Assert.Contains("No run is open.", text, StringComparison.Ordinal);
            // Another one who saw the run open and was cut off is told at once that it is no more.
            using var again = await FollowAsync(browser, "/events/tonight", id);
            Assert.Contains("No run is open.", (await NextAsync(again)).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_lake_that_cannot_be_looked_at_is_told_and_what_comes_after_too()
    {
        var clock = new SkippingClock();
        await using var console = await TestConsole.StartAsync(hasSchedule: false, with: options => options with { Time = clock });
        using var browser = console.NewBrowser();
        var events = Events().Match(await browser.PageAsync("/")).Groups[1].Value;
        using var stream = await FollowAsync(browser, events);
        var (files, latest) = (console.Shop.Lake.Files, console.Shop.Lake.Full(LakeLayout.Latest));
        var target = FilePointer.Read(files, latest)!;
        FilePointer.Switch(files, latest, "nowhere");
        clock.Skip(SlowLook);
        var (id, text) = await NextAsync(stream, "trouble");
        Assert.Equal("", id);
        Assert.Contains("points to nowhere", text, StringComparison.Ordinal);
        FilePointer.Switch(files, latest, target);
        Assert.Contains("No run is open.", (await NextAsync(stream)).Text, StringComparison.Ordinal);
    }

    // Runs and alerts are looked at every ten seconds.
    private static readonly TimeSpan SlowLook = TimeSpan.FromSeconds(11);

    /// <summary>The system's clock, some time ahead.</summary>
    private sealed class SkippingClock : TimeProvider
    {
        private long _ahead;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

        public void Skip(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
    }

    private static string Plain(string page) => WebUtility.HtmlDecode(Tags().Replace(page, ""));

    private static async Task<StreamReader> FollowAsync(Browser browser, string path, string? lastSeen = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, WebUtility.HtmlDecode(path));
        if (lastSeen is not null) request.Headers.Add("Last-Event-ID", lastSeen);
        var answer = await browser.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event, which must be of a kind.</summary>
    private static async Task<(string Id, string Text)> NextAsync(StreamReader stream, string kind = "tonight")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var (id, found, text) = ("", "", "");
        while (await stream.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) found = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) text += line[6..] + "\n";
            else if (line.Length == 0 && found.Length > 0) break;
        }
        Assert.Equal(kind, found);
        return (id, text);
    }

    [GeneratedRegex("data-events=\"([^\"]+)\"")]
    private static partial Regex Events();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();
}
