using CsCheck;

namespace Analytics.Mining.Tests;

public class ScoringAndShardTests
{
    [Fact]
    public void Scores_are_the_best_rule_of_each_consequent_that_is_lacking() =>
        (from baskets in Gen.Int[0, 7].Array[0, 6].Array[4, 30]
         from asked in Gen.Int[0, 9].Array[0, 6].Array[1, 10]
         from most in Gen.Int[1, 12]
         from measure in Gen.Int[0, 2].Select(i => new[] { RuleMeasure.Confidence, RuleMeasure.Lift, RuleMeasure.PValue }[i])
         select (baskets, asked, most, measure)).Sample(test =>
        {
            var itemsets = ItemsetMiner.Mine(NaiveMiner.Baskets(test.baskets, 8), new MiningOptions { MinimumSupport = 2 }).Itemsets;
            var rules = RuleMiner.Mine(itemsets, new RuleOptions { MinimumConfidence = 0.3m });
            var session = new RuleScorer(rules, test.measure).NewSession();
            var sign = test.measure == RuleMeasure.PValue ? 1 : -1;
            var results = new ScoredConsequent[test.most];
            foreach (var asked in test.asked)
            {
                var basket = asked.Distinct().Order().ToArray();
                var expected = Enumerable.Range(0, rules.Count)
                    .Where(rule => rules.Antecedent(rule).ToArray().All(basket.Contains) && !rules.Consequent(rule).ToArray().Any(basket.Contains))
                    .OrderBy(rule => sign * rules.Value(rule, test.measure)).ThenByDescending(rule => rules.SupportCounts[rule]).ThenBy(rule => rule)
                    .DistinctBy(rule => rules.ConsequentRows[rule]).Take(test.most);
                var given = session.Score(basket, results);
                Assert.Equal(expected, results.Take(given).Select(result => result.Rule));
                foreach (var result in results.Take(given)) Assert.Equal(rules.Value(result.Rule, test.measure), result.Score);
            }
        }, iter: 200);

    [Fact]
    public void Shards_together_find_every_itemset_once() =>
        (from baskets in Gen.Int[0, 11].Array[0, 10].Array[0, 60]
         from support in Gen.Int[1, 6]
         from shards in Gen.Int[1, 5]
         from length in Gen.Int[0, 4]
         select (baskets, support, shards, length)).Sample(test =>
        {
            var baskets = NaiveMiner.Baskets(test.baskets, 12);
            var options = new MiningOptions { MinimumSupport = test.support, MaximumLength = test.length };
            var plan = new ShardPlan(baskets.CountItems(), test.support, test.shards);
            var tables = Enumerable.Range(0, test.shards).Select(shard => plan.Mine(Parts(baskets, plan, shard), shard, baskets.Count, options).Itemsets).ToArray();
            var whole = ItemsetMiner.Mine(baskets, options).Itemsets;
            var merged = ItemsetTable.Merge(tables);
            Assert.Equal(whole.Items, merged.Items);
            Assert.Equal(whole.Offsets, merged.Offsets);
            Assert.Equal(whole.Supports, merged.Supports);
        }, iter: 200);

    private struct Found() : IItemsetVisitor
    {
        public List<(int[] Ranks, int Support)> Sets { get; } = [];

        public readonly void Visit(ReadOnlySpan<int> items, int support) => Sets.Add((items.ToArray(), support));
    }

    [Fact]
    public void Workers_with_flat_spans_find_every_itemset_once() =>
        (from baskets in Gen.Int[0, 11].Array[0, 10].Array[0, 60]
         from support in Gen.Int[1, 6]
         from shards in Gen.Int[1, 5]
         from length in Gen.Int[0, 4]
         select (baskets, support, shards, length)).Sample(test =>
        {
            var baskets = NaiveMiner.Baskets(test.baskets, 12);
            var plan = new ShardPlan(baskets.CountItems(), test.support, test.shards);
            var options = new MiningOptions { MinimumSupport = test.support, MaximumLength = test.length };
            var all = new List<string>();
            for (var shard = 0; shard < test.shards; shard++)
            {
                var (offsets, ranks) = (new List<int> { 0 }, new List<int>());
                var part = new int[12];
                for (var basket = baskets.Count - 1; basket >= 0; basket--)
                {
                    var count = plan.RankedPart(baskets[basket], shard, part);
                    if (count == 0) continue;
                    ranks.AddRange(part.AsSpan(0, count));
                    offsets.Add(ranks.Count);
                }
                var found = new Found();
                var outcome = ShardMiner.Visit(plan.Group(shard), offsets.ToArray(), ranks.ToArray(), options, ref found);
                Assert.False(outcome.Truncated);
                all.AddRange(found.Sets.Select(set => $"{string.Join(' ', set.Ranks.Select(plan.Code).Order())}:{set.Support}"));
            }
            var whole = NaiveMiner.Mine(test.baskets, test.support, test.length).Select(set => $"{set.Key}:{set.Value}");
            Assert.Equal(whole.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
        }, iter: 200);

    [Fact]
    public void A_worker_refuses_what_is_no_group_and_stops_at_its_budget()
    {
        var found = new Found();
        Assert.Contains("ascending", Assert.Throws<ArgumentException>(() => ShardMiner.Visit([2, 1], [0], [], new MiningOptions(), ref found)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be mined in shards", Assert.Throws<ArgumentException>(() => ShardMiner.Visit([0], [0], [], new MiningOptions { Kind = ItemsetKind.Closed }, ref found)).Message, StringComparison.Ordinal);
        Assert.Equal(new MiningOutcome(Truncation.None, 0, 0, 0), ShardMiner.Visit([3], [0, 1], [0], new MiningOptions(), ref found));
        var outcome = ShardMiner.Visit([0, 1, 2], [0, 3, 6], [0, 1, 2, 2, 1, 0], new MiningOptions { MinimumSupport = 2, MaximumNodes = 1 }, ref found);
        Assert.Equal((Truncation.Nodes, 3, 1), (outcome.Truncation, outcome.FrequentItems, outcome.CompleteItems));
    }

    [Fact]
    public void A_shard_that_misses_a_part_says_so()
    {
        var baskets = NaiveMiner.Baskets([[0, 1], [0, 1], [1]], 2);
        var plan = new ShardPlan(baskets.CountItems(), 1, 1);
        var missing = NaiveMiner.Baskets([[0, 1], [1]], 2);
        Assert.Contains("a part is missing", Assert.Throws<ArgumentException>(() => plan.Mine(missing, 0, 3, new MiningOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_of_a_real_file_equal_the_whole()
    {
        var baskets = TestFiles.Fimi("retail");
        var plan = new ShardPlan(baskets.CountItems(), 60, 4);
        var merged = ItemsetTable.Merge([.. Enumerable.Range(0, 4).Select(shard => plan.Mine(Parts(baskets, plan, shard), shard, baskets.Count, new MiningOptions()).Itemsets)]);
        var whole = ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = 60 }).Itemsets;
        Assert.Equal(whole.Items, merged.Items);
        Assert.Equal(whole.Supports, merged.Supports);
    }

    private static BasketSet Parts(BasketSet baskets, ShardPlan plan, int shard)
    {
        var offsets = new List<int> { 0 };
        var items = new List<int>();
        var part = new int[baskets.ItemCount];
        for (var basket = 0; basket < baskets.Count; basket++)
        {
            var count = plan.Part(baskets[basket], shard, part);
            if (count == 0) continue;
            items.AddRange(part.AsSpan(0, count));
            offsets.Add(items.Count);
        }
        return BasketSet.Create([.. offsets], [.. items], baskets.ItemCount);
    }
}
