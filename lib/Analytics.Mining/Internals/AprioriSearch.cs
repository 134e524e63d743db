namespace Analytics.Mining.Internals;

/// <summary>
/// Apriori (Agrawal and Srikant 1994), level by level within a branch: sets that share all but their last item are joined to
/// candidates, those with an infrequent part are dropped, and the branch's baskets are read once a level to count the rest in
/// a prefix tree.
/// </summary>
internal sealed class AprioriSearch<TSink>(
    RankedBaskets baskets, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel)
    : ItemsetSearch<TSink>(baskets, minimumSupport, maximumLength, sink, cancel)
    where TSink : struct, IItemsetSink
{
    private readonly int[] _counts = new int[baskets.Count];

    public override void Dispose() { }

    protected override unsafe void Branch(int rank)
    {
        int from = _root.Occurrences[rank], to = _root.Occurrences[rank + 1];
        if (Enter()) return;
        _prefix[0] = _root.Codes[rank];
        _prefixLength = 1;
        EmitPrefix(to - from);
        if (_maximumLength == 1) return;
        for (var o = from; o < to; o++)
            for (var p = _root.Starts[o]; p < _root.Ends[o]; p++) _counts[_root.Items[p]]++;
        var level = new List<(int[] Items, int Support)>();
        for (var item = 0; item < rank; item++)
        {
            if (_counts[item] >= _minimumSupport) level.Add(([item], _counts[item]));
            _counts[item] = 0;
        }
        while (level.Count > 0)
        {
            foreach (var (items, support) in level)
            {
                if (Enter()) return;
                for (var i = 0; i < items.Length; i++) _prefix[i + 1] = _root.Codes[items[i]];
                _prefixLength = items.Length + 1;
                EmitPrefix(support);
            }
            _prefixLength = 1;
            if (level[0].Items.Length + 1 >= _maximumLength) return;
            var candidates = Join(level);
            if (candidates is null) return;
            var tree = new CandidateTree(candidates);
            for (var o = from; o < to; o++)
                tree.Count(new ReadOnlySpan<int>(_root.Items + _root.Starts[o], _root.Ends[o] - _root.Starts[o]));
            level = [];
            for (var c = 0; c < candidates.Count; c++)
                if (tree.Supports[c] >= _minimumSupport) level.Add((candidates[c], tree.Supports[c]));
        }
    }

    // Levels are in lexicographic order, so sets with a common beginning are neighbours. Null when the search must stop.
    private List<int[]>? Join(List<(int[] Items, int Support)> level)
    {
        var size = level[0].Items.Length;
        var known = new HashSet<ulong>(level.Select(set => Hash(set.Items)));
        var candidates = new List<int[]>();
        for (var i = 0; i < level.Count; i++)
            for (var j = i + 1; j < level.Count; j++)
            {
                var (left, right) = (level[i].Items, level[j].Items);
                if (!left.AsSpan(0, size - 1).SequenceEqual(right.AsSpan(0, size - 1))) break;
                if (Enter()) return null;
                int[] joined = [.. left, right[^1]];
                var hash = Hash(joined);
                var parts = true;
                for (var p = 0; p < size - 1 && parts; p++) parts = known.Contains(hash ^ ItemsetIndex.Mix((ulong)joined[p] + 1));
                if (parts) candidates.Add(joined);
            }
        return candidates;
    }

    private static ulong Hash(ReadOnlySpan<int> items)
    {
        var hash = 0UL;
        foreach (var item in items) hash ^= ItemsetIndex.Mix((ulong)item + 1);
        return hash;
    }

    /// <summary>Candidates of one size as a prefix tree over sorted arrays: each node is a run of candidates with a common beginning.</summary>
    private sealed class CandidateTree(List<int[]> candidates)
    {
        private readonly int[][] _sets = [.. candidates];

        public int[] Supports { get; } = new int[candidates.Count];

        public void Count(ReadOnlySpan<int> basket)
        {
            if (_sets.Length > 0 && basket.Length >= _sets[0].Length) Count(basket, 0, _sets.Length, 0);
        }

        private void Count(ReadOnlySpan<int> basket, int from, int to, int depth)
        {
            var size = _sets[from].Length;
            for (var i = 0; from < to && basket.Length - i >= size - depth; )
            {
                var item = _sets[from][depth];
                if (basket[i] < item)
                {
                    i++;
                    continue;
                }
                var end = from + 1;
                while (end < to && _sets[end][depth] == item) end++;
                if (basket[i] == item)
                {
                    if (depth == size - 1) Supports[from]++;
                    else Count(basket[(i + 1)..], from, end, depth + 1);
                }
                from = end;
            }
        }
    }
}
