using System.Runtime.InteropServices;
using Analytics.Columns;
using Analytics.Engine;

namespace Analytics.Tasks;

/// <summary>
/// The first half of mining in shards: cuts each basket into what each shard needs of it. Its key is a bucket of baskets (such as
/// basket modulo some dozens), as a key for each basket would cost more than the work, and so would a row for each part of one.
/// </summary>
public sealed class BasketPartsTask(ShardedMining mining) : GroupedTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "basket_parts";

    private const int Codes = 1, Shard = 0, Parts = 1;

    /// <summary>Parts of so many bytes make a row.</summary>
    private const int RowBytes = 1 << 20;

    /// <inheritdoc/>
    public override string Name => TaskName;

    /// <summary>Bucket, and the item codes of one basket, distinct, in any order, blanks between them.</summary>
    public override IReadOnlyList<Column> Input { get; } = [new("bucket", ColumnType.Int64), new("codes", ColumnType.Text)];

    /// <inheritdoc/>
    public override int KeyColumns => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderBy { get; } = ["codes"];

    /// <summary>Shard, and the codes that it needs of some baskets: ascending, blanks between codes, semicolons between baskets.</summary>
    public override IReadOnlyList<Column> Output { get; } = [new("shard", ColumnType.Int32), new("parts", ColumnType.Text)];

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
        foreach (var parts in state.Parts) parts.Clear();
        foreach (var batch in rows)
        {
            cancel.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Count; row++)
            {
                state.Items.Clear();
                CodeText.Read(batch.Texts(Codes)[row], state.Items);
                foreach (var code in state.Items)
                    if ((uint)code >= (uint)mining.ItemCount) throw new ArgumentException($"a basket holds item {code}; expected 0 to {mining.ItemCount - 1}");
                Cut(state, output, takeOutput);
            }
        }
        for (var shard = 0; shard < state.Parts.Length; shard++) Give(state, shard, output);
    }

    private void Cut(Scratch state, ColumnBatch output, Action takeOutput)
    {
        var items = CollectionsMarshal.AsSpan(state.Items);
        if (state.Part.Length < items.Length) state.Part = new int[2 * items.Length];
        state.Seen.AsSpan().Clear();
        foreach (var item in items)
        {
            var shard = mining.Plan.ShardOf(item);
            if (shard < 0 || state.Seen[shard]) continue;
            state.Seen[shard] = true;
            var count = mining.Plan.Part(items, shard, state.Part);
            var parts = state.Parts[shard];
            if (parts.Count > 0) parts.Add((byte)';');
            var length = CodeText.Write(state.Part.AsSpan(0, count), ref state.Text);
            parts.AddRange(state.Text.AsSpan(0, length));
            if (parts.Count < RowBytes) continue;
            Give(state, shard, output);
            takeOutput();
        }
    }

    private static void Give(Scratch state, int shard, ColumnBatch output)
    {
        var parts = state.Parts[shard];
        if (parts.Count == 0) return;
        output.Ints(Shard).Append(shard);
        output.Texts(Parts).Append(CollectionsMarshal.AsSpan(parts));
        parts.Clear();
    }

    private sealed class Scratch
    {
        public Scratch(int shards)
        {
            Seen = new bool[shards];
            Parts = new List<byte>[shards];
            for (var shard = 0; shard < shards; shard++) Parts[shard] = [];
        }

        public List<int> Items { get; } = [];

        public bool[] Seen { get; }

        /// <summary>What each shard got of the key and was not given yet.</summary>
        public List<byte>[] Parts { get; }

        public int[] Part = [];

        public byte[] Text = [];
    }
}
