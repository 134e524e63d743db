using Analytics.Files;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

/// <summary>Publishing stopped at each step: what is visible is whole, and the next run succeeds.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(FaultMode.Stop, "links")]
    [InlineData(FaultMode.Stop, "files")]
    [InlineData(FaultMode.Stop, "objects")]
    [InlineData(FaultMode.Full, "links")]
    [InlineData(FaultMode.Full, "files")]
    [InlineData(FaultMode.Full, "objects")]
    public void AtEveryStepTheLakeIsYesterdaysOrTodays(FaultMode mode, string kind)
    {
        var useLinks = kind == "links";
        // The first of them takes every step; the others every third, and all of them with ANALYTICS_LONG_TESTS=1.
        var stride = mode == FaultMode.Stop && useLinks || Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1" ? 1 : 3;
        var seen = new HashSet<string>();
        var steps = 0;
        for (var step = 1; ; step += stride)
        {
            using var test = new TestLake();
            var sound = Store(kind);
            var yesterday = Night(test.Open(sound), Day(1)).Run;

            var faulty = new FaultyFileStore(sound, mode, step);
            try
            {
                Night(test.Open(faulty), Day(2));
            }
            catch (FileStoreException)
            {
                // As it should be: the disk is full, or the process is gone.
            }
            var failed = faulty.HasFailed;

            // Readers need no recovery: what latest shows is whole at once.
            var lake = test.Open(sound);
            var latest = lake.Latest()!.Value;
            Assert.True(latest == yesterday || latest.Date == Day(2), $"step {step}: latest is {latest}");
            AssertWhole(lake, latest);
            AssertWhole(lake, yesterday);
            foreach (var run in lake.ListRuns()) AssertWhole(lake, run);
            seen.Add($"{latest.Date} of {lake.ListRuns().Count}");

            var next = Night(lake, Day(2));
            Assert.Equal(Day(2), next.Run.Date);
            Assert.Equal(next.Run, lake.Latest());
            AssertWhole(lake, next.Run);
            Assert.Equal(2, lake.ListRuns().Count);
            Assert.Empty(lake.Files.List(lake.Full(LakeLayout.Staging)));
            Assert.DoesNotContain(lake.Files.List(lake.Full(LakeLayout.Lock)), i => i.Name.EndsWith(".json", StringComparison.Ordinal));
            Assert.Equal(useLinks ? ["curated", "latest", "runs", "staging", "state"] : ["LATEST", "curated", "runs", "staging", "state"],
                lake.Files.List(lake.Root).Select(i => i.Name));
            AssertNothingIsLeft(lake);
            Night(lake, Day(3));
            AssertWhole(lake, lake.Latest()!.Value);
            if (!failed) break;
            steps = step;
        }
        Assert.InRange(steps, 60, 500);
        // The fault met all three: before the move, between move and switch, and after the switch.
        Assert.InRange(seen.Count, stride == 1 ? 3 : 2, 3);
    }

    [Theory]
    [InlineData(FaultMode.Stop, "links")]
    [InlineData(FaultMode.Full, "links")]
    [InlineData(FaultMode.Stop, "objects")]
    public void AtEveryStepOfPruningEveryRunIsWhole(FaultMode mode, string kind)
    {
        for (var step = 1; ; step++)
        {
            using var test = new TestLake();
            var sound = Store(kind);
            for (var day = 1; day <= 4; day++) Night(test.Open(sound), Day(day));
            Night(test.Open(sound), Day(2), "late");
            var faulty = new FaultyFileStore(sound, mode, step);
            try
            {
                Pruner.Prune(test.Open(faulty), new PruneOptions { KeepRuns = 2 });
            }
            catch (FileStoreException)
            {
                // As it should be.
            }
            var lake = test.Open(sound);
            foreach (var run in lake.ListRuns()) AssertWhole(lake, run);
            Pruner.Prune(lake, new PruneOptions { KeepRuns = 2 });
            Assert.Equal([Day(3), Day(4)], lake.ListRuns().Select(r => r.Date));
            foreach (var run in lake.ListRuns()) AssertWhole(lake, run);
            AssertNothingIsLeft(lake);
            Assert.Empty(lake.Files.List(lake.Full(LakeLayout.Staging)));
            if (!faulty.HasFailed) return;
        }
    }

    [Fact]
    public void AFullDiskSaysSo()
    {
        using var test = new TestLake();
        Night(test.Open(), Day(1));
        var faulty = new FaultyFileStore(new LocalFileStore(), FaultMode.Full, 30);
        var error = Assert.Throws<FileStoreException>(() => Night(test.Open(faulty), Day(2)));
        Assert.True(error.IsFull);
        Assert.Contains("space", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASwitchThatFailedIsDoneWhenTheSamePublishingIsTriedAgain()
    {
        using var test = new TestLake();
        var sound = new LocalFileStore();
        Night(test.Open(sound), Day(1));
        var lake = test.Open(new NoLinkOnce(sound));
        using var staging = lake.OpenStaging(Plan(lake, Day(2)));
        var draft = Work(lake, staging);
        Assert.Throws<FileStoreException>(() => new Publisher(lake).Publish(staging, draft));
        Assert.Equal(Day(1), lake.Latest()!.Value.Date);
        var again = new Publisher(lake).Publish(staging, draft);
        Assert.Equal(PublishResult.AlreadyCurrent, again.Result);
        Assert.Single(again.Notes);
        Assert.Equal(again.Run, lake.Latest());
        AssertWhole(lake, again.Run);
    }

    private static IFileStore Store(string kind) => kind == "objects" ? new ObjectStoreDouble(new LocalFileStore(useLinks: false)) : new LocalFileStore(kind == "links");

    private static void AssertNothingIsLeft(Lake lake)
    {
        foreach (var item in lake.Files.ListTree(lake.Root))
            Assert.False(item.Path.EndsWith(FileStoreExtensions.TemporarySuffix, StringComparison.Ordinal) && !item.Path.Contains("/state/", StringComparison.Ordinal), item.Path);
    }

    /// <summary>A disk that is full at the very moment of the switch.</summary>
    private sealed class NoLinkOnce(IFileStore inner) : ForwardingStore(inner)
    {
        private bool _failed;

        public override bool TryCreateSymbolicLink(string path, string target)
        {
            if (_failed) return base.TryCreateSymbolicLink(path, target);
            _failed = true;
            throw new FileStoreException(path, "full", isFull: true);
        }
    }
}
