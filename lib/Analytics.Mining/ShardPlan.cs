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

    /// <summary>The number of frequent items, which are the ranks 0 .. n - 1.</summary>
    public int FrequentItems => _order.Length;

    /// <summary>The item code of a rank of the frequency list: rank 0 is the most frequent item, ties go to the least code.</summary>
    public int Code(int rank) => _order[rank];

    /// <summary>The rank of an item code; -1 where it is not frequent.</summary>
    public int Rank(int item) => _rankOf[item];

    /// <summary>The ranks of a shard's items, ascending.</summary>
    /// <param name="shard">The shard.</param>
    public int[] Group(int shard)
    {
        var group = new List<int>();
        for (var rank = 0; rank < _shardOf.Length; rank++)
            if (_shardOf[rank] == shard) group.Add(rank);
        return [.. group];
    }

    /// <summary>What a shard needs of a basket, as ranks: the group-dependent basket that <see cref="ShardMiner"/> takes.</summary>
    /// <param name="basket">Distinct item codes in any order.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="part">Receives the ranks, ascending; as long as the basket.</param>
    /// <returns>How many; 0 where the shard needs nothing of it.</returns>
    public int RankedPart(ReadOnlySpan<int> basket, int shard, Span<int> part)
    {
        var count = Part(basket, shard, part);
        for (var i = 0; i < count; i++) part[i] = _rankOf[part[i]];
        part[..count].Sort();
        return count;
    }

    /// <summary>What a shard needs of a basket, as item codes: what <see cref="Mine"/> takes.</summary>
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
        var visitor = new CollectingVisitor();
        if (options.MaximumBytes > 0) visitor.Limit = options.MaximumBytes;
        // What a cut branch found is taken back: a truncated result is whole for fewer items.
        int sets = 0, items = 0;
        bool Keep(ref CollectingVisitor found, bool cut)
        {
            var fits = !cut && found.Bytes <= found.Limit;
            if (fits) (sets, items) = (found.Count, found.ItemCount);
            else (found.Count, found.ItemCount) = (sets, items);
            return fits;
        }
        var outcome = ShardSearch.Run(ranked, Group(shard), MinimumSupport, options, ref visitor, Keep, cancel);
        var table = ItemsetSort.ToTable([visitor], baskets, parts.ItemCount);
        return new MiningResult(table, outcome);
    }
}
