namespace Analytics.Mining;

/// <summary>One rule in one part of the data against all other parts together.</summary>
/// <param name="Rule">Row in <see cref="ContrastResult.Rules"/>.</param>
/// <param name="Part">The part.</param>
/// <param name="Inside">The rule's counts in the part.</param>
/// <param name="Outside">Its counts in all other parts.</param>
/// <param name="PValue">Fisher's exact test, two-sided by doubling, that confidence is the same inside and outside.</param>
/// <param name="QValue">The p-value adjusted by Benjamini and Hochberg over all contrasts.</param>
public readonly record struct Contrast(int Rule, int Part, RuleCounts Inside, RuleCounts Outside, double PValue, double QValue)
{
    /// <summary>Confidence inside minus confidence outside; NaN where the antecedent is missing on one side.</summary>
    public double Difference => (double)Inside.Both / Inside.Antecedent - (double)Outside.Both / Outside.Antecedent;
}

/// <summary>Rules of any part, and how each stands in each part.</summary>
/// <param name="Rules">All rules that hold in some part; their counts are those of all baskets.</param>
/// <param name="Contrasts">Ordered by rule and part: the parts in which the rule holds.</param>
/// <param name="Outcomes">How far the search of each part got.</param>
public sealed record ContrastResult(RuleTable Rules, Contrast[] Contrasts, MiningOutcome[] Outcomes);

/// <summary>Rules that hold in one part of the data (a country, a month) and not in another.</summary>
public static class RuleContrast
{
    /// <summary>Mines each part by itself and tests every rule of a part against the other parts.</summary>
    /// <param name="baskets">All baskets.</param>
    /// <param name="parts">The part of each basket, 0 .. <paramref name="partCount"/> - 1.</param>
    /// <param name="partCount">The number of parts.</param>
    /// <param name="minimumSupport">The least support as a share of a part's baskets, rounded up to a count; at least 2 baskets.</param>
    /// <param name="mining">Lengths, budgets and threads for each part.</param>
    /// <param name="ruleOptions">Which rules hold in a part.</param>
    /// <param name="cancel">Stops with <see cref="OperationCanceledException"/>.</param>
    public static ContrastResult Compare(
        BasketSet baskets, int[] parts, int partCount, decimal minimumSupport, MiningOptions mining, RuleOptions ruleOptions,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baskets);
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Length != baskets.Count) throw new ArgumentException($"{parts.Length} parts for {baskets.Count} baskets", nameof(parts));
        if (parts.AsSpan().IndexOfAnyExceptInRange(0, partCount - 1) is var wrong and >= 0)
            throw new ArgumentException($"basket {wrong} is of part {parts[wrong]}; expected 0 to {partCount - 1}", nameof(parts));

        var outcomes = new MiningOutcome[partCount];
        var tables = new RuleTable[partCount];
        var sets = new SortedSet<int[]>(Comparer<int[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        var sizes = new int[partCount];
        for (var part = 0; part < partCount; part++)
        {
            var own = Part(baskets, parts, part);
            sizes[part] = own.Count;
            var support = Math.Max(2, MinimumSupport.FromShare(minimumSupport, own.Count));
            var result = ItemsetMiner.Mine(own, mining with { MinimumSupport = support, MinimumLength = 1, Kind = ItemsetKind.Frequent }, cancel);
            outcomes[part] = result.Outcome;
            var rules = tables[part] = RuleMiner.Mine(result.Itemsets, ruleOptions, cancel);
            for (var rule = 0; rule < rules.Count; rule++)
            {
                sets.Add(rules.Antecedent(rule).ToArray());
                sets.Add(rules.Consequent(rule).ToArray());
                sets.Add(Union(rules, rule));
            }
        }

        var table = ItemsetTable.FromSorted(sets, baskets.Count, baskets.ItemCount);
        var counts = SupportCounter.Count(table, baskets, parts, partCount, cancel);
        for (var row = 0; row < table.Count; row++)
            foreach (var own in counts) table.Supports[row] += own[row];

        var keys = new SortedDictionary<(int Antecedent, int Consequent), int>();
        for (var part = 0; part < partCount; part++)
            for (var rule = 0; rule < tables[part].Count; rule++)
                keys[(table.Find(tables[part].Antecedent(rule)), table.Find(tables[part].Consequent(rule)))] = table.Find(Union(tables[part], rule));
        var all = new RuleTable(
            table, [.. keys.Keys.Select(key => key.Antecedent)], [.. keys.Keys.Select(key => key.Consequent)],
            [.. keys.Values.Select(row => table.Supports[row])], false);
        RuleMiner.FillTests(all, ruleOptions, cancel);
        var unions = keys.Values.ToArray();

        var contrasts = new List<Contrast>();
        for (var part = 0; part < partCount; part++)
            for (var rule = 0; rule < tables[part].Count; rule++)
            {
                var row = RowOf(all, table.Find(tables[part].Antecedent(rule)), table.Find(tables[part].Consequent(rule)));
                var inside = new RuleCounts(
                    counts[part][unions[row]], counts[part][all.AntecedentRows[row]], counts[part][all.ConsequentRows[row]], sizes[part]);
                var whole = all.Counts(row);
                var outside = new RuleCounts(
                    whole.Both - inside.Both, whole.Antecedent - inside.Antecedent, whole.Consequent - inside.Consequent, whole.Baskets - inside.Baskets);
                contrasts.Add(new Contrast(row, part, inside, outside, SameConfidence(inside, outside), 0));
            }
        contrasts.Sort((a, b) => a.Rule != b.Rule ? a.Rule.CompareTo(b.Rule) : a.Part.CompareTo(b.Part));
        var q = new double[contrasts.Count];
        BenjaminiHochberg.Adjust(contrasts.Select(contrast => contrast.PValue).ToArray(), q);
        return new ContrastResult(all, [.. contrasts.Select((contrast, i) => contrast with { QValue = q[i] })], outcomes);
    }

    /// <summary>Fisher's exact test that two samples have the same confidence: two-sided, the smaller tail doubled.</summary>
    /// <param name="one">Counts of a rule in one sample.</param>
    /// <param name="other">Its counts in another, disjoint one.</param>
    public static double SameConfidence(RuleCounts one, RuleCounts other)
    {
        // Of the antecedent's baskets in both samples, which hold the consequent and which are in the first.
        int baskets = one.Antecedent + other.Antecedent, holding = one.Both + other.Both;
        if (one.Antecedent == 0 || other.Antecedent == 0) return 1;
        var more = FisherExact.GreaterTail(one.Both, one.Antecedent, holding, baskets);
        var less = FisherExact.GreaterTail(one.Antecedent - one.Both, one.Antecedent, baskets - holding, baskets);
        return Math.Min(1, 2 * Math.Min(more, less));
    }

    private static BasketSet Part(BasketSet baskets, int[] parts, int part)
    {
        var offsets = new List<int> { 0 };
        var items = new List<int>();
        for (var basket = 0; basket < baskets.Count; basket++)
        {
            if (parts[basket] != part) continue;
            foreach (var item in baskets[basket]) items.Add(item);
            offsets.Add(items.Count);
        }
        return BasketSet.Create([.. offsets], [.. items], baskets.ItemCount);
    }

    private static int[] Union(RuleTable rules, int rule)
    {
        int[] union = [.. rules.Antecedent(rule), .. rules.Consequent(rule)];
        Array.Sort(union);
        return union;
    }

    private static int RowOf(RuleTable rules, int antecedent, int consequent)
    {
        int low = 0, high = rules.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = (rules.AntecedentRows[middle], rules.ConsequentRows[middle]).CompareTo((antecedent, consequent));
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        throw new InvalidOperationException("a rule of a part is not in the union of all parts");
    }
}
