using System.Runtime.CompilerServices;

namespace Analytics.Mining.Internals;

/// <summary>
/// Baskets over renumbered items, with the occurrences of each: the whole set at the root of the search, a projection below.
/// Item r's occurrence o lies in the basket that starts at <c>Starts[o]</c>; the basket's items of lower number lie from there
/// up to <c>Ends[o]</c>.
/// </summary>
internal unsafe struct Projection
{
    /// <summary>The number of items.</summary>
    public int Count;

    /// <summary>The item code of each item.</summary>
    public int* Codes;

    /// <summary>Items of the baskets, ascending in each basket.</summary>
    public int* Items;

    /// <summary>Where each item's occurrences start; one more entry than items.</summary>
    public int* Occurrences;

    public int* Starts;

    public int* Ends;
}

/// <summary>
/// The baskets reduced to their frequent items, renumbered by falling frequency (rank 0 is the most frequent item;
/// ties go to the least code), and the occurrences of each rank.
/// </summary>
internal sealed class RankedBaskets
{
    private readonly int[] _ranks;
    private readonly int[] _occurrences;
    private readonly int[] _starts;
    private readonly int[] _ends;

    private RankedBaskets(int[] codes, int[] ranks, int[] occurrences, int[] starts, int[] ends)
    {
        Codes = codes;
        _ranks = ranks;
        _occurrences = occurrences;
        _starts = starts;
        _ends = ends;
    }

    public int[] Codes { get; }

    public int Count => Codes.Length;

    /// <summary>Pointers into the arrays, which are pinned as long as this object lives.</summary>
    public unsafe Projection View() => new()
    {
        Count = Count,
        Codes = Pointer(Codes),
        Items = Pointer(_ranks),
        Occurrences = Pointer(_occurrences),
        Starts = Pointer(_starts),
        Ends = Pointer(_ends),
    };

    private static unsafe int* Pointer(int[] pinned) => (int*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(pinned));

    private static int[] Pinned(int length) => GC.AllocateUninitializedArray<int>(length, pinned: true);

    public static RankedBaskets Build(BasketSet baskets, int minimumSupport)
    {
        var counts = baskets.CountItems();
        var frequent = 0;
        foreach (var count in counts)
            if (count >= minimumSupport) frequent++;
        var keys = new ulong[frequent];
        frequent = 0;
        for (var code = 0; code < counts.Length; code++)
            if (counts[code] >= minimumSupport) keys[frequent++] = (ulong)(uint)~counts[code] << 32 | (uint)code;
        Array.Sort(keys);
        var codes = Pinned(frequent);
        var rankOf = new int[baskets.ItemCount];
        Array.Fill(rankOf, -1);
        var occurrences = Pinned(frequent + 1);
        occurrences[0] = 0;
        for (var rank = 0; rank < frequent; rank++)
        {
            var code = (int)keys[rank];
            codes[rank] = code;
            rankOf[code] = rank;
            occurrences[rank + 1] = occurrences[rank] + counts[code];
        }

        var total = occurrences[frequent];
        int[] ranks = Pinned(total), starts = Pinned(total), ends = Pinned(total);
        var next = occurrences.AsSpan(0, frequent).ToArray();
        var write = 0;
        for (var basket = 0; basket < baskets.Count; basket++)
        {
            var start = write;
            foreach (var code in baskets[basket])
            {
                var rank = rankOf[code];
                if (rank >= 0) ranks[write++] = rank;
            }
            ranks.AsSpan(start, write - start).Sort();
            for (var i = start; i < write; i++)
            {
                var slot = next[ranks[i]]++;
                starts[slot] = start;
                ends[slot] = i;
            }
        }
        return new RankedBaskets(codes, ranks, occurrences, starts, ends);
    }
}
