using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Mining;
using Analytics.Publishing;

namespace Analytics.Jobs.Stages;

/// <summary>Mines frequent itemsets and association rules from the sale baskets.</summary>
internal sealed class MineStage : IStage
{
    private const int Highlighted = 5;

    public string Name => "mine";

    public string InputsHash(StageContext context) =>
        StageContext.Hash(context.LinesHash(), CanonicalJson.Hash(ResultsJson.Of(context.Results.Mine)), PipelineVersion.Results);

    public StageResult Execute(StageContext context)
    {
        var settings = context.Results.Mine;
        var items = ItemCatalog.Read(context);
        var baskets = Baskets.Read(context, items.Count);
        var support = baskets.Count == 0 ? 1 : MinimumSupport.Parse(settings.MinSupport, baskets.Count);
        context.Reporter.StageProgress(Name, 0.3, $"{baskets.Count:N0} baskets");
        var mined = ItemsetMiner.Mine(baskets, new MiningOptions
        {
            MinimumSupport = support,
            MaximumLength = settings.MaxLength,
            Threads = context.Threads,
            MaximumNodes = settings.MaxNodes,
            MaximumBytes = (long)settings.MemoryMib << 20,
        }, context.Cancel);
        context.Reporter.StageProgress(Name, 0.5, $"{mined.Itemsets.Count:N0} itemsets");
        var rules = RuleMiner.Mine(mined.Itemsets, new RuleOptions { MinimumConfidence = settings.MinConfidence, Threads = context.Threads }, context.Cancel);
        context.Reporter.StageProgress(Name, 0.7, $"{rules.Count:N0} rules");
        var itemsetTable = context.Write(ItemsetRows.Itemsets(mined.Itemsets, items.Ids, TableSchemas.Of("itemsets").Columns), "itemsets");
        var ruleTable = context.Write(ItemsetRows.Rules(rules, items, TableSchemas.Of("rules").Columns), "rules");
        return new StageResult
        {
            RowsIn = baskets.Items.Length,
            RowsOut = itemsetTable.Rows + ruleTable.Rows,
            Outcome = $"{mined.Itemsets.Count:N0} itemsets and {rules.Count:N0} rules of {baskets.Count:N0} baskets (support from {support:N0} baskets)"
                + (mined.Outcome.Truncated ? $"; {mined.Outcome}" : ""),
            Highlights = Highlights(rules, items),
            Tables = [itemsetTable, ruleTable],
            Quality =
            [
                QualityCheck.Info(Name, "baskets", QualityCheck.Text(baskets.Count), $"{baskets.Count} baskets of {items.Count} items, {baskets.Items.Length} items in baskets"),
                QualityCheck.Info(Name, "min_support_count", QualityCheck.Text(support), $"an itemset is frequent from {support} baskets on"),
                QualityCheck.Warning(Name, "complete", !mined.Outcome.Truncated && !rules.Truncated, mined.Outcome.Truncated || rules.Truncated ? "truncated" : "complete", "complete",
                    mined.Outcome.Truncated || rules.Truncated
                        ? $"{mined.Outcome}{(rules.Truncated ? "; the rules are cut at the largest table" : "")}. Raise results.mine.memory_mib or max_nodes, or min_support"
                        : "all itemsets and rules within the thresholds are there"),
            ],
        };
    }

    /// <summary>The rules worth reading first: not redundant, significant, one item on the right, the highest lift; one rule a set of items.</summary>
    private static List<string> Highlights(RuleTable rules, ItemCatalog items)
    {
        var lift = rules.Column(RuleMeasure.Lift);
        var confidence = rules.Column(RuleMeasure.Confidence);
        int Set(int rule) => rules.Itemsets.Find(Union(rules.Antecedent(rule), rules.Consequent(rule)));
        var best = Enumerable.Range(0, rules.Count).Where(rule => !rules.Redundant[rule] && rules.QValues[rule] <= 0.05 && rules.Consequent(rule).Length == 1)
            .OrderByDescending(rule => lift[rule]).ThenByDescending(rule => confidence[rule]).ThenBy(rule => rule).DistinctBy(Set).Take(Highlighted).ToList();
        string Side(ReadOnlySpan<int> codes)
        {
            var names = new List<string>();
            foreach (var code in codes) names.Add(items.Names[code] ?? items.Ids[code]);
            return string.Join(" + ", names);
        }
        static int[] Union(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
        {
            int[] all = [.. a, .. b];
            Array.Sort(all);
            return all;
        }
        return best.ConvertAll(rule => FormattableString.Invariant(
            $"rule      {Side(rules.Antecedent(rule))} -> {Side(rules.Consequent(rule))}: {rules.SupportCounts[rule]} baskets, confidence {confidence[rule]:P0}, lift {lift[rule]:F1}"));
    }
}
