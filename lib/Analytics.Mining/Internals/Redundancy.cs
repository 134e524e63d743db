namespace Analytics.Mining.Internals;

/// <summary>
/// Marks rules that a shorter antecedent makes superfluous. The rules of one consequent are taken by the size of their
/// antecedents; those that no part beats go into a prefix tree whose nodes know the best confidence below them, so that asking
/// for a part with confidence as high visits few nodes.
/// </summary>
internal sealed class Redundancy
{
    private readonly RuleTable _rules;
    private readonly bool[] _inAntecedent;

    // The root of a frequent consequent may have thousands of children: they are found by item.
    private readonly int[] _rootChild;

    // The tree of one consequent; node 0 is the root. A confidence is kept as its two counts and compared exactly.
    private int[] _item = new int[256];
    private int[] _child = new int[256];
    private int[] _sibling = new int[256];
    private int[] _ownBoth = new int[256];
    private int[] _ownAntecedent = new int[256];
    private int[] _bestBoth = new int[256];
    private int[] _bestAntecedent = new int[256];
    private int _nodes;

    private Redundancy(RuleTable rules)
    {
        _rules = rules;
        _inAntecedent = new bool[rules.Itemsets.ItemCount];
        _rootChild = new int[rules.Itemsets.ItemCount];
    }

    public static void Mark(RuleTable table, CancellationToken cancel)
    {
        var itemsets = table.Itemsets;
        var longest = 0;
        for (var rule = 0; rule < table.Count; rule++) longest = Math.Max(longest, table.Antecedent(rule).Length);
        var order = new int[table.Count];
        for (var rule = 0; rule < order.Length; rule++) order[rule] = rule;
        order = CountingSort.By(order, rule => table.Antecedent(rule).Length, longest + 1);
        order = CountingSort.By(order, rule => table.ConsequentRows[rule], itemsets.Count);
        var marks = new Redundancy(table);
        for (var from = 0; from < order.Length;)
        {
            if ((from & 255) == 0) cancel.ThrowIfCancellationRequested();
            var to = from + 1;
            while (to < order.Length && table.ConsequentRows[order[to]] == table.ConsequentRows[order[from]]) to++;
            marks.MarkConsequent(order.AsSpan(from, to - from), cancel);
            from = to;
        }
    }

    private void MarkConsequent(ReadOnlySpan<int> rules, CancellationToken cancel)
    {
        for (var child = _child[0]; child != 0; child = _sibling[child]) _rootChild[_item[child]] = 0;
        _nodes = 1;
        _child[0] = 0;
        var asked = 0;
        foreach (var rule in rules)
        {
            if ((++asked & 4095) == 0) cancel.ThrowIfCancellationRequested();
            var antecedent = _rules.Antecedent(rule);
            int both = _rules.SupportCounts[rule], count = _rules.Itemsets.Supports[_rules.AntecedentRows[rule]];
            if (_nodes > 1 && antecedent.Length > 1)
            {
                foreach (var item in antecedent) _inAntecedent[item] = true;
                var found = false;
                foreach (var item in antecedent)
                    if (_rootChild[item] is var child and > 0 && !found) found = FindAt(child, both, count);
                foreach (var item in antecedent) _inAntecedent[item] = false;
                if (found)
                {
                    _rules.Redundant[rule] = true;
                    continue;
                }
            }
            Insert(antecedent, both, count);
        }
    }

    private static bool AsHigh(int both, int antecedent, int thanBoth, int thanAntecedent) =>
        (long)both * thanAntecedent >= (long)thanBoth * antecedent;

    private bool Find(int node, int both, int antecedent)
    {
        for (var child = _child[node]; child != 0; child = _sibling[child])
            if (_inAntecedent[_item[child]] && FindAt(child, both, antecedent)) return true;
        return false;
    }

    private bool FindAt(int node, int both, int antecedent)
    {
        if (!AsHigh(_bestBoth[node], _bestAntecedent[node], both, antecedent)) return false;
        return (_ownAntecedent[node] > 0 && AsHigh(_ownBoth[node], _ownAntecedent[node], both, antecedent)) || Find(node, both, antecedent);
    }

    private void Insert(ReadOnlySpan<int> antecedent, int both, int count)
    {
        var node = 0;
        foreach (var item in antecedent)
        {
            var child = node == 0 ? _rootChild[item] : _child[node];
            while (child != 0 && _item[child] != item) child = _sibling[child];
            if (child == 0)
            {
                if (_nodes == _item.Length) Grow();
                child = _nodes++;
                _item[child] = item;
                _child[child] = 0;
                _sibling[child] = _child[node];
                _child[node] = child;
                if (node == 0) _rootChild[item] = child;
                _ownAntecedent[child] = 0;
                _bestBoth[child] = both;
                _bestAntecedent[child] = count;
            }
            else if (!AsHigh(_bestBoth[child], _bestAntecedent[child], both, count)) (_bestBoth[child], _bestAntecedent[child]) = (both, count);
            node = child;
        }
        (_ownBoth[node], _ownAntecedent[node]) = (both, count);
    }

    private void Grow()
    {
        var size = 2 * _nodes;
        Array.Resize(ref _item, size);
        Array.Resize(ref _child, size);
        Array.Resize(ref _sibling, size);
        Array.Resize(ref _ownBoth, size);
        Array.Resize(ref _ownAntecedent, size);
        Array.Resize(ref _bestBoth, size);
        Array.Resize(ref _bestAntecedent, size);
    }
}
