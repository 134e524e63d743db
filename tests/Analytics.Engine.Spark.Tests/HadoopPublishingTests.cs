using Analytics.Files;
using Analytics.Publishing;
using Analytics.Publishing.Tests;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Engine.Spark.Tests;

/// <summary>The protocol of publishing over Hadoop's file systems, stopped on the way: on <c>file:</c> through a real gateway.</summary>
public sealed class HadoopPublishingTests(SparkFixture fixture)
{
    [Fact]
    public void StoppedOnTheWayTheLakeIsYesterdaysOrTodays()
    {
        // Calls take their time: every 50th step here (all with ANALYTICS_LONG_TESTS=1); on the local store each is taken.
        var stride = Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1" ? 1 : 50;
        for (var step = 10; ; step += stride)
        {
            using var test = new TestLake { Prefix = "file:" };
            var sound = fixture.Engine.FilesOf(test.Root);
            var yesterday = Night(test.Open(sound), Day(1)).Run;
            var faulty = new FaultyFileStore(sound, FaultMode.Stop, step);
            try
            {
                Night(test.Open(faulty), Day(2));
            }
            catch (FileStoreException)
            {
                // As it should be: the process is gone.
            }
            var lake = test.Open(sound);
            var latest = lake.Latest()!.Value;
            Assert.True(latest == yesterday || latest.Date == Day(2), $"step {step}: latest is {latest}");
            foreach (var run in lake.ListRuns()) AssertWhole(lake, run);
            var next = Night(lake, Day(2));
            Assert.Equal(next.Run, lake.Latest());
            AssertWhole(lake, next.Run);
            Assert.Empty(lake.Files.List(lake.Full(LakeLayout.Staging)));
            Assert.Equal(["LATEST", "curated", "runs", "staging", "state"], lake.Files.List(lake.Root).Select(item => item.Name));
            if (faulty.HasFailed) continue;
            Assert.True(step > 100, $"the fault was never met after step {step}");
            break;
        }
    }

    [Fact]
    public void RunsAreRolledBackPrunedAndLockedAsOnALocalLake()
    {
        using var test = new TestLake { Prefix = "file:" };
        var lake = test.Open(fixture.Engine.FilesOf(test.Root));
        for (var day = 1; day <= 3; day++) Night(lake, Day(day));
        var first = lake.ListRuns()[0];
        lake.Rollback(first);
        Assert.Equal(first, lake.Latest());
        lake.Rollback(lake.ListRuns()[2]);
        Pruner.Prune(lake, new PruneOptions { KeepRuns = 1 });
        Assert.Equal([Day(3)], lake.ListRuns().Select(run => run.Date));
        AssertWhole(lake, lake.Latest()!.Value);
        using (lake.Lock("a test"))
            Assert.Throws<LakeLockedException>(() => test.Open(fixture.Engine.FilesOf(test.Root)).Lock("another"));
        using var lease = lake.AcquireLease(Day(4), "a test");
        Assert.Throws<LakeLockedException>(() => test.Open(fixture.Engine.FilesOf(test.Root)).AcquireLease(Day(4), "another"));
    }
}
