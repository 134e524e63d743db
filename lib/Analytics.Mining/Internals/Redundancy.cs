namespace Analytics.Mining.Internals;

/// <summary>
/// Marks rules that a shorter antecedent makes superfluous. The best confidence of an antecedent and its parts for one
/// consequent is the best over the antecedent itself and over its parts with one item less, so each pair of antecedent and
/// consequent is worked out once.
/// </summary>
internal static class Redundancy
{
    public static void Mark(RuleTable table, ItemsetIndex index, CancellationToken cancel)
    {
        var itemsets = table.Itemsets;
        var memo = new Dictionary<ulong, (int Support, int Antecedent)>();
        for (var rule = 0; rule < table.Count; rule++)
        {
            if ((rule & 1023) == 0) cancel.ThrowIfCancellationRequested();
            int antecedent = table.AntecedentRows[rule], consequent = table.ConsequentRows[rule];
            if (itemsets[antecedent].Length == 1) continue;
            var best = BestOfParts(itemsets, index, memo, antecedent, consequent);
            table.Redundant[rule] = (long)best.Support * itemsets.Supports[antecedent] >= (long)table.SupportCounts[rule] * best.Antecedent;
        }
    }

    private static (int Support, int Antecedent) BestOfParts(
        ItemsetTable itemsets, ItemsetIndex index, Dictionary<ulong, (int, int)> memo, int antecedent, int consequent)
    {
        var items = itemsets[antecedent];
        var hash = index.Hash(items);
        (int Support, int Antecedent) best = (0, 1);
        foreach (var item in items)
        {
            var part = index.Find(hash ^ index.ItemHashes[item], items.Length - 1);
            var candidate = Best(itemsets, index, memo, part, consequent);
            if ((long)candidate.Support * best.Antecedent > (long)best.Support * candidate.Antecedent) best = candidate;
        }
        return best;
    }

    private static (int Support, int Antecedent) Best(
        ItemsetTable itemsets, ItemsetIndex index, Dictionary<ulong, (int, int)> memo, int antecedent, int consequent)
    {
        var key = (ulong)(uint)antecedent << 32 | (uint)consequent;
        if (memo.TryGetValue(key, out var known)) return known;
        var size = itemsets[antecedent].Length;
        var both = index.Find(index.Hash(itemsets[antecedent]) ^ index.Hash(itemsets[consequent]), size + itemsets[consequent].Length);
        (int Support, int Antecedent) best = (itemsets.Supports[both], itemsets.Supports[antecedent]);
        if (size > 1)
        {
            var parts = BestOfParts(itemsets, index, memo, antecedent, consequent);
            if ((long)parts.Support * best.Antecedent > (long)best.Support * parts.Antecedent) best = parts;
        }
        memo[key] = best;
        return best;
    }
}
