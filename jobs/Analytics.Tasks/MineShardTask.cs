using System.Runtime.InteropServices;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Mining;

namespace Analytics.Tasks;

/// <summary>The second half of mining in shards: finds the itemsets whose least frequent item is one of the shard's own.</summary>
public sealed class MineShardTask(ShardedMining mining) : GroupedTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "mine_shard";

    /// <summary>Positions in <see cref="Output"/>, behind the shard in the output relation.</summary>
    public const int Items = 0, Support = 1, Truncation = 2, OwnItems = 3, CompleteItems = 4, Nodes = 5;

    private const int Shard = 0, Parts = 1;

    /// <inheritdoc/>
    public override string Name => TaskName;

    /// <summary>What <see cref="BasketPartsTask"/> gives.</summary>
    public override IReadOnlyList<Column> Input { get; } = [new("shard", ColumnType.Int32), new("parts", ColumnType.Text)];

    /// <inheritdoc/>
    public override int KeyColumns => 1;

    /// <summary>None: the itemsets do not depend on the order of the baskets.</summary>
    public override IReadOnlyList<string> OrderBy { get; } = [];

    /// <summary>
    /// One row an itemset: its codes ascending, blanks between them, and its support; the rest NULL. And one row a shard, whose items
    /// and support are NULL: a <see cref="Mining.Truncation"/>, the shard's own items, for how many of them it is complete, search nodes.
    /// </summary>
    public override IReadOnlyList<Column> Output { get; } =
    [
        new("items", ColumnType.Text, true), new("support", ColumnType.Int32, true), new("truncation", ColumnType.Int32, true),
        new("own_items", ColumnType.Int32, true), new("complete_items", ColumnType.Int32, true), new("nodes", ColumnType.Int64, true),
    ];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> SideInput => mining.Bytes;

    /// <inheritdoc/>
    public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel) =>
        RunInPieces(rows, output, static () => { }, scratch, cancel);

    /// <inheritdoc/>
    public override void RunInPieces(IEnumerable<ColumnBatch> rows, ColumnBatch output, Action takeOutput, object? scratch, CancellationToken cancel)
    {
        var shard = -1;
        var items = new List<int>();
        var offsets = new List<int> { 0 };
        foreach (var batch in rows)
        {
            cancel.ThrowIfCancellationRequested();
            shard = batch.Ints(Shard)[0];
            for (var row = 0; row < batch.Count; row++)
                for (var rest = batch.Texts(Parts)[row]; !rest.IsEmpty;)
                {
                    var end = rest.IndexOf((byte)';');
                    CodeText.Read(end < 0 ? rest : rest[..end], items);
                    offsets.Add(items.Count);
                    rest = end < 0 ? default : rest[(end + 1)..];
                }
        }
        if ((uint)shard >= (uint)mining.Plan.Shards) throw new ArgumentException($"there is no shard {shard}: expected 0 to {mining.Plan.Shards - 1}");
        var baskets = BasketSet.Create([.. offsets], [.. CollectionsMarshal.AsSpan(items)], mining.ItemCount);
        items = null!;
        offsets = null!;
        var mined = mining.Plan.Mine(baskets, shard, mining.Baskets, mining.Options, cancel);
        byte[] text = [];
        for (var i = 0; i < mined.Itemsets.Count; i++)
        {
            var length = CodeText.Write(mined.Itemsets[i], ref text);
            output.Texts(Items).Append(text.AsSpan(0, length));
            output.Ints(Support).Append(mined.Itemsets.Supports[i]);
            for (var column = Truncation; column <= Nodes; column++) output[column].AppendNull();
            if (output.Count >= ColumnBatch.UsualRows) takeOutput();
        }
        output[Items].AppendNull();
        output[Support].AppendNull();
        output.Ints(Truncation).Append((int)mined.Outcome.Truncation);
        output.Ints(OwnItems).Append(mined.Outcome.FrequentItems);
        output.Ints(CompleteItems).Append(mined.Outcome.CompleteItems);
        output.Longs(Nodes).Append(mined.Outcome.Nodes);
    }
}
