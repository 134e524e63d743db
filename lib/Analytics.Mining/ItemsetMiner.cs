using Analytics.Mining.Internals;

namespace Analytics.Mining;

/// <summary>
/// Finds all frequent itemsets. Counting them, handing them to a visitor and keeping them in a table cost differently:
/// each has its own method. Results do not depend on the number of threads.
/// </summary>
public static class ItemsetMiner
{
    /// <summary>Counts the frequent itemsets by size without naming them.</summary>
    /// <param name="baskets">The baskets.</param>
    /// <param name="options">What to mine. <see cref="MiningOptions.MaximumBytes"/> does not apply.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    public static ItemsetCounts Count(BasketSet baskets, MiningOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baskets);
        options.Check();
        var ranked = RankedBaskets.Build(baskets, options.MinimumSupport);
        var perBranch = options.MaximumNodes > 0;
        var bySize = new long[1];
        var branchSizes = perBranch ? new long[ranked.Count][] : [];
        var nodes = new long[ranked.Count];
        var total = 0L;
        var gate = new Lock();
        WorkQueue.Run(options.EffectiveThreads, ranked.Count, take =>
        {
            CountingSink NewSink() => new(options.MinimumLength, options.EffectiveMaximumLength);
            using var search = new BranchSearch<CountingSink>(ranked, options.MinimumSupport, options.EffectiveMaximumLength, NewSink(), cancel);
            if (perBranch) search.NodeLimit = options.MaximumNodes;
            for (var task = take(); task >= 0; task = take())
            {
                cancel.ThrowIfCancellationRequested();
                var branch = perBranch ? task : ranked.Count - 1 - task;
                // Every branch before this one counts first: once those behind us have spent the budget, this one cannot be in the result.
                if (perBranch && Interlocked.Read(ref total) > options.MaximumNodes && CutBefore(nodes, branch, options.MaximumNodes)) break;
                search.Reset();
                search.Run(branch);
                Volatile.Write(ref nodes[branch], search.Nodes);
                Interlocked.Add(ref total, search.Nodes);
                if (!perBranch) continue;
                var own = new long[1];
                search.Sink.AddTo(ref own);
                branchSizes[branch] = own;
                search.Sink = NewSink();
            }
            if (perBranch) return;
            lock (gate) search.Sink.AddTo(ref bySize);
        });
        if (!perBranch) return new ItemsetCounts(bySize, new MiningOutcome(Truncation.None, ranked.Count, ranked.Count, nodes.Sum()));

        var cut = Budget.Cut(nodes, null, options.MaximumNodes, 0, out var truncation, out var spent);
        for (var branch = 0; branch < cut; branch++)
        {
            var own = branchSizes[branch];
            if (own.Length > bySize.Length) Array.Resize(ref bySize, own.Length);
            for (var size = 0; size < own.Length; size++) bySize[size] = checked(bySize[size] + own[size]);
        }
        return new ItemsetCounts(bySize, new MiningOutcome(truncation, ranked.Count, cut, spent));
    }

    /// <summary>Finds the frequent itemsets and keeps them, sorted.</summary>
    /// <param name="baskets">The baskets.</param>
    /// <param name="options">What to mine.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    public static MiningResult Mine(BasketSet baskets, MiningOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baskets);
        options.Check();
        var ranked = RankedBaskets.Build(baskets, options.MinimumSupport);
        var byteLimit = options.MaximumBytes == 0 ? TableLimit : Math.Min(options.MaximumBytes, TableLimit);
        var nodeLimit = options.MaximumNodes == 0 ? long.MaxValue : options.MaximumNodes;
        var found = new CollectingVisitor[ranked.Count];
        var nodes = new long[ranked.Count];
        var bytes = new long[ranked.Count];
        WorkQueue.Run(options.EffectiveThreads, ranked.Count, take =>
        {
            VisitingSink<CollectingVisitor> NewSink() =>
                new(new CollectingVisitor { Limit = byteLimit }, options.MinimumLength, options.EffectiveMaximumLength);
            using var search = new BranchSearch<VisitingSink<CollectingVisitor>>(
                ranked, options.MinimumSupport, options.EffectiveMaximumLength, NewSink(), cancel) { NodeLimit = nodeLimit };
            for (var branch = take(); branch >= 0; branch = take())
            {
                cancel.ThrowIfCancellationRequested();
                if (CutBefore(nodes, branch, nodeLimit) || CutBefore(bytes, branch, byteLimit)) break;
                search.Reset();
                search.Sink = NewSink();
                search.Run(branch);
                found[branch] = search.Sink.Visitor;
                Volatile.Write(ref bytes[branch], search.Sink.Visitor.Bytes);
                Volatile.Write(ref nodes[branch], search.Nodes);
            }
        });
        var cut = Budget.Cut(nodes, bytes, nodeLimit, byteLimit, out var truncation, out var spent);
        var table = ItemsetSort.ToTable(found.AsSpan(0, cut), baskets.Count, baskets.ItemCount);
        return new MiningResult(table, new MiningOutcome(truncation, ranked.Count, cut, spent));
    }

    /// <summary>Hands every frequent itemset to a visitor, on the calling thread.</summary>
    /// <param name="baskets">The baskets.</param>
    /// <param name="options">
    /// What to mine. Where <see cref="MiningOptions.MaximumNodes"/> is hit, some sets beyond those that the outcome calls complete
    /// have been delivered too. <see cref="MiningOptions.MaximumBytes"/> and <see cref="MiningOptions.Threads"/> do not apply.
    /// </param>
    /// <param name="visitor">Receives the itemsets, in the same order on every call.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    public static MiningOutcome Visit<TVisitor>(
        BasketSet baskets, MiningOptions options, ref TVisitor visitor, CancellationToken cancel = default)
        where TVisitor : struct, IItemsetVisitor
    {
        ArgumentNullException.ThrowIfNull(baskets);
        options.Check();
        var ranked = RankedBaskets.Build(baskets, options.MinimumSupport);
        var sink = new VisitingSink<TVisitor>(visitor, options.MinimumLength, options.EffectiveMaximumLength);
        using var search = new BranchSearch<VisitingSink<TVisitor>>(
            ranked, options.MinimumSupport, options.EffectiveMaximumLength, sink, cancel);
        if (options.MaximumNodes > 0) search.NodeLimit = options.MaximumNodes;
        var complete = 0;
        for (; complete < ranked.Count; complete++)
        {
            cancel.ThrowIfCancellationRequested();
            search.Run(complete);
            if (search.Exhausted) break;
        }
        visitor = search.Sink.Visitor;
        return new MiningOutcome(search.Exhausted ? Truncation.Nodes : Truncation.None, ranked.Count, complete, search.Nodes);
    }

    // Offsets and items of a table are arrays with int positions.
    private const long TableLimit = 4L * 2_000_000_000;

    private static bool CutBefore(long[] spent, int branch, long limit)
    {
        if (limit == long.MaxValue) return false;
        var total = 0L;
        for (var i = 0; i < branch && total <= limit; i++) total += Volatile.Read(ref spent[i]);
        return total > limit;
    }
}
