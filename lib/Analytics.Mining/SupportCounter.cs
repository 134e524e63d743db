namespace Analytics.Mining;

/// <summary>Counts the supports of given itemsets, frequent or not, from lists of the baskets that hold each item.</summary>
public static class SupportCounter
{
    /// <summary>The number of baskets, by part, that hold each itemset.</summary>
    /// <param name="itemsets">Itemsets in the table's order; those with a common beginning share its work.</param>
    /// <param name="baskets">Baskets over the same item codes.</param>
    /// <param name="parts">The part of each basket, 0 .. <paramref name="partCount"/> - 1; null where there is one part.</param>
    /// <param name="partCount">The number of parts.</param>
    /// <param name="cancel">Stops with <see cref="OperationCanceledException"/>.</param>
    /// <returns>A row of counts a part, an entry an itemset.</returns>
    public static int[][] Count(ItemsetTable itemsets, BasketSet baskets, int[]? parts = null, int partCount = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(itemsets);
        ArgumentNullException.ThrowIfNull(baskets);
        if (parts is not null && parts.Length != baskets.Count)
            throw new ArgumentException($"{parts.Length} parts for {baskets.Count} baskets", nameof(parts));
        var size = Math.Max(baskets.ItemCount, itemsets.ItemCount);
        var starts = new int[size + 1];
        foreach (var item in baskets.Items) starts[item + 1]++;
        for (var item = 0; item < size; item++) starts[item + 1] += starts[item];
        var lists = new int[baskets.Items.Length];
        var next = starts.AsSpan(0, size).ToArray();
        for (var basket = 0; basket < baskets.Count; basket++)
            foreach (var item in baskets[basket]) lists[next[item]++] = basket;

        var counts = new int[partCount][];
        for (var part = 0; part < partCount; part++) counts[part] = new int[itemsets.Count];
        // The baskets of each beginning of the current itemset.
        var stack = new List<int[]>();
        var lengths = new List<int>();
        var current = new List<int>();
        for (var row = 0; row < itemsets.Count; row++)
        {
            if ((row & 255) == 0) cancel.ThrowIfCancellationRequested();
            var set = itemsets[row];
            var common = 0;
            while (common < current.Count && common < set.Length && current[common] == set[common]) common++;
            current.RemoveRange(common, current.Count - common);
            for (var depth = common; depth < set.Length; depth++)
            {
                var own = lists.AsSpan(starts[set[depth]], starts[set[depth] + 1] - starts[set[depth]]);
                if (depth == stack.Count)
                {
                    stack.Add([]);
                    lengths.Add(0);
                }
                var most = depth == 0 ? own.Length : Math.Min(own.Length, lengths[depth - 1]);
                if (stack[depth].Length < most) stack[depth] = new int[most];
                if (depth == 0) own.CopyTo(stack[0]);
                lengths[depth] = depth == 0 ? own.Length : Intersect(stack[depth - 1].AsSpan(0, lengths[depth - 1]), own, stack[depth]);
                current.Add(set[depth]);
            }
            var found = stack[set.Length - 1].AsSpan(0, lengths[set.Length - 1]);
            if (parts is null) counts[0][row] = found.Length;
            else
                foreach (var basket in found) counts[parts[basket]][row]++;
        }
        return counts;
    }

    private static int Intersect(ReadOnlySpan<int> left, ReadOnlySpan<int> right, int[] both)
    {
        int i = 0, j = 0, count = 0;
        while (i < left.Length && j < right.Length)
        {
            int a = left[i], b = right[j];
            if (a == b) both[count++] = a;
            if (a <= b) i++;
            if (b <= a) j++;
        }
        return count;
    }
}
