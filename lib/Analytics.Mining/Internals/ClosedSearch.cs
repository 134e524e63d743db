using System.Numerics;
using System.Runtime.CompilerServices;

namespace Analytics.Mining.Internals;

/// <summary>
/// Finds closed or maximal itemsets. A prefix with its perfect items is closed unless some item that the branch has passed
/// already lies in all of its baskets (prefix-preserving closure extension; Uno et al. 2004); then no set below it is closed,
/// and the branch ends. So each closed set is met once, and no found set need be kept for comparison.
/// </summary>
internal sealed unsafe class ClosedSearch<TSink>(
    RankedBaskets baskets, int minimumSupport, bool maximal, TSink sink, CancellationToken cancel)
    : ItemsetSearch<TSink>(baskets, minimumSupport, int.MaxValue, sink, cancel)
    where TSink : struct, IItemsetSink
{
    private readonly Arena _arena = new();
    private readonly int[] _counts = new int[baskets.Count];
    private readonly int[] _local = new int[baskets.Count];
    private readonly bool[] _inSet = new bool[baskets.Count];
    private readonly int[] _set = new int[baskets.Count + 1];

    public override long WorkingBytes => _arena.Bytes;

    public override void Dispose() => _arena.Dispose();

    // Prefix and perfect items are ranks here; codes are looked up when a set is given.
    protected override void Branch(int rank)
    {
        int from = _root.Occurrences[rank], to = _root.Occurrences[rank + 1];
        var mark = _arena.Save();
        // An occurrence stands for its basket: where it starts and where the passed items begin.
        var starts = _arena.Take<int>(to - from);
        var ends = _arena.Take<int>(to - from);
        for (var o = from; o < to; o++)
        {
            starts[o - from] = _root.Starts[o];
            ends[o - from] = _root.Ends[o];
        }
        Lists(rank, starts, ends, to - from);
        _arena.Release(mark);
    }

    // The node of the prefix with this item, whose baskets are given by their positions in the root's lists.
    private void Lists(int item, int* starts, int* ends, int support)
    {
        if (Enter()) return;
        var perfectBefore = _perfectLength;
        _prefix[_prefixLength++] = item;
        _inSet[item] = true;
        var mark = _arena.Save();

        var touched = _arena.Take<int>(item + 1);
        var count = 0;
        for (var o = 0; o < support; o++)
            for (var p = starts[o]; p < ends[o]; p++)
            {
                var other = _root.Items[p];
                touched[count] = other;
                count += _counts[other]++ == 0 ? 1 : 0;
            }
        var kept = 0;
        var occurrences = 0L;
        for (var t = 0; t < count; t++)
        {
            var other = touched[t];
            var own = _counts[other];
            _counts[other] = 0;
            if (_inSet[other]) continue;
            if (own == support) AddPerfect(other);
            else if (own >= _minimumSupport)
            {
                touched[kept++] = other;
                occurrences += own;
            }
        }
        if (!HasPassedItem(item, starts, null, support))
        {
            if (kept == 0) Give(item, starts, null, support, true);
            else
            {
                new Span<int>(touched, kept).Sort();
                for (var i = 0; i < kept; i++) _local[touched[i]] = i + 1;
                if (!maximal) Give(item, starts, null, support, false);
                var words = ((support + 63) >> 6) + 3 & ~3;
                var length = (double)occurrences / support;
                if ((double)kept * kept / 2 * (2 + words * 0.3) < 3.0 * support * length * length / 2 + 200.0 * kept || kept <= 64)
                    ToBitmaps(item, starts, ends, support, touched, kept, words);
                else ToLists(starts, ends, support, touched, kept, occurrences);
            }
        }
        _arena.Release(mark);
        Leave(perfectBefore);
    }

    private void ToBitmaps(int item, int* starts, int* ends, int support, int* items, int count, int words)
    {
        var bitmaps = _arena.Take<ulong>((long)count * words);
        var supports = _arena.Take<int>(count);
        new Span<ulong>(bitmaps, checked(count * words)).Clear();
        for (var o = 0; o < support; o++)
            for (var p = starts[o]; p < ends[o]; p++)
            {
                var local = _local[_root.Items[p]] - 1;
                if (local >= 0) bitmaps[(long)local * words + (o >> 6)] |= 1UL << o;
            }
        for (var i = 0; i < count; i++)
        {
            _local[items[i]] = 0;
            supports[i] = 0;
            for (var w = 0; w < words; w++) supports[i] += BitOperations.PopCount(bitmaps[(long)i * words + w]);
        }
        Bitmaps(item, bitmaps, words, items, supports, count, starts, support);
    }

    private void ToLists(int* starts, int* ends, int support, int* items, int count, long occurrences)
    {
        var offsets = _arena.Take<int>(count + 1);
        var next = _arena.Take<int>(count);
        new Span<int>(next, count).Clear();
        for (var o = 0; o < support; o++)
            for (var p = starts[o]; p < ends[o]; p++)
                if (_local[_root.Items[p]] > 0) next[_local[_root.Items[p]] - 1]++;
        offsets[0] = 0;
        for (var i = 0; i < count; i++)
        {
            offsets[i + 1] = offsets[i] + next[i];
            next[i] = offsets[i];
        }
        var childStarts = _arena.Take<int>(occurrences);
        var childEnds = _arena.Take<int>(occurrences);
        for (var o = 0; o < support; o++)
            for (var p = starts[o]; p < ends[o]; p++)
            {
                var local = _local[_root.Items[p]] - 1;
                if (local < 0) continue;
                childStarts[next[local]] = starts[o];
                childEnds[next[local]++] = p;
            }
        for (var i = 0; i < count; i++) _local[items[i]] = 0;
        for (var i = 0; i < count && !Exhausted; i++)
            Lists(items[i], childStarts + offsets[i], childEnds + offsets[i], offsets[i + 1] - offsets[i]);
    }

    // The extensions of a prefix over bitmaps; baskets[b] is where the basket of bit b starts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Bitmaps(int last, ulong* bitmaps, int words, int* items, int* supports, int count, int* baskets, int support)
    {
        if (maximal && AllTogether(last, bitmaps, words, items, count, baskets)) return;
        for (var j = 0; j < count; j++)
        {
            if (Enter()) return;
            var perfectBefore = _perfectLength;
            var item = items[j];
            var own = bitmaps + (long)j * words;
            _prefix[_prefixLength++] = item;
            _inSet[item] = true;
            var mark = _arena.Save();
            var packedWords = ((supports[j] + 63) >> 6) + 3 & ~3;
            var pack = packedWords * 2 <= words;
            var newWords = pack ? packedWords : words;
            var both = _arena.Take<ulong>((long)j * newWords);
            var bothItems = _arena.Take<int>(j);
            var bothSupports = _arena.Take<int>(j);
            var kept = 0;
            // A passed item is found before the intersections that it would make useless.
            if (!HasPassedItem(item, baskets, own, words))
            {
                for (var i = 0; i < j; i++)
                {
                    var target = both + (long)kept * newWords;
                    var other = bitmaps + (long)i * words;
                    var bothSupport = pack ? Bits.Pack(other, own, words, target, newWords) : Bits.And(other, own, target, words);
                    if (bothSupport < _minimumSupport) continue;
                    if (bothSupport == supports[j]) AddPerfect(items[i]);
                    else
                    {
                        bothItems[kept] = items[i];
                        bothSupports[kept++] = bothSupport;
                    }
                }
                if (kept == 0) Give(item, baskets, own, words, true, supports[j]);
                else
                {
                    if (!maximal) Give(item, baskets, own, words, false, supports[j]);
                    var newBaskets = baskets;
                    if (pack) newBaskets = Select(baskets, own, words, supports[j]);
                    Bitmaps(item, both, newWords, bothItems, bothSupports, kept, newBaskets, supports[j]);
                }
            }
            _arena.Release(mark);
            Leave(perfectBefore);
            if (Exhausted) return;
        }
    }

    // Where the prefix with all extensions is frequent, every set below is a part of that one.
    private bool AllTogether(int last, ulong* bitmaps, int words, int* items, int count, int* baskets)
    {
        var mark = _arena.Save();
        var together = _arena.Take<ulong>(words);
        new Span<ulong>(bitmaps, words).CopyTo(new Span<ulong>(together, words));
        var support = 0;
        for (var i = 0; i < count; i++)
        {
            support = Bits.And(together, bitmaps + (long)i * words, together, words);
            if (support < _minimumSupport) break;
        }
        var frequent = support >= _minimumSupport;
        if (frequent)
        {
            var perfectBefore = _perfectLength;
            for (var i = 0; i < count; i++) AddPerfect(items[i]);
            Give(last, baskets, together, words, true, support);
            LeavePerfect(perfectBefore);
        }
        _arena.Release(mark);
        return frequent;
    }

    private int* Select(int* baskets, ulong* own, int words, int support)
    {
        var selected = _arena.Take<int>(support);
        var count = 0;
        for (var w = 0; w < words; w++)
            for (var left = own[w]; left != 0; left &= left - 1)
                selected[count++] = baskets[w * 64 + BitOperations.TrailingZeroCount(left)];
        return selected;
    }

    private void AddPerfect(int item)
    {
        _perfect[_perfectLength++] = item;
        _inSet[item] = true;
    }

    private void LeavePerfect(int perfectBefore)
    {
        while (_perfectLength > perfectBefore) _inSet[_perfect[--_perfectLength]] = false;
    }

    private void Leave(int perfectBefore)
    {
        LeavePerfect(perfectBefore);
        _inSet[_prefix[--_prefixLength]] = false;
    }

    private void Give(int last, int* baskets, ulong* own, int words, bool border) => Give(last, baskets, own, words, border, words);

    private void Give(int last, int* baskets, ulong* own, int words, bool border, int support)
    {
        if (maximal && (!border || HasFrequentPassedItem(last, baskets, own, words))) return;
        var length = 0;
        for (var i = 0; i < _prefixLength; i++) _set[length++] = _root.Codes[_prefix[i]];
        for (var i = 0; i < _perfectLength; i++) _set[length++] = _root.Codes[_perfect[i]];
        if (TSink.CountsOnly) Sink.Add(length, 0, 1);
        else Sink.Emit(_set.AsSpan(0, length), [], support);
    }

    // Whether an item above the last one, not in the set, lies in all baskets. Without a bitmap, "words" is their number.
    private bool HasPassedItem(int last, int* baskets, ulong* own, int words)
    {
        var mark = _arena.Save();
        int* candidates = null;
        var count = -1;
        var total = own == null ? words : words * 64;
        for (var b = 0; b < total && count != 0; b++)
        {
            if (own != null)
            {
                var word = own[b >> 6] >> b;
                if (word == 0)
                {
                    b |= 63;
                    continue;
                }
                b += BitOperations.TrailingZeroCount(word);
            }
            var p = _root.Items + baskets[b];
            var end = _root.Items + _baskets.EndOfBasket(baskets[b]);
            if (count < 0)
            {
                candidates = _arena.Take<int>(end - p);
                count = 0;
                for (; p < end; p++)
                    if (*p > last && !_inSet[*p]) candidates[count++] = *p;
                continue;
            }
            var kept = 0;
            for (var c = 0; c < count; c++)
            {
                while (p < end && *p < candidates[c]) p++;
                if (p == end) break;
                if (*p == candidates[c]) candidates[kept++] = candidates[c];
            }
            count = kept;
        }
        _arena.Release(mark);
        return count > 0;
    }

    private bool HasFrequentPassedItem(int last, int* baskets, ulong* own, int words)
    {
        var mark = _arena.Save();
        var touched = _arena.Take<int>(_root.Count + 1);
        var count = 0;
        var found = false;
        var total = own == null ? words : words * 64;
        for (var b = 0; b < total && !found; b++)
        {
            if (own != null)
            {
                var word = own[b >> 6] >> b;
                if (word == 0)
                {
                    b |= 63;
                    continue;
                }
                b += BitOperations.TrailingZeroCount(word);
            }
            var end = _root.Items + _baskets.EndOfBasket(baskets[b]);
            for (var p = _root.Items + baskets[b]; p < end; p++)
            {
                var item = *p;
                if (item <= last || _inSet[item]) continue;
                touched[count] = item;
                var seen = ++_counts[item];
                count += seen == 1 ? 1 : 0;
                found |= seen >= _minimumSupport;
            }
        }
        for (var t = 0; t < count; t++) _counts[touched[t]] = 0;
        _arena.Release(mark);
        return found;
    }
}
