using System.Collections;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>One group's rows as the task sees them: one batch, or the batches of a stream. May be enumerated once.</summary>
internal sealed class GroupRows(ColumnBatch? batch, GroupQueue? stream) : IEnumerable<ColumnBatch>
{
    private bool _taken;

    /// <summary>Rows handed to the task so far.</summary>
    public long RowsRead { get; private set; }

    public IEnumerator<ColumnBatch> GetEnumerator()
    {
        if (_taken) throw new InvalidOperationException("the rows of a group can be read once: keep what is needed again");
        _taken = true;
        return Batches();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerator<ColumnBatch> Batches()
    {
        if (batch is not null)
        {
            RowsRead = batch.Count;
            yield return batch;
            yield break;
        }
        ColumnBatch? current = null;
        while ((current = stream!.Take(current)) is not null)
        {
            RowsRead += current.Count;
            yield return current;
        }
    }
}
