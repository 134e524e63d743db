namespace Analytics.Mining.Internals;

/// <summary>
/// Finds itemsets across the levels of a hierarchy that hold no item together with a category of its own, whose support would
/// say nothing (Cumulate; Srikant and Agrawal 1995): such a pair is never joined, so nothing below it is searched.
/// </summary>
internal sealed unsafe class HierarchySearch<TSink>(
    RankedBaskets baskets, Hierarchy hierarchy, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel)
    : ItemsetSearch<TSink>(baskets, minimumSupport, maximumLength, sink, cancel)
    where TSink : struct, IItemsetSink
{
    private readonly Arena _arena = new();
    private readonly int[] _counts = new int[baskets.Count];

    public override long WorkingBytes => _arena.Bytes;

    public override void Dispose() => _arena.Dispose();

    protected override void Branch(int rank)
    {
        if (Enter()) return;
        int from = _root.Occurrences[rank], support = _root.Occurrences[rank + 1] - from;
        var code = _root.Codes[rank];
        _prefix[_prefixLength++] = code;
        EmitPrefix(support);
        if (_maximumLength > 1)
        {
            var mark = _arena.Save();
            for (var o = from; o < from + support; o++)
                for (var p = _root.Starts[o]; p < _root.Ends[o]; p++) _counts[_root.Items[p]]++;
            var codes = _arena.Take<int>(rank);
            var supports = _arena.Take<int>(rank);
            var words = ((support + 63) >> 6) + 3 & ~3;
            var kept = 0;
            for (var item = 0; item < rank; item++)
            {
                var own = _counts[item];
                _counts[item] = -1;
                if (own < _minimumSupport || hierarchy.AreRelated(_root.Codes[item], code)) continue;
                _counts[item] = kept;
                codes[kept] = _root.Codes[item];
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
            Bitmaps(bitmaps, words, codes, supports, kept);
            _arena.Release(mark);
        }
        _prefixLength--;
    }

    private void Bitmaps(ulong* bitmaps, int words, int* codes, int* supports, int count)
    {
        for (var j = 0; j < count; j++)
        {
            if (Enter()) return;
            _prefix[_prefixLength++] = codes[j];
            EmitPrefix(supports[j]);
            if (_prefixLength < _maximumLength)
            {
                var mark = _arena.Save();
                var own = bitmaps + (long)j * words;
                var packedWords = ((supports[j] + 63) >> 6) + 3 & ~3;
                var pack = packedWords * 2 <= words;
                var newWords = pack ? packedWords : words;
                var both = _arena.Take<ulong>((long)(j + 1) * newWords);
                var bothCodes = _arena.Take<int>(j);
                var bothSupports = _arena.Take<int>(j);
                var kept = 0;
                for (var i = 0; i < j; i++)
                {
                    if (hierarchy.AreRelated(codes[i], codes[j])) continue;
                    var target = both + (long)kept * newWords;
                    var other = bitmaps + (long)i * words;
                    var support = pack ? Bits.Pack(other, own, words, target, newWords) : Bits.And(other, own, target, words);
                    if (support < _minimumSupport) continue;
                    bothCodes[kept] = codes[i];
                    bothSupports[kept++] = support;
                }
                Bitmaps(both, newWords, bothCodes, bothSupports, kept);
                _arena.Release(mark);
            }
            _prefixLength--;
        }
    }
}
