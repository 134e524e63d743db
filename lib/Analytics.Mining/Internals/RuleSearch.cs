namespace Analytics.Mining.Internals;

/// <summary>The rules of one itemset table: each itemset is split into antecedent and consequent in all ways that are confident enough.</summary>
internal sealed class RuleSearch
{
    private readonly ItemsetTable _itemsets;
    private readonly ItemsetIndex _index;
    private readonly long _numerator;
    private readonly long _denominator;
    private readonly int _maximumConsequent;
    private readonly int _maximumRules;
    private int[] _antecedents = new int[256];
    private int[] _consequents = new int[256];
    private int[] _supports = new int[256];
    private int _count;
    private bool _truncated;

    public RuleSearch(ItemsetTable itemsets, ItemsetIndex index, RuleOptions options)
    {
        _itemsets = itemsets;
        _index = index;
        var confidence = options.MinimumConfidence;
        _denominator = 1;
        while (decimal.Truncate(confidence) != confidence)
        {
            if (_denominator == 1_000_000_000_000_000_000)
                throw new ArgumentOutOfRangeException(nameof(options), options.MinimumConfidence, "a confidence has at most 18 decimals");
            confidence *= 10;
            _denominator *= 10;
        }
        _numerator = (long)confidence;
        _maximumConsequent = options.MaximumConsequent == 0 ? int.MaxValue : options.MaximumConsequent;
        _maximumRules = options.MaximumRules == 0 ? Array.MaxLength : options.MaximumRules;
    }

    public void Run(CancellationToken cancel)
    {
        for (var row = 0; row < _itemsets.Count && !_truncated; row++)
        {
            if ((row & 1023) == 0) cancel.ThrowIfCancellationRequested();
            var items = _itemsets[row];
            if (items.Length < 2) continue;
            Grow(items, 0, 0, 0, _index.Hash(items), _itemsets.Supports[row], cancel);
        }
    }

    // Every consequent is reached once, by adding items in ascending order. A consequent that is not confident enough has no
    // superset that is, since its antecedents only become more frequent.
    private void Grow(ReadOnlySpan<int> items, int from, ulong consequentHash, int size, ulong hash, int support, CancellationToken cancel)
    {
        if (size == _maximumConsequent) return;
        for (var i = from; i < items.Length; i++)
        {
            if (size + 1 == items.Length) return;
            var grown = consequentHash ^ _index.ItemHashes[items[i]];
            var antecedent = _index.Find(hash ^ grown, items.Length - size - 1);
            if (antecedent < 0) throw Missing();
            if ((Int128)support * _denominator < (Int128)_itemsets.Supports[antecedent] * _numerator) continue;
            var consequent = _index.Find(grown, size + 1);
            if (consequent < 0) throw Missing();
            if (_count == _maximumRules)
            {
                _truncated = true;
                return;
            }
            Add(antecedent, consequent, support);
            Grow(items, i + 1, grown, size + 1, hash, support, cancel);
            if (_truncated) return;
        }
    }

    private static ArgumentException Missing() => new(
        "an itemset is given without one of its subsets, so a confidence is unknown; give all frequent itemsets from length 1");

    private void Add(int antecedent, int consequent, int support)
    {
        if (_count == _supports.Length)
        {
            var size = (int)Math.Min(Array.MaxLength, 2L * _count);
            Array.Resize(ref _antecedents, size);
            Array.Resize(ref _consequents, size);
            Array.Resize(ref _supports, size);
        }
        _antecedents[_count] = antecedent;
        _consequents[_count] = consequent;
        _supports[_count++] = support;
    }

    public RuleTable ToTable()
    {
        // Rows of the itemset table are in lexicographic order, so a pair of rows is the rule's place.
        var order = new int[_count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        order = CountingSort.By(order, rule => _consequents[rule], _itemsets.Count);
        order = CountingSort.By(order, rule => _antecedents[rule], _itemsets.Count);
        _antecedents = Array.ConvertAll(order, rule => _antecedents[rule]);
        _consequents = Array.ConvertAll(order, rule => _consequents[rule]);
        _supports = Array.ConvertAll(order, rule => _supports[rule]);
        return new RuleTable(_itemsets, _antecedents, _consequents, _supports, _truncated);
    }
}
