namespace Analytics.Mining.Tests;

public class RuleMeasureTests
{
    // 1,000 baskets; 200 hold tea, 800 coffee, 150 both (the textbook case of Tan, Steinbach and Kumar), worked out by hand.
    private static readonly RuleCounts Tea = new(150, 200, 800, 1000);

    [Theory]
    [InlineData(RuleMeasure.Support, 0.15)]
    [InlineData(RuleMeasure.Confidence, 0.75)]
    [InlineData(RuleMeasure.Lift, 0.9375)]
    [InlineData(RuleMeasure.Leverage, -0.01)]
    [InlineData(RuleMeasure.Conviction, 0.8)]
    [InlineData(RuleMeasure.Jaccard, 150.0 / 850)]
    [InlineData(RuleMeasure.Kulczynski, (0.75 + 0.1875) / 2)]
    [InlineData(RuleMeasure.ImbalanceRatio, 600.0 / 850)]
    [InlineData(RuleMeasure.Zhang, -0.01 / 0.13)]
    [InlineData(RuleMeasure.Cosine, 0.375)]
    [InlineData(RuleMeasure.Certainty, -0.0625)]
    [InlineData(RuleMeasure.OddsRatio, 150.0 * 150 / (50 * 650))]
    [InlineData(RuleMeasure.Phi, -0.0625)]
    [InlineData(RuleMeasure.Representativity, 1)]
    public void Measures_of_tea_and_coffee(RuleMeasure measure, double expected) => Assert.Equal(expected, Tea.Measure(measure), 12);

    // mlxtend's documentation of association_rules: five baskets, eggs in four, onions in three of these, kidney beans in all.
    [Theory]
    [InlineData(4, 4, 5, 1.0, 1.0, 0.0, double.NaN, 0.0, 0.8, 0.0, 0.9)]
    [InlineData(3, 4, 3, 0.75, 1.25, 0.12, 1.6, 1.0, 0.75, 0.375, 0.875)]
    [InlineData(3, 3, 4, 1.0, 1.25, 0.12, double.NaN, 0.5, 0.75, 1.0, 0.875)]
    public void Measures_as_mlxtend_documents_them(
        int both, int antecedent, int consequent, double confidence, double lift, double leverage, double conviction, double zhang, double jaccard, double certainty, double kulczynski)
    {
        var counts = new RuleCounts(both, antecedent, consequent, 5);
        Assert.Equal(
            [confidence, lift, leverage, conviction, zhang, jaccard, certainty, kulczynski, 1],
            new[]
            {
                RuleMeasure.Confidence, RuleMeasure.Lift, RuleMeasure.Leverage, RuleMeasure.Conviction, RuleMeasure.Zhang, RuleMeasure.Jaccard,
                RuleMeasure.Certainty, RuleMeasure.Kulczynski, RuleMeasure.Representativity,
            }.Select(measure => Math.Round(counts.Measure(measure), 12)));
    }

    [Fact]
    public void Measures_that_are_not_defined_are_not_numbers()
    {
        Assert.True(double.IsNaN(new RuleCounts(5, 5, 8, 10).Measure(RuleMeasure.Conviction)));
        Assert.True(double.IsNaN(new RuleCounts(5, 10, 5, 10).Measure(RuleMeasure.Phi)));
        Assert.Equal(double.PositiveInfinity, new RuleCounts(5, 5, 8, 10).Measure(RuleMeasure.OddsRatio));
    }

    // R: phyper(q - 1, white, black, drawn, lower.tail = FALSE); the last by exact fractions, far below what 1 - P could tell.
    [Theory]
    [InlineData(3, 4, 4, 8, 17.0 / 70)]
    [InlineData(1, 1, 1, 1000000, 1e-6)]
    [InlineData(2, 2, 2, 100000, 1 / (100000.0 * 99999 / 2))]
    [InlineData(10, 10, 10, 1000, 3.796369418961827e-24)]
    public void Fisher_tails(int both, int antecedent, int consequent, int baskets, double expected) =>
        Assert.Equal(1, FisherExact.GreaterTail(both, antecedent, consequent, baskets) / expected, 7);

    [Fact]
    public void False_discovery_rates_by_hand()
    {
        // p m / rank: 0.04, 0.06, 0.0533, 0.5; smallest from the right: 0.04, 0.0533, 0.0533, 0.5.
        var q = new double[4];
        BenjaminiHochberg.Adjust([0.03, 0.01, 0.5, 0.04], q);
        Assert.Equal([0.16 / 3, 0.04, 0.5, 0.16 / 3], q.Select(value => Math.Round(value, 15)).ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Filters_follow_templates_measures_and_tops()
    {
        var (baskets, ids) = TestFiles.Groceries();
        var itemsets = ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = 50 }).Itemsets;
        var rules = RuleMiner.Mine(itemsets, new RuleOptions { MinimumConfidence = 0.2m });
        int milk = Array.IndexOf(ids, "whole milk"), yogurt = Array.IndexOf(ids, "yogurt");
        var filter = new RuleFilter
        {
            ConsequentFrom = [milk], MustNotContain = [yogurt], NoRedundant = true, Bounds = [new MeasureBound(RuleMeasure.Lift, 1.5)],
            Top = 10, TopBy = RuleMeasure.Confidence,
        };
        var chosen = rules.Where(filter);
        var expected = Enumerable.Range(0, rules.Count)
            .Where(rule => rules.Consequent(rule).SequenceEqual([milk]) && !rules.Antecedent(rule).Contains(yogurt) && !rules.Redundant[rule] && rules.Value(rule, RuleMeasure.Lift) >= 1.5)
            .OrderByDescending(rule => rules.Value(rule, RuleMeasure.Confidence)).ThenBy(rule => rule).Take(10).Order().ToArray();
        Assert.Equal(10, chosen.Count);
        Assert.Equal(expected.Select(rule => rules.AntecedentRows[rule]), chosen.AntecedentRows);
        Assert.Equal(expected.Select(rule => rules.QValues[rule]), chosen.QValues);
        var withBoth = rules.Where(new RuleFilter { MustContain = [milk, yogurt] });
        Assert.True(withBoth.Count > 0);
        for (var rule = 0; rule < withBoth.Count; rule++)
        {
            int[] items = [.. withBoth.Antecedent(rule), .. withBoth.Consequent(rule)];
            Assert.Contains(milk, items);
            Assert.Contains(yogurt, items);
        }
    }
}
