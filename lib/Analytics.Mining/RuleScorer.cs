namespace Analytics.Mining;

/// <summary>A consequent that a basket lacks.</summary>
/// <param name="ConsequentRow">The consequent as a row of the rules' itemsets.</param>
/// <param name="Rule">The best rule that leads to it, a row of the rules.</param>
/// <param name="Score">That rule's measure.</param>
public readonly record struct ScoredConsequent(int ConsequentRow, int Rule, double Score);

/// <summary>
/// For a basket, the ranked consequents of the rules whose antecedents it holds. Antecedents lie in a prefix tree, so a basket
/// meets only those it begins; rules are numbered by rank, so comparing two is comparing two numbers; and every branch of the
/// tree knows the best rank below it, so that those which cannot reach the list are passed over. Build once, share among
/// threads, one <see cref="Session"/> each.
/// </summary>
public sealed class RuleScorer
{
    /// <summary>From so many children an item of the basket on, a child is looked up by item instead of looking at all children.</summary>
    private const int LookUpFrom = 16;

    private readonly RuleTable _rules;
    private readonly RuleMeasure _measure;

    // Rules by rank: the best first.
    private readonly int[] _ruleOfRank;
    private readonly double[] _scoreOfRank;
    private readonly int[] _consequentOfRank;
    private readonly int[] _consequentRows;

    // Node n has children _children[_nodes[n].Children .. _nodes[n + 1].Children) and rules _ranks[_nodes[n].Ranks .. _nodes[n + 1].Ranks).
    private readonly Node[] _nodes;
    private readonly Child[] _childrenByRank;
    private readonly Child[] _childrenByItem;
    private readonly int[] _ranks;
    private readonly Child[] _rootChild;

    private readonly record struct Node(int Children, int Ranks);

    /// <summary>A child: the item that leads to it, its node, and the best rank of the rules there and below.</summary>
    private readonly record struct Child(int Item, int Node, int Best);

    /// <summary>Prepares rules for scoring, in time linear in the rules but for sorting them once.</summary>
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

        // Rules come in the order of their antecedents, so the tree grows in depth-first order along one path.
        var items = new List<int> { -1 };
        var parents = new List<int> { -1 };
        var nodeOf = new int[rules.Count];
        var path = new List<int> { 0 };
        for (var rule = 0; rule < rules.Count; rule++)
        {
            var antecedent = rules.Antecedent(rule);
            var depth = 0;
            while (depth < antecedent.Length && depth + 1 < path.Count && items[path[depth + 1]] == antecedent[depth]) depth++;
            path.RemoveRange(depth + 1, path.Count - depth - 1);
            for (; depth < antecedent.Length; depth++)
            {
                parents.Add(path[depth]);
                path.Add(items.Count);
                items.Add(antecedent[depth]);
            }
            nodeOf[rule] = path[depth];
        }
        var nodes = items.Count;
        var ranksOf = new int[nodes + 1];
        var childrenOf = new int[nodes + 1];
        foreach (var node in nodeOf) ranksOf[node + 1]++;
        for (var node = 1; node < nodes; node++) childrenOf[parents[node] + 1]++;
        _nodes = new Node[nodes + 1];
        for (var node = 0; node < nodes; node++)
        {
            ranksOf[node + 1] += ranksOf[node];
            childrenOf[node + 1] += childrenOf[node];
            _nodes[node + 1] = new Node(childrenOf[node + 1], ranksOf[node + 1]);
        }
        // In the order of ranks, so that each node has its best rule first.
        _ranks = new int[rules.Count];
        var best = new int[nodes];
        Array.Fill(best, int.MaxValue);
        for (var rank = 0; rank < rules.Count; rank++)
        {
            var node = nodeOf[_ruleOfRank[rank]];
            best[node] = Math.Min(best[node], rank);
            _ranks[ranksOf[node]++] = rank;
        }
        // Parents come before their children.
        for (var node = nodes - 1; node > 0; node--) best[parents[node]] = Math.Min(best[parents[node]], best[node]);
        _childrenByItem = new Child[nodes - 1];
        for (var node = 1; node < nodes; node++) _childrenByItem[childrenOf[parents[node]]++] = new Child(items[node], node, best[node]);
        _childrenByRank = (Child[])_childrenByItem.Clone();
        for (var node = 0; node < nodes; node++)
            _childrenByRank.AsSpan(_nodes[node].Children, _nodes[node + 1].Children - _nodes[node].Children).Sort((a, b) => a.Best.CompareTo(b.Best));
        _rootChild = new Child[rules.Itemsets.ItemCount];
        foreach (var child in _childrenByItem.AsSpan(0, _nodes[1].Children)) _rootChild[child.Item] = child;
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
        private Child[] _begins = new Child[64];
        private int[] _basket = new int[64];
        private int _basketLength;
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
            if (_begins.Length < basket.Length) (_begins, _basket) = (new Child[basket.Length], new int[basket.Length]);
            basket.CopyTo(_basket);
            (_limit, _count, _threshold, _basketLength) = (results.Length, 0, int.MaxValue, basket.Length);
            var begins = 0;
            foreach (var item in basket)
            {
                if ((uint)item >= (uint)_inBasket.Length) continue;
                _inBasket[item] = true;
                // Node 0 is the root and nobody's child.
                if (_scorer._rootChild[item] is { Node: > 0 } child) _begins[begins++] = child;
            }
            // The most promising beginnings first: they fill the list, and the rest is passed over sooner.
            _begins.AsSpan(0, begins).Sort(static (a, b) => a.Best.CompareTo(b.Best));
            for (var i = 0; i < begins && _begins[i].Best < _threshold; i++) Walk(_begins[i].Node);
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

        private void Walk(int node)
        {
            var scorer = _scorer;
            var (children, ranks) = scorer._nodes[node];
            var (childrenEnd, ranksEnd) = scorer._nodes[node + 1];
            for (var r = ranks; r < ranksEnd; r++)
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
            var count = childrenEnd - children;
            if (count == 0) return;
            if (count >= LookUpFrom * _basketLength) WalkByItem(children, childrenEnd);
            else
            {
                // Children stand behind their parent in every antecedent, so any that the basket holds begins one that it holds.
                var inBasket = _inBasket;
                foreach (ref readonly var child in scorer._childrenByRank.AsSpan(children, count))
                {
                    if (child.Best >= _threshold) return;
                    if (inBasket[child.Item]) Walk(child.Node);
                }
            }
        }

        private void WalkByItem(int from, int end)
        {
            var children = _scorer._childrenByItem;
            for (var i = 0; i < _basketLength; i++)
            {
                var item = _basket[i];
                int low = from, high = end;
                while (low < high)
                {
                    var middle = (int)((uint)(low + high) >> 1);
                    if (children[middle].Item < item) low = middle + 1;
                    else high = middle;
                }
                if (low < end && children[low].Item == item && children[low].Best < _threshold) Walk(children[low].Node);
                from = low;
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
