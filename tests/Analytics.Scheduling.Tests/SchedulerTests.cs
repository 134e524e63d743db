using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Scheduling.Tests;

public sealed class SchedulerTests : IDisposable
{
    private readonly NightShop _shop = new();

    public void Dispose() => _shop.Dispose();

    // The clock of a test stands at 2026-01-02 03:04:05 UTC: the night of 2026-01-01 was due at 01:30 UTC.
    [Fact]
    public void AnEmptyLakeBeginsWithTheNewestNight()
    {
        var host = _shop.Start("one");
        host.Look();
        Assert.Equal((Day(1), NightState.Start), (host.Decisions[^1].Night.Date, host.Decisions[^1].State));
        Run(host, TimeSpan.FromHours(1));
        Assert.Equal([Day(1)], _shop.Published.Select(run => run.Date));
        Assert.Equal(NightState.Published, host.Decisions[^1].State);
        Assert.Empty(_shop.Messages);
    }

    [Fact]
    public void AHostAsleepForThreeNightsMakesUpForThemInOrder()
    {
        var host = _shop.Start("one");
        Run(host, TimeSpan.FromHours(1));
        _shop.Advance(TimeSpan.FromDays(3));
        Run(host, TimeSpan.FromHours(3));
        Assert.Equal([Day(1), Day(2), Day(3), Day(4)], _shop.Published.Select(run => run.Date));
        Assert.Equal([AlertKind.NotStarted, AlertKind.NotStarted], Raised().Where(alert => alert.Condition.Date < Day(4)).Select(alert => alert.Condition.Kind));
        AssertAllOver();
    }

    [Fact]
    public void NoMoreIsMadeUpForThanTheLimit()
    {
        using var shop = new NightShop { Schedule = _shop.Schedule with { CatchUpLimit = 2 } };
        var host = shop.Start("one");
        Run(shop, [host], TimeSpan.FromHours(1));
        shop.Advance(TimeSpan.FromDays(6));
        Run(shop, [host], TimeSpan.FromHours(3));
        Assert.Equal([Day(1), Day(6), Day(7)], shop.Published.Select(run => run.Date));
        var backlog = Assert.Single(shop.Messages, alert => alert.Condition.Kind == AlertKind.Backlog);
        Assert.Contains("4 nights from 2026-01-02 to 2026-01-05", backlog.Condition.Text, StringComparison.Ordinal);
        Assert.Contains("--from 2026-01-02 --to 2026-01-05", backlog.Condition.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenDataAreNotTriedAgainUntilTheyAreOther()
    {
        _shop.Corrected[Day(1)] = _shop.Now.AddHours(10);
        var host = _shop.Start("one");
        Run(host, TimeSpan.FromHours(9));
        Assert.Single(new AttemptBook(host.Lake, "nightly").Of(Day(1)));
        Assert.Equal([AlertKind.Failed], Raised().Select(alert => alert.Condition.Kind));
        Run(host, TimeSpan.FromHours(3));
        Assert.Equal([Day(1)], _shop.Published.Select(run => run.Date));
        AssertAllOver();
    }

    [Fact]
    public void WhatFailsOutsideIsTriedAgainWithGrowingPauses()
    {
        var starts = new List<DateTimeOffset>();
        _shop.Fate = (_, attempt) =>
        {
            starts.Add(_shop.Now);
            return (TimeSpan.Zero, attempt < 5 ? AttemptResult.Outside : AttemptResult.Done);
        };
        var host = _shop.Start("one");
        Run(host, TimeSpan.FromHours(2));
        Assert.Single(_shop.Published);
        var pauses = starts.Zip(starts.Skip(1), (a, b) => (b - a).TotalMinutes).ToList();
        // A minute more each: what ends is seen at the next look.
        Assert.Equal([3, 5, 9, 17], pauses.Select(pause => Math.Round(pause)));
        Assert.Empty(_shop.Messages);
    }

    [Fact]
    public void OutOfMemoryIsTriedOnceWithLess()
    {
        _shop.Fate = static (_, _) => (TimeSpan.FromMinutes(1), AttemptResult.OutOfMemory);
        var host = _shop.Start("one");
        Run(host, TimeSpan.FromHours(4));
        var attempts = new AttemptBook(host.Lake, "nightly").Of(Day(1));
        Assert.Equal([false, true], attempts.Select(attempt => attempt.IsLean));
        Assert.Contains("machine.memory_mib", Assert.Single(Raised()).Condition.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void OneThatHangsIsTakenOverWhenItsSchedulerIsDead()
    {
        var hangs = true;
        _shop.Fate = (_, _) =>
        {
            var (takes, ends) = hangs ? (TimeSpan.FromHours(30), AttemptResult.Deadline) : (TimeSpan.FromMinutes(5), AttemptResult.Done);
            hangs = false;
            return (takes, ends);
        };
        var (one, two) = (_shop.Start("one"), _shop.Start("two"));
        one.Look();
        one.Kill(childToo: false);
        Run(two, TimeSpan.FromHours(5));
        Assert.Empty(_shop.Published);
        Run(two, TimeSpan.FromHours(27));
        // Two publishes the first night when the lease has run out; the hanging one wakes up later and is refused.
        Assert.Equal([Day(1), Day(2)], _shop.Published.Select(run => run.Date));
        Assert.Empty(_shop.Children);
        Assert.Single(two.Lake.ListRuns(), run => run.Date == Day(1));
    }

    [Fact]
    public void AClockThatIsSetBackRunsNothingTwice()
    {
        var host = _shop.Start("one");
        Run(host, TimeSpan.FromDays(2));
        var before = _shop.Published.Count;
        _shop.Test.Clock.Advance(TimeSpan.FromHours(-30), fireTimers: false);
        Run(host, TimeSpan.FromHours(29));
        Assert.Equal(before, _shop.Published.Count);
        Run(host, TimeSpan.FromHours(24));
        Assert.Equal(before + 1, _shop.Published.Count);
        Assert.Equal(_shop.Published.Select(run => run.Date).Distinct().Count(), _shop.Published.Count);
    }

    [Fact]
    public void WhatWasPrunedIsNotMissing()
    {
        var host = _shop.Start("one");
        Run(host, TimeSpan.FromDays(5));
        var count = _shop.Published.Count;
        Publishing.Pruner.Prune(host.Lake, new Publishing.PruneOptions { KeepRuns = 2 });
        Run(host, TimeSpan.FromHours(6));
        Assert.Equal(count, _shop.Published.Count);
    }

    [Fact]
    public void AChannelThatFailsIsToldLaterAndIsNoticedItself()
    {
        _shop.Arrives[Day(1)] = _shop.Now.AddHours(12);
        _shop.ChannelDown.Enqueue(_shop.Now.AddHours(6));
        var host = _shop.Start("one");
        Run(host, TimeSpan.FromHours(5));
        Assert.Empty(_shop.Messages);
        Assert.Contains(host.Alerts.Open(), alert => alert.Condition.Kind == AlertKind.SilentChannel);
        Run(host, TimeSpan.FromHours(9));
        Assert.Single(_shop.Messages, message => message is { IsRecovery: false, Condition.Kind: AlertKind.NoInput });
        Assert.Empty(host.Alerts.Open());
    }

    [Fact]
    public void WhatIsSilencedTellsNobody()
    {
        _shop.Arrives[Day(1)] = _shop.Now.AddHours(12);
        _shop.ChannelDown.Enqueue(_shop.Now.AddHours(2.5));
        var host = _shop.Start("one");
        Run(host, TimeSpan.FromHours(2));
        host.Alerts.Silence("no_input-nightly-2026-01-01", _shop.Now.AddHours(24));
        Run(host, TimeSpan.FromHours(14));
        Assert.DoesNotContain(_shop.Messages, message => message.Condition.Kind == AlertKind.NoInput);
        Assert.Equal([Day(1)], _shop.Published.Select(run => run.Date));
    }

    private IEnumerable<AlertMessage> Raised() => _shop.Messages.Where(message => !message.IsRecovery);

    private void AssertAllOver() => Simulation.AssertEachToldOnceAndOver(_shop);

    private void Run(NightShop.Host host, TimeSpan time) => Run(_shop, [host], time);

    private static void Run(NightShop shop, NightShop.Host[] hosts, TimeSpan time)
    {
        var end = shop.Now + time;
        while (shop.Now < end)
        {
            foreach (var host in hosts) host.Look();
            shop.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
