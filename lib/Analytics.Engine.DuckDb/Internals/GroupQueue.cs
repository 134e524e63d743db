using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>Some batches of one large group on their way from the reader to the worker; bounded.</summary>
internal sealed class GroupQueue(int capacity, CancellationToken abort)
{
    private readonly Queue<ColumnBatch> _full = new();
    private readonly Stack<ColumnBatch> _empty = new();
    private readonly object _gate = new();
    private bool _ended;
    private bool _abandoned;

    /// <summary>Hands a batch over, waiting for room; takes an empty one back where there is one. False where nobody reads on.</summary>
    public bool Put(ColumnBatch batch, out ColumnBatch? reusable)
    {
        lock (_gate)
        {
            while (_full.Count >= capacity && !_abandoned)
            {
                abort.ThrowIfCancellationRequested();
                Monitor.Wait(_gate, 50);
            }
            reusable = _empty.Count > 0 ? _empty.Pop() : null;
            if (_abandoned)
            {
                reusable = batch;
                return false;
            }
            _full.Enqueue(batch);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>No more batches come.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The worker wants no more.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The next batch, or null at the group's end; the one taken before is given back.</summary>
    public ColumnBatch? Take(ColumnBatch? done)
    {
        lock (_gate)
        {
            if (done is not null)
            {
                done.Clear();
                _empty.Push(done);
            }
            while (_full.Count == 0 && !_ended)
            {
                abort.ThrowIfCancellationRequested();
                Monitor.Wait(_gate, 50);
            }
            if (_full.Count == 0) return null;
            var batch = _full.Dequeue();
            Monitor.PulseAll(_gate);
            return batch;
        }
    }
}
