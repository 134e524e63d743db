using System.Collections.Concurrent;
using System.Diagnostics;
using Analytics.Publishing;
using Analytics.Tests;

namespace Analytics.Faults.Tests;

/// <summary>The program is killed; readers and the next night must not notice.</summary>
public sealed class KillTests(Nights nights)
{
    private int _verified;

    /// <summary>
    /// Steps of a night whose stages are done: of opening the run, publishing it and cleaning up. The short form takes every third; the
    /// library's own tests stop at every one in memory.
    /// </summary>
    [Fact]
    public void AtEveryStepOfPublishing() => AtEveryStep(nights.Staged, asProcess: LongTests.Wanted, parent: null, stride: LongTests.Times(3, 1));

    /// <summary>Every step from making the lake on, with all stages.</summary>
    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    [InlineData("rebuilt")]
    public void AtEveryStepOfAWholeRun(string night)
    {
        Assert.SkipUnless(LongTests.Wanted, "ANALYTICS_LONG_TESTS=1 (scripts/fault-suite.sh) takes every step of a whole run");
        AtEveryStep(night switch { "first" => nights.First, "second" => nights.Second, _ => nights.Rebuilt }, asProcess: true, parent: null, stride: 1);
    }

    /// <summary>The same on a disk rather than in memory, where forcing a file to it takes time.</summary>
    [Fact]
    public void OnADisk() => AtEveryStep(nights.Second, asProcess: false, parent: Path.GetTempPath(), stride: LongTests.Times(50, 8));

    [Fact]
    public void AtRandomMoments()
    {
        // From the start of the process to a little past the end of a run, as long as that takes here and now.
        var watch = Stopwatch.StartNew();
        using (var folder = new TestFolder())
            Assert.Equal(0, AnalyticsProcess.Run(nights.Command(nights.Second, Nights.Before(nights.Second, folder))).Code);
        var whole = watch.Elapsed;
        var random = new Random(20261122);
        var moments = Enumerable.Range(0, LongTests.Times(10, 100)).Select(i => (Night: (Night[])[nights.First, nights.Second, nights.Rebuilt, nights.Staged], Index: i % 4, Part: random.NextDouble())).ToList();
        var killed = 0;
        Parallel.ForEach(moments, Width, moment =>
        {
            var night = moment.Night[moment.Index];
            var about = $"{night.Name}, killed after {moment.Part:F4} of a run";
            using var folder = new TestFolder();
            var lake = Nights.Before(night, folder);
            using var process = AnalyticsProcess.Start(nights.Command(night, lake));
            Thread.Sleep(whole * (1.1 * moment.Part));
            process.Kill();
            var ended = process.Wait();
            Assert.True(ended.Code is 0 or 137, $"{about}: {ended}");
            if (ended.WasKilled) Interlocked.Increment(ref killed);
            AssertRecovers(night, lake, about, asProcess: LongTests.Wanted);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} of {moments.Count} were killed before their end");
    }

    /// <summary>What a killed run leaves in staging goes where the run is never gone on with: its file was corrected meanwhile.</summary>
    [Theory]
    [InlineData(12)]
    [InlineData(60)]
    public void AnOpenRunThatNobodyGoesOnWithIsPruned(int step)
    {
        using var folder = new TestFolder();
        var lake = Nights.Before(nights.Second, folder);
        Assert.True(AnalyticsProcess.Run(nights.Command(nights.Second, lake), $"kill:{step}").WasKilled);
        nights.Run(nights.Rebuilt, lake);
        var runs = LakeChecks.Open(lake).ListRuns();
        LakeChecks.Age(lake, TimeSpan.FromDays(8));
        var pruned = AnalyticsProcess.Run(["runs", "prune", "--config", nights.Config, "--lake", lake]);
        Assert.True(pruned.Code == 0, pruned.ToString());
        Assert.Equal(runs, LakeChecks.Open(lake).ListRuns());
        Assert.Empty(Directory.GetFileSystemEntries($"{lake}/{LakeLayout.Staging}"));
        Assert.Equal(0, AnalyticsProcess.Run(["verify", "latest", "--lake", lake]).Code);
    }

    /// <summary>Rows that did not fit into memory lie in a folder of the process; nobody else would ever ask for them.</summary>
    [Fact]
    public void WhatADeadProcessSpilledIsDeletedByTheNextRun()
    {
        using var folder = new TestFolder();
        var lake = Nights.Before(nights.Second, folder);
        // The whole sample in one MiB: rows are spilled from its first file on.
        var sample = Path.Combine(SharedData.ProjectRoot, "data", "sample", "transactions");
        using (var process = AnalyticsProcess.Start([.. nights.Command(nights.Second with { Input = sample }, lake), "--set", "machine.memory_mib=1"]))
        {
            while (!process.HasExited && Spilled(lake).Length == 0) Thread.Sleep(1);
            process.Kill();
            var ended = process.Wait();
            Assert.True(ended.WasKilled, ended.ToString());
        }
        Assert.NotEmpty(Spilled(lake));
        AssertRecovers(nights.Second, lake, "killed while rows were spilled", asProcess: true);
    }

    private static string[] Spilled(string lake) => Directory.GetDirectories($"{lake}/{LakeLayout.Staging}", "spill-*");

    private static ParallelOptions Width { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    private void AtEveryStep(Night night, bool asProcess, string? parent, int stride)
    {
        var seen = new ConcurrentDictionary<string, bool>();
        var through = 0;
        var last = 0;
        var block = 2 * Environment.ProcessorCount;
        for (var first = 1; through == 0; first += block * stride)
        {
            Parallel.For(0, block, Width, i =>
            {
                var step = first + i * stride;
                using var folder = new TestFolder(parent);
                var lake = Nights.Before(night, folder);
                var about = $"{night.Name}, killed at step {step}";
                var ended = AnalyticsProcess.Run(nights.Command(night, lake), $"kill:{step}");
                Assert.True(ended.Code is 0 or 137, $"{about}: {ended}");
                if (!ended.WasKilled) Interlocked.Increment(ref through);
                var (latest, published) = AssertRecovers(night, lake, about, asProcess);
                seen[$"{latest == night.Run} {published}"] = true;
            });
            last = first + block * stride;
            Assert.True(last < 2_000, "the run never gets through");
        }
        Assert.True(last > 50, $"only {last} steps");
        // The kill met all three: before the run's move into runs/, between it and the switch of latest, and after both.
        if (stride == 1) Assert.Equal(["False False", "False True", "True True"], seen.Keys.Order(StringComparer.Ordinal));
    }

    private (RunRef? Latest, bool Published) AssertRecovers(Night night, string lake, string about, bool asProcess)
    {
        var latest = LakeChecks.AssertReadable(night, lake, about);
        var published = Directory.Exists($"{lake}/{night.Run.Path}");
        // The same check as the one above, by the command: now and then, as a start takes longer than the check.
        if (asProcess && latest is not null && Interlocked.Increment(ref _verified) % 8 == 1)
        {
            var verified = AnalyticsProcess.Run(["verify", "latest", "--config", nights.Config, "--lake", lake]);
            Assert.True(verified.Code == 0, $"{about}: verify: {verified}");
        }
        // Half a claim may be one that is being made right now: it counts as dead an hour later.
        LakeChecks.Age(lake, TimeSpan.FromHours(2));
        if (asProcess)
        {
            var next = AnalyticsProcess.Run(nights.Command(night, lake));
            Assert.True(next.Code == 0, $"{about}: the next run: {next}");
        }
        else nights.Run(night, lake);
        LakeChecks.AssertDone(night, lake, about);
        return (latest, published);
    }
}
