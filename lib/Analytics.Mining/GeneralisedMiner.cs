using Analytics.Mining.Internals;

namespace Analytics.Mining;

/// <summary>Itemsets and rules across the levels of a hierarchy, without the trivial ones (Srikant and Agrawal 1995).</summary>
public static class GeneralisedMiner
{
    /// <summary>Frequent itemsets of items and categories; none holds an item together with a category above it.</summary>
    /// <param name="baskets">Baskets of items, without their categories.</param>
    /// <param name="hierarchy">The categories.</param>
    /// <param name="options">What to mine; kind and algorithm do not apply.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    public static MiningResult Mine(BasketSet baskets, Hierarchy hierarchy, MiningOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(hierarchy);
        options.Check();
        return ItemsetMiner.Mine(hierarchy.Generalise(baskets), options with { Kind = ItemsetKind.Frequent }, hierarchy, cancel);
    }

    /// <summary>
    /// Which rules say more than the rules above them: support or confidence is at least <paramref name="factor"/> times what
    /// each closest interesting rule with some items replaced by categories leads to expect (equations of section 2 of the paper).
    /// </summary>
    /// <param name="rules">Rules of a table that <see cref="Mine"/> gave.</param>
    /// <param name="hierarchy">The same hierarchy.</param>
    /// <param name="factor">R of the paper, above 0; 1.1 is usual.</param>
    /// <returns>A flag a rule. Rules without a rule above them are interesting.</returns>
    public static bool[] Interesting(RuleTable rules, Hierarchy hierarchy, double factor)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(hierarchy);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return new InterestSearch(rules, hierarchy, factor).Run();
    }

    private sealed class InterestSearch
    {
        private readonly RuleTable _rules;
        private readonly Hierarchy _hierarchy;
        private readonly double _factor;
        private readonly ItemsetIndex _index;
        private readonly Dictionary<(int, int), int> _ruleOf = [];
        private readonly bool?[] _interesting;

        public InterestSearch(RuleTable rules, Hierarchy hierarchy, double factor)
        {
            (_rules, _hierarchy, _factor) = (rules, hierarchy, factor);
            _index = new ItemsetIndex(rules.Itemsets);
            _interesting = new bool?[rules.Count];
            for (var rule = 0; rule < rules.Count; rule++) _ruleOf[(rules.AntecedentRows[rule], rules.ConsequentRows[rule])] = rule;
        }

        public bool[] Run()
        {
            var result = new bool[_rules.Count];
            for (var rule = 0; rule < result.Length; rule++) result[rule] = IsInteresting(rule);
            return result;
        }

        // Rules above a rule have fewer steps to the top, so this ends.
        private bool IsInteresting(int rule)
        {
            if (_interesting[rule] is { } known) return known;
            var interesting = true;
            var seen = new HashSet<(int, int)>();
            var open = new Queue<(int Antecedent, int Consequent)>();
            Enqueue(_rules.AntecedentRows[rule], _rules.ConsequentRows[rule], open, seen);
            while (interesting && open.TryDequeue(out var above))
            {
                if (_ruleOf.TryGetValue(above, out var other) && IsInteresting(other)) interesting = Exceeds(rule, other);
                else Enqueue(above.Antecedent, above.Consequent, open, seen);
            }
            _interesting[rule] = interesting;
            return interesting;
        }

        // The pairs of sides with one item replaced by its parent.
        private void Enqueue(int antecedent, int consequent, Queue<(int, int)> open, HashSet<(int, int)> seen)
        {
            foreach (var row in Above(antecedent))
                if (seen.Add((row, consequent))) open.Enqueue((row, consequent));
            foreach (var row in Above(consequent))
                if (seen.Add((antecedent, row))) open.Enqueue((antecedent, row));
        }

        private List<int> Above(int row)
        {
            var rows = new List<int>();
            var items = _rules.Itemsets[row].ToArray();
            foreach (var item in items)
            {
                var parent = _hierarchy.Parent(item);
                if (parent < 0) continue;
                var replaced = items.Select(other => other == item ? parent : other).Distinct().Order().ToArray();
                if (replaced.Length < items.Length) continue;
                var found = _index.Find(_index.Hash(replaced), replaced.Length);
                if (found >= 0) rows.Add(found);
            }
            return rows;
        }

        private bool Exceeds(int rule, int above)
        {
            var supports = _rules.Itemsets;
            double antecedentShare = Share(_rules.Antecedent(rule), _rules.Antecedent(above));
            double consequentShare = Share(_rules.Consequent(rule), _rules.Consequent(above));
            var expectedSupport = _rules.SupportCounts[above] * antecedentShare * consequentShare;
            var expectedConfidence = (double)_rules.SupportCounts[above] / supports.Supports[_rules.AntecedentRows[above]] * consequentShare;
            var confidence = (double)_rules.SupportCounts[rule] / supports.Supports[_rules.AntecedentRows[rule]];
            return _rules.SupportCounts[rule] >= _factor * expectedSupport || confidence >= _factor * expectedConfidence;
        }

        // The product over the items of support(item) / support(the category that replaces it).
        private double Share(ReadOnlySpan<int> items, ReadOnlySpan<int> above)
        {
            var share = 1.0;
            foreach (var item in items)
            {
                foreach (var category in above)
                {
                    if (category == item) break;
                    if (!_hierarchy.IsAncestor(category, item)) continue;
                    share *= (double)Single(item) / Single(category);
                    break;
                }
            }
            return share;
        }

        private int Single(int item) => _rules.Itemsets.Supports[_index.Find(_index.ItemHashes[item], 1)];
    }
}
