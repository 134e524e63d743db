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
        // What needs every basket reads them into this process; all frequent itemsets alone are mined where the baskets are.
        var baskets = new Lazy<BasketSet>(() => Baskets.Read(context, items.Count, settings.MaxBasket));
        var shards = context.Engine.Executors is not null && settings.MaxBasket == 0 ? ExecutorMining.Count(context, items.Count) : null;
        var count = shards?.Baskets ?? baskets.Value.Count;
        var support = count == 0 ? 1 : MinimumSupport.Parse(settings.MinSupport, count);
        var mining = new MiningOptions
        {
            MinimumSupport = support,
            MaximumLength = settings.MaxLength,
            Algorithm = Enum.Parse<MiningAlgorithm>(settings.Algorithm, ignoreCase: true),
            Threads = context.Threads,
            MaximumNodes = settings.MaxNodes,
            MaximumBytes = (long)settings.MemoryMib << 20,
        };
        var ruling = new RuleOptions { MinimumConfidence = settings.MinConfidence, MaximumConsequent = settings.MaxConsequent, Threads = context.Threads };
        var work = new Work(context, settings, items, baskets, mining, ruling);
        context.Reporter.StageProgress(Name, 0.3, $"{count:N0} baskets");

        // Rules need all frequent itemsets from one item on, whatever the table of itemsets shows.
        var needed = settings.Rules || settings is { Kind: "frequent", TopItemsets: 0 };
        var frequent = needed ? Frequent(work, shards) : ItemsetMiner.Mine(BasketSet.Create([0], [], items.Count), mining, context.Cancel);
        work.Note("itemsets", frequent.Outcome);
        var shown = Shown(work, frequent);
        context.Reporter.StageProgress(Name, 0.5, $"{shown.Count:N0} itemsets");
        var all = RuleMiner.Mine(settings.Rules ? frequent.Itemsets : frequent.Itemsets.Where(static _ => false), ruling, context.Cancel);
        if (all.Truncated) work.Cut.Add("the rules are cut at the largest table");
        var unknown = new List<string>();
        var filter = MinedFilter.Create(settings.Filter, items.Ids, unknown);
        var rules = filter is null ? all.Select([]) : all.Where(filter);
        context.Reporter.StageProgress(Name, 0.7, $"{rules.Count:N0} rules");

        var itemsetTable = context.Write(ItemsetRows.Itemsets(shown, items.Ids, TableSchemas.Of("itemsets").Columns), "itemsets");
        var ruleTable = context.Write(ItemsetRows.Rules(rules, items.Ids, items.Names, TableSchemas.Of("rules").Columns), "rules");
        List<TableFact> tables = [itemsetTable, ruleTable];
        if (settings.Categories) tables.AddRange(Categories(work));
        if (settings.Contrast.Count > 0) tables.Add(Contrasts(work));
        var pairs = shards?.Items ?? baskets.Value.Items.Length;
        var complete = work.Cut.Count == 0;
        var cut = string.Join("; ", work.Cut);
        return new StageResult
        {
            RowsIn = pairs,
            RowsOut = tables.Sum(table => table.Rows),
            Outcome = $"{shown.Count:N0} itemsets and {rules.Count:N0} rules of {count:N0} baskets (support from {support:N0} baskets)"
                + string.Concat(work.More.Select(more => ", " + more)) + (complete ? "" : "; truncated: " + cut),
            Highlights = [.. Highlights(rules, items), .. complete ? Array.Empty<string>() : [$"truncated {cut}. Raise results.mine.memory_mib or max_nodes, or min_support"]],
            Tables = tables,
            Quality =
            [
                QualityCheck.Info(Name, "baskets", QualityCheck.Text(count), $"{count} baskets of {items.Count} items, {pairs} items in baskets"),
                QualityCheck.Info(Name, "min_support_count", QualityCheck.Text(support), $"an itemset is frequent from {support} baskets on"),
                QualityCheck.Warning(Name, "complete", complete, complete ? "complete" : "truncated", "complete",
                    complete ? "all itemsets and rules within the thresholds are there" : $"{cut}. Raise results.mine.memory_mib or max_nodes, or min_support"),
                .. Capped(settings, shards is null ? baskets.Value.Capped : default),
                .. Unknown(settings, unknown),
                .. work.Checks,
            ],
        };
    }

    /// <summary>What the parts of the stage share, and what they have to say.</summary>
    private sealed record Work(StageContext Context, MineSettings Settings, ItemCatalog Items, Lazy<BasketSet> LazyBaskets, MiningOptions Mining, RuleOptions Ruling)
    {
        /// <summary>The baskets; reading them takes memory for all of them.</summary>
        public BasketSet Baskets => LazyBaskets.Value;

        /// <summary>Which results are truncated, and how far they got.</summary>
        public List<string> Cut { get; } = [];

        /// <summary>What was found besides itemsets and rules.</summary>
        public List<string> More { get; } = [];

        public List<QualityCheck> Checks { get; } = [];

        public void Note(string what, MiningOutcome outcome)
        {
            if (outcome.Truncated) Cut.Add($"{what}: {outcome}");
        }
    }

    /// <summary>All frequent itemsets, by shards where there are executors.</summary>
    private static MiningResult Frequent(Work work, ExecutorMining? shards)
    {
        if (shards?.Mine(work.Mining) is { } mined) return mined;
        return ItemsetMiner.Mine(work.Baskets, work.Mining, work.Context.Cancel);
    }

    /// <summary>The itemsets of the kind and lengths that the table shows.</summary>
    private static ItemsetTable Shown(Work work, MiningResult frequent)
    {
        var settings = work.Settings;
        var options = work.Mining with { Kind = Enum.Parse<ItemsetKind>(settings.Kind, ignoreCase: true), MinimumLength = settings.MinLength };
        if (settings.TopItemsets > 0)
        {
            var top = ItemsetMiner.MineTop(work.Baskets, settings.TopItemsets, options, work.Context.Cancel);
            work.Note($"the {settings.TopItemsets} itemsets of the greatest support", top.Outcome);
            return top.Itemsets;
        }
        if (options.Kind == ItemsetKind.Frequent)
            return settings.MinLength == 1 ? frequent.Itemsets : frequent.Itemsets.Where(row => frequent.Itemsets[row].Length >= settings.MinLength);
        var result = ItemsetMiner.Mine(work.Baskets, options, work.Context.Cancel);
        work.Note($"{settings.Kind} itemsets", result.Outcome);
        return result.Itemsets;
    }

    private static IEnumerable<TableFact> Categories(Work work)
    {
        var (context, settings, items) = (work.Context, work.Settings, work.Items);
        context.Reporter.StageProgress("mine", 0.8, "categories");
        var both = ItemCategories.Create(items.Ids, items.Names, items.Categories, work.Baskets);
        var mined = GeneralisedMiner.Mine(both.Baskets, both.Hierarchy, work.Mining, context.Cancel);
        work.Note("category_itemsets", mined.Outcome);
        var rules = RuleMiner.Mine(mined.Itemsets, work.Ruling, context.Cancel);
        if (rules.Truncated) work.Cut.Add("the rules of categories are cut at the largest table");
        var interesting = settings.CategoryInterest > 0 ? GeneralisedMiner.Interesting(rules, both.Hierarchy, (double)settings.CategoryInterest) : null;
        rules = rules.Select([.. Enumerable.Range(0, rules.Count).Where(rule =>
            (interesting is null || interesting[rule]) && (both.HasCategory(rules.Antecedent(rule)) || both.HasCategory(rules.Consequent(rule))))]);
        var sets = mined.Itemsets.Where(row => both.HasCategory(mined.Itemsets[row]) && mined.Itemsets[row].Length >= settings.MinLength);
        work.More.Add($"{sets.Count:N0} itemsets and {rules.Count:N0} rules of categories");
        yield return context.Write(ItemsetRows.Itemsets(sets, both.Ids, TableSchemas.Of("category_itemsets").Columns), "category_itemsets");
        yield return context.Write(ItemsetRows.Rules(rules, both.Ids, both.Names, TableSchemas.Of("category_rules").Columns), "category_rules");
    }

    private static TableFact Contrasts(Work work)
    {
        var (context, settings) = (work.Context, work.Settings);
        var columns = TableSchemas.Of("rule_contrasts").Columns;
        var parts = BasketParts.Read(context, work.Baskets.Count, settings.Contrast, settings.ContrastBaskets);
        var rows = new List<ContrastRows>();
        foreach (var dimension in settings.Contrast.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            context.Reporter.StageProgress("mine", 0.9, $"contrasts by {dimension}");
            var (names, of) = (parts[dimension].Names, parts[dimension].Of);
            var result = RuleContrast.Compare(work.Baskets, of, names.Length, settings.ContrastSupport, work.Mining, work.Ruling, context.Cancel);
            for (var part = 0; part < result.Outcomes.Length; part++) work.Note($"contrast of {dimension} {names[part]}", result.Outcomes[part]);
            work.Checks.Add(QualityCheck.Info("mine", $"contrast_{dimension}", QualityCheck.Text(names.Length),
                $"{names.Length} parts by {dimension}, those of fewer than {settings.ContrastBaskets} baskets together as one; {result.Contrasts.Length} rules of parts were tested"));
            rows.Add(new ContrastRows(dimension, names, result));
        }
        var published = rows.Sum(row => (long)row.Result.Contrasts.Count(contrast => contrast.QValue <= (double)settings.ContrastQValue));
        work.More.Add($"{published:N0} contrasts");
        return context.Write(
            rows.SelectMany(row => ItemsetRows.Contrasts(row.Dimension, row.Parts, row.Result, (double)settings.ContrastQValue, work.Items, columns)), "rule_contrasts");
    }

    private sealed record ContrastRows(string Dimension, string[] Parts, ContrastResult Result);

    private static IEnumerable<QualityCheck> Capped(MineSettings settings, CappedBaskets capped)
    {
        if (settings.MaxBasket == 0) yield break;
        yield return QualityCheck.Warning("mine", "max_basket", capped.Baskets == 0, QualityCheck.Text(capped.Baskets), "0", capped.Baskets == 0
            ? $"no basket has more than {settings.MaxBasket} items"
            : $"{capped.Baskets} baskets were cut to their {settings.MaxBasket} most frequent items: {capped.Occurrences} items left out; the largest had {capped.LargestBasket}. Raise results.mine.max_basket to keep them");
    }

    private static IEnumerable<QualityCheck> Unknown(MineSettings settings, List<string> unknown)
    {
        if (new[] { settings.Filter.Contains, settings.Filter.Without, settings.Filter.Antecedent, settings.Filter.Consequent }.All(list => list.Count == 0)) yield break;
        yield return QualityCheck.Warning("mine", "filter_items", unknown.Count == 0, QualityCheck.Text(unknown.Count), "0", unknown.Count == 0
            ? "every item of results.mine.filter has a sale"
            : $"items of results.mine.filter without a sale in this run: {string.Join(", ", unknown.Take(20))}{(unknown.Count > 20 ? $" and {unknown.Count - 20} more" : "")}. Check their spelling");
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
