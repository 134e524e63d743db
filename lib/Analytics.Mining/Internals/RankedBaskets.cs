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
    private readonly int[] _offsets;

    private RankedBaskets(int[] codes, int[] ranks, int[] occurrences, int[] starts, int[] ends, int[] offsets)
    {
        _offsets = offsets;
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

    private int[]? _endOfBasket;

    /// <summary>Where the basket ends that starts at a position. Call <see cref="IndexEnds"/> first.</summary>
    public int EndOfBasket(int start) => _endOfBasket![start];

    /// <summary>Prepares <see cref="EndOfBasket"/>.</summary>
    public void IndexEnds()
    {
        var ends = new int[_ranks.Length + 1];
        for (var basket = 0; basket + 1 < _offsets.Length; basket++)
            if (_offsets[basket + 1] > _offsets[basket]) ends[_offsets[basket]] = _offsets[basket + 1];
        _endOfBasket = ends;
    }

    private static unsafe int* Pointer(int[] pinned) => (int*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(pinned));

    private static int[] Pinned(int length) => GC.AllocateUninitializedArray<int>(length, pinned: true);

    /// <summary>The bytes that it holds: 12 an item occurrence, and those of items and baskets.</summary>
    public long Bytes => 12L * _ranks.Length + 8L * Codes.Length + 4L * _offsets.Length + (_endOfBasket is null ? 0 : 4L * _endOfBasket.Length);

    public static RankedBaskets Build(BasketSet baskets, int minimumSupport)
    {
        var counts = baskets.CountItems();
        var keys = Order(counts, minimumSupport);
        return Build(baskets, counts, keys);
    }

    /// <summary>The frequent codes, the most frequent first; ties: the least code.</summary>
    public static int[] Order(int[] counts, int minimumSupport)
    {
        var frequent = 0;
        foreach (var count in counts)
            if (count >= minimumSupport) frequent++;
        var keys = new ulong[frequent];
        frequent = 0;
        for (var code = 0; code < counts.Length; code++)
            if (counts[code] >= minimumSupport) keys[frequent++] = (ulong)(uint)~counts[code] << 32 | (uint)code;
        Array.Sort(keys);
        return Array.ConvertAll(keys, key => (int)key);
    }

    /// <summary>Baskets under a given order of the codes; codes that it lacks are left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RankedBaskets Build(BasketSet baskets, int[] counts, int[] order)
    {
        var frequent = order.Length;
        var codes = Pinned(frequent);
        var rankOf = new int[baskets.ItemCount];
        Array.Fill(rankOf, -1);
        var occurrences = Pinned(frequent + 1);
        occurrences[0] = 0;
        for (var rank = 0; rank < frequent; rank++)
        {
            var code = order[rank];
            codes[rank] = code;
            rankOf[code] = rank;
            occurrences[rank + 1] = occurrences[rank] + counts[code];
        }

        var total = occurrences[frequent];
        int[] ranks = Pinned(total), starts = Pinned(total), ends = Pinned(total);
        // Dealt out twice: to the ranks, in the order of the baskets, and from them, in the order of the ranks, back to the
        // baskets, which are sorted by that. Meanwhile each occurrence keeps its basket's number where its start will stand.
        var next = occurrences.AsSpan(0, frequent).ToArray();
        var offsets = new int[baskets.Count + 1];
        var write = 0;
        for (var basket = 0; basket < baskets.Count; basket++)
        {
            foreach (var code in baskets[basket])
            {
                var rank = rankOf[code];
                if (rank < 0) continue;
                starts[next[rank]++] = basket;
                write++;
            }
            offsets[basket + 1] = write;
        }
        var filled = offsets.AsSpan(0, baskets.Count).ToArray();
        for (var rank = 0; rank < frequent; rank++)
            for (var slot = occurrences[rank]; slot < occurrences[rank + 1]; slot++)
            {
                var basket = starts[slot];
                var place = filled[basket]++;
                ranks[place] = rank;
                starts[slot] = offsets[basket];
                ends[slot] = place;
            }
        return new RankedBaskets(codes, ranks, occurrences, starts, ends, offsets);
    }
}
