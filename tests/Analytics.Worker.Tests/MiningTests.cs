using Analytics.Columns;
using Analytics.Mining;
using Analytics.Tasks;
using CsCheck;

namespace Analytics.Worker.Tests;

/// <summary>Mining in shards is mining, whichever process does it.</summary>
[Collection(WorkerCollection.Name)]
public sealed class MiningTests(WorkerProgram worker)
{
    private static ColumnBatch Codes(BasketSet baskets, int buckets)
    {
        var rows = new ColumnBatch(new BasketPartsTask(new ShardedMining([1], 1, 1, new MiningOptions())).Input);
        for (var bucket = 0; bucket < buckets; bucket++)
            for (var basket = bucket; basket < baskets.Count; basket += buckets)
            {
                if (baskets[basket].IsEmpty) continue;
                rows.Longs(0).Append(bucket);
                rows.Texts(1).Append(string.Join(' ', baskets[basket].ToArray().Reverse()));
            }
        return rows;
    }

    /// <summary>Both halves, each in a process of its own or here; between them what an engine does: parts come together by shard.</summary>
    private static MiningResult Mine(BasketSet baskets, int shards, int buckets, MiningOptions options, Func<Engine.GroupedTask, byte[], byte[]> run)
    {
        var plan = new ShardedMining(baskets.CountItems(), baskets.Count, shards, options);
        var partsTask = new BasketPartsTask(plan);
        var (partsOutcome, parts) = Retail.Read(partsTask, run(partsTask, Retail.Lines(partsTask.Input, Codes(baskets, buckets))));
        Assert.Empty(partsOutcome.Failures);
        var mineTask = new MineShardTask(plan);
        var sorted = new ColumnBatch(mineTask.Input);
        foreach (var row in Enumerable.Range(0, parts.Count).OrderBy(row => parts.Ints(1)[row]))
        {
            sorted.Ints(0).Append(parts.Ints(1)[row]);
            sorted.Texts(1).Append(parts.Texts(2)[row]);
        }
        var (outcome, itemsets) = Retail.Read(mineTask, run(mineTask, Retail.Lines(mineTask.Input, sorted)));
        Assert.Empty(outcome.Failures);
        return plan.Collect([itemsets]);
    }

    private static void Equal(MiningResult expected, MiningResult actual)
    {
        Assert.Equal(expected.Itemsets.Offsets, actual.Itemsets.Offsets);
        Assert.Equal(expected.Itemsets.Items, actual.Itemsets.Items);
        Assert.Equal(expected.Itemsets.Supports, actual.Itemsets.Supports);
        Assert.Equal((expected.Itemsets.Baskets, expected.Itemsets.ItemCount), (actual.Itemsets.Baskets, actual.Itemsets.ItemCount));
        Assert.Equal((expected.Outcome.Truncation, expected.Outcome.FrequentItems, expected.Outcome.CompleteItems), (actual.Outcome.Truncation, actual.Outcome.FrequentItems, actual.Outcome.CompleteItems));
    }

    [Theory]
    [InlineData(1, 1, 207)]
    [InlineData(16, 50, 207)]
    [InlineData(40, 7, 1000)]
    public void OfTheRealShopInTheWorker(int shards, int buckets, int support)
    {
        var baskets = Retail.Baskets();
        var options = new MiningOptions { MinimumSupport = support };
        var expected = ItemsetMiner.Mine(baskets, options);
        Assert.True(expected.Itemsets.Count > 10);
        var actual = Mine(baskets, shards, buckets, options, (task, input) => worker.Run(task, input));
        Equal(expected, actual);
        Assert.Equal(expected.Outcome.Nodes, actual.Outcome.Nodes);
    }

    [Fact]
    public void OfAnyBasketsWithLengthsAndBudgets() =>
        Gen.Select(Gen.Int[0, 11].Array[0, 9].Array[0, 40], Gen.Int[1, 6], Gen.Int[1, 5], Gen.Int[0, 3], Gen.Int[0, 400]).Sample((lists, support, shards, length, bytes) =>
        {
            var offsets = new int[lists.Length + 1];
            for (var i = 0; i < lists.Length; i++) offsets[i + 1] = offsets[i] + lists[i].Length;
            var baskets = BasketSet.Create(offsets, [.. lists.SelectMany(list => list)], 12);
            var options = new MiningOptions { MinimumSupport = support, MaximumLength = length, MaximumBytes = bytes };
            Equal(ItemsetMiner.Mine(baskets, options), Mine(baskets, shards, 3, options, Retail.InProcess));
        }, iter: 300);

    [Fact]
    public void ANodeBudgetLeavesWhatIsComplete()
    {
        var baskets = Retail.Baskets();
        var whole = ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = 207 });
        var cut = Mine(baskets, 4, 10, new MiningOptions { MinimumSupport = 207, MaximumNodes = 100 }, Retail.InProcess);
        Assert.Equal(Truncation.Nodes, cut.Outcome.Truncation);
        Assert.InRange(cut.Outcome.CompleteItems, 1, cut.Outcome.FrequentItems - 1);
        var kept = Enumerable.Range(0, whole.Itemsets.Count).Where(i => cut.Itemsets.Find(whole.Itemsets[i]) >= 0).ToArray();
        Assert.Equal(cut.Itemsets.Count, kept.Length);
        // All sets of the most frequent items, and no other.
        var frequent = Enumerable.Range(0, baskets.ItemCount).OrderByDescending(item => baskets.CountItems()[item]).ThenBy(item => item).Take(cut.Outcome.CompleteItems).ToHashSet();
        Assert.Equal(Enumerable.Range(0, whole.Itemsets.Count).Where(i => whole.Itemsets[i].ToArray().All(frequent.Contains)), kept);
    }

    [Fact]
    public void AMissingOrDoubledPartIsAFailureAndAMissingShardAnError()
    {
        var plan = new ShardedMining([3, 2], 3, 2, new MiningOptions { MinimumSupport = 2 });
        var task = new MineShardTask(plan);
        var rows = new ColumnBatch(task.Input);
        foreach (var (shard, part) in ((int, string)[])[(0, "0;0"), (1, "0 1"), (1, "0 1")])
        {
            rows.Ints(0).Append(shard);
            rows.Texts(1).Append(part);
        }
        var (outcome, itemsets) = Retail.Read(task, Retail.InProcess(task, Retail.Lines(task.Input, rows)));
        var failure = Assert.Single(outcome.Failures);
        Assert.Equal("0", failure.Key[0]);
        Assert.Contains("a part is missing or doubled", failure.Message, StringComparison.Ordinal);
        Assert.Equal("1 shards answered where 2 have items (Parameter 'rows')", Assert.Throws<ArgumentException>(() => plan.Collect([itemsets])).Message);
    }
}
