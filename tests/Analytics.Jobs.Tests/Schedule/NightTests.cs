using System.Globalization;
using Analytics.Files;
using Analytics.Jobs.Alerts;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Schedule;
using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Jobs.Tests.Schedule;

/// <summary>Nights as processes of their own, their input, and what channels are told.</summary>
public sealed class NightTests : IDisposable
{
    private static readonly DateOnly Date = new(2026, 3, 2);
    private readonly TestShop _shop = SmallShop.New();

    public void Dispose() => _shop.Dispose();

    private LoadedSettings Load(params (string Key, string Value)[] options)
    {
        KeyValuePair<string, string>[] own = [new("machine.lake", _shop.Lake), new("machine.schedules.nightly.input", _shop.At("in", "{date}.csv")), new("machine.schedules.nightly.marker", _shop.At("in", "{date:yyyyMMdd}.done"))];
        return SettingsLoader.Load(_shop.Configuration, [.. own, .. options.Select(option => new KeyValuePair<string, string>(option.Key, option.Value))], new Dictionary<string, string>());
    }

    private static NightRequest Request(LoadedSettings loaded, TimeProvider time, TimeSpan? deadline = null, bool isLean = false) =>
        new(ScheduleDefinitions.Of(loaded.Settings)[0], Date, 1, isLean, time.GetUtcNow() + (deadline ?? TimeSpan.FromHours(1)));

    [Fact]
    public async Task ANightIsAProcessWithALogAndALease()
    {
        _shop.Write("in/2026-03-02.csv", SmallShop.Day("2026-03-02", 1));
        var loaded = Load(("machine.schedules.nightly.arguments", "--set results.stages=ingest,sales"));
        var lake = Lake.OpenOrCreate(_shop.Lake, new LocalFileStore());
        var runner = new NightProcess(loaded, lake, TimeProvider.System);
        var result = await runner.RunAsync(Request(loaded, TimeProvider.System), CancellationToken.None);
        Assert.Equal((AttemptResult.Done, 0), (result.Result, result.ExitCode));
        Assert.Equal(Date, Assert.Single(lake.ListRuns()).Date);
        var log = File.ReadAllText(NightProcess.LogPath(lake, "nightly", Date, 1));
        Assert.Contains("--unless-published --lease-minutes 60", log, StringComparison.Ordinal);
        Assert.Contains("published", log, StringComparison.Ordinal);
        Assert.Equal(LeaseState.Ended, lake.FindLease(Date)!.State);

        // Another content on another day's order changes nothing: the date has its run.
        _shop.Write("in/2026-03-02.csv", SmallShop.Day("2026-03-02", 2));
        Assert.Equal(AttemptResult.Done, (await runner.RunAsync(Request(loaded, TimeProvider.System), CancellationToken.None)).Result);
        Assert.Single(lake.ListRuns());
    }

    [Fact]
    public async Task BadDataSayWhy()
    {
        _shop.Write("in/2026-03-02.csv", SmallShop.Header + "o1,i1,x,2026-03-02 10:00:00,y,c,GB\n");
        var loaded = Load();
        var lake = Lake.OpenOrCreate(_shop.Lake, new LocalFileStore());
        var result = await new NightProcess(loaded, lake, TimeProvider.System).RunAsync(Request(loaded, TimeProvider.System), CancellationToken.None);
        Assert.Equal((AttemptResult.BadData, 3), (result.Result, result.ExitCode));
        Assert.Contains("2026-03-02.csv", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALeaseThatAnotherHasIsNoFailure()
    {
        _shop.Write("in/2026-03-02.csv", SmallShop.Day("2026-03-02", 1));
        var loaded = Load();
        var lake = Lake.OpenOrCreate(_shop.Lake, new LocalFileStore());
        using var held = lake.AcquireLease(Date, "a test");
        var result = await new NightProcess(loaded, lake, TimeProvider.System).RunAsync(Request(loaded, TimeProvider.System), CancellationToken.None);
        Assert.Equal((AttemptResult.Held, 5), (result.Result, result.ExitCode));
        Assert.Contains("is being run by process", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "", AttemptResult.Done)]
    [InlineData(1, "analytics: a bug", AttemptResult.Broken)]
    [InlineData(2, "", AttemptResult.Broken)]
    [InlineData(3, "", AttemptResult.BadData)]
    [InlineData(4, "no space left on device", AttemptResult.Outside)]
    [InlineData(5, "", AttemptResult.Held)]
    [InlineData(130, "", AttemptResult.Lost)]
    [InlineData(143, "", AttemptResult.Lost)]
    [InlineData(137, "", AttemptResult.OutOfMemory)]
    [InlineData(134, "Out of memory.", AttemptResult.OutOfMemory)]
    [InlineData(139, "", AttemptResult.Outside)]
    internal void ExitCodes(int exitCode, string message, AttemptResult expected) => Assert.Equal(expected, NightProcess.Classify(exitCode, message));

    [Fact]
    public void LessMemoryAfterOneThatRanOutOfIt()
    {
        var loaded = Load(("machine.memory_mib", "1024"));
        var command = string.Join(' ', NightProcess.StartInfo(loaded, Request(loaded, TimeProvider.System, isLean: true), TimeProvider.System.GetUtcNow()).ArgumentList);
        Assert.Contains("--set machine.memory_mib=512 --set machine.threads=1", command, StringComparison.Ordinal);
    }

    [Fact]
    public void InputIsWaitedFor()
    {
        var loaded = Load(("machine.schedules.nightly.still_minutes", "10"));
        var probe = new InputProbe(loaded.Settings);
        var schedule = ScheduleDefinitions.Of(loaded.Settings)[0];
        var now = new DateTimeOffset(2026, 3, 3, 3, 0, 0, TimeSpan.Zero);
        Assert.Contains("20260302.done is not there", probe.Look(schedule, Date, now).Waiting, StringComparison.Ordinal);
        _shop.Write("in/20260302.done", "");
        Assert.Contains("2026-03-02.csv", probe.Look(schedule, Date, now).Waiting, StringComparison.Ordinal);
        var file = _shop.Write("in/2026-03-02.csv", "half a file");
        File.SetLastWriteTimeUtc(file, now.AddMinutes(-4).UtcDateTime);
        Assert.Contains("written 4 minutes ago", probe.Look(schedule, Date, now).Waiting, StringComparison.Ordinal);
        var first = probe.Look(schedule, Date, now.AddMinutes(6));
        Assert.True(first.IsReady);
        Assert.Equal(first, probe.Look(schedule, Date, now.AddMinutes(7)));
        File.WriteAllText(file, "the whole of it");
        File.SetLastWriteTimeUtc(file, now.AddMinutes(-3).UtcDateTime);
        Assert.NotEqual(first.Fingerprint, probe.Look(schedule, Date, now.AddMinutes(30)).Fingerprint);
    }

    [Theory]
    [InlineData("machine.schedules.nightly.cron", "30 2 * * *", "0 30 2 * * ? for 02:30 every night")]
    [InlineData("machine.schedules.nightly.time_zone", "Berlin", "no time zone of this system")]
    [InlineData("machine.schedules.Nightly.cron", "0 30 2 * * ?", "lower-case letters")]
    [InlineData("machine.schedules.nightly.marker", "/in/{date:Q%}.done", "no date format")]
    [InlineData("machine.schedules.nightly.attempts", "0", "1 or more is expected")]
    [InlineData("machine.schedules.nightly.attempt", "3", "the nearest known one is 'machine.schedules.nightly.attempts'")]
    [InlineData("machine.alerts.webhooks.duty.form", "discord", "one of json, slack, teams")]
    public void MistakesAreNamed(string key, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<UserException>(() => Load((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void SecretsAreNeverInTheConfiguration()
    {
        var plain = Assert.Throws<UserException>(() => Secrets.Read("https://hooks.example/T0/secret", "machine.alerts.webhooks.duty.from"));
        Assert.DoesNotContain("secret", plain.Message.Replace("not the secret", "", StringComparison.Ordinal).Replace("where the secret stands", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var file = _shop.Write("hook", "https://hooks.example/T0/secret\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", Assert.Throws<UserException>(() => Secrets.Read($"file:{file}", "key")).Message, StringComparison.Ordinal);
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
        }
        Assert.Equal("https://hooks.example/T0/secret", Secrets.Read($"file:{file}", "key"));
    }

    [Fact]
    public void EachFormSaysWhatToDo()
    {
        var raised = new DateTimeOffset(2026, 3, 3, 5, 0, 0, TimeSpan.Zero);
        var condition = new AlertCondition(AlertKind.Failed, "nightly", Date, "rejected_share: 60 % of <2026-03-02.csv> & more", "Mend the file.", "./analytics run nightly --date 2026-03-02");
        var message = new AlertMessage(condition.Id, condition, false, raised, raised, "https://console/alerts/x");
        var plain = WebhookChannel.Body("json", message);
        Assert.Equal(("failed-nightly-2026-03-02", "raised", "failed", "2026-03-02"), ((string)plain["id"]!, (string)plain["status"]!, (string)plain["kind"]!, (string)plain["date"]!));
        var slack = WebhookChannel.Body("slack", message).ToJsonString();
        Assert.Contains("night failed: nightly of 2026-03-02", slack, StringComparison.Ordinal);
        Assert.Equal("rejected_share: 60 % of &lt;2026-03-02.csv&gt; &amp; more", (string)WebhookChannel.Body("slack", message)["blocks"]![1]!["text"]!["text"]!);
        var card = WebhookChannel.Body("teams", message)["attachments"]![0]!["content"]!;
        Assert.Equal("AdaptiveCard", (string)card["type"]!);
        Assert.Equal(5, card["body"]!.AsArray().Count);

        using var mail = EmailChannel.Compose(new EmailSettings { From = "night@shop.example", To = ["duty@shop.example"] }, message);
        Assert.Equal("[analytics] night failed: nightly of 2026-03-02", mail.Subject);
        Assert.Contains("    ./analytics run nightly --date 2026-03-02", mail.TextBody, StringComparison.Ordinal);
        using var over = EmailChannel.Compose(new EmailSettings { From = "night@shop.example", To = ["duty@shop.example"] }, message with { IsRecovery = true, At = raised.AddHours(2) });
        Assert.Equal(mail.MessageId, over.InReplyTo);
        Assert.StartsWith("[analytics] recovered: ", over.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void ADayUnlikeTheSameWeekdayBeforeIsNoticed()
    {
        for (var week = 0; week < 5; week++)
        {
            var day = new DateOnly(2026, 2, 2).AddDays(7 * week).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            _shop.Write($"in/{day}.csv", SmallShop.Day(day, week, orders: 6));
        }
        _shop.Write("in/2026-03-09.csv", SmallShop.Header + SmallShop.Line(0, "2026-03-09", 0, 1) + "\n");
        Assert.Equal(0, _shop.Nightly("-i", _shop.At("in"), "--date", "2026-03-09").Code);
        var lake = Lake.Open(_shop.Lake, new LocalFileStore());
        var found = Assert.Single(new RunProbe(lake, 0.5m).Look(default), condition => condition.Kind == AlertKind.Volume);
        Assert.Contains("2026-03-09 has sales of 1.25 in 1 lines; the 5 Mondays before", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(new RunProbe(lake, 50m).Look(default), condition => condition.Kind == AlertKind.Volume);
    }
}
