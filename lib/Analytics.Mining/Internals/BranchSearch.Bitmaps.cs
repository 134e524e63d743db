using System.Numerics;
using System.Runtime.CompilerServices;

namespace Analytics.Mining.Internals;

internal sealed unsafe partial class BranchSearch<TSink>
{
    /// <summary>Searches the extensions of the prefix over bitmaps of its baskets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SearchBitmaps(ulong* bitmaps, int words, int* codes, int* supports, int count, int support)
    {
        var first = SubsetItems(supports, count, support);
        if (first > 0)
        {
            if (Enter()) return;
            EmitSubsets(bitmaps, words, codes, first);
        }
        for (var j = first; j < count; j++)
        {
            if (Enter()) return;
            Extend(bitmaps, words, codes, j, supports[j]);
        }
    }

    /// <summary>Searches the sets that hold the prefix, one item and more frequent ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Extend(ulong* bitmaps, int words, int* codes, int item, int support)
    {
        var perfectBefore = _perfectLength;
        _prefix[_prefixLength++] = codes[item];
        if (item == 0 || _prefixLength >= _maximumLength) EmitPrefix(support);
        else
        {
            var mark = _arena.Save();
            if (support <= 64) ExtendToWords(bitmaps, words, codes, item, support);
            else ExtendBitmaps(bitmaps, words, codes, item, support);
            _arena.Release(mark);
        }
        _prefixLength--;
        _perfectLength = perfectBefore;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ExtendBitmaps(ulong* bitmaps, int words, int* codes, int item, int support)
    {
        var own = bitmaps + (long)item * words;
        var packedWords = ((support + 63) >> 6) + 3 & ~3;
        var pack = packedWords * 2 <= words;
        var newWords = pack ? packedWords : words;
        var both = _arena.Take<ulong>((long)item * newWords);
        var bothCodes = _arena.Take<int>(item);
        var bothSupports = _arena.Take<int>(item);
        var kept = 0;
        for (var i = 0; i < item; i++)
        {
            var target = both + (long)kept * newWords;
            var bothSupport = pack
                ? Bits.Pack(bitmaps + (long)i * words, own, words, target, newWords)
                : Bits.And(bitmaps + (long)i * words, own, target, words);
            if (bothSupport < _minimumSupport) continue;
            if (bothSupport == support) _perfect[_perfectLength++] = codes[i];
            else
            {
                bothCodes[kept] = codes[i];
                bothSupports[kept++] = bothSupport;
            }
        }
        EmitPrefix(support);
        if (kept > 0) SearchBitmaps(both, newWords, bothCodes, bothSupports, kept, support);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ExtendToWords(ulong* bitmaps, int words, int* codes, int item, int support)
    {
        var own = bitmaps + (long)item * words;
        var both = _arena.Take<ulong>(item);
        var bothCodes = _arena.Take<int>(item);
        // The words that hold baskets at all, so that each item looks at these alone.
        var places = _arena.Take<int>(Math.Min(words, support));
        var filled = 0;
        for (var w = 0; w < words; w++)
            if (own[w] != 0) places[filled++] = w;
        var kept = 0;
        for (var i = 0; i < item; i++)
        {
            var other = bitmaps + (long)i * words;
            var packed = 0UL;
            var shift = 0;
            for (var p = 0; p < filled; p++)
            {
                var mask = own[places[p]];
                packed |= Bits.Extract(other[places[p]], mask) << shift;
                shift += BitOperations.PopCount(mask);
            }
            var bothSupport = BitOperations.PopCount(packed);
            if (bothSupport == support) _perfect[_perfectLength++] = codes[i];
            else
            {
                both[kept] = packed;
                bothCodes[kept] = codes[i];
                kept += bothSupport >= _minimumSupport ? 1 : 0;
            }
        }
        EmitPrefix(support);
        if (kept > 0) SearchWords(both, bothCodes, kept);
    }

    // How many of the most frequent extensions are worth counting with all their subsets: as long as a typical subset,
    // of half of them, would be frequent if they were independent.
    private int SubsetItems(int* supports, int count, int support)
    {
        if (count < LeastSubsetItems) return 0;
        double expected = (double)support * support, least = (double)_minimumSupport * _minimumSupport;
        var items = 0;
        for (; items < count && items < SubsetCounter.MaximumItems; items++)
        {
            expected *= (double)supports[items] / support;
            if (expected < least) break;
        }
        return items < LeastSubsetItems ? 0 : items;
    }

    private const int LeastSubsetItems = 5;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EmitSubsets(ulong* bitmaps, int words, int* codes, int items)
    {
        _subsets.Count(bitmaps, words, items);
        if (TSink.CountsOnly)
        {
            _subsets.CountBySize(items, _minimumSupport);
            for (var size = 1; size <= items; size++)
                if (_subsets.BySize[size] > 0) Sink.Add(_prefixLength + size, _perfectLength, _subsets.BySize[size]);
            return;
        }
        for (var subset = 1; subset < 1 << items; subset++)
        {
            var support = _subsets.Support(subset);
            if (support < _minimumSupport) continue;
            var length = _prefixLength;
            for (var left = (uint)subset; left != 0; left &= left - 1) _prefix[length++] = codes[BitOperations.TrailingZeroCount(left)];
            if (length > _maximumLength) continue;
            Sink.Emit(_prefix.AsSpan(0, length), _perfect.AsSpan(0, _perfectLength), support);
        }
    }
}
