using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>What the threads of one grouped run share: pools, the output in key order, failures, the first error.</summary>
internal sealed class GroupedRun : IDisposable
{
    private readonly GroupedTask _task;
    private readonly CancellationTokenSource _abort;
    private readonly SemaphoreSlim _room;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, GroupedWork> _finished = [];
    private readonly List<GroupFailure> _failures = [];
    private readonly IReadOnlyList<Column> _outputColumns;
    private readonly RowsPool _outputs;
    private long _next;
    private ExceptionDispatchInfo? _firstError;

    public GroupedRun(GroupedTask task, TableLoad load, CancellationTokenSource abort, int threads)
    {
        _task = task;
        _abort = abort;
        Load = load;
        _outputColumns = OutputColumns(task);
        Inputs = new RowsPool(task.Input);
        _outputs = new RowsPool(task.Output);
        // Enough that no worker waits while one work takes long, few enough that memory stays small.
        _room = new SemaphoreSlim(4 * threads);
    }

    public TableLoad Load { get; }

    public RowsPool Inputs { get; }

    public IReadOnlyList<GroupFailure> Failures => _failures;

    public ExceptionDispatchInfo? FirstError => Volatile.Read(ref _firstError);

    public static IReadOnlyList<Column> OutputColumns(GroupedTask task) => [.. task.Input.Take(task.KeyColumns), .. task.Output];

    public void WaitForRoom(CancellationToken abort) => _room.Wait(abort);

    /// <summary>Ends the run with an error; the first one is the one that is reported.</summary>
    public void Stop(Exception error)
    {
        Interlocked.CompareExchange(ref _firstError, ExceptionDispatchInfo.Capture(error), null);
        _abort.Cancel();
    }

    /// <summary>A worker thread's life.</summary>
    public void Work(BlockingCollection<GroupedWork> pending)
    {
        object? scratch = null;
        try
        {
            scratch = _task.CreateScratch();
            foreach (var work in pending.GetConsumingEnumerable(_abort.Token))
            {
                if (work.Stream is null)
                    for (var group = 0; group < work.Groups.Count; group++) RunSmall(work, group, scratch);
                else RunStream(work, work.Stream, scratch);
                Collect(work);
            }
        }
        catch (Exception wrong)
        {
            Stop(wrong);
        }
        finally
        {
            (scratch as IDisposable)?.Dispose();
        }
    }

    public void Dispose()
    {
        Load.Dispose();
        _room.Dispose();
    }

    private void RunSmall(GroupedWork work, int group, object? scratch)
    {
        _abort.Token.ThrowIfCancellationRequested();
        var rows = work.Groups[group];
        RunTask(work, group, new GroupRows(rows, null), scratch);
        Inputs.Return(rows);
    }

    private void RunStream(GroupedWork work, GroupQueue stream, object? scratch)
    {
        try
        {
            RunTask(work, 0, new GroupRows(null, stream), scratch);
        }
        finally
        {
            stream.Abandon();
        }
    }

    private void RunTask(GroupedWork work, int group, GroupRows rows, object? scratch)
    {
        var output = _outputs.Rent(1);
        string? message;
        try
        {
            _task.Run(rows, output, scratch, _abort.Token);
            message = BatchCheck.Fault(output, _outputColumns, _task.KeyColumns);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception wrong)
        {
            message = $"{wrong.GetType().Name}: {wrong.Message}";
        }
        // A task that swallowed the cancellation of its rows must not pass as done.
        _abort.Token.ThrowIfCancellationRequested();
        if (message is null)
        {
            work.Outputs.Add(output);
            return;
        }
        work.Outputs.Add(null);
        work.Failures.Add((group, new GroupFailure(work.KeyTexts(group), rows.RowsRead, message)));
    }

    private void Collect(GroupedWork work)
    {
        lock (_gate)
        {
            _finished.Add(work.Number, work);
            while (_finished.Remove(_next, out var next))
            {
                for (var group = 0; group < next.Outputs.Count; group++)
                {
                    if (next.Outputs[group] is not { } output) continue;
                    Load.Appender.Append(next.Keys, group, output);
                    _outputs.Return(output);
                }
                foreach (var (_, failure) in next.Failures) _failures.Add(failure);
                _next++;
                _room.Release();
            }
        }
    }
}
