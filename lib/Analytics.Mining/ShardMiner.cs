using Analytics.Mining.Internals;

namespace Analytics.Mining;

/// <summary>
/// One shard of parallel FP-growth (Li et al. 2008) as a pure function of flat spans, for workers that know neither the other
/// shards nor the items' ids: a group of items and the group-dependent baskets in, itemsets out through a visitor. Items are
/// ranks of the frequency list, 0 the most frequent (<see cref="ShardPlan.Code"/> turns them into codes), so the worker
/// needs no list. It keeps no state, reads no clock, works under NativeAOT, and gives the same itemsets in the same order on
/// every call; the order of the baskets does not matter.
/// </summary>
/// <remarks>
/// How the parts go together: the driver counts items and makes a <see cref="ShardPlan"/>; for each basket and shard
/// <see cref="ShardPlan.RankedPart"/> gives the group-dependent basket (nothing where the shard needs none); the worker calls
/// <see cref="Visit"/> with <see cref="ShardPlan.Group"/> and the baskets of its shard; every frequent itemset comes out of
/// exactly one shard, with its support over all baskets.
/// </remarks>
public static class ShardMiner
{
    /// <summary>Finds the itemsets whose least frequent item, the greatest rank, is one of the group's.</summary>
    /// <param name="group">The group's ranks, ascending without repeats.</param>
    /// <param name="offsets">Where each basket starts in <paramref name="ranks"/>; one more entry than baskets.</param>
    /// <param name="ranks">
    /// The baskets' ranks in any order, one basket behind the other: of each basket that holds an item of the group at least all
    /// frequent items from the most frequent one to the greatest rank of the group's. More ranks do no harm but cost.
    /// </param>
    /// <param name="options">
    /// Minimum support, lengths, and <see cref="MiningOptions.MaximumNodes"/> as this shard's own budget: where it is hit, the
    /// outcome tells how many of the group's items are complete, and some sets of the next one have been delivered too.
    /// Only all frequent sets can be mined in shards; algorithm, threads and bytes do not apply.
    /// </param>
    /// <param name="visitor">Receives itemsets as ranks, in no order that means anything, with their supports.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    /// <returns>How far the search got; its items are the group's.</returns>
    /// <exception cref="ArgumentException">The spans are no group or no baskets, or another kind than frequent is asked for; the message says where.</exception>
    public static MiningOutcome Visit<TVisitor>(
        ReadOnlySpan<int> group, ReadOnlySpan<int> offsets, ReadOnlySpan<int> ranks, MiningOptions options, ref TVisitor visitor,
        CancellationToken cancel = default)
        where TVisitor : struct, IItemsetVisitor
    {
        options.Check();
        if (options.Kind != ItemsetKind.Frequent)
            throw new ArgumentException($"{options.Kind} itemsets cannot be mined in shards: whether a set is one depends on other shards", nameof(options));
        var highest = -1;
        for (var i = 0; i < group.Length; i++)
        {
            if (group[i] <= highest)
                throw new ArgumentException($"the group's ranks must be ascending from 0: {group[i]} stands at place {i} behind {highest}", nameof(group));
            highest = group[i];
        }
        foreach (var rank in ranks) highest = Math.Max(highest, rank);
        var baskets = BasketSet.Create(offsets.ToArray(), ranks.ToArray(), highest + 1);
        var order = new int[highest + 1];
        for (var rank = 0; rank < order.Length; rank++) order[rank] = rank;
        var counts = baskets.CountItems();
        // A group's item that is not frequent among its own baskets is not frequent: nothing of it is delivered.
        var own = new int[group.Length];
        var frequent = 0;
        foreach (var rank in group)
            if (counts[rank] >= options.MinimumSupport) own[frequent++] = rank;
        return ShardSearch.Run(RankedBaskets.Build(baskets, counts, order), own.AsSpan(0, frequent), options.MinimumSupport, options, ref visitor, null, cancel);
    }
}
