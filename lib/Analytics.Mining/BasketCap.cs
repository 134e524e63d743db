namespace Analytics.Mining;

/// <summary>What a cap on the basket size cut off: nothing when all are 0.</summary>
/// <param name="Baskets">Baskets that were cut.</param>
/// <param name="Occurrences">Item occurrences that were dropped.</param>
/// <param name="LargestBasket">The distinct items of the largest basket before it was cut.</param>
public readonly record struct CappedBaskets(int Baskets, long Occurrences, int LargestBasket);

/// <summary>Cuts large baskets down to their most frequent items.</summary>
internal static class BasketCap
{
    public static CappedBaskets Apply(int[] offsets, ref int[] items, int itemCount, int maximum)
    {
        var counts = new int[itemCount];
        foreach (var item in items) counts[item]++;
        int baskets = 0, largest = 0, write = 0;
        for (var basket = 0; basket + 1 < offsets.Length; basket++)
        {
            var span = items.AsSpan(offsets[basket], offsets[basket + 1] - offsets[basket]);
            offsets[basket] = write;
            if (span.Length > maximum)
            {
                baskets++;
                largest = Math.Max(largest, span.Length);
                span.Sort((a, b) => counts[a] != counts[b] ? counts[b].CompareTo(counts[a]) : a.CompareTo(b));
                span = span[..maximum];
                span.Sort();
            }
            span.CopyTo(items.AsSpan(write));
            write += span.Length;
        }
        var dropped = items.Length - write;
        offsets[^1] = write;
        if (dropped > 0) Array.Resize(ref items, write);
        return new CappedBaskets(baskets, dropped, largest);
    }
}
