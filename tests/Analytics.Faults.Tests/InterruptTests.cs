using System.Diagnostics;
using System.Globalization;
using Analytics.Tests;

namespace Analytics.Faults.Tests;

/// <summary>Ctrl-C: exit code 130 within two seconds, and the lake as it was.</summary>
public sealed class InterruptTests(Nights nights)
{
    [Fact]
    public void AtRandomMomentsOfASmallRun()
    {
        SkipWhereIgnored();
        var watch = Stopwatch.StartNew();
        using (var folder = new TestFolder())
            Assert.Equal(0, AnalyticsProcess.Run(nights.Command(nights.Second, Nights.Before(nights.Second, folder))).Code);
        var whole = watch.Elapsed;
        var random = new Random(20261123);
        for (var i = LongTests.Times(4, 30); i > 0; i--)
        {
            var part = random.NextDouble();
            var night = i % 2 == 0 ? nights.Second : nights.Rebuilt;
            var about = $"{night.Name}, interrupted after {part:F4} of a run";
            using var folder = new TestFolder();
            var lake = Nights.Before(night, folder);
            var ended = Interrupt(nights.Command(night, lake), whole * part, about);
            Assert.True(ended.Code is 0 or 130, $"{about}: {ended}");
            var latest = LakeChecks.AssertReadable(night, lake, about);
            if (ended.Code == 0) Assert.Equal(night.Run, latest);
            LakeChecks.Age(lake, TimeSpan.FromHours(2));
            nights.Run(night, lake);
            LakeChecks.AssertDone(night, lake, about);
        }
    }

    /// <summary>In the middle of the models, on the whole sample.</summary>
    [Fact]
    public void AtRandomMomentsOfTheSample()
    {
        SkipWhereIgnored();
        var random = new Random(20261124);
        string[] Command(string lake) => ["run", "nightly", "--config", Path.Combine(SharedData.ProjectRoot, "config", "sample.json"), "--lake", lake, "--set", "machine.anchor.chain=none"];
        for (var i = LongTests.Times(2, 15); i > 0; i--)
        {
            var seconds = random.NextDouble() * 4;
            var about = $"the sample, interrupted after {seconds:F4} s";
            using var folder = new TestFolder();
            var ended = Interrupt(Command(folder["lake"]), TimeSpan.FromSeconds(seconds), about);
            Assert.True(ended.Code is 0 or 130, $"{about}: {ended}");
            if (!Directory.Exists(folder["lake/runs"])) continue;
            var lake = LakeChecks.Open(folder["lake"]);
            Assert.Equal(ended.Code == 0 ? 1 : 0, lake.ListRuns().Count);
            Assert.Equal(ended.Code == 0, lake.Latest() is not null);
        }
    }

    private static Ended Interrupt(string[] command, TimeSpan after, string about)
    {
        using var process = AnalyticsProcess.Start(command);
        Thread.Sleep(after);
        var watch = Stopwatch.StartNew();
        process.Interrupt();
        var ended = process.Wait();
        // Two seconds are the promise. A machine that has more to do than it has cores cannot hold a process to it.
        var limit = Load() < Environment.ProcessorCount ? 2 : 20;
        Assert.True(watch.Elapsed.TotalSeconds < limit, $"{about}: it took {watch.Elapsed.TotalSeconds:F2} s to end: {ended}");
        return ended;
    }

    private static double Load() => File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    /// <summary>A shell gives programs in the background SIGINT as a signal to be ignored, and their children inherit that.</summary>
    private static void SkipWhereIgnored()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT for another process");
        if (!File.Exists("/proc/self/status")) return;
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
        Assert.SkipWhen((ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0, "SIGINT is ignored here, as in a shell's background: run the suite in the foreground");
    }
}
