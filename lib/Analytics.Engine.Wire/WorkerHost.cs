using Analytics.Columns;
using Analytics.Engine.Wire.Internals;

namespace Analytics.Engine.Wire;

/// <summary>
/// A worker's life: rows in, answers out, one thread. What a task does to a key is in its closing record; whatever is wrong with the
/// input or the output ends the process, after the input was read to its end (an engine that finds its reader gone cannot say why).
/// </summary>
public static class WorkerHost
{
    /// <summary>Runs a task on all groups of the input.</summary>
    /// <param name="task">The task.</param>
    /// <param name="input">Rows sorted by key and by the task's order, as <see cref="WireRowWriter"/> or an engine's SQL writes them.</param>
    /// <param name="output">Takes the answer.</param>
    /// <param name="spillFolder">Where the rows of one key go that are too many to be kept in memory until it is done.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>Keys, rows and failures; the failed keys themselves are in the answer.</returns>
    /// <exception cref="WireFormatException">The input is not what the protocol allows.</exception>
    /// <exception cref="IOException">Input, output or the spill folder failed.</exception>
    public static WorkerCounts Run(GroupedTask task, Stream input, Stream output, string spillFolder, CancellationToken cancel = default)
    {
        var groups = new GroupedInput(task, input);
        using var answer = new AnswerWriter(output, spillFolder);
        try
        {
            answer.Handshake(task);
            return Run(task, groups, answer, cancel);
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException)
        {
            groups.Drain();
            throw;
        }
    }

    private static WorkerCounts Run(GroupedTask task, GroupedInput groups, AnswerWriter answer, CancellationToken cancel)
    {
        var counts = default(WorkerCounts);
        var output = new ColumnBatch(task.Output);
        object? scratch = null;
        try
        {
            while (groups.TryBegin())
            {
                scratch ??= task.CreateScratch();
                var (read, given, error) = RunKey(task, groups, answer, output, scratch, cancel);
                groups.Finish();
                answer.Close(groups.Key, groups.Rows, read, given, error);
                counts = new WorkerCounts(counts.Keys + 1, counts.RowsIn + groups.Rows, counts.RowsOut + given, counts.Failed + (error is null ? 0 : 1));
            }
        }
        finally
        {
            (scratch as IDisposable)?.Dispose();
        }
        answer.End(counts.Keys, counts.RowsIn, counts.RowsOut, counts.Failed);
        return counts;
    }

    private static (long Read, long Given, string? Error) RunKey(GroupedTask task, GroupedInput groups, AnswerWriter answer, ColumnBatch output, object? scratch, CancellationToken cancel)
    {
        var rows = groups.OpenRows();
        var given = 0L;
        string? fault = null;
        Exception? outside = null;
        answer.BeginKey();
        output.Clear();
        void Take()
        {
            if (fault is not null) return;
            fault = BatchCheck.Fault(output, task.Output, 0);
            if (fault is not null) return;
            try
            {
                answer.Rows(groups.Key, output, task.Output);
            }
            catch (InvalidDataException wrong)
            {
                fault = wrong.Message;
            }
            catch (IOException wrong)
            {
                outside = wrong;
                throw;
            }
            given += output.Count;
            output.Clear();
        }
        string? error;
        try
        {
            cancel.ThrowIfCancellationRequested();
            task.RunInPieces(rows, output, Take, scratch, cancel);
            Take();
            error = fault;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception wrong)
        {
            error = $"{wrong.GetType().Name}: {wrong.Message}";
        }
        if (groups.Broken is { } broken) throw broken is WireFormatException ? new WireFormatException(broken.Message) : new IOException(broken.Message, broken);
        if (outside is not null) throw new IOException(outside.Message, outside);
        cancel.ThrowIfCancellationRequested();
        if (error is null) return (rows.RowsRead, given, null);
        answer.Discard();
        return (rows.RowsRead, 0, error);
    }
}

/// <summary>What a worker did.</summary>
/// <param name="Keys">Keys.</param>
/// <param name="RowsIn">Rows read.</param>
/// <param name="RowsOut">Rows given.</param>
/// <param name="Failed">Keys that failed.</param>
public readonly record struct WorkerCounts(long Keys, long RowsIn, long RowsOut, long Failed);
