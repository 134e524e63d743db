using System.Buffers.Binary;
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
        Plan = new ShardPlan(itemCounts.ToArray(), options.MinimumSupport, shards);
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
