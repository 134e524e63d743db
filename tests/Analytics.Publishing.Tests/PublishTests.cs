using Analytics.Columns;
using Analytics.Files;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class PublishTests : IDisposable
{
    private readonly TestLake _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void ARehearsalGivesTheRootOfTheRunAndLeavesNoTrace()
    {
        var lake = _test.Open();
        var run = Night(lake, Day(1)).Run;
        var before = lake.Files.ListTree(lake.Root);
        Assert.Equal(lake.ReadRoot(run), Rehearsal.Publish(run, lake.ReadManifest(run)));
        Assert.Equal(before, lake.Files.ListTree(lake.Root));
    }

    [Fact]
    public void PublishesARunWhole()
    {
        var lake = _test.Open();
        var outcome = Night(lake, Day(5));
        Assert.Equal(PublishResult.Published, outcome.Result);
        Assert.True(outcome.LatestMoved);
        Assert.False(outcome.Copied);
        var run = outcome.Run;
        Assert.Equal(run, lake.Latest());
        AssertWhole(lake, run);
        Assert.Equal(outcome.Root, Verifier.Verify(lake, run).Root);

        var manifest = lake.ReadManifest(run);
        Assert.Equal((run.Id, Day(5), 1), (manifest.Run.Id, manifest.Run.BusinessDate, manifest.Run.Revision));
        Assert.Equal(["lineage", "rules", "transactions"], manifest.Tables.Select(t => t.Name));
        // The third curated date lies behind the business date: it is in the lake and not in the run's table.
        Assert.Equal(3, manifest.Curated.Count);
        Assert.Equal(["transactions/2026-01-04.parquet", "transactions/2026-01-05.parquet"], manifest.Tables[2].Files.Select(f => f.Path));
        Assert.Equal(7, manifest.Tables[1].Rows);
        var files = lake.Files.ListTree(lake.Full(run.Path)).Select(f => StorePath.Relative(lake.Full(run.Path), f.Path));
        Assert.Equal(["lineage/part-0.parquet", "manifest.json", "report.html", "results.json", "root.json", "rules/part-0.parquet",
            "rules/part-1.parquet", "tables.sql", "transactions/2026-01-04.parquet", "transactions/2026-01-05.parquet"], files);
        Assert.Empty(lake.ListStaging());
        Assert.Empty(lake.Files.List(lake.Full(LakeLayout.Staging)));
        Assert.Empty(lake.Files.List(lake.Full(LakeLayout.Lock)));
        Assert.True(File.Exists($"{lake.Root}/latest/transactions/2026-01-05.parquet"));
    }

    [Fact]
    public void TheSameKeyAgainDoesNothing()
    {
        var lake = _test.Open();
        var first = Night(lake, Day(5));
        var bytes = lake.ReadManifestBytes(first.Run);
        _test.Clock.Advance(TimeSpan.FromHours(1));
        var again = Night(lake, Day(5));
        Assert.Equal((PublishResult.AlreadyCurrent, first.Run, first.Root, false), (again.Result, again.Run, again.Root, again.LatestMoved));
        Assert.Equal(bytes, lake.ReadManifestBytes(first.Run));
        Assert.Single(lake.ListRuns());
        Assert.Empty(lake.ListStaging());
    }

    [Fact]
    public void ForcePublishesAgainUnderTheNextId()
    {
        var lake = _test.Open();
        var first = Night(lake, Day(5)).Run;
        var second = Night(lake, Day(5), force: true).Run;
        var third = Night(lake, Day(5), force: true).Run;
        Assert.Equal([first.Id, first.Id + "-2", first.Id + "-3"], [first.Id, second.Id, third.Id]);
        Assert.Equal(third, lake.Latest());
        Assert.Equal(third, lake.Current(Day(5)));
        Assert.Equal([first, second, third], lake.FindKey(Day(5), lake.ReadHeader(first).Key));
        Assert.Equal(first, lake.Resolve(first.Id));
        Assert.Equal(
            File.ReadAllBytes(lake.Full($"{first.Path}/results.json")), File.ReadAllBytes(lake.Full($"{third.Path}/results.json")));
    }

    [Fact]
    public void NightsBuildOnTheDateBefore()
    {
        var lake = _test.Open();
        var nights = Enumerable.Range(1, 4).Select(day => Night(lake, Day(day)).Run).ToList();
        Assert.Equal(nights[2], lake.FindBase(Day(4)));
        Assert.Equal(nights[3], lake.FindBase(Day(9)));
        Assert.Null(lake.FindBase(Day(1)));
        var last = lake.ReadManifest(nights[3]);
        Assert.Equal(4, last.Sources.Count);
        Assert.Equal(6, last.Curated.Count);
        Assert.Equal(nights[2].Id, last.Run.Base!.Id);
        Assert.Equal(FileHash.Compute(lake.ReadManifestBytes(nights[2])), last.Run.Base.ManifestSha256);
        Assert.Equal([SourceOrigin.Base, SourceOrigin.Base, SourceOrigin.Base, SourceOrigin.New], last.Sources.Select(s => s.Origin));
        foreach (var night in nights) AssertWhole(lake, night);
    }

    [Fact]
    public void LatestMovesOnlyForward()
    {
        var lake = _test.Open();
        var three = Night(lake, Day(3)).Run;
        Assert.False(Night(lake, Day(1)).LatestMoved);
        Assert.Equal(three, lake.Latest());
        // A rebuilt older date does not move it, a rebuilt latest date does.
        Assert.False(Night(lake, Day(1), "late").LatestMoved);
        Assert.Equal(three, lake.Latest());
        var rebuilt = Night(lake, Day(3), "late");
        Assert.True(rebuilt.LatestMoved);
        Assert.Equal(rebuilt.Run, lake.Latest());
        Assert.Equal(2, lake.ReadHeader(rebuilt.Run).Revision);
        Assert.Equal(rebuilt.Run, lake.Current(Day(3)));
        lake.Rollback(three);
        Assert.Equal(three, lake.Latest());
        Assert.Equal(three, lake.Current(Day(3)));
        Assert.Equal(three, lake.FindBase(Day(4)));
        var four = Night(lake, Day(4)).Run;
        Assert.Equal(four, lake.Latest());
        Assert.Equal(three.Id, lake.ReadManifest(four).Run.Base!.Id);
    }

    [Fact]
    public void AnOldKeyThatComesAgainIsTheDatesRunAgain()
    {
        var lake = _test.Open();
        var first = Night(lake, Day(3)).Run;
        var second = Night(lake, Day(3), "corrected").Run;
        Assert.Equal(second, lake.Latest());
        var back = Night(lake, Day(3));
        Assert.Equal((PublishResult.Reinstated, first, true), (back.Result, back.Run, back.LatestMoved));
        Assert.Equal(first, lake.Latest());
        Assert.Equal(first, lake.Current(Day(3)));
        // A new run of the date takes its place again.
        var third = Night(lake, Day(3), "corrected twice").Run;
        Assert.Equal(third, lake.Current(Day(3)));
        Assert.Equal(third, lake.Latest());
        Assert.Equal(3, lake.ReadHeader(third).Revision);
    }

    [Fact]
    public void ABaseThatChangedMeanwhileIsRefused()
    {
        var lake = _test.Open();
        Night(lake, Day(1));
        using var staging = lake.OpenStaging(Plan(lake, Day(3)));
        var draft = Work(lake, staging);
        Night(lake, Day(2));
        var error = Assert.Throws<PublishingException>(() => new Publisher(lake).Publish(staging, draft));
        Assert.Equal(Fault.Outside, error.Fault);
        Assert.Contains("the base of 2026-01-03 is now 2026-01-02/", error.Message, StringComparison.Ordinal);
        Assert.Equal(Day(2), lake.Latest()!.Value.Date);
    }

    [Fact]
    public void WhatDiffersFromTheDraftIsRefused()
    {
        var lake = _test.Open();
        Night(lake, Day(1));
        void Refused(string part, Func<StagingRun, PublishDraft, PublishDraft> change)
        {
            using var staging = lake.OpenStaging(Plan(lake, Day(2)));
            var draft = change(staging, Work(lake, staging));
            var error = Assert.Throws<PublishingException>(() => new Publisher(lake).Publish(staging, draft));
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
            Assert.Equal(Fault.Bug, error.Fault);
            Assert.Single(lake.ListRuns());
            staging.Abandon();
        }

        Refused("not there", (s, d) =>
        {
            File.Delete($"{s.TableFolder("rules")}/part-1.parquet");
            return d;
        });
        Refused("SHA-256 differ", (s, d) =>
        {
            var path = s.CuratedFile(d.Curated[^1].Evidence!.Path);
            var text = File.ReadAllText(path);
            File.WriteAllText(path, "X" + text[1..]);
            return d;
        });
        Refused("bytes differ", (s, d) =>
        {
            File.AppendAllText(s.CuratedFile(d.Curated[^1].Transactions.Path), "more");
            return d;
        });
        Refused("fates", (_, d) => d with { Sources = [.. d.Sources.Select(s => s with { Fates = s.Fates with { Sale = 9 } })] });
        Refused("inputs of the key", (_, d) => d with { Sources = [.. d.Sources.Skip(1)] });
        Refused("stands twice", (_, d) => d with { Tables = [.. d.Tables, d.Tables[0]] });
        Refused("not sorted", (_, d) => d with { Curated = [.. d.Curated.Reverse()] });
        Refused("rows differ: 9", (_, d) => d with { Inspect = p => new ParquetFacts(9, TransactionsSchema.Columns) });
        Refused("columns differ: order_id VARCHAR;", (_, d) => d with { Inspect = p => new ParquetFacts(2, [TransactionsSchema.Columns[0]]) });
        Refused("no whole Parquet file: cut", (_, d) => d with { Inspect = p => throw new InvalidDataException("cut") });
        Night(lake, Day(2));
    }

    [Fact]
    public void AcceptsWhatTheInspectorSees()
    {
        var lake = _test.Open();
        using var staging = lake.OpenStaging(Plan(lake, Day(1)));
        var seen = new List<string>();
        var draft = Work(lake, staging) with { Inspect = Look };
        var run = new Publisher(lake).Publish(staging, draft).Run;
        Assert.Equal(6, seen.Count);
        Assert.True(Verifier.Verify(lake, run, Look).IsWhole);

        ParquetFacts Look(string path)
        {
            seen.Add(path);
            var name = Path.GetFileName(path);
            return path.Contains("/rules/", StringComparison.Ordinal) ? new ParquetFacts(name == "part-0.parquet" ? 3 : 4, RulesSchema.Columns)
                : path.Contains("/lineage/", StringComparison.Ordinal) ? new ParquetFacts(5, LineageSchema.Columns)
                : new ParquetFacts(2, [new Column("order_id", ColumnType.Text, Nullable: true), new Column("amount", ColumnType.Amount)]);
        }
    }

    [Fact]
    public void ACuratedFileThatWasPrunedMeanwhileIsMadeAnew()
    {
        var lake = _test.Open();
        using var staging = lake.OpenStaging(Plan(lake, Day(1)));
        var draft = Work(lake, staging);
        staging.Complete("mine", "inputs", ["tables/rules"]);
        File.Delete(staging.CuratedFile(draft.Curated[0].Transactions.Path));
        var error = Assert.Throws<PublishingException>(() => new Publisher(lake).Publish(staging, draft));
        Assert.Equal(Fault.Outside, error.Fault);
        Assert.Null(staging.FindDone("mine", "inputs"));
        Assert.Equal(PublishResult.Published, new Publisher(lake).Publish(staging, Work(lake, staging)).Result);
    }

    [Fact]
    public void ManyRunsAreListedByTheHeadsOfTheirManifests()
    {
        var lake = _test.Open();
        for (var day = 1; day <= 30; day++) Night(lake, Day(day));
        var counting = new CountingStore(lake.Files);
        var reader = _test.Open(counting);
        Assert.Equal(30, reader.Summaries().Count);
        Assert.Equal(30, counting.Opened);
        // A run that is the only one of its date is found by names alone.
        Assert.Equal(Day(30), reader.FindBase(Day(40))!.Value.Date);
        Assert.Equal(30, reader.CurrentRuns().Count);
        Assert.Equal(Day(3), reader.Resolve("2026-01-03").Date);
        Assert.Equal(30, counting.Opened);
    }

    [Fact]
    public void WithoutLinksItCopiesAndPointsByAFile()
    {
        _test.Store = new LocalFileStore(useLinks: false);
        var lake = _test.Open();
        Night(lake, Day(1));
        var outcome = Night(lake, Day(2));
        Assert.True(outcome.Copied);
        Assert.Equal(outcome.Run, lake.Latest());
        Assert.Equal(outcome.Run.Path + "\n", File.ReadAllText($"{lake.Root}/LATEST"));
        AssertWhole(lake, outcome.Run);
        lake.Rollback(lake.Resolve("2026-01-01"));
        Assert.Equal(Day(1), lake.Latest()!.Value.Date);
    }

    [Fact]
    public void CancelledBeforeTheMoveNothingIsVisible()
    {
        var lake = _test.Open();
        using (var staging = lake.OpenStaging(Plan(lake, Day(1))))
        {
            var draft = Work(lake, staging);
            Assert.ThrowsAny<OperationCanceledException>(() => new Publisher(lake).Publish(staging, draft, new CancellationToken(true)));
        }
        Assert.Empty(lake.ListRuns());
        Assert.Null(lake.Latest());
        Assert.Equal(PublishResult.Published, Night(lake, Day(1)).Result);
    }

    [Fact]
    public void ResolvesWhatAUserMeans()
    {
        var lake = _test.Open();
        Assert.Equal(Fault.Usage, Assert.Throws<PublishingException>(() => lake.Resolve("latest")).Fault);
        var one = Night(lake, Day(1)).Run;
        var two = Night(lake, Day(2)).Run;
        var rebuilt = Night(lake, Day(1), "late").Run;
        Assert.Equal(two, lake.Resolve("latest"));
        Assert.Equal(rebuilt, lake.Resolve("2026-01-01"));
        Assert.Equal(one, lake.Resolve(one.Id[..6]));
        Assert.Equal(one, lake.Resolve($"2026-01-01/{one.Id[..4]}"));
        Assert.Equal(two, lake.Resolve(two.ToString()));
        foreach (var none in new[] { "2026-02-01", one.Id[..3], "zzzz", "2026-01-02/" + one.Id, "", "2026-13-01" })
            Assert.Contains("runs list", Assert.Throws<PublishingException>(() => lake.Resolve(none)).Message, StringComparison.Ordinal);
        var forced = Night(lake, Day(1), "late", force: true).Run;
        Assert.Contains("means 2 runs", Assert.Throws<PublishingException>(() => lake.Resolve(forced.Id[..8])).Message, StringComparison.Ordinal);
        Assert.Equal(rebuilt, lake.Resolve(rebuilt.Id));
        Assert.Equal([one, rebuilt, forced, two], lake.Summaries().Select(s => s.Run));
        Assert.Equal([false, false, true, true], lake.Summaries().Select(s => s.IsCurrent));
        Assert.Equal([false, false, false, true], lake.Summaries().Select(s => s.IsLatest));
    }

    [Fact]
    public void TakesNoFolderForALakeThatIsNone()
    {
        Assert.Equal(Fault.Usage, Assert.Throws<PublishingException>(() => Lake.Open(_test.Root, _test.Store)).Fault);
        Write($"{_test.Root}/notes.txt", "mine");
        Assert.Contains("notes.txt", Assert.Throws<PublishingException>(() => _test.Open()).Message, StringComparison.Ordinal);
        Assert.True(File.Exists($"{_test.Root}/notes.txt"));
    }
}
