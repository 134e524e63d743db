namespace Analytics.Mining.Internals;

/// <summary>Brings found itemsets into the table's order.</summary>
internal static class ItemsetSort
{
    public static ItemsetTable ToTable(ReadOnlySpan<CollectingVisitor> parts, int baskets, int itemCount)
    {
        int sets = 0, total = 0;
        foreach (ref readonly var part in parts)
        {
            sets += part.Count;
            total += part.ItemCount;
        }
        var starts = new int[sets];
        var lengths = new int[sets];
        var supports = new int[sets];
        var items = new int[total];
        int set = 0, position = 0;
        foreach (ref readonly var part in parts)
        {
            part.Items.AsSpan(0, part.ItemCount).CopyTo(items.AsSpan(position));
            for (var i = 0; i < part.Count; i++, set++)
            {
                starts[set] = position;
                lengths[set] = part.Lengths[i];
                supports[set] = part.Supports[i];
                position += part.Lengths[i];
            }
        }

        // Two items make one 64-bit key (shifted by one, so that an absent item sorts first); equal keys are sorted by the next two.
        var order = new int[sets];
        var keys = new ulong[sets];
        for (var i = 0; i < sets; i++) order[i] = i;
        Sort(order, keys, items, starts, lengths, 0);

        var sortedItems = new int[total];
        var sortedOffsets = new int[sets + 1];
        var sortedSupports = new int[sets];
        position = 0;
        for (var i = 0; i < sets; i++)
        {
            var from = order[i];
            items.AsSpan(starts[from], lengths[from]).CopyTo(sortedItems.AsSpan(position));
            position += lengths[from];
            sortedOffsets[i + 1] = position;
            sortedSupports[i] = supports[from];
        }
        return new ItemsetTable(sortedOffsets, sortedItems, sortedSupports, baskets, itemCount);
    }

    private static void Sort(Span<int> order, Span<ulong> keys, int[] items, int[] starts, int[] lengths, int depth)
    {
        for (var i = 0; i < order.Length; i++)
        {
            int start = starts[order[i]] + depth, left = lengths[order[i]] - depth;
            var high = left > 0 ? (ulong)(uint)items[start] + 1 : 0;
            var low = left > 1 ? (ulong)(uint)items[start + 1] + 1 : 0;
            keys[i] = high << 32 | low;
        }
        keys.Sort(order);
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && keys[to] == keys[from]) to++;
            // A key that ends with an absent item is the whole set, and no set occurs twice.
            if (to - from > 1) Sort(order[from..to], keys[from..to], items, starts, lengths, depth + 2);
            from = to;
        }
    }
}
