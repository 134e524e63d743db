using System.Runtime.InteropServices;
using Analytics.Columns;
using Analytics.Engine;

namespace Analytics.Tasks;

/// <summary>
/// The first half of mining in shards: cuts each basket into what each shard needs of it. Its key is a bucket of baskets (such as
/// basket modulo some thousand), as a key for each basket would cost more than the work.
/// </summary>
public sealed class BasketPartsTask(ShardedMining mining) : GroupedTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "basket_parts";

    private const int Bucket = 0, Basket = 1, Code = 2, Shard = 0, Part = 1;

    /// <inheritdoc/>
    public override string Name => TaskName;

    /// <summary>Bucket, basket, and one item code of it; the codes of a basket are distinct.</summary>
    public override IReadOnlyList<Column> Input { get; } = [new("bucket", ColumnType.Int64), new("basket", ColumnType.Int64), new("code", ColumnType.Int32)];

    /// <inheritdoc/>
    public override int KeyColumns => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderBy { get; } = ["basket", "code"];

    /// <summary>Shard, and the codes that it needs of one basket, ascending, blanks between them.</summary>
    public override IReadOnlyList<Column> Output { get; } = [new("shard", ColumnType.Int32), new("part", ColumnType.Text)];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> SideInput => mining.Bytes;

    /// <inheritdoc/>
    public override object CreateScratch() => new Scratch(mining.Plan.Shards);

    /// <inheritdoc/>
    public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel) =>
        RunInPieces(rows, output, static () => { }, scratch, cancel);

    /// <inheritdoc/>
    public override void RunInPieces(IEnumerable<ColumnBatch> rows, ColumnBatch output, Action takeOutput, object? scratch, CancellationToken cancel)
    {
        var state = (Scratch)scratch!;
        state.Items.Clear();
        var current = long.MinValue;
        foreach (var batch in rows)
        {
            cancel.ThrowIfCancellationRequested();
            var baskets = batch.Longs(Basket).Values;
            var codes = batch.Ints(Code).Values;
            for (var i = 0; i < baskets.Length; i++)
            {
                if (baskets[i] != current)
                {
                    Cut(state, output);
                    if (output.Count >= ColumnBatch.UsualRows) takeOutput();
                    current = baskets[i];
                }
                if ((uint)codes[i] >= (uint)mining.ItemCount) throw new ArgumentException($"basket {current} holds item {codes[i]}; expected 0 to {mining.ItemCount - 1}");
                state.Items.Add(codes[i]);
            }
        }
        Cut(state, output);
    }

    private void Cut(Scratch state, ColumnBatch output)
    {
        var items = CollectionsMarshal.AsSpan(state.Items);
        if (items.IsEmpty) return;
        if (state.Part.Length < items.Length) state.Part = new int[2 * items.Length];
        state.Seen.AsSpan().Clear();
        foreach (var item in items)
        {
            var shard = mining.Plan.ShardOf(item);
            if (shard < 0 || state.Seen[shard]) continue;
            state.Seen[shard] = true;
            var count = mining.Plan.Part(items, shard, state.Part);
            var length = CodeText.Write(state.Part.AsSpan(0, count), ref state.Text);
            output.Ints(Shard).Append(shard);
            output.Texts(Part).Append(state.Text.AsSpan(0, length));
        }
        state.Items.Clear();
    }

    private sealed class Scratch(int shards)
    {
        public List<int> Items { get; } = [];

        public bool[] Seen { get; } = new bool[shards];

        public int[] Part = [];

        public byte[] Text = [];
    }
}
