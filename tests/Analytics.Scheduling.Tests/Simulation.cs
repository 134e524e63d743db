using Analytics.Publishing;
using Analytics.Publishing.Tests;

namespace Analytics.Scheduling.Tests;

/// <summary>Many nights in fast time: two schedulers on two hosts, killed at random, with late, missing and broken input, failing, hanging and memory-hungry runs, clock changes and full disks.</summary>
public sealed class Simulation
{
    [Fact]
    public void EachNightIsPublishedOnceAndEveryCallForHelpWasDue() => Simulate(nights: 30, seed: 1);

    [Fact]
    public void FourHundredNights()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1", "long: set ANALYTICS_LONG_TESTS=1");
        Simulate(nights: 400, seed: 7);
    }

    private static void Simulate(int nights, int seed)
    {
        var random = new Random(seed);
        using var shop = new NightShop();
        var first = TestLake.Day(1);
        bool Chance(double share) => random.NextDouble() < share;
        var late = new HashSet<DateOnly>();
        var broken = new HashSet<DateOnly>();
        for (var i = 0; i < nights; i++)
        {
            var (date, due) = (first.AddDays(i), LocalClock.Resolve(first.AddDays(i + 1).ToDateTime(new TimeOnly(2, 30)), NightShop.Zone));
            // Never in doubt whether an alert is due: input comes in good time, or far too late.
            if (Chance(0.1))
            {
                shop.Arrives[date] = due + TimeSpan.FromHours(Chance(0.2) ? 60 : 4 + random.Next(10));
                late.Add(date);
            }
            else if (Chance(0.2)) shop.Arrives[date] = due + TimeSpan.FromMinutes(random.Next(90));
            if (Chance(0.05))
            {
                shop.Corrected[date] = due + TimeSpan.FromHours(18 + random.Next(30));
                broken.Add(date);
            }
        }
        var mayHang = 0.05;
        shop.Fate = (_, _) => random.NextDouble() switch
        {
            < 0.75 => (TimeSpan.FromMinutes(1 + random.Next(60)), AttemptResult.Done),
            < 0.88 => (TimeSpan.FromMinutes(random.Next(10)), AttemptResult.Outside),
            < 0.90 => (TimeSpan.FromMinutes(random.Next(10)), AttemptResult.OutOfMemory),
            var draw when draw < 0.90 + mayHang => (TimeSpan.FromHours(20 + random.Next(20)), AttemptResult.Deadline),
            _ => (TimeSpan.FromMinutes(1 + random.Next(20)), AttemptResult.Done),
        };
        NightShop.Host[] hosts = [shop.Start("one"), shop.Start("two")];
        var backAt = new DateTimeOffset[2];
        var end = LocalClock.Resolve(first.AddDays(nights).ToDateTime(new TimeOnly(23, 0)), NightShop.Zone).AddDays(4);
        var diskUntil = DateTimeOffset.MinValue;
        // What somebody saw, so that a call for help was due: input that is late and held up by no older night, and failures for good.
        var missed = new HashSet<DateOnly>();
        var nobodyLooked = new HashSet<DateOnly>(late);
        var failed = new HashSet<DateOnly>();
        var step = TimeSpan.FromMinutes(5);
        while (shop.Now < end)
        {
            for (var i = 0; i < hosts.Length; i++)
            {
                if (hosts[i].IsDead)
                {
                    if (shop.Now >= backAt[i]) hosts[i] = shop.Start(i == 0 ? "one" : "two");
                }
                // Once in two and a half days.
                else if (Chance(step.TotalMinutes / 3600))
                {
                    hosts[i].Kill(childToo: Chance(0.5));
                    backAt[i] = shop.Now + TimeSpan.FromMinutes(random.Next(600));
                }
                hosts[i].Look();
                if (!hosts[i].IsDead) NoteWhatIsDue(shop, hosts[i], missed, nobodyLooked, failed);
            }
            if (Chance(step.TotalMinutes / 15_000)) diskUntil = shop.Now + TimeSpan.FromMinutes(random.Next(40));
            shop.IsDiskFull = shop.Now < diskUntil;
            step = Step(shop, hosts, random);
            shop.Advance(step);
        }
        // The operator's part: what failed for good is ordered again.
        shop.Fate = static (_, _) => (TimeSpan.FromMinutes(1), AttemptResult.Done);
        for (var round = 0; round < 200 && hosts.Any(host => host.IsDead || host.Decisions.Any(decision => decision.State != NightState.Published)); round++)
        {
            for (var i = 0; i < hosts.Length; i++)
            {
                if (hosts[i].IsDead) hosts[i] = shop.Start(i == 0 ? "one" : "two");
                foreach (var date in Failed(hosts[i])) new AttemptBook(hosts[i].Lake, "nightly").Forget(date);
                hosts[i].Look();
            }
            shop.Advance(TimeSpan.FromHours(1));
        }
        foreach (var host in hosts) host.Look();

        var dates = shop.Published.Select(run => run.Date).ToList();
        var missing = Enumerable.Range(0, nights).Select(first.AddDays).Except(dates).ToList();
        Assert.True(missing.Count == 0, $"seed {seed}: never published: {string.Join(", ", missing)}");
        Assert.Equal(dates.Count, dates.Distinct().Count());
        Assert.All(hosts[0].Lake.ListRuns().GroupBy(run => run.Date), group => Assert.Single(group));
        AssertOrder(shop, dates);
        AssertEachToldOnceAndOver(shop);
        var raised = shop.Messages.Where(message => !message.IsRecovery).Select(message => (message.Condition.Kind, message.Condition.Date)).ToHashSet();
        Assert.All(missed, date => Assert.Contains((AlertKind.NoInput, (DateOnly?)date), raised));
        Assert.All(failed, date => Assert.Contains((AlertKind.Failed, (DateOnly?)date), raised));
        // Most of what was planned to go wrong was seen: the rest was held up by an older night, or nobody was awake.
        Assert.True(missed.Count >= late.Count / 2 && failed.Intersect(broken).Count() >= broken.Except(late).Count() / 2, $"{missed.Count} of {late.Count} late, {failed.Count} failed of {broken.Count} broken");
        Assert.All(late.Except(missed), date => Assert.True(raised.Any(alert => alert.Date == date) || nobodyLooked.Contains(date), $"nobody was told of {date}"));
        Assert.All(raised.Where(alert => alert.Kind == AlertKind.Failed), alert => Assert.Contains(alert.Date!.Value, failed));
        // No input is called for where there was input in time, and no failure where nothing failed for good.
        Assert.All(raised.Where(alert => alert.Kind == AlertKind.NoInput), alert => Assert.Contains(alert.Date!.Value, late));
        Assert.DoesNotContain(raised, alert => alert.Kind is AlertKind.Backlog or AlertKind.Disk);
        Verify(hosts[0].Lake);
    }

    /// <summary>Minutes while anything goes on; where the hosts only wait for the next night, up to an hour, and never past the moment when it is due.</summary>
    private static TimeSpan Step(NightShop shop, NightShop.Host[] hosts, Random random)
    {
        var minutes = TimeSpan.FromMinutes(5 + random.Next(5));
        if (shop.Children.Count > 0 || hosts.Any(host => !host.IsDead && host.Decisions.Any(decision => IsBusy(decision, shop.Now)))) return minutes;
        var due = DueNights.After(shop.Schedule, shop.Now).First().DueAt;
        var hour = TimeSpan.FromMinutes(30 + random.Next(30));
        return due - shop.Now < hour ? due - shop.Now + TimeSpan.FromMinutes(random.Next(5)) : hour;
    }

    private static bool IsBusy(NightDecision decision, DateTimeOffset now) => decision.State switch
    {
        NightState.Start or NightState.Running or NightState.WaitingForRetry => true,
        NightState.WaitingForInput => now - decision.Night.DueAt < TimeSpan.FromHours(3),
        _ => false,
    };

    /// <summary>Judges by the shop's own plan of the nights, not by what the scheduler decided about the one in question.</summary>
    private static void NoteWhatIsDue(NightShop shop, NightShop.Host host, HashSet<DateOnly> missed, HashSet<DateOnly> nobodyLooked, HashSet<DateOnly> failed)
    {
        foreach (var (date, arrives) in shop.Arrives)
        {
            var due = LocalClock.Resolve(date.AddDays(1).ToDateTime(new TimeOnly(2, 30)), NightShop.Zone);
            if (shop.Now < due + shop.Schedule.LateAfter || shop.Now >= arrives) continue;
            nobodyLooked.Remove(date);
            var isHeldUp = host.Decisions.Any(decision => decision.Night.Date < date && decision.State is NightState.Start or NightState.Running or NightState.WaitingForInput or NightState.WaitingForRetry or NightState.WaitingForOlder);
            if (!isHeldUp) missed.Add(date);
        }
        foreach (var decision in host.Decisions.Where(decision => decision.State == NightState.Failed)) failed.Add(decision.Night.Date);
    }

    private static IEnumerable<DateOnly> Failed(NightShop.Host host)
    {
        host.Look();
        return host.Decisions.Where(decision => decision.State == NightState.Failed).Select(decision => decision.Night.Date).ToList();
    }

    /// <summary>A night is out of order only where it was broken, or its input was given up: nobody waits for these.</summary>
    private static void AssertOrder(NightShop shop, List<DateOnly> dates)
    {
        var held = shop.Messages.Where(message => !message.IsRecovery && message.Condition.Kind is AlertKind.Failed or AlertKind.NoInput).Select(message => message.Condition.Date).ToHashSet();
        var latest = DateOnly.MinValue;
        foreach (var date in dates)
        {
            if (date < latest) Assert.Contains(date, held);
            else latest = date;
        }
    }

    internal static void AssertEachToldOnceAndOver(NightShop shop)
    {
        foreach (var alert in shop.Messages.GroupBy(message => message.Id))
        {
            var told = alert.ToList();
            Assert.True(told.Count == 2 && !told[0].IsRecovery && told[1].IsRecovery,
                $"{alert.Key}: {string.Join(", ", told.Select(message => $"{(message.IsRecovery ? "over" : "raised")} at {message.At:MM-dd HH:mm}"))}");
        }
    }

    private static void Verify(Lake lake)
    {
        var latest = lake.Latest()!.Value;
        TestLake.AssertWhole(lake, latest);
    }
}
