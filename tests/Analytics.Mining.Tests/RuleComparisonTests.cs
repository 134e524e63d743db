using CsCheck;

namespace Analytics.Mining.Tests;

public class RuleComparisonTests
{
    private static readonly Gen<int[][]> Baskets = Gen.Int[0, 7].Array[0, 6].Array[4, 40];

    private static int CountOf(IEnumerable<int[]> baskets, ReadOnlySpan<int> items)
    {
        var wanted = items.ToArray();
        return baskets.Count(basket => wanted.All(basket.Contains));
    }

    [Fact]
    public void Given_itemsets_are_counted_by_part() =>
        (from sets in Gen.Int[0, 9].Array[1, 4].Array[0, 20] from baskets in Baskets select (sets, baskets)).Sample(test =>
        {
            var sets = test.sets.Select(set => set.Distinct().Order().ToArray())
                .DistinctBy(set => string.Join(' ', set)).Order(Comparer<int[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))).ToArray();
            var table = ItemsetTable.FromSorted(sets, test.baskets.Length, 10);
            var parts = Enumerable.Range(0, test.baskets.Length).Select(basket => basket % 3).ToArray();
            var counts = SupportCounter.Count(table, NaiveMiner.Baskets(test.baskets, 8), parts, 3);
            for (var part = 0; part < 3; part++)
                for (var row = 0; row < sets.Length; row++)
                    Assert.Equal(CountOf(test.baskets.Where((_, basket) => parts[basket] == part), sets[row]), counts[part][row]);
        }, iter: 200);

    [Fact]
    public void Contrasts_hold_the_counts_of_their_part_and_of_the_rest() => Baskets.Sample(rows =>
    {
        var parts = Enumerable.Range(0, rows.Length).Select(basket => basket * 7 % 5 % 3).ToArray();
        var result = RuleContrast.Compare(
            NaiveMiner.Baskets(rows, 8), parts, 3, 0.2m, new MiningOptions(), new RuleOptions { MinimumConfidence = 0.6m });
        foreach (var contrast in result.Contrasts)
        {
            var antecedent = result.Rules.Antecedent(contrast.Rule);
            var consequent = result.Rules.Consequent(contrast.Rule);
            int[] both = [.. antecedent, .. consequent];
            foreach (var (inside, counts) in new[] { (true, contrast.Inside), (false, contrast.Outside) })
            {
                var baskets = rows.Where((_, basket) => (parts[basket] == contrast.Part) == inside).ToArray();
                Assert.Equal(new RuleCounts(CountOf(baskets, both), CountOf(baskets, antecedent), CountOf(baskets, consequent), baskets.Length), counts);
            }
            Assert.True(contrast.Inside.Both * 10L >= contrast.Inside.Antecedent * 6L);
            Assert.InRange(contrast.QValue, contrast.PValue, 1);
        }
        for (var part = 0; part < 3; part++)
        {
            var own = rows.Where((_, basket) => parts[basket] == part).ToArray();
            var support = Math.Max(2, MinimumSupport.FromShare(0.2m, own.Length));
            var alone = RuleMiner.Mine(ItemsetMiner.Mine(NaiveMiner.Baskets(own, 8), new MiningOptions { MinimumSupport = support }).Itemsets, new RuleOptions { MinimumConfidence = 0.6m });
            Assert.Equal(alone.Count, result.Contrasts.Count(contrast => contrast.Part == part));
        }
    }, iter: 60);

    // Fisher's tea: 3 of 4 against 1 of 4; one tail is 17/70, both 34/70.
    [Fact]
    public void Equal_confidence_is_tested_exactly() =>
        Assert.Equal(34 / 70.0, RuleContrast.SameConfidence(new RuleCounts(3, 4, 5, 10), new RuleCounts(1, 4, 5, 10)), 12);

    [Fact]
    public void Changes_between_runs_are_new_gone_or_changed()
    {
        RuleTable Rules(params (int Count, int[] Items)[] groups)
        {
            var baskets = groups.SelectMany(group => Enumerable.Repeat(group.Items, group.Count)).ToArray();
            var itemsets = ItemsetMiner.Mine(NaiveMiner.Baskets(baskets, 6), new MiningOptions { MinimumSupport = 20 }).Itemsets;
            return RuleMiner.Mine(itemsets, new RuleOptions { MinimumConfidence = 0.5m });
        }
        var before = Rules((100, [0, 1]), (60, [0]), (70, [2, 3]), (10, [2]));
        var after = Rules((150, [0, 1]), (10, [0]), (70, [4, 5]));
        var changes = RuleChanges.Compare(before, after);
        string Text(RuleChange change)
        {
            var (rules, row) = change.After >= 0 ? (after, change.After) : (before, change.Before);
            return $"{change.Kind} {rules.Antecedent(row)[0]}>{rules.Consequent(row)[0]}";
        }
        Assert.Equal(["Changed 0>1", "Gone 2>3", "Gone 3>2", "New 4>5", "New 5>4"], changes.Select(Text));
        Assert.Empty(RuleChanges.Compare(after, after));
    }
}
