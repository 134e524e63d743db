namespace Analytics.Mining;

/// <summary>A consequent that a basket lacks.</summary>
/// <param name="ConsequentRow">The consequent as a row of the rules' itemsets.</param>
/// <param name="Rule">The best rule that leads to it, a row of the rules.</param>
/// <param name="Score">That rule's measure.</param>
public readonly record struct ScoredConsequent(int ConsequentRow, int Rule, double Score);

/// <summary>
/// For a basket, the ranked consequents of the rules whose antecedents it holds. Antecedents lie in a prefix tree, so a basket
/// meets only those it begins; rules are numbered by rank, so comparing two is comparing two numbers. Build once, share among
/// threads, one <see cref="Session"/> each.
/// </summary>
public sealed class RuleScorer
{
    private readonly RuleTable _rules;
    private readonly RuleMeasure _measure;

    // Rules by rank: the best first.
    private readonly int[] _ruleOfRank;
    private readonly double[] _scoreOfRank;
    private readonly int[] _consequentOfRank;
    private readonly int[] _consequentRows;

    // Tree nodes in depth-first order: children of a node are consecutive in the child arrays, ascending by item.
    private readonly int[] _childStart;
    private readonly int[] _childItem;
    private readonly int[] _childNode;
    private readonly int[] _rankStart;
    private readonly int[] _ranks;
    private readonly int[] _rootChild;
    private readonly int[] _bestBelow;

    /// <summary>Prepares rules for scoring.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="measure">The measure by which consequents rank; rules for which it is not defined rank last.</param>
    public RuleScorer(RuleTable rules, RuleMeasure measure = RuleMeasure.Confidence)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _rules = rules;
        _measure = measure;
        var sign = measure is RuleMeasure.PValue or RuleMeasure.QValue ? 1 : -1;
        var keys = rules.Column(measure);
        for (var rule = 0; rule < keys.Length; rule++) keys[rule] = double.IsNaN(keys[rule]) ? double.PositiveInfinity : sign * keys[rule];
        _ruleOfRank = new int[rules.Count];
        for (var rule = 0; rule < rules.Count; rule++) _ruleOfRank[rule] = rule;
        // Equal measures: more support, then the table's order, so that ranks are the same everywhere.
        Array.Sort(_ruleOfRank, (a, b) =>
        {
            if (keys[a] != keys[b]) return keys[a].CompareTo(keys[b]);
            return rules.SupportCounts[a] != rules.SupportCounts[b] ? rules.SupportCounts[b].CompareTo(rules.SupportCounts[a]) : a.CompareTo(b);
        });
        var rankOf = new int[rules.Count];
        for (var rank = 0; rank < rules.Count; rank++) rankOf[_ruleOfRank[rank]] = rank;
        _consequentRows = [.. rules.ConsequentRows.Distinct().Order()];
        _scoreOfRank = new double[rules.Count];
        _consequentOfRank = new int[rules.Count];
        for (var rank = 0; rank < rules.Count; rank++)
        {
            _scoreOfRank[rank] = rules.Value(_ruleOfRank[rank], measure);
            _consequentOfRank[rank] = Array.BinarySearch(_consequentRows, rules.ConsequentRows[_ruleOfRank[rank]]);
        }

        var children = new List<SortedDictionary<int, int>> { new() };
        var ranks = new List<List<int>> { new() };
        for (var rule = 0; rule < rules.Count; rule++)
        {
            var node = 0;
            foreach (var item in rules.Antecedent(rule))
            {
                if (!children[node].TryGetValue(item, out var child))
                {
                    children[node].Add(item, child = children.Count);
                    children.Add([]);
                    ranks.Add([]);
                }
                node = child;
            }
            ranks[node].Add(rankOf[rule]);
        }
        _childStart = new int[children.Count + 1];
        _rankStart = new int[children.Count + 1];
        for (var node = 0; node < children.Count; node++)
        {
            _childStart[node + 1] = _childStart[node] + children[node].Count;
            _rankStart[node + 1] = _rankStart[node] + ranks[node].Count;
        }
        _childItem = [.. children.SelectMany(node => node.Keys)];
        _childNode = [.. children.SelectMany(node => node.Values)];
        _ranks = [.. ranks.SelectMany(node => node.Order())];
        _bestBelow = new int[children.Count];
        // Children come after their parents.
        for (var node = children.Count - 1; node >= 0; node--)
        {
            _bestBelow[node] = ranks[node].Count == 0 ? int.MaxValue : ranks[node].Min();
            foreach (var child in children[node].Values) _bestBelow[node] = Math.Min(_bestBelow[node], _bestBelow[child]);
        }
        _rootChild = new int[rules.Itemsets.ItemCount];
        foreach (var (item, node) in children[0]) _rootChild[item] = node;
    }

    /// <summary>The rules.</summary>
    public RuleTable Rules => _rules;

    /// <summary>The measure by which consequents rank.</summary>
    public RuleMeasure Measure => _measure;

    /// <summary>Scratch of one thread.</summary>
    public Session NewSession() => new(this);

    /// <summary>Scores baskets on one thread without allocating.</summary>
    public sealed class Session
    {
        private readonly RuleScorer _scorer;
        private readonly int[] _best;
        private readonly bool[] _inBasket;
        private int[] _top = new int[16];
        private int _limit;
        private int _count;
        private int _threshold;
        private readonly int[] _held;
        private int _heldCount;

        internal Session(RuleScorer scorer)
        {
            _scorer = scorer;
            _best = new int[scorer._consequentRows.Length];
            Array.Fill(_best, int.MaxValue);
            _held = new int[_best.Length];
            _inBasket = new bool[scorer._rootChild.Length];
        }

        /// <summary>
        /// The consequents none of whose items the basket holds, by the best rule each whose antecedent it holds, best first.
        /// </summary>
        /// <param name="basket">Item codes, ascending without repeats; codes that the rules do not know are passed over.</param>
        /// <param name="results">Receives the best; its length is the most that are given. Asking for fewer costs less.</param>
        /// <returns>How many were given.</returns>
        public int Score(ReadOnlySpan<int> basket, Span<ScoredConsequent> results)
        {
            if (results.IsEmpty) return 0;
            if (_top.Length < results.Length) _top = new int[results.Length];
            (_limit, _count, _threshold) = (results.Length, 0, int.MaxValue);
            foreach (var item in basket)
                if ((uint)item < (uint)_inBasket.Length) _inBasket[item] = true;
            for (var i = 0; i < basket.Length; i++)
            {
                var node = (uint)basket[i] < (uint)_inBasket.Length ? _scorer._rootChild[basket[i]] : 0;
                if (node > 0 && _scorer._bestBelow[node] < _threshold) Walk(node, basket[(i + 1)..]);
            }
            for (var i = 0; i < _count; i++)
            {
                var rank = _top[i];
                var consequent = _scorer._consequentOfRank[rank];
                _best[consequent] = int.MaxValue;
                results[i] = new ScoredConsequent(_scorer._consequentRows[consequent], _scorer._ruleOfRank[rank], _scorer._scoreOfRank[rank]);
            }
            foreach (var item in basket)
                if ((uint)item < (uint)_inBasket.Length) _inBasket[item] = false;
            while (_heldCount > 0) _best[_held[--_heldCount]] = int.MaxValue;
            return _count;
        }

        private void Walk(int node, ReadOnlySpan<int> rest)
        {
            var scorer = _scorer;
            for (var r = scorer._rankStart[node]; r < scorer._rankStart[node + 1]; r++)
            {
                var rank = scorer._ranks[r];
                if (rank >= _threshold) break;
                var consequent = scorer._consequentOfRank[rank];
                if (rank >= _best[consequent]) continue;
                if (_best[consequent] == int.MaxValue && Holds(consequent))
                {
                    // No rank is below 0: it is passed over until the basket ends.
                    _best[consequent] = -1;
                    _held[_heldCount++] = consequent;
                }
                else Put(rank, consequent);
            }
            int c = scorer._childStart[node], end = scorer._childStart[node + 1], i = 0;
            while (c < end && i < rest.Length)
            {
                int child = scorer._childItem[c], item = rest[i];
                if (child == item && scorer._bestBelow[scorer._childNode[c]] < _threshold) Walk(scorer._childNode[c], rest[(i + 1)..]);
                if (child <= item) c++;
                if (item <= child) i++;
            }
        }

        // The best ranks so far stand in order; a consequent has at most one. Once the list is full, nothing worse than its last matters.
        private void Put(int rank, int consequent)
        {
            int place;
            if (_best[consequent] != int.MaxValue) place = Array.IndexOf(_top, _best[consequent], 0, _count);
            else if (_count < _limit) place = _count++;
            else
            {
                place = _count - 1;
                _best[_scorer._consequentOfRank[_top[place]]] = int.MaxValue;
            }
            for (; place > 0 && _top[place - 1] > rank; place--) _top[place] = _top[place - 1];
            _top[place] = rank;
            _best[consequent] = rank;
            if (_count == _limit) _threshold = _top[_count - 1];
        }

        private bool Holds(int consequent)
        {
            foreach (var item in _scorer._rules.Itemsets[_scorer._consequentRows[consequent]])
                if (_inBasket[item]) return true;
            return false;
        }
    }
}
