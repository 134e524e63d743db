namespace Analytics.Mining.Bench;

/// <summary>Rules, their tests and redundancy, and scoring baskets by them.</summary>
internal static class RuleBench
{
    public static void Run(string shared)
    {
        Console.WriteLine();
        Console.WriteLine("processor seconds of one thread, the least of the runs");
        Console.WriteLine($"{"file",-14}{"support",8}{"conf.",7}{"itemsets",10}{"rules",10}{"seconds",9}{"us a rule",11}{"redundant",11} | {"rules kept",10}{"baskets/s",12}");
        foreach (var (name, support, confidence) in new[] { ("retail", 20, 0.5m), ("retail", 10, 0.3m), ("online_retail", 110, 0.4m), ("groceries", 6, 0.2m), ("mushroom", 2400, 0.5m), ("mushroom", 2000, 0.6m), ("chess", 2600, 0.8m), ("T10I4D100K", 20, 0.6m) })
        {
            var baskets = Files.Read(shared, name);
            var itemsets = ItemsetMiner.Mine(baskets, new MiningOptions { MinimumSupport = support }).Itemsets;
            RuleTable? rules = null;
            var time = Timing.Of(3, () => rules = RuleMiner.Mine(itemsets, new RuleOptions { MinimumConfidence = confidence }));
            var kept = rules!.Where(new RuleFilter { Top = 100_000, TopBy = RuleMeasure.Lift });
            var scorer = new RuleScorer(kept);
            var session = scorer.NewSession();
            var results = new ScoredConsequent[10];
            var scored = 0L;
            var score = Timing.Of(3, () =>
            {
                for (var basket = 0; basket < baskets.Count; basket++) scored += session.Score(baskets[basket], results);
            });
            Console.WriteLine($"{name,-14}{support,8}{confidence,7}{itemsets.Count,10}{rules.Count,10}{time.LeastProcessor,9:F3}{time.LeastProcessor * 1e6 / rules.Count,11:F2}{rules.Redundant.Count(r => r),11} | {kept.Count,10}{baskets.Count / score.LeastProcessor,12:N0}");
        }
    }
}
