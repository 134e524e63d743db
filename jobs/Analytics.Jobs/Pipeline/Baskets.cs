using Analytics.Columns;
using Analytics.Mining;

namespace Analytics.Jobs.Pipeline;

/// <summary>Reads the baskets of a run for the miner.</summary>
internal static class Baskets
{
    private static readonly Column[] Pair = [new("basket", ColumnType.Int64), new("code", ColumnType.Int32)];

    /// <summary>The baskets in the order of their numbers, items in the order of their codes, whatever order the engine gives the pairs in.</summary>
    /// <param name="context">The run.</param>
    /// <param name="items">The number of item codes.</param>
    /// <param name="maximumSize">Larger baskets keep their most frequent items; 0 for no cap.</param>
    public static BasketSet Read(StageContext context, int items, int maximumSize)
    {
        context.Relations.Need("basket_items");
        var baskets = new List<int[]>();
        var codes = new List<int[]>();
        var largest = -1;
        long count = 0;
        foreach (var batch in context.Relations.Read("basket_items_read", Pair))
        {
            var numbers = batch.Longs(0).Values;
            var block = new int[numbers.Length];
            for (var i = 0; i < block.Length; i++)
            {
                block[i] = checked((int)numbers[i]);
                if (block[i] > largest) largest = block[i];
            }
            baskets.Add(block);
            codes.Add(batch.Ints(1).Values.ToArray());
            count += block.Length;
        }
        if (count > Array.MaxLength) throw new Configuration.UserException(Configuration.ExitCode.Outside, $"{count} items in baskets are more than one machine's miner takes ({Array.MaxLength})");

        // A counting sort by basket; the basket set sorts the few items of each.
        var offsets = new int[largest + 2];
        foreach (var block in baskets)
            foreach (var basket in block) offsets[basket + 1]++;
        for (var i = 1; i < offsets.Length; i++) offsets[i] += offsets[i - 1];
        var next = offsets.AsSpan(0, offsets.Length - 1).ToArray();
        var sorted = new int[count];
        for (var b = 0; b < baskets.Count; b++)
        {
            var (block, blockCodes) = (baskets[b], codes[b]);
            for (var i = 0; i < block.Length; i++) sorted[next[block[i]]++] = blockCodes[i];
        }
        return BasketSet.Create(offsets, sorted, items, maximumSize);
    }
}
