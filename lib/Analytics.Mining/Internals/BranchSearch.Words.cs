using System.Numerics;
using System.Runtime.CompilerServices;

namespace Analytics.Mining.Internals;

internal sealed unsafe partial class BranchSearch<TSink>
{
    /// <summary>Searches the extensions of the prefix where at most 64 baskets hold it: one word an item.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SearchWords(ulong* words, int* items, int count)
    {
        var mark = _arena.Save();
        var bothWords = _arena.Take<ulong>(count);
        var bothItems = _arena.Take<int>(count);
        var minimum = _minimumSupport;
        var leaves = 0L;
        var deeper = _prefixLength + 1 < _maximumLength;
        for (var j = 0; j < count; j++)
        {
            if (Enter()) break;
            var own = words[j];
            var support = BitOperations.PopCount(own);
            int kept = 0, perfect = 0;
            if (deeper)
                for (var i = 0; i < j; i++)
                {
                    var both = own & words[i];
                    var bothSupport = BitOperations.PopCount(both);
                    bothWords[kept] = both;
                    bothItems[kept] = items[i];
                    kept += bothSupport >= minimum ? 1 : 0;
                    perfect += both == own ? 1 : 0;
                }
            if (TSink.CountsOnly && kept == 0)
            {
                leaves++;
                continue;
            }
            _prefix[_prefixLength++] = items[j];
            var perfectBefore = _perfectLength;
            if (perfect > 0) kept = SetAside(bothWords, bothItems, kept, own);
            EmitPrefix(support);
            if (kept > 0) SearchWords(bothWords, bothItems, kept);
            _perfectLength = perfectBefore;
            _prefixLength--;
        }
        if (TSink.CountsOnly && leaves > 0) Sink.Add(_prefixLength + 1, _perfectLength, leaves);
        _arena.Release(mark);
    }

    // Moves the items that all baskets hold from the extensions to the perfect ones.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int SetAside(ulong* words, int* items, int count, ulong all)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (words[i] == all) _perfect[_perfectLength++] = items[i];
            else
            {
                words[kept] = words[i];
                items[kept++] = items[i];
            }
        }
        return kept;
    }
}
