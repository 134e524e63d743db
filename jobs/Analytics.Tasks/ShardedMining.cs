using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Analytics.Columns;
using Analytics.Mining;

namespace Analytics.Tasks;

/// <summary>
/// What all executors must know to mine in shards (parallel FP-growth; Li et al. 2008): the counts of all items, so that all
/// agree on their order, and what is looked for. The side input of <see cref="BasketPartsTask"/> and <see cref="MineShardTask"/>.
/// </summary>
public sealed class ShardedMining
{
    private const int FormatVersion = 1;

    private readonly byte[] _bytes;
    private readonly int[] _itemCounts;

    /// <summary>Plans the work.</summary>
    /// <param name="itemCounts">In how many baskets each item code occurs.</param>
    /// <param name="baskets">The number of all baskets, empty ones included.</param>
    /// <param name="shards">How many shards; more than there are cores, so that a heavy one does not hold up the rest.</param>
    /// <param name="options">What to mine: support, lengths and budgets, which are each shard's own.</param>
    public ShardedMining(ReadOnlySpan<int> itemCounts, int baskets, int shards, MiningOptions options)
    {
        if (options.Kind != ItemsetKind.Frequent) throw new ArgumentException($"only frequent itemsets are mined in shards, not {options.Kind}", nameof(options));
        Baskets = baskets;
        ItemCount = itemCounts.Length;
        Options = new MiningOptions
        {
            MinimumSupport = options.MinimumSupport, MinimumLength = options.MinimumLength, MaximumLength = options.MaximumLength,
            MaximumNodes = options.MaximumNodes, MaximumBytes = options.MaximumBytes,
        };
        _itemCounts = itemCounts.ToArray();
        Plan = new ShardPlan(_itemCounts, options.MinimumSupport, shards);
        _bytes = Write(itemCounts);
    }

    /// <summary>Which shard mines which items.</summary>
    public ShardPlan Plan { get; }

    /// <summary>The number of all baskets.</summary>
    public int Baskets { get; }

    /// <summary>The number of item codes.</summary>
    public int ItemCount { get; }

    /// <summary>What is mined.</summary>
    public MiningOptions Options { get; }

    /// <summary>The bytes of the side input.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Reads <see cref="Bytes"/>.</summary>
    /// <exception cref="ArgumentException">Other bytes.</exception>
    public static ShardedMining FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 48 || (bytes.Length - 48) % 4 != 0 || BinaryPrimitives.ReadInt32LittleEndian(bytes) != FormatVersion)
            throw new ArgumentException($"the side input of {bytes.Length} bytes is no plan of sharded mining of version {FormatVersion}", nameof(bytes));
        int Int(ReadOnlySpan<byte> all, int at) => BinaryPrimitives.ReadInt32LittleEndian(all[at..]);
        var counts = new int[(bytes.Length - 48) / 4];
        for (var i = 0; i < counts.Length; i++) counts[i] = Int(bytes, 48 + 4 * i);
        return new ShardedMining(counts, Int(bytes, 4), Int(bytes, 8), new MiningOptions
        {
            MinimumSupport = Int(bytes, 12),
            MinimumLength = Int(bytes, 16),
            MaximumLength = Int(bytes, 20),
            MaximumNodes = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            MaximumBytes = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
        });
    }

    /// <summary>
    /// Puts the shards' answers together: the same itemsets and the same outcome as the whole gives in one process. Where a
    /// shard's budget was hit, what is kept is complete for the most frequent items up to the first that is not. A budget of bytes cuts where
    /// one process would; one of search nodes is each shard's own and can allow more than one process would do.
    /// </summary>
    /// <param name="rows">The output relation of <see cref="MineShardTask"/>, in any order.</param>
    /// <exception cref="ArgumentException">A shard is missing.</exception>
    public MiningResult Collect(IEnumerable<ColumnBatch> rows)
    {
        var rankOf = Ranks(out var order);
        List<int> items = [], offsets = [0], supports = [];
        var bytes = new long[order.Count];
        var (cut, truncation) = (order.Count, Truncation.None);
        var nodes = 0L;
        var seen = new HashSet<int>();
        foreach (var batch in rows)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (batch[1 + MineShardTask.Items].IsNull(row))
                {
                    var shard = batch.Ints(0)[row];
                    if (!seen.Add(shard)) throw new ArgumentException($"shard {shard} answered twice", nameof(rows));
                    nodes += batch.Longs(1 + MineShardTask.Nodes)[row];
                    var ended = (Truncation)batch.Ints(1 + MineShardTask.Truncation)[row];
                    if (ended == Truncation.None) continue;
                    var first = Enumerable.Range(0, order.Count).Where(rank => Plan.ShardOf(order[rank]) == shard).ElementAt(batch.Ints(1 + MineShardTask.CompleteItems)[row]);
                    if (first < cut) (cut, truncation) = (first, ended);
                    continue;
                }
                CodeText.Read(batch.Texts(1 + MineShardTask.Items)[row], items);
                var rank = 0;
                for (var i = offsets[^1]; i < items.Count; i++) rank = Math.Max(rank, rankOf[items[i]]);
                bytes[rank] += 4L * (items.Count - offsets[^1]) + 8;
                offsets.Add(items.Count);
                supports.Add(batch.Ints(1 + MineShardTask.Support)[row]);
            }
        }
        var expected = order.Select(Plan.ShardOf).ToHashSet();
        if (!expected.SetEquals(seen)) throw new ArgumentException($"{seen.Count} shards answered where {expected.Count} have items", nameof(rows));
        var spent = 0L;
        for (var rank = 0; rank < cut && Options.MaximumBytes > 0; rank++)
        {
            spent += bytes[rank];
            if (spent > Options.MaximumBytes) (cut, truncation) = (rank, Truncation.Bytes);
        }
        if (truncation != Truncation.None) Keep(items, offsets, supports, rankOf, cut);
        var table = ItemsetTable.Create(CollectionsMarshal.AsSpan(offsets), CollectionsMarshal.AsSpan(items), CollectionsMarshal.AsSpan(supports), Baskets, ItemCount);
        return new MiningResult(table, new MiningOutcome(truncation, order.Count, cut, nodes));
    }

    /// <summary>Ranks of item codes, the most frequent first (ties: the least code), and the codes by rank; -1 for what is not frequent.</summary>
    private int[] Ranks(out List<int> order)
    {
        order = [.. Enumerable.Range(0, ItemCount).Where(item => Plan.ShardOf(item) >= 0).OrderByDescending(item => _itemCounts[item]).ThenBy(item => item)];
        var ranks = new int[ItemCount];
        Array.Fill(ranks, -1);
        for (var rank = 0; rank < order.Count; rank++) ranks[order[rank]] = rank;
        return ranks;
    }

    private static void Keep(List<int> items, List<int> offsets, List<int> supports, int[] rankOf, int cut)
    {
        int kept = 0, length = 0, start = 0;
        for (var set = 0; set < supports.Count; set++)
        {
            var end = offsets[set + 1];
            var rank = 0;
            for (var i = start; i < end; i++) rank = Math.Max(rank, rankOf[items[i]]);
            if (rank < cut)
            {
                for (var i = start; i < end; i++) items[length++] = items[i];
                supports[kept++] = supports[set];
                offsets[kept] = length;
            }
            start = end;
        }
        items.RemoveRange(length, items.Count - length);
        supports.RemoveRange(kept, supports.Count - kept);
        offsets.RemoveRange(kept + 1, offsets.Count - kept - 1);
    }

    private byte[] Write(ReadOnlySpan<int> itemCounts)
    {
        var bytes = new byte[48 + 4 * itemCounts.Length];
        void Int(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        Int(0, FormatVersion);
        Int(4, Baskets);
        Int(8, Plan.Shards);
        Int(12, Options.MinimumSupport);
        Int(16, Options.MinimumLength);
        Int(20, Options.MaximumLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Options.MaximumNodes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), Options.MaximumBytes);
        for (var i = 0; i < itemCounts.Length; i++) Int(48 + 4 * i, itemCounts[i]);
        return bytes;
    }
}
