using System.Diagnostics;
using Analytics.Publishing.Internals;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class LeaseTests : IDisposable
{
    private readonly TestLake _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void OneHasTheDateAndTheOtherLearnsWho()
    {
        var (mine, theirs) = (_test.Open(), _test.Open());
        using (var lease = mine.AcquireLease(Day(1), "run nightly"))
        {
            Assert.Equal(1, lease.Reference.Token);
            var error = Assert.Throws<LakeLockedException>(() => theirs.AcquireLease(Day(1), "run nightly"));
            Assert.Contains($"2026-01-01 is being run by process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
            Assert.Equal(LeaseState.Held, theirs.FindLease(Day(1))!.State);
            using var other = theirs.AcquireLease(Day(2), "run nightly");
            Assert.Equal(1, other.Reference.Token);
        }
        Assert.Equal(LeaseState.Ended, theirs.FindLease(Day(1))!.State);
        using var next = theirs.AcquireLease(Day(1), "run nightly");
        Assert.Equal((2, null), (next.Reference.Token, next.TakenOverFrom));
    }

    [Fact]
    public void ALeaseWhoseContentAPowerFailureTookIsTakenOverAtOnce()
    {
        var lake = _test.Open();
        var path = lake.Full($"{LakeLayout.Leases}/{LakeLayout.Date(Day(1))}/00000007.json");
        Write(path, "");
        File.SetLastWriteTimeUtc(path, _test.Clock.Now.UtcDateTime);
        Assert.Equal(LeaseState.Abandoned, lake.FindLease(Day(1))!.State);
        using var lease = lake.AcquireLease(Day(1), "run nightly");
        Assert.Equal(8, lease.Reference.Token);
    }

    [Fact]
    public void ADateThatAnotherHasIsNotPublished()
    {
        var (mine, theirs) = (_test.Open(), _test.Open());
        using var lease = mine.AcquireLease(Day(1), "run nightly");
        Assert.Throws<LakeLockedException>(() => Night(theirs, Day(1)));
        Assert.Empty(theirs.ListRuns());
        Night(mine, Day(1));
        AssertWhole(theirs, theirs.Latest()!.Value);
    }

    [Fact]
    public void WhoHangsPastTheEndIsTakenOverAndRefusedWhenItWakes()
    {
        var (slow, quick) = (_test.Open(), _test.Open());
        using var lost = slow.AcquireLease(Day(1), "run nightly", _test.Clock.Now + TimeSpan.FromHours(2));
        using var staging = slow.OpenStaging(Plan(slow, Day(1)));
        var draft = Work(slow, staging);
        _test.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(LeaseState.Expired, quick.FindLease(Day(1))!.State);

        using var taken = quick.AcquireLease(Day(1), "run nightly");
        Assert.Equal((2, lost.Owner.ProcessId), (taken.Reference.Token, taken.TakenOverFrom!.ProcessId));
        using (var fresh = quick.OpenStaging(Plan(quick, Day(1))))
        {
            // What the hanging process left, and may still write to, is out of sight.
            Assert.False(fresh.IsResumed);
            var error = Assert.ThrowsAny<Exception>(() => new Publisher(slow).Publish(staging, draft));
            Assert.True(error is LakeLockedException, error.ToString());
            Assert.Empty(quick.ListRuns());
            new Publisher(quick).Publish(fresh, Work(quick, fresh));
        }
        Assert.Throws<LakeLockedException>(lost.EnsureCurrent);
        Assert.Single(quick.ListRuns());
        AssertWhole(quick, quick.Latest()!.Value);
    }

    [Fact]
    public void WhoWakesBeforeAnotherTookItMayPublish()
    {
        var lake = _test.Open();
        using var lease = lake.AcquireLease(Day(1), "run nightly", _test.Clock.Now + TimeSpan.FromHours(2));
        _test.Clock.Advance(TimeSpan.FromHours(3));
        Night(lake, Day(1));
        Assert.Single(lake.ListRuns());
    }

    [Fact]
    public void ASleeperThatHeldTheLakesLockLosesItWithItsLease()
    {
        var (slow, quick) = (_test.Open(), _test.Open());
        using var lost = slow.AcquireLease(Day(1), "run nightly", _test.Clock.Now + TimeSpan.FromHours(2));
        using var writer = slow.Lock("publish 2026-01-01");
        _test.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Throws<LakeLockedException>(() => quick.Lock("publish 2026-01-01"));
        using var taken = quick.AcquireLease(Day(1), "run nightly");
        Night(quick, Day(1));
        Assert.Throws<LakeLockedException>(writer.EnsureHeld);
    }

    [Fact]
    public void AKilledProcessLosesItAtOnce()
    {
        var lake = _test.Open();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the command sleep");
        using var process = Process.Start(new ProcessStartInfo("sleep", "1000"))!;
        var owner = new LockOwner(Environment.MachineName, ProcessProbe.Machine, process.Id, ProcessProbe.StartOf(process.Id)!, "run nightly", _test.Clock.Now, _test.Clock.Now, new LeaseRef(Day(1), 7));
        Directory.CreateDirectory(lake.Full("state/leases/2026-01-01"));
        File.WriteAllBytes(lake.Full("state/leases/2026-01-01/00000007.json"), LakeJson.Write(new LeaseFile("held", owner, null)));
        Assert.Throws<LakeLockedException>(() => lake.AcquireLease(Day(1), "run nightly"));
        process.Kill();
        process.WaitForExit();
        using var taken = lake.AcquireLease(Day(1), "run nightly");
        Assert.Equal((8, process.Id), (taken.Reference.Token, taken.TakenOverFrom!.ProcessId));
    }

    [Fact]
    public void ElsewhereOnlyTheHeartbeatCounts()
    {
        var lake = _test.Open();
        var owner = new LockOwner("elsewhere", "another boot", 1, "1", "run nightly", _test.Clock.Now, _test.Clock.Now, new LeaseRef(Day(1), 1));
        Directory.CreateDirectory(lake.Full("state/leases/2026-01-01"));
        File.WriteAllBytes(lake.Full("state/leases/2026-01-01/00000001.json"), LakeJson.Write(new LeaseFile("held", owner, null)));
        _test.Clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Throws<LakeLockedException>(() => lake.AcquireLease(Day(1), "run nightly"));
        File.WriteAllText(lake.Full("state/leases/2026-01-01/00000001.beat"), _test.Clock.Now.ToString("O"));
        _test.Clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Throws<LakeLockedException>(() => lake.AcquireLease(Day(1), "run nightly"));
        _test.Clock.Advance(TimeSpan.FromSeconds(1));
        using var taken = lake.AcquireLease(Day(1), "run nightly");
        Assert.Equal("elsewhere", taken.TakenOverFrom!.Host);
    }

    [Fact]
    public void AnOperatorMayTakeItAway()
    {
        var (lake, other) = (_test.Open(), _test.Open());
        using var lease = lake.AcquireLease(Day(1), "run nightly");
        other.BreakLease(Day(1), "released by the operator");
        Assert.Throws<LakeLockedException>(lease.EnsureCurrent);
        Assert.Throws<LakeLockedException>(() => Night(lake, Day(1)));
        using var next = other.AcquireLease(Day(1), "run nightly");
        Assert.Equal(3, next.Reference.Token);
    }

    [Fact]
    public async Task OfManyOneHasItAtATimeAndTokensGrow()
    {
        int holders = 0, most = 0;
        var tokens = new System.Collections.Concurrent.ConcurrentQueue<long>();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            var lake = _test.Open();
            for (var i = 0; i < 20; i++)
            {
                try
                {
                    using var lease = lake.AcquireLease(Day(1), "test");
                    var now = Interlocked.Increment(ref holders);
                    for (var seen = Volatile.Read(ref most); seen < now; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, now, seen);
                    tokens.Enqueue(lease.Reference.Token);
                    Thread.Yield();
                    Interlocked.Decrement(ref holders);
                }
                catch (LakeLockedException)
                {
                    // Another had it: that is what is being tested.
                }
            }
        })));
        Assert.Equal(1, most);
        Assert.Equal(tokens.Distinct().Order(), tokens);
        Assert.NotEmpty(tokens);
    }
}
