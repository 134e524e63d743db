namespace Analytics.Mining.Internals;

/// <summary>
/// FP-growth (Han, Pei and Yin 2000): a branch's baskets are merged into a prefix tree, from which the conditional tree of
/// each further item is built. Trees are flat arrays; a tree of one path gives all of its subsets at once.
/// </summary>
internal sealed class FpGrowthSearch<TSink>(
    RankedBaskets baskets, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel)
    : ItemsetSearch<TSink>(baskets, minimumSupport, maximumLength, sink, cancel)
    where TSink : struct, IItemsetSink
{
    private readonly int[] _counts = new int[baskets.Count];
    private readonly int[] _path = new int[baskets.Count + 1];
    private readonly List<Tree> _trees = [];

    public override void Dispose() { }

    /// <summary>A prefix tree; node 0 is the root. Items of a node's ancestors are lower than its own.</summary>
    private sealed class Tree
    {
        public int[] Item = new int[64];
        public int[] Parent = new int[64];
        public int[] Count = new int[64];
        public int[] FirstChild = new int[64];
        public int[] NextSibling = new int[64];
        public int[] NextSame = new int[64];
        public int[] Head = [];
        public int Nodes;

        public void Clear(int items)
        {
            Nodes = 1;
            FirstChild[0] = 0;
            Item[0] = -1;
            if (Head.Length < items) Head = new int[items];
            else Array.Clear(Head, 0, items);
        }

        public void Insert(ReadOnlySpan<int> ascending, int count)
        {
            var node = 0;
            foreach (var item in ascending)
            {
                var child = FirstChild[node];
                while (child != 0 && Item[child] != item) child = NextSibling[child];
                if (child == 0)
                {
                    if (Nodes == Item.Length) Grow();
                    child = Nodes++;
                    Item[child] = item;
                    Parent[child] = node;
                    Count[child] = 0;
                    FirstChild[child] = 0;
                    NextSibling[child] = FirstChild[node];
                    FirstChild[node] = child;
                    NextSame[child] = Head[item];
                    Head[item] = child;
                }
                Count[child] += count;
                node = child;
            }
        }

        private void Grow()
        {
            var size = 2 * Nodes;
            Array.Resize(ref Item, size);
            Array.Resize(ref Parent, size);
            Array.Resize(ref Count, size);
            Array.Resize(ref FirstChild, size);
            Array.Resize(ref NextSibling, size);
            Array.Resize(ref NextSame, size);
        }
    }

    protected override unsafe void Branch(int rank)
    {
        if (Enter()) return;
        int from = _root.Occurrences[rank], to = _root.Occurrences[rank + 1];
        _prefix[_prefixLength++] = _root.Codes[rank];
        if (_maximumLength > 1)
        {
            for (var o = from; o < to; o++)
                for (var p = _root.Starts[o]; p < _root.Ends[o]; p++) _counts[_root.Items[p]]++;
            var tree = TreeAt(0, rank);
            for (var o = from; o < to; o++)
            {
                var length = 0;
                for (var p = _root.Starts[o]; p < _root.Ends[o]; p++)
                    if (_counts[_root.Items[p]] >= _minimumSupport && _counts[_root.Items[p]] < to - from) _path[length++] = _root.Items[p];
                tree.Insert(_path.AsSpan(0, length), 1);
            }
            for (var item = 0; item < rank; item++)
            {
                if (_counts[item] == to - from) _perfect[_perfectLength++] = _root.Codes[item];
                _counts[item] = 0;
            }
            EmitPrefix(to - from);
            Grow(0, rank);
            _perfectLength = 0;
        }
        else EmitPrefix(to - from);
        _prefixLength--;
    }

    private Tree TreeAt(int depth, int items)
    {
        if (depth == _trees.Count) _trees.Add(new Tree());
        _trees[depth].Clear(items);
        return _trees[depth];
    }

    private unsafe void Grow(int depth, int items)
    {
        var tree = _trees[depth];
        for (var item = 0; item < items; item++)
        {
            if (tree.Head[item] == 0) continue;
            if (Enter()) return;
            var support = 0;
            for (var node = tree.Head[item]; node != 0; node = tree.NextSame[node]) support += tree.Count[node];
            var perfectBefore = _perfectLength;
            _prefix[_prefixLength++] = _root.Codes[item];
            if (_prefixLength >= _maximumLength) EmitPrefix(support);
            else
            {
                for (var node = tree.Head[item]; node != 0; node = tree.NextSame[node])
                    for (var up = tree.Parent[node]; up != 0; up = tree.Parent[up]) _counts[tree.Item[up]] += tree.Count[node];
                var conditional = TreeAt(depth + 1, item);
                for (var node = tree.Head[item]; node != 0; node = tree.NextSame[node])
                {
                    var length = 0;
                    for (var up = tree.Parent[node]; up != 0; up = tree.Parent[up])
                        if (_counts[tree.Item[up]] >= _minimumSupport && _counts[tree.Item[up]] < support) _path[length++] = tree.Item[up];
                    var path = _path.AsSpan(0, length);
                    path.Reverse();
                    conditional.Insert(path, tree.Count[node]);
                }
                for (var other = 0; other < item; other++)
                {
                    if (_counts[other] == support) _perfect[_perfectLength++] = _root.Codes[other];
                    _counts[other] = 0;
                }
                EmitPrefix(support);
                if (conditional.Nodes > 1) Grow(depth + 1, item);
            }
            _prefixLength--;
            _perfectLength = perfectBefore;
        }
    }
}
