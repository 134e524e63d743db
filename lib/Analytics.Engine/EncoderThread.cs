using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>Encodes batches behind the back of the thread that reads them; a few batches are on their way at most.</summary>
public sealed class EncoderThread : IDisposable
{
    private const int InFlight = 4;
    private readonly CancellationTokenSource _abort;
    private readonly CancellationToken _cancel;
    private readonly BlockingCollection<ColumnBatch> _full = new(InFlight);
    private readonly ConcurrentBag<ColumnBatch> _empty = [];
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _error;

    /// <summary>Starts it.</summary>
    /// <param name="files">Where the rows go; nobody else may use it until <see cref="Finish"/> has returned.</param>
    /// <param name="cancel">Ends the work.</param>
    public EncoderThread(PartFiles files, CancellationToken cancel)
    {
        _cancel = cancel;
        _abort = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _thread = new Thread(() => Encode(files)) { IsBackground = true, Name = "parquet" };
        _thread.Start();
    }

    /// <summary>Set when the caller cancels or the encoder fails.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>An empty batch to fill.</summary>
    public ColumnBatch Rent(IReadOnlyList<Column> columns) => _empty.TryTake(out var batch) ? batch : new ColumnBatch(columns);

    /// <summary>Hands a filled batch over.</summary>
    public void Hand(ColumnBatch batch)
    {
        try
        {
            _full.Add(batch, _abort.Token);
        }
        catch (OperationCanceledException)
        {
            ThrowError();
            throw;
        }
    }

    /// <summary>Waits until everything is encoded.</summary>
    public void Finish()
    {
        _full.CompleteAdding();
        _thread.Join();
        ThrowError();
        _cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Throws what stopped the encoder, if anything did.</summary>
    public void ThrowError() => Volatile.Read(ref _error)?.Throw();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_full.IsAddingCompleted)
        {
            _abort.Cancel();
            _full.CompleteAdding();
        }
        _thread.Join();
        _full.Dispose();
        _abort.Dispose();
    }

    private void Encode(PartFiles files)
    {
        try
        {
            foreach (var batch in _full.GetConsumingEnumerable(_abort.Token))
            {
                files.Append(batch);
                batch.Clear();
                _empty.Add(batch);
            }
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            // The reader knows why: it cancelled, or was cancelled.
        }
        catch (Exception wrong)
        {
            Volatile.Write(ref _error, ExceptionDispatchInfo.Capture(wrong));
            _abort.Cancel();
        }
    }
}
