using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// Batches for reuse. Those that once held many rows are kept apart and few of them, else a mix of group sizes would
/// in time make every batch a large one.
/// </summary>
internal sealed class RowsPool(IReadOnlyList<Column> columns)
{
    private const int SmallRows = 256;
    private const int LargeKept = 16;
    private readonly Lock _gate = new();
    private readonly Stack<ColumnBatch> _small = new();
    private readonly Stack<ColumnBatch> _large = new();

    /// <summary>An empty batch for about so many rows.</summary>
    public ColumnBatch Rent(int rows)
    {
        lock (_gate)
        {
            if ((rows > SmallRows ? _large : _small).TryPop(out var batch)) return batch;
        }
        return new ColumnBatch(columns);
    }

    public void Return(ColumnBatch batch)
    {
        var isLarge = batch.Count > SmallRows;
        batch.Clear();
        lock (_gate)
        {
            if (!isLarge) _small.Push(batch);
            else if (_large.Count < LargeKept) _large.Push(batch);
        }
    }
}
