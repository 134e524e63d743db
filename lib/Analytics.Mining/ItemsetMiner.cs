using Analytics.Mining.Internals;

namespace Analytics.Mining;

/// <summary>
/// Finds all frequent itemsets. Counting them, handing them to a visitor and keeping them in a table cost differently:
/// each has its own method. Results do not depend on the number of threads.
/// </summary>
public static class ItemsetMiner
{
    /// <summary>Counts the itemsets by size without naming them.</summary>
    /// <param name="baskets">The baskets.</param>
    /// <param name="options">What to mine. <see cref="MiningOptions.MaximumBytes"/> does not apply.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    public static ItemsetCounts Count(BasketSet baskets, MiningOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baskets);
        options.Check();
        var plan = new SearchPlan(baskets, options, cancel);
        CountingSink NewSink() => new(options.MinimumLength, options.EffectiveMaximumLength);
        var bySize = new long[1];
        var gate = new Lock();
        if (!plan.Budgeted)
        {
            var nodes = 0L;
            plan.Run(NewSink, search =>
            {
                lock (gate)
                {
                    search.Sink.AddTo(ref bySize);
                    nodes += search.Nodes;
                }
            });
            return new ItemsetCounts(bySize, plan.Complete(nodes));
        }

        var sizes = new long[plan.Branches][];
        plan.RunEach(NewSink, (branch, search) =>
        {
            var own = new long[1];
            search.Sink.AddTo(ref own);
            sizes[branch] = own;
            return 0;
        });
        for (var branch = 0; branch < plan.Cut; branch++)
        {
            var own = sizes[branch];
            if (own.Length > bySize.Length) Array.Resize(ref bySize, own.Length);
            for (var size = 0; size < own.Length; size++) bySize[size] = checked(bySize[size] + own[size]);
        }
        return new ItemsetCounts(bySize, plan.Outcome);
    }

    /// <summary>
    /// Compiles the searches by running them on a few made-up baskets, which takes about a tenth of a second: for programs
    /// that have something else to do meanwhile, such as reading a file.
    /// </summary>
    public static void Prepare()
    {
        // Dense and sparse, few and many baskets, so that every form of the baskets is met.
        var offsets = new int[1201];
        var items = new List<int>();
        var state = 1u;
        for (var basket = 0; basket < 1200; basket++)
        {
            for (var item = 0; item < 24; item++)
            {
                state = state * 1664525 + 1013904223;
                if (state >> 24 < (item < 12 ? 200u : 40u)) items.Add(item);
            }
            state = state * 1664525 + 1013904223;
            items.Add(24 + (int)(state >> 24));
            offsets[basket + 1] = items.Count;
        }
        var baskets = BasketSet.Create(offsets, [.. items], 24 + 256);
        foreach (var algorithm in new[] { MiningAlgorithm.Auto, MiningAlgorithm.Lcm })
        {
            var options = new MiningOptions { MinimumSupport = 120, Algorithm = algorithm };
            Count(baskets, options);
            Count(baskets, options with { MinimumSupport = 20, MaximumLength = 2 });
        }
        Mine(baskets, new MiningOptions { MinimumSupport = 150 });
    }

    /// <summary>Finds the itemsets and keeps them, sorted.</summary>
    /// <param name="baskets">The baskets.</param>
    /// <param name="options">What to mine.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    public static MiningResult Mine(BasketSet baskets, MiningOptions options, CancellationToken cancel = default) =>
        Mine(baskets, options, null, cancel);

    internal static MiningResult Mine(BasketSet baskets, MiningOptions options, Hierarchy? hierarchy, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(baskets);
        options.Check();
        var plan = new SearchPlan(baskets, options, cancel) { Hierarchy = hierarchy };
        var found = new CollectingVisitor[plan.Branches];
        plan.RunEach(
            () => new VisitingSink<CollectingVisitor>(
                new CollectingVisitor { Limit = plan.ByteLimit }, options.MinimumLength, options.EffectiveMaximumLength),
            (branch, search) =>
            {
                found[branch] = search.Sink.Visitor;
                return search.Sink.Visitor.Bytes;
            });
        return new MiningResult(ItemsetSort.ToTable(found.AsSpan(0, plan.Cut), baskets.Count, baskets.ItemCount), plan.Outcome);
    }

    /// <summary>Hands every itemset to a visitor, on the calling thread.</summary>
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
        var plan = new SearchPlan(baskets, options, cancel);
        using var search = plan.Create(new VisitingSink<TVisitor>(visitor, options.MinimumLength, options.EffectiveMaximumLength));
        var complete = 0;
        for (; complete < plan.Branches; complete++)
        {
            cancel.ThrowIfCancellationRequested();
            search.Run(complete);
            if (search.Exhausted) break;
        }
        visitor = search.Sink.Visitor;
        return new MiningOutcome(search.Exhausted ? Truncation.Nodes : Truncation.None, plan.Branches, complete, search.Nodes);
    }

    /// <summary>The itemsets with the greatest supports, without a least support given.</summary>
    /// <param name="baskets">The baskets.</param>
    /// <param name="count">How many; 1 or more. Fewer are found where there are not so many with <see cref="MiningOptions.MinimumSupport"/>.</param>
    /// <param name="options">What to mine; its minimum support is a lower bound, 1 for none.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The itemsets in the order of tables. Among sets of equal support at the end, shorter ones and then those first in the
    /// table's order are taken.
    /// </returns>
    public static MiningResult MineTop(BasketSet baskets, int count, MiningOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baskets);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options.Check();
        // The number of sets falls with the support: halve it until there are enough, then close in. Counting stops early.
        bool Enough(int support) => HasMoreThan(baskets, options with { MinimumSupport = support }, count - 1, cancel);
        int high = baskets.Count + 1, low = high;
        while (low > options.MinimumSupport)
        {
            low = Math.Max(options.MinimumSupport, low / 2);
            if (Enough(low)) break;
            high = low;
        }
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (Enough(middle)) low = middle;
            else high = middle;
        }
        var result = Mine(baskets, options with { MinimumSupport = Math.Max(low, options.MinimumSupport) }, cancel);
        return result.Itemsets.Count <= count ? result : result with { Itemsets = result.Itemsets.Top(count) };
    }

    private static bool HasMoreThan(BasketSet baskets, MiningOptions options, long count, CancellationToken cancel)
    {
        var plan = new SearchPlan(baskets, options with { Threads = 1 }, cancel);
        using var search = plan.Create(new CountingSink(options.MinimumLength, options.EffectiveMaximumLength, count));
        for (var branch = 0; branch < plan.Branches && !search.Exhausted; branch++) search.Run(branch);
        var bySize = new long[1];
        search.Sink.AddTo(ref bySize);
        return bySize.Sum() > count;
    }
}
