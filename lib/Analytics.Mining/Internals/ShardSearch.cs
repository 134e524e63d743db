namespace Analytics.Mining.Internals;

/// <summary>The branches of some ranks of baskets that hold what these branches need.</summary>
internal static class ShardSearch
{
    /// <summary>Runs the branches in the given order until a budget is spent.</summary>
    /// <param name="baskets">The shard's baskets over all ranks.</param>
    /// <param name="ranks">The shard's own ranks.</param>
    /// <param name="minimumSupport">The least count.</param>
    /// <param name="options">Lengths and the budget of nodes; minimum support does not apply.</param>
    /// <param name="visitor">Receives the itemsets.</param>
    /// <param name="kept">Called behind each branch; false where its itemsets are too many to be kept, which ends the search.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    public static MiningOutcome Run<TVisitor>(
        RankedBaskets baskets, ReadOnlySpan<int> ranks, int minimumSupport, MiningOptions options, ref TVisitor visitor,
        Kept<TVisitor>? kept, CancellationToken cancel)
        where TVisitor : struct, IItemsetVisitor
    {
        using var search = new BranchSearch<VisitingSink<TVisitor>>(
            baskets, minimumSupport, options.EffectiveMaximumLength,
            new VisitingSink<TVisitor>(visitor, options.MinimumLength, options.EffectiveMaximumLength), SearchForm.Any, cancel);
        if (options.MaximumNodes > 0) search.NodeLimit = options.MaximumNodes;
        var truncation = Truncation.None;
        var complete = 0;
        for (; complete < ranks.Length; complete++)
        {
            cancel.ThrowIfCancellationRequested();
            search.Run(ranks[complete]);
            if (search.Nodes > search.NodeLimit) truncation = Truncation.Nodes;
            if (kept is not null && !kept(ref search.Sink.Visitor, truncation != Truncation.None) && truncation == Truncation.None) truncation = Truncation.Bytes;
            if (truncation != Truncation.None) break;
        }
        visitor = search.Sink.Visitor;
        return new MiningOutcome(truncation, ranks.Length, complete, search.Nodes);
    }

    /// <summary>Takes back what a cut branch delivered, or says that there is too much.</summary>
    internal delegate bool Kept<TVisitor>(ref TVisitor visitor, bool cut);
}
