namespace Analytics.Mining.Internals;

/// <summary>
/// A depth-first search over bitmaps in which a derived class decides which items may be joined to the prefix. The branch's
/// baskets are read from the lists once; below, each join is one intersection. The prefix holds ranks.
/// </summary>
internal abstract unsafe class JoinSearch<TSink>(
    RankedBaskets baskets, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel)
    : ItemsetSearch<TSink>(baskets, minimumSupport, maximumLength, sink, cancel)
    where TSink : struct, IItemsetSink
{
    private readonly Arena _arena = new();

    // Of the branch's items: first their supports, then their places among those that are kept, -1 for the others; else 0.
    private readonly int[] _counts = new int[baskets.Count];
    private readonly int[] _codes = new int[baskets.Count + 1];

    public override long WorkingBytes => _arena.Bytes;

    public override void Dispose() => _arena.Dispose();

    /// <summary>Whether an item that is in so many baskets begins itemsets at all.</summary>
    protected virtual bool Begins(int support) => true;

    /// <summary>Whether an item may stand beside the prefix's last one; asked before their baskets are intersected.</summary>
    protected virtual bool MayJoin(int item, int last) => true;

    /// <summary>Whether the prefix with one more item, frequent together, is wanted.</summary>
    /// <param name="item">The item.</param>
    /// <param name="support">The support of the prefix with the item.</param>
    /// <param name="prefixSupport">The support of the prefix.</param>
    protected virtual bool Keeps(int item, int support, int prefixSupport) => true;

    /// <summary>The prefix is an itemset; called before any that it begins.</summary>
    protected virtual void Found(int support)
    {
        for (var i = 0; i < _prefixLength; i++) _codes[i] = _root.Codes[_prefix[i]];
        if (TSink.CountsOnly) Sink.Add(_prefixLength, 0, 1);
        else Sink.Emit(_codes.AsSpan(0, _prefixLength), [], support);
    }

    protected override void Branch(int rank)
    {
        int from = _root.Occurrences[rank], support = _root.Occurrences[rank + 1] - from;
        if (Enter() || !Begins(support)) return;
        _prefix[_prefixLength++] = rank;
        Found(support);
        if (_maximumLength > 1)
        {
            var mark = _arena.Save();
            for (var o = from; o < from + support; o++)
                for (var p = _root.Starts[o]; p < _root.Ends[o]; p++) _counts[_root.Items[p]]++;
            var items = _arena.Take<int>(rank);
            var supports = _arena.Take<int>(rank);
            var words = ((support + 63) >> 6) + 3 & ~3;
            var kept = 0;
            for (var item = 0; item < rank; item++)
            {
                var own = _counts[item];
                _counts[item] = -1;
                if (own < _minimumSupport || !MayJoin(item, rank) || !Keeps(item, own, support)) continue;
                _counts[item] = kept;
                items[kept] = item;
                supports[kept++] = own;
            }
            var bitmaps = _arena.Take<ulong>((long)kept * words);
            new Span<ulong>(bitmaps, checked(kept * words)).Clear();
            for (var o = 0; o < support; o++)
                for (var p = _root.Starts[from + o]; p < _root.Ends[from + o]; p++)
                {
                    var local = _counts[_root.Items[p]];
                    if (local >= 0) bitmaps[(long)local * words + (o >> 6)] |= 1UL << o;
                }
            Array.Clear(_counts, 0, rank);
            Extend(bitmaps, words, items, supports, kept);
            _arena.Release(mark);
        }
        _prefixLength--;
    }

    private void Extend(ulong* bitmaps, int words, int* items, int* supports, int count)
    {
        for (var j = 0; j < count; j++)
        {
            if (Enter()) return;
            _prefix[_prefixLength++] = items[j];
            Found(supports[j]);
            if (_prefixLength < _maximumLength)
            {
                var mark = _arena.Save();
                var own = bitmaps + (long)j * words;
                var packedWords = ((supports[j] + 63) >> 6) + 3 & ~3;
                var pack = packedWords * 2 <= words;
                var newWords = pack ? packedWords : words;
                var both = _arena.Take<ulong>((long)(j + 1) * newWords);
                var bothItems = _arena.Take<int>(j);
                var bothSupports = _arena.Take<int>(j);
                var kept = 0;
                for (var i = 0; i < j; i++)
                {
                    if (!MayJoin(items[i], items[j])) continue;
                    var target = both + (long)kept * newWords;
                    var other = bitmaps + (long)i * words;
                    var support = pack ? Bits.Pack(other, own, words, target, newWords) : Bits.And(other, own, target, words);
                    if (support < _minimumSupport || !Keeps(items[i], support, supports[j])) continue;
                    bothItems[kept] = items[i];
                    bothSupports[kept++] = support;
                }
                Extend(both, newWords, bothItems, bothSupports, kept);
                _arena.Release(mark);
            }
            _prefixLength--;
        }
    }
}
