namespace Analytics.Mining;

/// <summary>
/// Itemsets in compressed rows, each ascending by code, the rows in lexicographic order of their codes
/// (a set stands before those that it begins).
/// </summary>
public sealed class ItemsetTable
{
    internal ItemsetTable(int[] offsets, int[] items, int[] supports, int baskets, int itemCount)
    {
        Offsets = offsets;
        Items = items;
        Supports = supports;
        Baskets = baskets;
        ItemCount = itemCount;
    }

    /// <summary>Where each itemset starts in <see cref="Items"/>; one more entry than itemsets.</summary>
    public int[] Offsets { get; }

    /// <summary>Item codes.</summary>
    public int[] Items { get; }

    /// <summary>The number of baskets that hold each itemset.</summary>
    public int[] Supports { get; }

    /// <summary>The number of baskets that were mined, empty ones included.</summary>
    public int Baskets { get; }

    /// <summary>The number of item codes.</summary>
    public int ItemCount { get; }

    /// <summary>The number of itemsets.</summary>
    public int Count => Supports.Length;

    /// <summary>The items of one itemset, ascending.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<int> this[int index] => Items.AsSpan(Offsets[index], Offsets[index + 1] - Offsets[index]);

    /// <summary>Support as a share of the baskets.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    public double Support(int index) => (double)Supports[index] / Baskets;

    /// <summary>The number of itemsets by size; entry 0 is 0.</summary>
    public long[] CountBySize()
    {
        var counts = new long[1];
        for (var i = 0; i < Count; i++)
        {
            var size = Offsets[i + 1] - Offsets[i];
            if (size >= counts.Length) Array.Resize(ref counts, size + 1);
            counts[size]++;
        }
        return counts;
    }

    /// <summary>The row of an itemset, or -1.</summary>
    /// <param name="items">Its codes, ascending.</param>
    public int Find(ReadOnlySpan<int> items)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            var order = this[middle].SequenceCompareTo(items);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
