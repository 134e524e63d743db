using Analytics.Columns;
using Analytics.Records.Curation;
using CsCheck;

namespace Analytics.Records.Tests.Curation;

public sealed class CuratorTests : IDisposable
{
    private static readonly string[] Names = ["a.csv", "b.csv", "Z.csv", "ä.csv", "day/1.csv", "day/10.csv", "\uFF5E.csv", "\U0001F600.csv"];

    /// <summary>A run's names and contents; contents come back under other names and in later runs.</summary>
    private static readonly Gen<Dictionary<string, ModelSource>[]> Histories =
        ModelSource.Any.Array[1, 5].SelectMany(contents =>
            Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Int[0, contents.Length - 1]).Array[0, 6].Array[1, 5].Select(steps =>
                steps.Select(step => step.GroupBy(s => s.Item1).ToDictionary(g => Names[g.Key], g => contents[g.Last().Item2])).ToArray()));

    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-curation-").FullName;
    private int _shops;

    public void Dispose() => Directory.Delete(_folder, true);

    private Shop NewShop(DuplicatePolicy policy = DuplicatePolicy.Drop) => new(Path.Combine(_folder, $"{_shops++}"), policy);

    [Fact]
    public void EveryHistoryEndsInTheBytesOfASingleLoad()
    {
        var spills = 0;
        Gen.Select(Histories, Gen.Int, Gen.OneOf<long>(0, 3_000, 40_000, 1 << 30), Gen.Bool).Sample((history, seed, memory, keep) =>
        {
            var policy = keep ? DuplicatePolicy.Keep : DuplicatePolicy.Drop;
            var stepwise = NewShop(policy);
            foreach (var names in history)
            {
                stepwise.Load(names, seed++, memory);
                stepwise.AssertHolds(names);
            }
            var clean = NewShop(policy);
            clean.Load(history[^1], seed, threads: 1);
            clean.AssertHolds(history[^1]);
            Assert.Equal(clean.Hashes(), stepwise.Hashes());
            spills += stepwise.Spills;
        }, iter: 60, threads: 1);
        Assert.True(spills > 50, $"only {spills} spills: the slow path was not taken");
    }

    [Fact]
    public void SourcesLoadedOneByOneInAnyOrderGiveTheSameBytes()
    {
        Gen.Select(ModelSource.Any.Array[1, 6], Gen.Int).Sample((contents, seed) =>
        {
            var all = contents.Select((c, i) => (Name: Names[i], Content: c)).ToArray();
            var clean = NewShop();
            clean.Load(all.ToDictionary(a => a.Name, a => a.Content), seed);
            var random = new Random(seed);
            var growing = new Dictionary<string, ModelSource>();
            var shop = NewShop();
            foreach (var (name, content) in all.OrderBy(_ => random.Next()).ToList())
            {
                growing[name] = content;
                shop.Load(growing, seed, 2_000);
            }
            Assert.Equal(clean.Hashes(), shop.Hashes());
        }, iter: 20, threads: 1);
    }

    [Fact]
    public void ARetractedSourceGivesItsDuplicatesBack()
    {
        var first = new ModelSource([new(1, 2), new(5, 3)]);
        var second = new ModelSource([new(1, 2), new(9, 3)]);
        var shop = NewShop();
        shop.Load(new Dictionary<string, ModelSource> { ["a"] = first, ["b"] = second }, 1);
        Assert.Equal(new FateCounts(1, 0, 0, 1), shop.Totals[second.Sha256]);
        shop.Load(new Dictionary<string, ModelSource> { ["b"] = second }, 1);
        Assert.Equal(new FateCounts(1, 1, 0, 0), shop.Totals[second.Sha256]);
        shop.AssertHolds(new Dictionary<string, ModelSource> { ["b"] = second });
    }

    [Fact]
    public void DatesThatNothingTouchesAreNotBuilt()
    {
        var shop = NewShop();
        var names = new Dictionary<string, ModelSource> { ["a"] = new([new(0, 2), new(1, 3), new(2, 4)]) };
        shop.Load(names, 1);
        Assert.Equal(3, shop.LastResult.Dates.Count);
        names["b"] = new ModelSource([new(5, 2)]);
        shop.Load(names, 1);
        Assert.Equal(15_001 + new DateOnly(1970, 1, 1).DayNumber, Assert.Single(shop.LastResult.Dates).Date.DayNumber);
        shop.Load(names, 1);
        Assert.Empty(shop.LastResult.Dates);
    }

    [Fact]
    public void AnUnchangedDateKeepsTheFilesOfTheBase()
    {
        var shop = NewShop();
        shop.Load(new Dictionary<string, ModelSource> { ["a"] = new([new(0, 2)]) }, 1);
        var before = shop.Dates.Values.Single();
        using var curator = new Curator(new CurationOptions { SpillFolder = _folder });
        var sha256 = shop.Totals.Keys.Single();
        var result = curator.Finish(new CurationPlan
        {
            Folder = Path.Combine(_folder, "other"),
            Labels = new Dictionary<string, string> { [sha256] = "a" },
            BaseLabels = new Dictionary<string, string> { ["a"] = sha256 },
            BaseDates = [new(before.Date, before.Transactions!.Path, before.Evidence!.Path)],
            Rebuild = new HashSet<DateOnly> { before.Date, before.Date.AddDays(40) },
        }, CancellationToken.None);
        var after = Assert.Single(result.Dates);
        Assert.Equal(before with { Transactions = before.Transactions with { IsBase = true }, Evidence = before.Evidence with { IsBase = true } }, after);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "other"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void DuplicatesFailWhereTheyAreToFail()
    {
        var shop = NewShop(DuplicatePolicy.Fail);
        var names = new Dictionary<string, ModelSource>
        {
            ["a.csv"] = new([new(2, 2), new(5, 3), new(1, 7)]), ["b.csv"] = new([new(6, 2), new(5, 4), new(1, 5), new(2, 6)]),
        };
        var e = Assert.Throws<DuplicateRecordsException>(() => shop.Load(names, 1));
        Assert.Equal(3, e.Count);
        Assert.Equal(new RecordPlace("a.csv", 3), e.First);
        Assert.Equal(new RecordPlace("b.csv", 4), e.Duplicate);
        Assert.Contains("3 records equal other ones of the same date in every source column; the first: b.csv line 4 equals a.csv line 3 (order date 2011-01-27)", e.Message);
        names.Remove("b.csv");
        var clean = NewShop(DuplicatePolicy.Fail);
        clean.Load(names, 1);
        clean.AssertHolds(names);
    }

    [Fact]
    public void AnAlteredBaseFileIsRefused()
    {
        var shop = NewShop();
        var names = new Dictionary<string, ModelSource> { ["a"] = new([new(0, 2)]) };
        shop.Load(names, 1);
        var path = shop.Dates.Values.Single().Evidence!.Path;
        var bytes = File.ReadAllBytes(path);
        bytes[20] ^= 1;
        File.WriteAllBytes(path, bytes);
        names["b"] = new ModelSource([new(4, 2)]);
        var e = Assert.Throws<InvalidDataException>(() => shop.Load(names, 1));
        Assert.StartsWith($"{path} was altered since it was published", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOfTwoRunsDoNotMix()
    {
        var (one, two) = (NewShop(), NewShop());
        one.Load(new Dictionary<string, ModelSource> { ["a"] = new([new(0, 2)]) }, 1);
        two.Load(new Dictionary<string, ModelSource> { ["a"] = new([new(0, 3)]) }, 1);
        using var curator = NewCurator();
        var (first, second) = (one.Dates.Values.Single(), two.Dates.Values.Single());
        var e = Assert.Throws<InvalidDataException>(() => curator.Finish(new CurationPlan
        {
            Folder = Path.Combine(_folder, "out"), Labels = new Dictionary<string, string>(), BaseLabels = new Dictionary<string, string> { ["a"] = one.Totals.Keys.Single() },
            BaseDates = [new(first.Date, first.Transactions!.Path, second.Evidence!.Path)], Rebuild = new HashSet<DateOnly> { first.Date },
        }, CancellationToken.None));
        Assert.Contains("do not belong together: line 3 of a is kept in the one and absent in the other", e.Message);
    }

    [Fact]
    public void PlansThatContradictThemselvesAreRefused()
    {
        var (a, b) = (new string('a', 64), new string('b', 64));
        using var curator = NewCurator();
        curator.AddSource(a);
        Assert.Throws<ArgumentException>(() => curator.AddSource(a));
        Assert.Throws<ArgumentException>(() => curator.AddSource("A"));
        AssertRefused(p => p with { Labels = new Dictionary<string, string>() }, "has no label");
        AssertRefused(p => p with { BaseLabels = new Dictionary<string, string> { ["old"] = a } }, "is in the base already");
        AssertRefused(p => p with { Labels = new Dictionary<string, string> { [a] = "x", [b] = "x" } }, "stands for two contents");

        void AssertRefused(Func<CurationPlan, CurationPlan> change, string message)
        {
            using var other = NewCurator();
            other.AddSource(a);
            var plan = change(new CurationPlan { Folder = Path.Combine(_folder, "out"), Labels = new Dictionary<string, string> { [a] = "x" } });
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => other.Finish(plan, CancellationToken.None)).Message);
        }
    }

    [Fact]
    public void CancellingStopsIt()
    {
        using var curator = NewCurator();
        var source = new ModelSource([new(0, 2)]);
        curator.AddSource(source.Sha256).Accept(0, source.Batch(0, 1), new ColumnBatch(RejectColumns.All));
        Assert.Throws<OperationCanceledException>(() =>
            curator.Finish(new CurationPlan { Folder = Path.Combine(_folder, "out"), Labels = new Dictionary<string, string> { [source.Sha256] = "x" } }, new CancellationToken(true)));
    }

    [Fact]
    public void OnlyWhatDoesNotFitIsSpilled()
    {
        var source = new ModelSource(Enumerable.Range(0, 4_000).Select(i => new ModelRecord(i % 20, i + 2)));
        int Spills(long memory)
        {
            var shop = new Shop(Path.Combine(_folder, "spills-" + memory));
            shop.Load(new Dictionary<string, ModelSource> { ["a"] = source }, 1, memory);
            return shop.Spills;
        }
        Assert.Equal(0, Spills(1 << 30));
        var (few, many) = (Spills(400_000), Spills(40_000));
        Assert.True(few > 0 && many > few, $"{few} and {many}");
    }

    [Fact]
    public void ASpillThatFailsReachesTheCaller()
    {
        var blocked = Path.Combine(_folder, "no-folder");
        File.WriteAllText(blocked, "");
        using var curator = new Curator(new CurationOptions { SpillFolder = blocked, MemoryBytes = 0 });
        var source = new ModelSource(Enumerable.Range(0, 100).Select(i => new ModelRecord(i % 20, i + 2)));
        var sink = curator.AddSource(source.Sha256);
        sink.Accept(0, source.Batch(0, 50), new ColumnBatch(RejectColumns.All));
        Assert.ThrowsAny<IOException>(() => sink.Accept(1, source.Batch(50, 50), new ColumnBatch(RejectColumns.All)));
        Assert.ThrowsAny<IOException>(() => curator.Finish(new CurationPlan
        {
            Folder = _folder, Labels = new Dictionary<string, string> { [source.Sha256] = "a" }, BaseLabels = new Dictionary<string, string>(), BaseDates = [], Rebuild = new HashSet<DateOnly>(),
        }, CancellationToken.None));
    }

    [Fact]
    public void SpillFilesAreGoneAfterwards()
    {
        var shop = NewShop();
        shop.Load(new Dictionary<string, ModelSource> { ["a"] = new(Enumerable.Range(0, 100).Select(i => new ModelRecord(i % 20, i + 2))) }, 1, memoryBytes: 0);
        Assert.True(shop.Spills > 0);
        Assert.Empty(Directory.GetFiles(_folder, "*.spill", SearchOption.AllDirectories));
    }

    private Curator NewCurator() => new(new CurationOptions { SpillFolder = Path.Combine(_folder, "spill") });
}
