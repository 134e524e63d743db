using CsCheck;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class DiffAndPruneTests : IDisposable
{
    private readonly TestLake _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void SaysWhatChanged()
    {
        var lake = _test.Open();
        var one = Night(lake, Day(1)).Run;
        RunRef two;
        using (var staging = lake.OpenStaging(Plan(lake, Day(2), settings: """{"support":0.02,"season":7}""")))
            two = new Publisher(lake).Publish(staging, Work(lake, staging)).Run;
        var diff = RunDiff.Compare(lake, one, two);
        Assert.Equal(
            [new ValueChange("business_date", "2026-01-01", "2026-01-02"), new ValueChange("base", null, one.ToString()),
                new ValueChange("configuration.season", null, "7"), new ValueChange("configuration.support", "0.01", "0.02")], diff.KeyParts);
        Assert.Equal([(ChangeKind.Added, "2026-01-02.csv")], diff.Sources.Select(s => (s.Kind, s.Name)));
        Assert.Equal([(ChangeKind.Changed, Day(1)), (ChangeKind.Changed, Day(2)), (ChangeKind.Added, Day(3))], diff.Dates.Select(d => (d.Kind, d.Date)));
        Assert.Equal([(ChangeKind.Changed, "rules"), (ChangeKind.Changed, "transactions")], diff.Tables.Select(t => (t.Kind, t.Table)));
        var same = RunDiff.Compare(lake, two, two);
        Assert.Empty(same.KeyParts);
        Assert.Equal((0, 0, 0), (same.Sources.Count, same.Dates.Count, same.Tables.Count));
    }

    [Fact]
    public void KeepsByCountAndDays()
    {
        var lake = _test.Open();
        var nights = Enumerable.Range(1, 6).Select(day => Night(lake, Day(day)).Run).ToList();
        var rebuilt = Night(lake, Day(5), "late").Run;
        var dry = Pruner.Prune(lake, new PruneOptions { KeepRuns = 2, Anchored = [nights[0]], DryRun = true });
        Assert.Equal(7, lake.ListRuns().Count);
        var done = Pruner.Prune(lake, new PruneOptions { KeepRuns = 2, Anchored = [nights[0]] });
        Assert.Equal(dry.Removed, done.Removed);
        Assert.Equal(dry.CuratedFiles, done.CuratedFiles);
        Assert.Equal(dry.Bytes, done.Bytes);
        Assert.Equal([(nights[0], "anchored"), (rebuilt, "of the last 2 dates"), (nights[5], "latest")], done.Kept.Select(k => (k.Run, k.Reason)));
        Assert.Equal([nights[0], rebuilt, nights[5]], lake.ListRuns());
        foreach (var run in lake.ListRuns()) AssertWhole(lake, run);
        Assert.All(done.CuratedFiles, path => Assert.False(File.Exists(lake.Full(path))));
        Assert.Equal([Day(1), Day(5), Day(6)], lake.Dates());
        Assert.Equal(2, Pruner.Prune(lake, new PruneOptions { KeepDays = 2, DryRun = true }).Kept.Count);
        Assert.Empty(Pruner.Prune(lake, new PruneOptions()).Removed);
        Assert.Equal(Fault.Usage, Assert.Throws<PublishingException>(() => Pruner.Prune(lake, new PruneOptions { KeepRuns = 0 })).Fault);
        Night(lake, Day(7));
    }

    [Fact]
    public void RemovesOpenRunsThatNobodyWorksOn()
    {
        var lake = _test.Open();
        _test.Clock.Advance(TimeProvider.System.GetUtcNow() - _test.Clock.Now);
        Night(lake, Day(1));
        string dead;
        using (var staging = lake.OpenStaging(Plan(lake, Day(2)))) dead = staging.Key;
        using var live = lake.OpenStaging(Plan(lake, Day(3)));
        Assert.Empty(Pruner.Prune(lake, new PruneOptions()).Staging);
        _test.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal([dead], Pruner.Prune(lake, new PruneOptions()).Staging);
        Assert.Equal([live.Key], lake.ListStaging().Select(s => s.Key));
    }

    [Fact]
    public void AnOpenRunKeepsItsBase()
    {
        var lake = _test.Open();
        var one = Night(lake, Day(1)).Run;
        Night(lake, Day(5));
        using var staging = lake.OpenStaging(Plan(lake, Day(3)));
        var draft = Work(lake, staging);
        var report = Pruner.Prune(lake, new PruneOptions { KeepRuns = 1 });
        Assert.Contains(new KeptRun(one, "base of the open run of 2026-01-03"), report.Kept);
        AssertWhole(lake, new Publisher(lake).Publish(staging, draft).Run);
    }

    [Fact]
    public void AManifestThatCannotBeReadStopsPruning()
    {
        var lake = _test.Open();
        Night(lake, Day(1));
        var two = Night(lake, Day(2)).Run;
        File.WriteAllText(lake.ManifestPath(two), "{");
        Assert.Throws<PublishingException>(() => Pruner.Prune(lake, new PruneOptions { KeepRuns = 1 }));
        Assert.Equal(2, lake.ListRuns().Count);
    }

    /// <summary>Whatever was published, rebuilt, forced, rolled back and pruned: every run that is left is whole, and latest is one of them.</summary>
    [Fact]
    public void NeverRemovesWhatAKeptRunNeeds() =>
        Gen.Select(Gen.Select(Gen.Int[1, 8], Gen.Int[0, 5]).List[1, 10], Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 20]).Sample((actions, keepRuns, keepDays, anchor) =>
        {
            using var test = new TestLake();
            var lake = test.Open();
            var content = 0;
            foreach (var (day, kind) in actions)
            {
                var runs = lake.ListRuns();
                if (kind == 5 && runs.Count > 0) lake.Rollback(runs[day % runs.Count]);
                else Night(lake, Day(day), kind > 2 ? $"{++content}" : "", force: kind == 4);
            }
            var all = lake.ListRuns();
            if (all.Count == 0) return;
            var options = new PruneOptions
            {
                KeepRuns = keepRuns == 0 ? null : keepRuns,
                KeepDays = keepDays == 0 ? null : keepDays,
                Anchored = anchor < all.Count ? [all[anchor]] : [],
            };
            var dates = lake.Dates();
            var report = Pruner.Prune(lake, options);
            var left = lake.ListRuns();
            Assert.Equal(report.Kept.Select(k => k.Run), left);
            Assert.Contains(lake.Latest()!.Value, left);
            Assert.All(options.Anchored, run => Assert.Contains(run, left));
            if (options.KeepRuns is { } count) Assert.All(dates.TakeLast(count), date => Assert.Contains(left, run => run.Date == date));
            foreach (var run in left) AssertWhole(lake, run);
            Night(lake, Day(9), "after");
            AssertWhole(lake, lake.Latest()!.Value);
        }, iter: 25, threads: 1);
}
