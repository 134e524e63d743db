using CsCheck;

namespace Analytics.Mining.Tests;

public class ItemsetMinerTests
{
    private static readonly Gen<(int[][] Baskets, int Support, int MaximumLength)> Cases =
        from items in Gen.Int[1, 12]
        from baskets in Gen.Int[0, items - 1].Array[0, 14].Array[0, 40]
        from support in Gen.Int[1, 6]
        from length in Gen.Int[0, 5]
        select (baskets, support, length);

    [Fact]
    public void Mines_what_the_naive_miner_counts() => Cases.Sample(test =>
    {
        var expected = NaiveMiner.Mine(test.Baskets, test.Support, test.MaximumLength);
        foreach (var threads in new[] { 1, 2, 3 })
        {
            var options = new MiningOptions
            {
                MinimumSupport = test.Support, MaximumLength = test.MaximumLength, Threads = threads,
            };
            var result = ItemsetMiner.Mine(NaiveMiner.Baskets(test.Baskets, 12), options);
            Assert.Equal(expected, NaiveMiner.ToDictionary(result.Itemsets));
            Assert.False(result.Outcome.Truncated);
            var counts = ItemsetMiner.Count(NaiveMiner.Baskets(test.Baskets, 12), options);
            Assert.Equal(result.Itemsets.CountBySize(), counts.BySize);
        }
    }, iter: 200);

    [Fact]
    public void Tables_are_in_lexicographic_order() => Cases.Sample(test =>
    {
        var table = ItemsetMiner.Mine(NaiveMiner.Baskets(test.Baskets, 12), new MiningOptions { MinimumSupport = test.Support }).Itemsets;
        for (var i = 1; i < table.Count; i++) Assert.True(table[i - 1].SequenceCompareTo(table[i]) < 0);
    }, iter: 100);

    [Theory]
    [InlineData("chess", 1800)]
    [InlineData("mushroom", 2000)]
    [InlineData("retail", 100)]
    public void Counting_and_collecting_agree_on_real_baskets(string name, int support)
    {
        var baskets = TestFiles.Fimi(name);
        var options = new MiningOptions { MinimumSupport = support };
        var mined = ItemsetMiner.Mine(baskets, options);
        Assert.Equal(mined.Itemsets.CountBySize(), ItemsetMiner.Count(baskets, options with { Threads = 2 }).BySize);
        Assert.True(mined.Itemsets.Count > 1000);
    }

    [Fact]
    public void Groceries_as_arules_documents_them()
    {
        var (baskets, ids) = TestFiles.Groceries();
        Assert.Equal(9835, baskets.Count);
        Assert.Equal(169, ids.Length);
        var itemsets = ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = MinimumSupport.FromShare(0.001m, baskets.Count) }).Itemsets;
        Assert.Equal(2513, itemsets.Supports[itemsets.Find([Array.IndexOf(ids, "whole milk")])]);
        Assert.Equal(1903, itemsets.Supports[itemsets.Find([Array.IndexOf(ids, "other vegetables")])]);

        // arules' vignette: apriori(Groceries, parameter = list(support = .001, confidence = .5)) writes 5,668 rules
        // (one item in the consequent).
        var rules = RuleMiner.Mine(itemsets, new RuleOptions { MinimumConfidence = 0.5m, MaximumConsequent = 1 });
        Assert.Equal(5668, rules.Count);
    }

    // The five rules of the greatest lift as arules' documentation prints them (inspect(head(rules, by = "lift"))).
    [Theory]
    [InlineData("Instant food products,soda", "hamburger meat", 0.001220132, 0.6315789, 18.99565)]
    [InlineData("popcorn,soda", "salty snack", 0.001220132, 0.6315789, 16.69779)]
    [InlineData("baking powder,flour", "sugar", 0.001016777, 0.5555556, 16.40807)]
    [InlineData("ham,processed cheese", "white bread", 0.001931876, 0.6333333, 15.04549)]
    [InlineData("Instant food products,whole milk", "hamburger meat", 0.001525165, 0.5, 15.03823)]
    public void Groceries_rules_as_arules_documents_them(string antecedent, string consequent, double support, double confidence, double lift)
    {
        var (baskets, ids) = TestFiles.Groceries();
        var itemsets = ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = 10 }).Itemsets;
        var rules = RuleMiner.Mine(itemsets, new RuleOptions { MinimumConfidence = 0.5m, MaximumConsequent = 1 });
        int[] Codes(string items) => [.. items.Split(',').Select(item => Array.IndexOf(ids, item)).Order()];
        var rule = Enumerable.Range(0, rules.Count).Single(row => rules.Antecedent(row).SequenceEqual(Codes(antecedent)) && rules.Consequent(row).SequenceEqual(Codes(consequent)));
        Assert.Equal(support, rules.Value(rule, RuleMeasure.Support), 9);
        Assert.Equal(confidence, rules.Value(rule, RuleMeasure.Confidence), 7);
        Assert.Equal(lift, rules.Value(rule, RuleMeasure.Lift), 5);
    }
}
