using System.Numerics;
using System.Runtime.CompilerServices;

namespace Analytics.Mining.Internals;

/// <summary>
/// Finds the frequent itemsets whose least frequent item is a given one: the baskets that hold it are projected onto
/// their more frequent items, and the projection is searched depth first over vertical bitmaps, one bit a basket.
/// One instance a thread; its buffers are reused from branch to branch.
/// </summary>
internal sealed class BranchSearch<TSink> where TSink : struct, IItemsetSink
{
    private readonly RankedBaskets _baskets;
    private readonly int _minimumSupport;
    private readonly int _maximumLength;
    private readonly int[] _localOf;
    private readonly int[] _counts;
    private readonly CancellationToken _cancel;

    private ulong[] _words = new ulong[1 << 12];
    private int[] _items = new int[1 << 10];
    private int[] _supports = new int[1 << 10];
    private readonly int[] _prefix;
    private readonly int[] _perfect;
    private int _prefixLength;
    private int _perfectLength;
    private int _sinceCheck;

    public TSink Sink;

    public long Nodes;

    /// <summary>The search gives up, with <see cref="Exhausted"/> set, once it has visited this many nodes.</summary>
    public long NodeLimit = long.MaxValue;

    public bool Exhausted;

    public BranchSearch(RankedBaskets baskets, int minimumSupport, int maximumLength, TSink sink, CancellationToken cancel)
    {
        _baskets = baskets;
        _minimumSupport = minimumSupport;
        _maximumLength = maximumLength;
        Sink = sink;
        _cancel = cancel;
        _localOf = new int[baskets.Count];
        _counts = new int[baskets.Count];
        _prefix = new int[baskets.Count + 1];
        _perfect = new int[baskets.Count + 1];
    }

    public void Run(int rank)
    {
        var baskets = _baskets;
        int from = baskets.OccurrenceOffsets[rank], to = baskets.OccurrenceOffsets[rank + 1];
        var support = baskets.Supports[rank];
        _prefix[0] = baskets.Codes[rank];
        _prefixLength = 1;
        _perfectLength = 0;

        var counts = _counts.AsSpan(0, rank);
        counts.Clear();
        if (_maximumLength > 1)
            for (var o = from; o < to; o++)
                foreach (var other in baskets.Ranks.AsSpan(baskets.Starts[o], baskets.Ends[o] - baskets.Starts[o])) counts[other]++;

        var extensions = 0;
        var words = (support + 63) >> 6;
        for (var other = 0; other < rank; other++)
        {
            _localOf[other] = -1;
            if (counts[other] == support) _perfect[_perfectLength++] = baskets.Codes[other];
            else if (counts[other] >= _minimumSupport)
            {
                _localOf[other] = extensions;
                Reserve(extensions + 1, 0);
                _items[extensions] = baskets.Codes[other];
                _supports[extensions++] = counts[other];
            }
        }
        if (extensions > 0)
        {
            Reserve(extensions, (long)extensions * words);
            _words.AsSpan(0, extensions * words).Clear();
            for (var o = from; o < to; o++)
            {
                var bit = o - from;
                foreach (var other in baskets.Ranks.AsSpan(baskets.Starts[o], baskets.Ends[o] - baskets.Starts[o]))
                {
                    var local = _localOf[other];
                    if (local >= 0) _words[local * words + (bit >> 6)] |= 1UL << bit;
                }
            }
        }
        Node(0, extensions, 0, words, support);
    }

    private void Node(int first, int extensions, int firstWord, int words, int support)
    {
        if (++Nodes > NodeLimit) Exhausted = true;
        if (Exhausted) return;
        if (++_sinceCheck == 4096)
        {
            _sinceCheck = 0;
            _cancel.ThrowIfCancellationRequested();
        }
        Sink.Emit(_prefix.AsSpan(0, _prefixLength), _perfect.AsSpan(0, _perfectLength), support);
        if (_prefixLength >= _maximumLength) return;

        var childFirst = first + extensions;
        var childWord = firstWord + extensions * words;
        for (var j = 0; j < extensions; j++)
        {
            var childSupport = _supports[first + j];
            var perfectBefore = _perfectLength;
            _prefix[_prefixLength++] = _items[first + j];
            var kept = 0;
            if (_prefixLength < _maximumLength)
            {
                Reserve(childFirst + j, childWord + (long)j * words);
                var own = _words.AsSpan(firstWord + j * words, words);
                for (var i = 0; i < j; i++)
                {
                    var other = _words.AsSpan(firstWord + i * words, words);
                    var both = _words.AsSpan(childWord + kept * words, words);
                    var count = 0;
                    for (var w = 0; w < own.Length; w++)
                    {
                        var and = own[w] & other[w];
                        both[w] = and;
                        count += BitOperations.PopCount(and);
                    }
                    if (count < _minimumSupport) continue;
                    if (count == childSupport) _perfect[_perfectLength++] = _items[first + i];
                    else
                    {
                        _items[childFirst + kept] = _items[first + i];
                        _supports[childFirst + kept++] = count;
                    }
                }
            }
            Node(childFirst, kept, childWord, words, childSupport);
            _prefixLength--;
            _perfectLength = perfectBefore;
            if (Exhausted) return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(long items, long words)
    {
        if (items > _items.Length)
        {
            Array.Resize(ref _items, checked((int)Math.Max(items, 2L * _items.Length)));
            Array.Resize(ref _supports, _items.Length);
        }
        if (words > _words.Length) Array.Resize(ref _words, checked((int)Math.Max(words, 2L * _words.Length)));
    }
}
