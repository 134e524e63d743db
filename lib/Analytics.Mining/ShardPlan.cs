using Analytics.Mining.Internals;

namespace Analytics.Mining;

/// <summary>
/// Mining in shards that each see only their part of the baskets (parallel FP-growth; Li et al. 2008): items are dealt out to
/// shards; a shard finds the itemsets whose least frequent item is one of its own, for which it needs of each basket only the
/// items from the most frequent one up to its own least frequent one. Together the shards find every itemset once.
/// </summary>
public sealed class ShardPlan
{
    private readonly int[] _order;
    private readonly int[] _counts;
    private readonly int[] _rankOf;
    private readonly int[] _shardOf;

    /// <summary>Deals out the frequent items.</summary>
    /// <param name="itemCounts">In how many baskets each item code occurs, over all baskets.</param>
    /// <param name="minimumSupport">The least count.</param>
    /// <param name="shards">The number of shards.</param>
    public ShardPlan(int[] itemCounts, int minimumSupport, int shards)
    {
        ArgumentNullException.ThrowIfNull(itemCounts);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumSupport, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        MinimumSupport = minimumSupport;
        Shards = shards;
        _counts = itemCounts;
        _order = RankedBaskets.Order(itemCounts, minimumSupport);
        _rankOf = new int[itemCounts.Length];
        Array.Fill(_rankOf, -1);
        _shardOf = new int[_order.Length];
        for (var rank = 0; rank < _order.Length; rank++)
        {
            _rankOf[_order[rank]] = rank;
            // There and back, so that no shard gets the heavier item of every pair.
            var place = rank % (2 * shards);
            _shardOf[rank] = place < shards ? place : 2 * shards - 1 - place;
        }
    }

    /// <summary>The number of shards.</summary>
    public int Shards { get; }

    /// <summary>The least count.</summary>
    public int MinimumSupport { get; }

    /// <summary>The shard that finds the itemsets whose least frequent item is this one; -1 where it is not frequent.</summary>
    public int ShardOf(int item) => _rankOf[item] < 0 ? -1 : _shardOf[_rankOf[item]];

    /// <summary>What a shard needs of a basket.</summary>
    /// <param name="basket">Distinct item codes in any order.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="part">Receives the item codes, ascending; as long as the basket.</param>
    /// <returns>How many; 0 where the shard needs nothing of it.</returns>
    public int Part(ReadOnlySpan<int> basket, int shard, Span<int> part)
    {
        var last = -1;
        foreach (var item in basket)
            if (_rankOf[item] > last && _shardOf[_rankOf[item]] == shard) last = _rankOf[item];
        var count = 0;
        foreach (var item in basket)
            if (_rankOf[item] >= 0 && _rankOf[item] <= last) part[count++] = item;
        part[..count].Sort();
        return count;
    }

    /// <summary>Finds a shard's itemsets.</summary>
    /// <param name="parts">What <see cref="Part"/> gave of all baskets for this shard, in any order, empty ones left out or not.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="baskets">The number of all baskets, for supports as shares.</param>
    /// <param name="options">Lengths and budgets; the budgets are each shard's own. Minimum support is the plan's.</param>
    /// <param name="cancel">Stops the search with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An item of the shard does not occur as often as in the whole: a part is missing or doubled.</exception>
    public MiningResult Mine(BasketSet parts, int shard, int baskets, MiningOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        options.Check();
        var counts = parts.CountItems();
        for (var rank = 0; rank < _order.Length; rank++)
            if (_shardOf[rank] == shard && counts[_order[rank]] != _counts[_order[rank]])
                throw new ArgumentException(
                    $"item {_order[rank]} is in {counts[_order[rank]]} of the shard's parts and in {_counts[_order[rank]]} baskets; a part is missing or doubled", nameof(parts));
        var ranked = RankedBaskets.Build(parts, counts, _order);
        var sink = new VisitingSink<CollectingVisitor>(new CollectingVisitor(), options.MinimumLength, options.EffectiveMaximumLength);
        if (options.MaximumBytes > 0) sink.Visitor.Limit = options.MaximumBytes;
        using var search = new BranchSearch<VisitingSink<CollectingVisitor>>(
            ranked, MinimumSupport, options.EffectiveMaximumLength, sink, SearchForm.Any, cancel);
        if (options.MaximumNodes > 0) search.NodeLimit = options.MaximumNodes;
        int own = 0, complete = 0;
        var truncation = Truncation.None;
        for (var rank = 0; rank < _order.Length; rank++)
        {
            if (_shardOf[rank] != shard) continue;
            own++;
            if (truncation != Truncation.None) continue;
            var before = search.Sink.Visitor;
            search.Run(rank);
            if (search.Nodes > search.NodeLimit) truncation = Truncation.Nodes;
            else if (search.Sink.Visitor.Bytes > search.Sink.Visitor.Limit) truncation = Truncation.Bytes;
            if (truncation == Truncation.None) complete++;
            else
            {
                // What the last branch found is taken back: a truncated result is whole for fewer items.
                search.Sink.Visitor.Count = before.Count;
                search.Sink.Visitor.ItemCount = before.ItemCount;
            }
        }
        var table = ItemsetSort.ToTable([search.Sink.Visitor], baskets, parts.ItemCount);
        return new MiningResult(table, new MiningOutcome(truncation, own, complete, search.Nodes));
    }
}
