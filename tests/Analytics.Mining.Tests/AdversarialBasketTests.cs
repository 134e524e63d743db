namespace Analytics.Mining.Tests;

public class AdversarialBasketTests
{
    [Fact]
    public void No_baskets_and_empty_baskets_have_no_itemsets()
    {
        foreach (var baskets in new int[][][] { [], [[]], [[], []] })
            foreach (var kind in Enum.GetValues<ItemsetKind>())
                Assert.Equal(0, ItemsetMiner.Mine(NaiveMiner.Baskets(baskets, 0), new MiningOptions { Kind = kind }).Itemsets.Count);
    }

    [Fact]
    public void Repeated_items_count_once() =>
        Assert.Equal(
            NaiveMiner.Mine([[1, 1, 2], [2, 1, 2]], 1),
            NaiveMiner.ToDictionary(ItemsetMiner.Mine(NaiveMiner.Baskets([[1, 1, 2], [2, 1, 2]], 3), new MiningOptions()).Itemsets));

    // 2^k - 1 sets from k items that are always together, around the widths of machine words.
    [Theory]
    [InlineData(31, 1)]
    [InlineData(32, 3)]
    [InlineData(33, 70)]
    [InlineData(62, 65)]
    [InlineData(62, 300)]
    public void Items_always_together_are_counted_without_listing(int items, int copies)
    {
        var baskets = NaiveMiner.Baskets(Enumerable.Repeat(Enumerable.Range(0, items).ToArray(), copies).ToArray(), items);
        foreach (var algorithm in new[] { MiningAlgorithm.Auto, MiningAlgorithm.Eclat, MiningAlgorithm.Lcm, MiningAlgorithm.FpGrowth })
        {
            var counts = ItemsetMiner.Count(baskets, new MiningOptions { MinimumSupport = copies, Algorithm = algorithm });
            Assert.Equal((1L << items) - 1, counts.Total);
        }
        foreach (var kind in new[] { ItemsetKind.Closed, ItemsetKind.Maximal })
            Assert.Equal(1, ItemsetMiner.Mine(baskets, new MiningOptions { Kind = kind }).Itemsets.Count);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    public void More_itemsets_than_a_long_counts_is_an_error_not_a_wrong_number(int items)
    {
        var baskets = NaiveMiner.Baskets([Enumerable.Range(0, items).ToArray()], items);
        var options = new MiningOptions { MaximumLength = 2 };
        Assert.Equal(items + items * (items - 1L) / 2, ItemsetMiner.Count(baskets, options).Total);
        if (items > 63) Assert.Throws<OverflowException>(() => ItemsetMiner.Count(baskets, new MiningOptions()).Total);
        else Assert.Equal(long.MaxValue, ItemsetMiner.Count(baskets, new MiningOptions()).Total);
    }

    // The k-th basket lacks the k-th item: every set of s items is in (n - s) baskets.
    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(130)]
    public void Baskets_that_lack_one_item_each_have_binomial_counts(int items)
    {
        var baskets = NaiveMiner.Baskets(
            Enumerable.Range(0, items).Select(missing => Enumerable.Range(0, items).Where(item => item != missing).ToArray()).ToArray(), items);
        var support = items - 3;
        foreach (var algorithm in Enum.GetValues<MiningAlgorithm>())
        {
            // Some million candidates or tree nodes teach nothing more.
            if (algorithm == MiningAlgorithm.Apriori && items > 33) continue;
            if (algorithm == MiningAlgorithm.FpGrowth && items > 65) continue;
            var counts = ItemsetMiner.Count(baskets, new MiningOptions { MinimumSupport = support, Algorithm = algorithm, Threads = 2 });
            long pairs = items * (items - 1L) / 2, triples = pairs * (items - 2) / 3;
            Assert.Equal([0, items, pairs, triples], counts.BySize);
        }
        if (items > 65) return;
        var maximal = ItemsetMiner.Count(baskets, new MiningOptions { MinimumSupport = support, Kind = ItemsetKind.Maximal });
        Assert.Equal(items * (items - 1L) * (items - 2) / 6, maximal.Total);
    }

    [Fact]
    public void One_giant_basket_among_small_ones()
    {
        int[][] baskets = [Enumerable.Range(0, 5_000).ToArray(), [1, 2], [2, 3], [1, 2, 3], []];
        var table = ItemsetMiner.Mine(NaiveMiner.Baskets(baskets, 5_000), new MiningOptions { MinimumSupport = 2 }).Itemsets;
        Assert.Equal(NaiveMiner.Mine([[1, 2, 3], [1, 2], [2, 3], [1, 2, 3]], 2), NaiveMiner.ToDictionary(table));
        var pairs = ItemsetMiner.Count(NaiveMiner.Baskets(baskets, 5_000), new MiningOptions { MaximumLength = 2 });
        Assert.Equal([0, 5_000, 5_000L * 4_999 / 2], pairs.BySize);
    }

    [Fact]
    public void More_than_65535_baskets_use_wide_counters()
    {
        var random = new Random(5);
        var shapes = Enumerable.Range(0, 9).Select(_ => Enumerable.Range(0, 12).Where(item => random.Next(10) < 8).ToArray()).ToArray();
        var baskets = Enumerable.Range(0, 150_000).Select(_ => shapes[random.Next(9)]).ToArray();
        var expected = NaiveMiner.Mine(baskets, 66_000);
        Assert.True(expected.Count > 100);
        foreach (var algorithm in new[] { MiningAlgorithm.Auto, MiningAlgorithm.Eclat, MiningAlgorithm.Lcm })
            Assert.Equal(expected, NaiveMiner.ToDictionary(ItemsetMiner.Mine(
                NaiveMiner.Baskets(baskets, 12), new MiningOptions { MinimumSupport = 66_000, Algorithm = algorithm }).Itemsets));
    }

    [Fact]
    public void A_cap_on_the_basket_size_keeps_frequent_items_and_says_what_it_cut()
    {
        var baskets = BasketSet.Create([0, 5, 6, 8], [4, 3, 2, 1, 0, 3, 1, 3], 5, maximumBasketSize: 2);
        Assert.Equal([1, 3], baskets[0].ToArray());
        Assert.Equal(new CappedBaskets(1, 3, 5), baskets.Capped);
    }

    [Fact]
    public void Impossible_baskets_are_refused_with_their_place()
    {
        Assert.Contains("basket 1 holds item 7; expected 0 to 4", Assert.Throws<ArgumentException>(() => BasketSet.Create([0, 1, 2], [1, 7], 5)).Message, StringComparison.Ordinal);
        Assert.Contains("basket 0 holds item -1", Assert.Throws<ArgumentException>(() => BasketSet.Create([0, 1], [-1], 5)).Message, StringComparison.Ordinal);
        Assert.Contains("before its start", Assert.Throws<ArgumentException>(() => BasketSet.Create([0, 2, 1], [1, 2], 5)).Message, StringComparison.Ordinal);
    }

    private struct Cancelling(CancellationTokenSource source) : IItemsetVisitor
    {
        public long Visited;

        public void Visit(ReadOnlySpan<int> items, int support)
        {
            if (++Visited == 1000) source.Cancel();
        }
    }

    [Fact]
    public void A_cancelled_search_stops()
    {
        var baskets = TestFiles.Fimi("chess");
        using var during = new CancellationTokenSource();
        var visitor = new Cancelling(during);
        Assert.Throws<OperationCanceledException>(() => ItemsetMiner.Visit(baskets, new MiningOptions { MinimumSupport = 100 }, ref visitor, during.Token));
        foreach (var threads in new[] { 1, 2 })
            Assert.Throws<OperationCanceledException>(() => ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = 2000, Threads = threads }, during.Token));
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            ItemsetMiner.Count(baskets, new MiningOptions { MinimumSupport = 100, Threads = 2 }, source.Token));
    }
}
