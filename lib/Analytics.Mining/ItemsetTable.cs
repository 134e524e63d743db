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

    /// <summary>Some of the itemsets, in the table's order.</summary>
    /// <param name="keep">Whether to keep a row.</param>
    public ItemsetTable Where(Func<int, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        var rows = Enumerable.Range(0, Count).Where(keep).ToArray();
        return Select(rows);
    }

    /// <summary>The itemsets with the greatest supports (ties: the shorter, then the first), in the table's order.</summary>
    internal ItemsetTable Top(int count)
    {
        var rows = new int[Count];
        for (var i = 0; i < rows.Length; i++) rows[i] = i;
        Array.Sort(rows, (a, b) =>
        {
            var order = Supports[b].CompareTo(Supports[a]);
            if (order == 0) order = this[a].Length.CompareTo(this[b].Length);
            return order == 0 ? a.CompareTo(b) : order;
        });
        Array.Resize(ref rows, Math.Min(count, rows.Length));
        Array.Sort(rows);
        return Select(rows);
    }

    private ItemsetTable Select(int[] rows)
    {
        var offsets = new int[rows.Length + 1];
        for (var i = 0; i < rows.Length; i++) offsets[i + 1] = offsets[i] + this[rows[i]].Length;
        var items = new int[offsets[^1]];
        for (var i = 0; i < rows.Length; i++) this[rows[i]].CopyTo(items.AsSpan(offsets[i]));
        return new ItemsetTable(offsets, items, Array.ConvertAll(rows, row => Supports[row]), Baskets, ItemCount);
    }

    /// <summary>Itemsets with unknown supports, to be counted.</summary>
    internal static ItemsetTable FromSorted(IReadOnlyCollection<int[]> sets, int baskets, int itemCount)
    {
        var offsets = new int[sets.Count + 1];
        var next = 0;
        foreach (var set in sets) offsets[next + 1] = offsets[next++] + set.Length;
        return new ItemsetTable(offsets, [.. sets.SelectMany(set => set)], new int[sets.Count], baskets, itemCount);
    }

    /// <summary>A table of itemsets that were found elsewhere, in any order, each once; they are sorted here.</summary>
    /// <param name="offsets">Where each itemset starts in <paramref name="items"/>; one more entry than itemsets.</param>
    /// <param name="items">Item codes, ascending within an itemset.</param>
    /// <param name="supports">The number of baskets that hold each itemset.</param>
    /// <param name="baskets">The number of baskets that were mined.</param>
    /// <param name="itemCount">The number of item codes.</param>
    public static ItemsetTable Create(ReadOnlySpan<int> offsets, ReadOnlySpan<int> items, ReadOnlySpan<int> supports, int baskets, int itemCount)
    {
        if (offsets.Length != supports.Length + 1) throw new ArgumentException($"{offsets.Length} offsets for {supports.Length} itemsets; expected one more", nameof(offsets));
        var part = new Internals.CollectingVisitor();
        for (var row = 0; row < supports.Length; row++) part.Visit(items[offsets[row]..offsets[row + 1]], supports[row]);
        return Internals.ItemsetSort.ToTable([part], baskets, itemCount);
    }

    /// <summary>One table of several that share no itemset, such as those of shards.</summary>
    /// <param name="tables">Tables over the same baskets and codes.</param>
    public static ItemsetTable Merge(IReadOnlyCollection<ItemsetTable> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (tables.Count == 0) throw new ArgumentException("no tables to merge", nameof(tables));
        var parts = new Internals.CollectingVisitor[tables.Count];
        var next = 0;
        foreach (var table in tables)
        {
            var part = new Internals.CollectingVisitor();
            for (var row = 0; row < table.Count; row++) part.Visit(table[row], table.Supports[row]);
            parts[next++] = part;
        }
        var first = tables.First();
        return Internals.ItemsetSort.ToTable(parts, first.Baskets, first.ItemCount);
    }
}
