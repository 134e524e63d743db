using Analytics.Columns;

namespace Analytics.Engine.Wire.Tests;

/// <summary>Gives back every row that it gets, in one piece or in many; fails where told.</summary>
internal sealed class EchoTask(IReadOnlyList<Column> columns, int keyColumns, Action<ColumnBatch>? onBatch = null) : GroupedTask
{
    public bool InPieces { get; init; }

    public byte[] Side { get; init; } = [];

    public override string Name => "echo";

    public override IReadOnlyList<Column> Input => columns;

    public override int KeyColumns => keyColumns;

    public override IReadOnlyList<string> OrderBy => [];

    public override IReadOnlyList<Column> Output { get; } = [.. columns.Skip(keyColumns), new Column("piece", ColumnType.Int64)];

    public override ReadOnlyMemory<byte> SideInput => Side;

    public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel) => RunInPieces(rows, output, () => { }, scratch, cancel);

    public override void RunInPieces(IEnumerable<ColumnBatch> rows, ColumnBatch output, Action takeOutput, object? scratch, CancellationToken cancel)
    {
        var pieces = 0L;
        foreach (var batch in rows)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                for (var column = keyColumns; column < columns.Count; column++) output[column - keyColumns].AppendFrom(batch[column], row);
                output.Longs(columns.Count - keyColumns).Append(pieces);
                if (!InPieces || row % 100 != 99) continue;
                takeOutput();
            }
            pieces++;
            onBatch?.Invoke(batch);
        }
    }
}
