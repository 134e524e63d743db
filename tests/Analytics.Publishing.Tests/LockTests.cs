using System.Diagnostics;
using Analytics.Publishing.Internals;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class LockTests : IDisposable
{
    private readonly TestLake _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void OneHoldsItAndTheOtherLearnsWho()
    {
        var lake = _test.Open();
        using (lake.Lock("publish 2026-01-05"))
        {
            _test.Clock.Advance(TimeSpan.FromHours(5), fireTimers: false);
            var error = Assert.Throws<LakeLockedException>(() => lake.Lock("prune"));
            Assert.Equal(Fault.Locked, error.Fault);
            Assert.Equal((Environment.ProcessId, Environment.MachineName), (error.Owner.ProcessId, error.Owner.Host));
            Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
            Assert.Contains("2026-01-02 03:04:05 UTC (publish 2026-01-05)", error.Message, StringComparison.Ordinal);
            Assert.Empty(lake.Recover());
        }
        using var next = lake.Lock("prune");
        Assert.Null(next.TakenOverFrom);
    }

    [Fact]
    public void AKilledProcessLosesItAtOnce()
    {
        var lake = _test.Open();
        using var process = StartSleeper();
        var start = ProcessProbe.StartOf(process.Id)!;
        Claim(lake, Owner(process.Id, start));
        Assert.Throws<LakeLockedException>(() => lake.Lock("publish"));
        process.Kill();
        process.WaitForExit();
        using var taken = lake.Lock("publish");
        Assert.Equal(process.Id, taken.TakenOverFrom!.ProcessId);
        taken.EnsureHeld();
        Assert.Single(lake.Files.List(lake.Full(LakeLayout.Lock)));
    }

    [Fact]
    public void AClaimThatAKilledProcessNeverFinishedIsDeletedAfterAnHour()
    {
        var lake = _test.Open();
        var folder = lake.Full(LakeLayout.Lock);
        Directory.CreateDirectory(folder);
        foreach (var (name, minutes) in (ReadOnlySpan<(string, int)>)[("a.json.1.tmp", -61), ("b.json.2.tmp", -59)])
        {
            File.WriteAllText($"{folder}/{name}", "{");
            File.SetLastWriteTimeUtc($"{folder}/{name}", _test.Clock.Now.UtcDateTime.AddMinutes(minutes));
        }
        using (lake.Lock("publish")) { }
        Assert.Equal("b.json.2.tmp", Assert.Single(lake.Files.List(folder)).Name);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\0\0\0", true)]
    [InlineData("{", false)]
    public void AClaimWhoseContentAPowerFailureTookHoldsNothing(string content, bool isDead)
    {
        var lake = _test.Open();
        var claim = lake.Full($"{LakeLayout.Lock}/0123456789abcdef0123456789abcdef.json");
        Directory.CreateDirectory(lake.Full(LakeLayout.Lock));
        File.WriteAllText(claim, content);
        File.SetLastWriteTimeUtc(claim, _test.Clock.Now.UtcDateTime);
        if (!isDead)
        {
            Assert.Contains("unreadable claim", Assert.Throws<LakeLockedException>(() => lake.Lock("publish")).Message, StringComparison.Ordinal);
            _test.Clock.Advance(TimeSpan.FromMinutes(3));
        }
        using var taken = lake.Lock("publish");
        Assert.NotNull(taken.TakenOverFrom);
    }

    [Fact]
    public void AnotherProcessWithTheSameIdDoesNotHoldIt()
    {
        var lake = _test.Open();
        using var process = StartSleeper();
        try
        {
            Claim(lake, Owner(process.Id, "1"));
            using var taken = lake.Lock("publish");
            Assert.NotNull(taken.TakenOverFrom);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public void OnAnotherMachineOnlyTheHeartbeatCounts()
    {
        var lake = _test.Open();
        Claim(lake, Owner(1, "1") with { Host = "elsewhere", Machine = "another boot" });
        Assert.Throws<LakeLockedException>(() => lake.Lock("publish"));
        _test.Clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Throws<LakeLockedException>(() => lake.Lock("publish"));
        _test.Clock.Advance(TimeSpan.FromSeconds(1));
        using var taken = lake.Lock("publish");
        Assert.Equal("elsewhere", taken.TakenOverFrom!.Host);
    }

    [Fact]
    public void TheOwnersHeartbeatKeepsItForOthersElsewhere()
    {
        var lake = _test.Open();
        using var held = lake.Lock("publish");
        var folder = lake.Full(LakeLayout.Lock);
        for (var i = 0; i < 10; i++) _test.Clock.Advance(TimeSpan.FromSeconds(60));
        var owner = LakeLock.Peek(lake.Files, folder, lake.Options)!;
        Assert.Equal(_test.Clock.Now, owner.Heartbeat);
        Assert.Equal(_test.Clock.Now - TimeSpan.FromMinutes(10), owner.AcquiredAt);
        held.EnsureHeld();
    }

    [Fact]
    public void WhoLostItLearnsSoBeforePublishing()
    {
        var lake = _test.Open();
        using var held = lake.Lock("publish");
        foreach (var item in lake.Files.List(lake.Full(LakeLayout.Lock))) File.Delete(item.Path);
        Assert.Throws<LakeLockedException>(held.EnsureHeld);
        // A late heartbeat brings nothing back.
        _test.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(lake.Files.List(lake.Full(LakeLayout.Lock)));
    }

    [Fact]
    public void AClaimThatIsNotReadableGoesByItsAge()
    {
        var lake = _test.Open();
        Write(lake.Full($"{LakeLayout.Lock}/broken.json"), "{");
        File.SetLastWriteTimeUtc(lake.Full($"{LakeLayout.Lock}/broken.json"), _test.Clock.Now.UtcDateTime);
        Assert.Contains("broken.json", Assert.Throws<LakeLockedException>(() => lake.Lock("publish")).Message, StringComparison.Ordinal);
        _test.Clock.Advance(TimeSpan.FromMinutes(3));
        lake.Lock("publish").Dispose();
    }

    [Fact]
    public async Task OfManyAtMostOneHoldsItAtATime()
    {
        var lake = _test.Open();
        int holders = 0, taken = 0, most = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                try
                {
                    using var held = lake.Lock("test");
                    InterlockedMax(ref most, Interlocked.Increment(ref holders));
                    Interlocked.Increment(ref taken);
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
        Assert.True(taken > 0);
        Assert.Empty(lake.Files.List(lake.Full(LakeLayout.Lock)));
    }

    [Fact]
    public void TwoProcessesDoNotWorkOnOneOpenRun()
    {
        var lake = _test.Open();
        using (var staging = lake.OpenStaging(Plan(lake, Day(1))))
        {
            Assert.Throws<LakeLockedException>(() => lake.OpenStaging(Plan(lake, Day(1))));
            using var other = lake.OpenStaging(Plan(lake, Day(2)));
            Assert.NotEqual(staging.Key, other.Key);
        }
        using var again = lake.OpenStaging(Plan(lake, Day(1)));
        Assert.True(again.IsResumed);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
    }

    private LockOwner Owner(int processId, string start) =>
        new(Environment.MachineName, ProcessProbe.Machine, processId, start, "publish", _test.Clock.Now, _test.Clock.Now);

    private static void Claim(Lake lake, LockOwner owner)
    {
        Directory.CreateDirectory(lake.Full(LakeLayout.Lock));
        File.WriteAllBytes(lake.Full($"{LakeLayout.Lock}/{Guid.NewGuid():N}.json"), LakeJson.Write(owner));
    }

    private static Process StartSleeper()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the command sleep");
        return Process.Start(new ProcessStartInfo("sleep", "1000"))!;
    }
}
