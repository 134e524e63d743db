using System.Numerics;
using CsCheck;

namespace Analytics.Mining.Tests;

public class RuleMinerTests
{
    [Fact]
    public void Rules_are_all_confident_splits_of_all_itemsets() =>
        (from baskets in Gen.Int[0, 7].Array[0, 8].Array[1, 25]
         from support in Gen.Int[1, 4]
         from confidence in Gen.Int[0, 10]
         select (baskets, support, confidence)).Sample(test =>
        {
            var baskets = NaiveMiner.Baskets(test.baskets, 8);
            var table = ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = test.support }).Itemsets;
            var least = test.confidence / 10m;
            var rules = RuleMiner.Mine(table, new RuleOptions { MinimumConfidence = least });
            var supports = NaiveMiner.Mine(test.baskets, test.support);
            var expected = new List<(string Antecedent, string Consequent, bool Redundant)>();
            foreach (var (key, support) in supports)
            {
                var items = key.Split(' ');
                for (var mask = 1; mask < (1 << items.Length) - 1; mask++)
                {
                    var antecedent = items.Where((_, i) => (mask >> i & 1) == 1).ToArray();
                    var consequent = items.Where((_, i) => (mask >> i & 1) == 0).ToArray();
                    var own = (decimal)support / supports[string.Join(' ', antecedent)];
                    if (support < least * supports[string.Join(' ', antecedent)]) continue;
                    var redundant = false;
                    for (var part = 1; part < (1 << antecedent.Length) - 1; part++)
                    {
                        var shorter = antecedent.Where((_, i) => (part >> i & 1) == 1).ToArray();
                        var both = shorter.Concat(consequent).OrderBy(int.Parse);
                        redundant |= (long)supports[string.Join(' ', both)] * supports[string.Join(' ', antecedent)]
                            >= (long)support * supports[string.Join(' ', shorter)];
                    }
                    expected.Add((string.Join(' ', antecedent), string.Join(' ', consequent), redundant));
                }
            }
            var actual = Enumerable.Range(0, rules.Count)
                .Select(i => (string.Join(' ', rules.Antecedent(i).ToArray()), string.Join(' ', rules.Consequent(i).ToArray()), rules.Redundant[i]));
            Assert.Equal(expected.Order(), actual.Order());
            for (var i = 1; i < rules.Count; i++)
            {
                var order = rules.Antecedent(i - 1).SequenceCompareTo(rules.Antecedent(i));
                Assert.True(order < 0 || (order == 0 && rules.Consequent(i - 1).SequenceCompareTo(rules.Consequent(i)) < 0));
            }
        }, iter: 150);

    [Fact]
    public void Fisher_tail_is_the_exact_sum() =>
        (from baskets in Gen.Int[1, 400]
         from antecedent in Gen.Int[1, baskets]
         from consequent in Gen.Int[1, baskets]
         from both in Gen.Int[0, Math.Min(antecedent, consequent)]
         select (both, antecedent, consequent, baskets)).Sample(t =>
        {
            BigInteger ways = 0;
            for (var x = t.both; x <= Math.Min(t.antecedent, t.consequent); x++)
                ways += Choose(t.antecedent, x) * Choose(t.baskets - t.antecedent, t.consequent - x);
            var all = Choose(t.baskets, t.consequent);
            var expected = Math.Exp(BigInteger.Log(ways) - BigInteger.Log(all));
            if (ways * 1000 > all) expected = (double)(ways * BigInteger.Pow(10, 30) / all) / 1e30;
            var actual = FisherExact.GreaterTail(t.both, t.antecedent, t.consequent, t.baskets);
            Assert.True(Math.Abs(actual - expected) <= 1e-10 * expected, $"{t}: {actual:R} is not {expected:R}");
        }, iter: 1000);

    private static BigInteger Choose(int n, int k)
    {
        if (k < 0 || k > n) return 0;
        BigInteger result = 1;
        for (var i = 1; i <= k; i++) result = result * (n - k + i) / i;
        return result;
    }
}
