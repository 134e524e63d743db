using System.Numerics;

namespace Analytics.Mining.Internals;

/// <summary>
/// Finds generators: itemsets each of whose proper subsets is in more baskets. All subsets of a generator are generators, so a
/// set is one if each of its parts with one item less was found and has more support. Branches must be run in ascending order,
/// and children are, so that every part comes before the whole.
/// </summary>
internal sealed unsafe class GeneratorSearch<TSink> : ItemsetSearch<TSink> where TSink : struct, IItemsetSink
{
    private readonly Arena _arena = new();
    private readonly int _basketCount;
    private readonly int[] _counts;
    private readonly int[] _codes;
    private ulong[] _hashes = new ulong[1 << 12];
    private int[] _supports = new int[1 << 12];
    private int _found;

    public GeneratorSearch(
        RankedBaskets baskets, int basketCount, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel)
        : base(baskets, minimumSupport, maximumLength, sink, cancel)
    {
        _basketCount = basketCount;
        _counts = new int[baskets.Count];
        _codes = new int[baskets.Count + 1];
    }

    public override long WorkingBytes => _arena.Bytes + 12L * _hashes.Length;

    public override void Dispose() => _arena.Dispose();

    protected override void Branch(int rank)
    {
        int from = _root.Occurrences[rank], support = _root.Occurrences[rank + 1] - from;
        if (Enter() || support == _basketCount) return;
        _prefix[_prefixLength++] = rank;
        Give(support);
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
                if (own < _minimumSupport || own == support || !IsGenerator(item, own)) continue;
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
            Bitmaps(bitmaps, words, items, supports, kept);
            _arena.Release(mark);
        }
        _prefixLength--;
    }

    private void Bitmaps(ulong* bitmaps, int words, int* items, int* supports, int count)
    {
        for (var j = 0; j < count; j++)
        {
            if (Enter()) return;
            _prefix[_prefixLength++] = items[j];
            Give(supports[j]);
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
                    var target = both + (long)kept * newWords;
                    var other = bitmaps + (long)i * words;
                    var support = pack ? Bits.Pack(other, own, words, target, newWords) : Bits.And(other, own, target, words);
                    if (support < _minimumSupport || support == supports[j] || !IsGenerator(items[i], support)) continue;
                    bothItems[kept] = items[i];
                    bothSupports[kept++] = support;
                }
                Bitmaps(both, newWords, bothItems, bothSupports, kept);
                _arena.Release(mark);
            }
            _prefixLength--;
        }
    }

    private void Give(int support)
    {
        if (2 * (_found + 1) > _hashes.Length) Grow();
        Put(Hash(-1), support);
        _found++;
        for (var i = 0; i < _prefixLength; i++) _codes[i] = _root.Codes[_prefix[i]];
        if (TSink.CountsOnly) Sink.Add(_prefixLength, 0, 1);
        else Sink.Emit(_codes.AsSpan(0, _prefixLength), [], support);
    }

    // Whether the prefix with one more item has less support than each of its parts with one item less, all of them generators.
    private bool IsGenerator(int item, int support)
    {
        var whole = Hash(-1) ^ ItemsetIndex.Mix((ulong)item + 1);
        for (var i = 0; i < _prefixLength; i++)
        {
            var part = Find(whole ^ ItemsetIndex.Mix((ulong)_prefix[i] + 1));
            if (part < 0 || part == support) return false;
        }
        return true;
    }

    private ulong Hash(int without)
    {
        var hash = 0UL;
        for (var i = 0; i < _prefixLength; i++)
            if (i != without) hash ^= ItemsetIndex.Mix((ulong)_prefix[i] + 1);
        return hash;
    }

    private int Find(ulong hash)
    {
        var mask = _hashes.Length - 1;
        for (var slot = (int)hash & mask; _supports[slot] != 0; slot = (slot + 1) & mask)
            if (_hashes[slot] == hash) return _supports[slot];
        return -1;
    }

    private void Put(ulong hash, int support)
    {
        var mask = _hashes.Length - 1;
        var slot = (int)hash & mask;
        while (_supports[slot] != 0) slot = (slot + 1) & mask;
        _hashes[slot] = hash;
        _supports[slot] = support;
    }

    private void Grow()
    {
        var (hashes, supports) = (_hashes, _supports);
        _hashes = new ulong[checked((int)BitOperations.RoundUpToPowerOf2((uint)hashes.Length + 1))];
        _supports = new int[_hashes.Length];
        for (var i = 0; i < hashes.Length; i++)
            if (supports[i] != 0) Put(hashes[i], supports[i]);
    }
}
