using CsCheck;

namespace Analytics.Mining.Tests;

public class GeneralisedMinerTests
{
    [Fact]
    public void Itemsets_are_those_of_the_extended_baskets_without_an_item_beside_its_category() =>
        (from parents in Gen.Int[-1, 3].Array[8]
         from baskets in Gen.Int[4, 11].Array[0, 6].Array[1, 30]
         from support in Gen.Int[1, 5]
         select (parents, baskets, support)).Sample(test =>
        {
            // Codes 0 and 1 lie above 2 and 3, these above the items.
            var parent = new[] { -1, -1, 0, 1 }.Concat(test.parents).ToArray();
            var hierarchy = new Hierarchy(parent);
            var extended = test.baskets.Select(basket => basket.SelectMany(item => Chain(parent, item)).ToArray());
            var expected = NaiveMiner.Mine(extended, test.support).Where(set =>
            {
                var items = set.Key.Split(' ').Select(int.Parse).ToArray();
                return !items.Any(item => items.Any(other => other != item && Chain(parent, item).Contains(other)));
            }).ToDictionary();
            var result = GeneralisedMiner.Mine(NaiveMiner.Baskets(test.baskets, 12), hierarchy, new MiningOptions { MinimumSupport = test.support, Threads = 2 });
            Assert.Equal(new SortedDictionary<string, int>(expected, StringComparer.Ordinal), NaiveMiner.ToDictionary(result.Itemsets));
        }, iter: 100);

    private static IEnumerable<int> Chain(int[] parent, int item)
    {
        for (var code = item; code >= 0; code = parent[code]) yield return code;
    }

    // Srikant and Agrawal's own case: skimmed milk is a quarter of milk's sales, so a rule of milk with 8 % support leads to
    // expect 2 % for skimmed milk; exactly that says nothing new.
    [Fact]
    public void A_rule_that_its_category_explains_is_not_interesting()
    {
        const int milk = 0, skimmed = 1, whole = 2, cereal = 3;
        var baskets = new List<int[]>();
        void Add(int count, params int[] items) => baskets.AddRange(Enumerable.Repeat(items, count));
        Add(4, skimmed, cereal);
        Add(12, whole, cereal);
        Add(6, skimmed);
        Add(18, whole);
        Add(60);
        var hierarchy = new Hierarchy([-1, milk, milk, -1]);
        var itemsets = GeneralisedMiner.Mine(NaiveMiner.Baskets(baskets, 4), hierarchy, new MiningOptions { MinimumSupport = 2 }).Itemsets;
        var rules = RuleMiner.Mine(itemsets, new RuleOptions { MinimumConfidence = 0.3m });
        var interesting = GeneralisedMiner.Interesting(rules, hierarchy, 1.1);
        bool Of(int antecedent, int consequent)
        {
            var rule = Enumerable.Range(0, rules.Count).Single(r => rules.Antecedent(r).SequenceEqual([antecedent]) && rules.Consequent(r).SequenceEqual([consequent]));
            return interesting[rule];
        }
        Assert.True(Of(milk, cereal));
        Assert.False(Of(skimmed, cereal));
        Assert.False(Of(whole, cereal));
    }

    [Fact]
    public void A_circle_is_refused() =>
        Assert.Contains("its own ancestor", Assert.Throws<ArgumentException>(() => new Hierarchy([1, 0])).Message, StringComparison.Ordinal);
}
