using System.Numerics;
using System.Runtime.CompilerServices;

namespace Analytics.Mining.Internals;

/// <summary>Which forms of the baskets a search may take.</summary>
internal enum SearchForm
{
    /// <summary>The cheapest at each step.</summary>
    Any,

    /// <summary>Lists until 64 baskets are left.</summary>
    Lists,

    /// <summary>Bitmaps from the first step on.</summary>
    Bitmaps,
}

/// <summary>
/// Finds the frequent itemsets whose least frequent item is a given one, depth first. Each step takes the cheapest of three
/// forms of the baskets that hold the prefix: lists of items, delivered item by item (sparse; Uno et al. 2004, LCM), bitmaps
/// with one bit a basket (dense; Zaki 2000, Eclat), or, from 64 baskets on down, one word an item. Items that all of these
/// baskets hold are set aside, and dense groups of items are counted at once (<see cref="SubsetCounter"/>).
/// One instance a thread; it allocates nothing while descending.
/// </summary>
internal sealed unsafe partial class BranchSearch<TSink> : ItemsetSearch<TSink> where TSink : struct, IItemsetSink
{
    private readonly Arena _arena = new();
    private readonly SubsetCounter _subsets = new();
    private readonly SearchForm _form;
    private readonly ulong* _rootBitmaps;

    public BranchSearch(
        RankedBaskets baskets, int minimumSupport, int maximumLength, TSink sink, SearchForm form, CancellationToken cancel)
        : base(baskets, minimumSupport, maximumLength, sink, cancel)
    {
        _form = form;
        // Dense baskets are met as bitmaps from the first step on, without a walk over all of them for each item.
        if (form == SearchForm.Any) _rootBitmaps = baskets.Bitmaps();
    }

    public override long WorkingBytes => _arena.Bytes;

    protected override void Branch(int rank)
    {
        if (_rootBitmaps is null) Project(_root, RootScratch(), rank);
        else if (!Enter()) Extend(_rootBitmaps, _baskets.BitmapWords, _root.Codes, rank, _root.Occurrences[rank + 1] - _root.Occurrences[rank]);
    }

    public override void Dispose() => _arena.Dispose();

    private Scratch _rootScratch;
    private bool _hasRootScratch;

    // Per-item scratch of one projection, all zero between uses.
    private struct Scratch
    {
        public ulong* Words;
        public int* Local;
        public int* Touched;
    }

    private Scratch RootScratch()
    {
        if (!_hasRootScratch) _rootScratch = NewScratch(_root.Count);
        _hasRootScratch = true;
        return _rootScratch;
    }

    private Scratch NewScratch(int items)
    {
        var scratch = new Scratch
        {
            Words = _arena.Take<ulong>(items), Local = _arena.Take<int>(items), Touched = _arena.Take<int>(items + 1),
        };
        new Span<ulong>(scratch.Words, items).Clear();
        new Span<int>(scratch.Local, items).Clear();
        return scratch;
    }

    /// <summary>Searches the sets that end with one item of a projection.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Project(in Projection baskets, in Scratch scratch, int item)
    {
        if (Enter()) return;
        int from = baskets.Occurrences[item], to = baskets.Occurrences[item + 1];
        var support = to - from;
        var perfectBefore = _perfectLength;
        _prefix[_prefixLength++] = baskets.Codes[item];
        if (_prefixLength >= _maximumLength) EmitPrefix(support);
        else
        {
            var mark = _arena.Save();
            if (support <= 64 && _form != SearchForm.Bitmaps) ProjectToWords(baskets, scratch, from, to);
            else ProjectLarge(baskets, scratch, from, to);
            _arena.Release(mark);
        }
        _prefixLength--;
        _perfectLength = perfectBefore;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ProjectToWords(in Projection baskets, in Scratch scratch, int from, int to)
    {
        var words = scratch.Words;
        var touched = scratch.Touched;
        var count = 0;
        var bit = 1UL;
        for (var o = from; o < to; o++, bit <<= 1)
        {
            var end = baskets.Items + baskets.Ends[o];
            for (var p = baskets.Items + baskets.Starts[o]; p < end; p++)
            {
                var item = *p;
                var word = words[item];
                touched[count] = item;
                count += word == 0 ? 1 : 0;
                words[item] = word | bit;
            }
        }

        var support = to - from;
        var kept = 0;
        var keptWords = _arena.Take<ulong>(count);
        var keptItems = _arena.Take<int>(count);
        for (var t = 0; t < count; t++)
        {
            var item = touched[t];
            var word = words[item];
            words[item] = 0;
            var own = BitOperations.PopCount(word);
            if (own == support) _perfect[_perfectLength++] = baskets.Codes[item];
            else
            {
                keptWords[kept] = word;
                keptItems[kept] = baskets.Codes[item];
                kept += own >= _minimumSupport ? 1 : 0;
            }
        }
        EmitPrefix(support);
        if (kept > 0) SearchWords(keptWords, keptItems, kept);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ProjectLarge(in Projection baskets, in Scratch scratch, int from, int to)
    {
        // Supports are counted in the words of the scratch, which are free here.
        var counts = scratch.Words;
        var touched = scratch.Touched;
        var count = 0;
        for (var o = from; o < to; o++)
        {
            var end = baskets.Items + baskets.Ends[o];
            for (var p = baskets.Items + baskets.Starts[o]; p < end; p++)
            {
                var item = *p;
                touched[count] = item;
                count += counts[item]++ == 0 ? 1 : 0;
            }
        }

        var support = to - from;
        var kept = 0;
        var occurrences = 0L;
        for (var t = 0; t < count; t++)
        {
            var item = touched[t];
            var own = (int)counts[item];
            counts[item] = 0;
            if (own == support) _perfect[_perfectLength++] = baskets.Codes[item];
            else if (own >= _minimumSupport)
            {
                touched[kept++] = item;
                scratch.Local[item] = own;
                occurrences += own;
            }
        }
        EmitPrefix(support);
        if (kept == 0) return;

        // Numbers follow the ranks: the projection keeps each basket ascending, and frequent items stay low.
        new Span<int>(touched, kept).Sort();
        var codes = _arena.Take<int>(kept);
        var supports = _arena.Take<int>(kept);
        for (var i = 0; i < kept; i++)
        {
            codes[i] = baskets.Codes[touched[i]];
            supports[i] = scratch.Local[touched[i]];
            scratch.Local[touched[i]] = i + 1;
        }

        // Cost of one level further down in nanoseconds, as measured: lists pay for each pair of items in a basket and for each
        // child, bitmaps for each pair of items and each vector of them.
        var words = ((support + 63) >> 6) + 3 & ~3;
        var length = (double)occurrences / support;
        var listCost = 2.0 * support * length * length / 2 + 60.0 * kept;
        var bitmapCost = (double)kept * kept / 2 * (2 + words * 0.3);
        var bitmap = _form == SearchForm.Any ? bitmapCost < listCost : _form == SearchForm.Bitmaps;
        if (bitmap) ToBitmaps(baskets, scratch, from, to, codes, supports, kept, words);
        else ToLists(baskets, scratch, from, to, codes, supports, kept, occurrences);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToBitmaps(in Projection baskets, in Scratch scratch, int from, int to, int* codes, int* supports, int count, int words)
    {
        var bitmaps = _arena.Take<ulong>((long)count * words);
        new Span<ulong>(bitmaps, checked(count * words)).Clear();
        for (var o = from; o < to; o++)
        {
            var bit = o - from;
            var end = baskets.Items + baskets.Ends[o];
            for (var p = baskets.Items + baskets.Starts[o]; p < end; p++)
            {
                var local = scratch.Local[*p];
                if (local > 0) bitmaps[(long)(local - 1) * words + (bit >> 6)] |= 1UL << bit;
            }
        }
        for (var i = 0; i < count; i++) scratch.Local[scratch.Touched[i]] = 0;
        SearchBitmaps(bitmaps, words, codes, supports, count, to - from);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToLists(
        in Projection baskets, in Scratch scratch, int from, int to, int* codes, int* supports, int count, long occurrences)
    {
        var projected = new Projection
        {
            Count = count,
            Codes = codes,
            Items = _arena.Take<int>(occurrences),
            Occurrences = _arena.Take<int>(count + 1),
            Starts = _arena.Take<int>(occurrences),
            Ends = _arena.Take<int>(occurrences),
        };
        var next = _arena.Take<int>(count);
        projected.Occurrences[0] = 0;
        for (var i = 0; i < count; i++)
        {
            next[i] = projected.Occurrences[i];
            projected.Occurrences[i + 1] = next[i] + supports[i];
        }
        var write = 0;
        for (var o = from; o < to; o++)
        {
            var start = write;
            var end = baskets.Items + baskets.Ends[o];
            for (var p = baskets.Items + baskets.Starts[o]; p < end; p++)
            {
                var local = scratch.Local[*p] - 1;
                if (local < 0) continue;
                var slot = next[local]++;
                projected.Starts[slot] = start;
                projected.Ends[slot] = write;
                projected.Items[write++] = local;
            }
        }
        for (var i = 0; i < count; i++) scratch.Local[scratch.Touched[i]] = 0;
        var own = NewScratch(count);
        for (var i = 0; i < count && !Exhausted; i++) Project(projected, own, i);
    }
}
