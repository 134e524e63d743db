namespace Analytics.Mining;

/// <summary>
/// Baskets in compressed rows: basket b holds <c>Items[Offsets[b] .. Offsets[b + 1])</c>, ascending and without repeats.
/// Items are codes 0 .. <see cref="ItemCount"/> - 1; where codes follow the UTF-8 order of the item ids,
/// every sorted output of this library is sorted by id.
/// </summary>
public sealed class BasketSet
{
    private BasketSet(int[] offsets, int[] items, int itemCount, CappedBaskets capped)
    {
        Offsets = offsets;
        Items = items;
        ItemCount = itemCount;
        Capped = capped;
    }

    /// <summary>Where each basket starts; one more entry than baskets.</summary>
    public int[] Offsets { get; }

    /// <summary>The baskets' item codes, one basket behind the other.</summary>
    public int[] Items { get; }

    /// <summary>The number of item codes, occurring or not.</summary>
    public int ItemCount { get; }

    /// <summary>The number of baskets, empty ones included.</summary>
    public int Count => Offsets.Length - 1;

    /// <summary>What the cap on the basket size cut off.</summary>
    public CappedBaskets Capped { get; }

    /// <summary>The items of one basket.</summary>
    /// <param name="basket">0 .. <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<int> this[int basket] =>
        Items.AsSpan(Offsets[basket], Offsets[basket + 1] - Offsets[basket]);

    /// <summary>
    /// Takes baskets whose items come in any order and may repeat. The arrays are taken over, sorted and made distinct
    /// in place where they need it.
    /// </summary>
    /// <param name="offsets">Basket starts, from 0, never falling, the last one equal to the number of items.</param>
    /// <param name="items">Item codes.</param>
    /// <param name="itemCount">One more than the largest code allowed.</param>
    /// <param name="maximumBasketSize">
    /// Baskets with more distinct items than this keep only their items that occur in the most baskets (ties: the least code);
    /// <see cref="Capped"/> says how many lost how much. 0 for no cap.
    /// </param>
    /// <exception cref="ArgumentException">The offsets are no offsets, or an item is outside 0 .. itemCount - 1; the message says where.</exception>
    public static BasketSet Create(int[] offsets, int[] items, int itemCount, int maximumBasketSize = 0)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfNegative(itemCount);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumBasketSize);
        if (offsets.Length == 0 || offsets[0] != 0)
            throw new ArgumentException("basket offsets must start with 0", nameof(offsets));
        if (offsets[^1] > items.Length)
            throw new ArgumentException($"the last basket ends at {offsets[^1]}, behind the {items.Length} items", nameof(offsets));

        var write = 0;
        for (var basket = 0; basket + 1 < offsets.Length; basket++)
        {
            int start = offsets[basket], end = offsets[basket + 1];
            if (end < start)
                throw new ArgumentException($"basket {basket} ends at {end}, before its start {start}", nameof(offsets));
            var span = items.AsSpan(start, end - start);
            var ascending = true;
            for (var i = 0; i < span.Length; i++)
            {
                if ((uint)span[i] >= (uint)itemCount)
                    throw new ArgumentException($"basket {basket} holds item {span[i]}; expected 0 to {itemCount - 1}", nameof(items));
                if (i > 0 && span[i] <= span[i - 1]) ascending = false;
            }
            offsets[basket] = write;
            if (ascending)
            {
                if (write != start) span.CopyTo(items.AsSpan(write));
                write += span.Length;
                continue;
            }
            span.Sort();
            var last = -1;
            foreach (var item in span)
            {
                if (item == last) continue;
                items[write++] = last = item;
            }
        }
        offsets[^1] = write;
        if (write != items.Length) Array.Resize(ref items, write);
        var capped = maximumBasketSize == 0 ? default : BasketCap.Apply(offsets, ref items, itemCount, maximumBasketSize);
        return new BasketSet(offsets, items, itemCount, capped);
    }

    /// <summary>In how many baskets each item occurs.</summary>
    public int[] CountItems()
    {
        var counts = new int[ItemCount];
        foreach (var item in Items) counts[item]++;
        return counts;
    }
}
