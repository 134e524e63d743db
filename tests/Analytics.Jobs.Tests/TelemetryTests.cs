using System.Net;
using System.Text.Json;
using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Schedule;
using Analytics.Jobs.Web;
using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Jobs.Tests;

/// <summary>What a run tells others, and what the service tells of the lake.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly TestShop _shop = SmallShop.New();

    public void Dispose() => _shop.Dispose();

    private Ended Night(params string[] further)
    {
        var file = _shop.Write("2026-03-02.csv", SmallShop.Day("2026-03-02", 1));
        return InProcess.Run(["run", "nightly", "--config", _shop.Configuration, "--lake", _shop.Lake, "--input", file, "--quiet", .. further]);
    }

    [Fact]
    public void ANightLeavesEventsAndIdsInItsLog()
    {
        var events = _shop.At("events.jsonl");
        Night("--set", $"machine.lineage.file={events}", "--set", "machine.lineage.url=http://127.0.0.1:1/lineage").With(0);
        var lines = File.ReadAllLines(events).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["START", "COMPLETE"], lines.Select(line => line.GetProperty("eventType").GetString()));
        Assert.Equal(lines[0].GetProperty("run").GetProperty("runId").GetString(), lines[1].GetProperty("run").GetProperty("runId").GetString());
        var outputs = lines[1].GetProperty("outputs").EnumerateArray().ToDictionary(output => output.GetProperty("name").GetString()!, output => output);
        var lake = Lake.Open(_shop.Lake, new LocalFileStore());
        var run = lake.ListRuns().Single();
        foreach (var table in lake.ReadManifest(run).Tables)
            Assert.Equal(table.Rows, outputs[$"lake/{table.Name}"].GetProperty("outputFacets").GetProperty("outputStatistics").GetProperty("rowCount").GetInt64());

        var log = Directory.GetFiles(Path.Combine(_shop.Lake, "state", "logs"), "*.jsonl").SelectMany(File.ReadAllLines).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.True(log.Count > 4);
        Assert.Single(log.Select(line => line.GetProperty("@tr").GetString()).Distinct());
        // From the moment when it is known which run it is.
        var known = log.SkipWhile(line => !line.TryGetProperty("Run", out _)).ToList();
        Assert.Contains(known, line => line.GetProperty("@mt").GetString()!.StartsWith("stage {Stage} ended", StringComparison.Ordinal) && line.GetProperty("Run").GetString() == run.Id);
        // The receiver that is down is told, and the run was not touched by it.
        Assert.Contains(log, line => line.TryGetProperty("Message", out var message) && message.GetString()!.Contains("2 of 2 OpenLineage events were not taken", StringComparison.Ordinal));
    }

    [Fact]
    public void AFailedNightSaysSo()
    {
        var events = _shop.At("events.jsonl");
        var file = _shop.Write("bad.csv", SmallShop.Header + string.Concat(Enumerable.Range(0, 20).Select(i => $"o{i},i1,x,2026-03-02 10:00:00,y,c,GB\n")));
        InProcess.Run("run", "nightly", "--config", _shop.Configuration, "--lake", _shop.Lake, "--input", file, "--date", "2026-03-02", "--quiet", "--set", $"machine.lineage.file={events}").With(3);
        var lines = File.ReadAllLines(events).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["START", "FAIL"], lines.Select(line => line.GetProperty("eventType").GetString()));
        Assert.Contains("rejected", lines[1].GetProperty("run").GetProperty("facets").GetProperty("errorMessage").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-03-02")]
    [InlineData(null)]
    public void ANightThatCannotBePlannedSaysSo(string? date)
    {
        var events = _shop.At("events.jsonl");
        string[] dated = date is null ? [] : ["--date", date];
        var ended = InProcess.Run(["run", "nightly", "--config", _shop.Configuration, "--lake", _shop.Lake, "--input", _shop.At("nowhere.csv"), "--quiet", "--set", $"machine.lineage.file={events}", .. dated]);
        Assert.NotEqual(0, ended.Code);
        var lines = File.ReadAllLines(events).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["START", "FAIL"], lines.Select(line => line.GetProperty("eventType").GetString()));
        Assert.Single(lines.Select(line => line.GetProperty("run").GetProperty("runId").GetString()).Distinct());
        var facets = lines[1].GetProperty("run").GetProperty("facets");
        Assert.Contains("nowhere.csv", facets.GetProperty("errorMessage").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(date, facets.TryGetProperty("nominalTime", out var time) ? time.GetProperty("nominalStartTime").GetString()![..10] : null);
    }

    [Theory]
    [InlineData("machine.telemetry.otlp", "localhost:4318", "no address")]
    [InlineData("machine.lineage.url", "https://user:secret@host/x", "holds a user or a password")]
    [InlineData("machine.telemetry.protocol", "udp", "protocol")]
    public void WrongSettingsAreRefused(string key, string value, string said)
    {
        var ended = Night("--set", $"{key}={value}").With(2);
        Assert.Contains(said, ended.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", ended.Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheServiceTellsOfTheLake()
    {
        Night().With(0);
        var lake = Lake.Open(_shop.Lake, new LocalFileStore());
        var run = lake.ListRuns().Single();
        var token = _shop.Write("token", "scrape-me\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var loaded = SettingsLoader.Load(_shop.Configuration, [new("machine.lake", _shop.Lake), new("machine.web.listen", "127.0.0.1:0"), new("machine.telemetry.metrics_token_from", $"file:{token}")], new Dictionary<string, string>());
        await using var host = await WebHost.StartAsync(loaded, lake, [OpsEndpoints.Of(loaded, lake, null, TimeProvider.System)], default);
        using var http = new HttpClient { BaseAddress = new Uri(host.Address) };
        Assert.Equal("ok\n", await http.GetStringAsync("/healthz"));
        Assert.Equal("ok\n", await http.GetStringAsync("/readyz"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/metrics")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new("Bearer", "scrape-me");
        var metrics = await http.GetStringAsync("/metrics");
        Assert.Contains($"analytics_latest_run_info{{run=\"{run.Id}\",date=\"2026-03-02\",engine=\"duckdb\"}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("analytics_published_dates 1\n", metrics, StringComparison.Ordinal);
        foreach (var table in lake.ReadManifest(run).Tables) Assert.Contains($"analytics_latest_table_rows{{table=\"{table.Name}\"}} {table.Rows}\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"analytics_latest_new_records{{fate=\"sale\"}} {lake.ReadManifest(run).Sources.Sum(source => source.Fates.Sale)}\n", metrics, StringComparison.Ordinal);
        Assert.Contains("analytics_latest_stage_seconds{stage=\"ingest\"} ", metrics, StringComparison.Ordinal);
        Assert.Contains("analytics_chain_roots{state=\"queued\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("analytics_open_alerts{kind=\"silent_channel\"} 0\n", metrics, StringComparison.Ordinal);
        Directory.Move(Path.Combine(_shop.Lake, "runs"), Path.Combine(_shop.Lake, "gone"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/readyz")).StatusCode);
        Assert.Equal("ok\n", await http.GetStringAsync("/healthz"));
        Directory.Move(Path.Combine(_shop.Lake, "gone"), Path.Combine(_shop.Lake, "runs"));
    }

    [Fact]
    public void RootsThatDoNotComeOntoTheChainCallForHelp()
    {
        var lake = Lake.OpenOrCreate(_shop.Lake, new LocalFileStore());
        var journal = ChainSession.JournalOf(lake);
        var queued = new DateTimeOffset(2026, 3, 3, 4, 0, 0, TimeSpan.Zero);
        AnchorEntry Entry(int day, AnchorState state, string? note = null) =>
            new() { Kind = AnchorKind.Anchor, State = state, QueuedAt = queued.AddDays(day - 1), Note = note, Run = new AnchoredRun(new DateOnly(2026, 3, day), $"000000000000000{day}", new string('a', 64)) };
        journal.Write(Entry(1, AnchorState.Queued, "the fee is above max_fee_gwei"));
        journal.Write(Entry(2, AnchorState.Final));
        var anchor = new AnchorSettings { Chain = "rpc" };
        IReadOnlyList<AlertCondition> Look(TimeSpan after, AnchorSettings settings, int hours = 24) => [.. new ChainProbe(lake, settings, hours).Look(queued + after)];

        Assert.Empty(Look(TimeSpan.FromHours(23.9), anchor));
        var waits = Assert.Single(Look(TimeSpan.FromHours(24), anchor));
        Assert.Equal((AlertKind.Chain, "chain"), (waits.Kind, waits.Id));
        Assert.Contains("one root waits for longer than 24 hours (machine.alerts.chain_hours), the oldest, of 2026-03-01/0000000000000001, since 2026-03-03 04:00 UTC: the fee is above max_fee_gwei", waits.Text, StringComparison.Ordinal);
        // Without a chain, or without the alert, roots may wait.
        Assert.Empty(Look(TimeSpan.FromDays(9), new AnchorSettings { Chain = "none" }));
        Assert.Empty(Look(TimeSpan.FromDays(9), anchor, hours: 0));

        journal.Write(Entry(1, AnchorState.Reorged));
        journal.Write(Entry(3, AnchorState.Failed, "the contract has another root"));
        var worse = Assert.Single(Look(TimeSpan.Zero, anchor));
        Assert.Contains("the block of 2026-03-01/0000000000000001 is no longer in the chain", worse.Text, StringComparison.Ordinal);
        Assert.Contains("the contract refused 2026-03-03/0000000000000003: the contract has another root", worse.Text, StringComparison.Ordinal);

        // One probe reads the journal once a minute, and sees what was mended then.
        var probe = new ChainProbe(lake, anchor, 24);
        Assert.Single(probe.Look(queued));
        journal.Write(Entry(1, AnchorState.Final));
        journal.Write(Entry(3, AnchorState.Final));
        Assert.Single(probe.Look(queued.AddSeconds(59)));
        Assert.Empty(probe.Look(queued.AddSeconds(60)));
        File.WriteAllText(Path.Combine(journal.Folder, "anchor-2026-03-09-0000000000000009.json"), "{");
        Assert.Contains("no entry of the chain's journal", Assert.Single(probe.Look(queued.AddMinutes(5))).Text, StringComparison.Ordinal);
    }
}
