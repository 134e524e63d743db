using CsCheck;

namespace Analytics.Mining.Tests;

public class ItemsetKindTests
{
    private static readonly Gen<(int[][] Baskets, int Support)> Cases = Gen.OneOf(
        from items in Gen.Int[1, 11]
        from baskets in Gen.Int[0, items - 1].Array[0, 12].Array[0, 40]
        from support in Gen.Int[1, 6]
        select (baskets, support),
        // Many equal baskets of many common items: bitmaps, packing and subset counting take part.
        from shapes in Gen.Int[0, 11].Array[4, 12].Array[1, 12]
        from picks in Gen.Int[0, 11].Array[100, 400]
        from support in Gen.Int[2, 60]
        select (picks.Select(pick => shapes[pick % shapes.Length]).ToArray(), support));

    private static SortedDictionary<string, int> Mine(int[][] baskets, MiningOptions options) =>
        NaiveMiner.ToDictionary(ItemsetMiner.Mine(NaiveMiner.Baskets(baskets, 12), options).Itemsets);

    private static bool Contains(string whole, string part) =>
        whole.Length > part.Length && part.Split(' ').All(whole.Split(' ').Contains);

    // A few items missing of eight to ten: all baskets are bitmaps from the first step on.
    [Fact]
    public void Dense_baskets_give_what_lists_and_the_definition_give() =>
        (from items in Gen.Int[8, 10]
         from missing in Gen.Int[0, 9].Array[0, 4].Array[260, 500]
         from support in Gen.Int[1, 400]
         from length in Gen.Int[0, 6]
         select (items, missing, support, length)).Sample(test =>
        {
            var held = test.missing.Select(missing => Enumerable.Range(0, test.items).Except(missing).ToArray()).ToArray();
            var baskets = NaiveMiner.Baskets(held, test.items);
            bool dense;
            unsafe { dense = Internals.RankedBaskets.Build(baskets, 1).Bitmaps() is not null; }
            Assert.True(dense);
            var expected = NaiveMiner.Mine(held, test.support, test.length);
            foreach (var threads in new[] { 1, 2 })
            {
                var options = new MiningOptions { MinimumSupport = test.support, MaximumLength = test.length, Threads = threads };
                Assert.Equal(expected, NaiveMiner.ToDictionary(ItemsetMiner.Mine(baskets, options).Itemsets));
                Assert.Equal(expected.Count, ItemsetMiner.Count(baskets, options).Total);
            }
        }, iter: 30);

    // Which is why the nightly run's key holds the algorithm.
    [Fact]
    public void Algorithms_spend_the_budget_of_nodes_differently()
    {
        var baskets = TestFiles.Fimi("mushroom");
        int Complete(MiningAlgorithm algorithm) =>
            ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = 1600, Algorithm = algorithm, MaximumNodes = 300 }).Outcome.CompleteItems;
        Assert.NotEqual(Complete(MiningAlgorithm.Auto), Complete(MiningAlgorithm.Apriori));
    }

    [Fact]
    public void Every_algorithm_finds_the_same() => Cases.Sample(test =>
    {
        var expected = NaiveMiner.Mine(test.Baskets, test.Support);
        foreach (var algorithm in Enum.GetValues<MiningAlgorithm>())
            foreach (var threads in new[] { 1, 2 })
                Assert.Equal(expected, Mine(test.Baskets, new MiningOptions { MinimumSupport = test.Support, Algorithm = algorithm, Threads = threads }));
    }, iter: 60);

    [Fact]
    public void Closed_sets_have_no_superset_of_the_same_support() => Cases.Sample(test =>
    {
        var all = NaiveMiner.Mine(test.Baskets, test.Support);
        var expected = all.Where(set => !all.Any(other => other.Value == set.Value && Contains(other.Key, set.Key))).ToDictionary();
        Check(test, ItemsetKind.Closed, expected);
    }, iter: 60);

    [Fact]
    public void Maximal_sets_have_no_frequent_superset() => Cases.Sample(test =>
    {
        var all = NaiveMiner.Mine(test.Baskets, test.Support);
        var expected = all.Where(set => !all.Keys.Any(other => Contains(other, set.Key))).ToDictionary();
        Check(test, ItemsetKind.Maximal, expected);
    }, iter: 60);

    [Fact]
    public void Generators_have_no_subset_of_the_same_support() => Cases.Sample(test =>
    {
        var all = NaiveMiner.Mine(test.Baskets, test.Support);
        var expected = all.Where(set => set.Value < test.Baskets.Length
            && !all.Any(other => other.Value == set.Value && Contains(set.Key, other.Key))).ToDictionary();
        Check(test, ItemsetKind.Generator, expected);
    }, iter: 60);

    private static void Check((int[][] Baskets, int Support) test, ItemsetKind kind, Dictionary<string, int> expected)
    {
        foreach (var threads in new[] { 1, 2 })
        {
            var options = new MiningOptions { MinimumSupport = test.Support, Kind = kind, Threads = threads };
            Assert.Equal(new SortedDictionary<string, int>(expected, StringComparer.Ordinal), Mine(test.Baskets, options));
            Assert.Equal(expected.Count, ItemsetMiner.Count(NaiveMiner.Baskets(test.Baskets, 12), options).Total);
            var bounded = options with { MinimumLength = 2, MaximumLength = 3 };
            Assert.Equal(expected.Keys.Count(key => key.Split(' ').Length is 2 or 3), Mine(test.Baskets, bounded).Count);
        }
    }

    [Fact]
    public void Top_sets_are_those_of_greatest_support() =>
        (from test in Cases from count in Gen.Int[1, 60] from length in Gen.Int[1, 3] select (test, count, length)).Sample(t =>
        {
            var expected = NaiveMiner.Mine(t.test.Baskets, 1).Where(set => set.Key.Split(' ').Length >= t.length)
                .Select(set => set.Value).OrderDescending().Take(t.count).ToArray();
            var actual = ItemsetMiner.MineTop(
                NaiveMiner.Baskets(t.test.Baskets, 12), t.count, new MiningOptions { MinimumLength = t.length }).Itemsets;
            Assert.Equal(expected, actual.Supports.OrderDescending());
            for (var i = 1; i < actual.Count; i++) Assert.True(actual[i - 1].SequenceCompareTo(actual[i]) < 0);
        }, iter: 40);

    [Fact]
    public void Budgets_cut_at_the_same_place_for_any_number_of_threads() =>
        (from test in Cases from nodes in Gen.Long[0, 40] from bytes in Gen.Long[0, 800] select (test, nodes, bytes)).Sample(t =>
        {
            MiningResult? first = null;
            foreach (var threads in new[] { 1, 2, 4 })
            {
                var options = new MiningOptions
                {
                    MinimumSupport = t.test.Support, MaximumNodes = t.nodes, MaximumBytes = t.bytes, Threads = threads,
                };
                var baskets = NaiveMiner.Baskets(t.test.Baskets, 12);
                var result = ItemsetMiner.Mine(baskets, options);
                first ??= result;
                Assert.Equal(first.Outcome, result.Outcome);
                Assert.Equal(first.Itemsets.Items, result.Itemsets.Items);

                // What is there is all there is over the items that are complete.
                var counts = baskets.CountItems();
                var complete = Enumerable.Range(0, 12).Where(item => counts[item] >= t.test.Support)
                    .OrderByDescending(item => counts[item]).ThenBy(item => item).Take(result.Outcome.CompleteItems).ToHashSet();
                var reduced = t.test.Baskets.Select(basket => basket.Where(complete.Contains).ToArray());
                Assert.Equal(NaiveMiner.Mine(reduced, t.test.Support), NaiveMiner.ToDictionary(result.Itemsets));
                Assert.Equal(result.Outcome.CompleteItems < result.Outcome.FrequentItems, result.Outcome.Truncated);
            }
        }, iter: 40);
}
