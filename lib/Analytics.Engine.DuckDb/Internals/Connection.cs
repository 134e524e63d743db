using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// One native connection. A connection holds one open stream at a time, so every <see cref="Query"/> that is read
/// lazily has a connection of its own.
/// </summary>
internal sealed class Connection : IDisposable
{
    /// <summary>
    /// Where one of several threads fails, DuckDB (1.5) stops the others before it has noted why: in one of forty failures they were first, and
    /// the query had been "Interrupted!" by nobody. So often a statement is run to learn the reason; one that fails leaves nothing behind.
    /// </summary>
    private const int Attempts = 5;

    public Connection(DuckDBDatabase database)
    {
        if (NativeMethods.Startup.DuckDBConnect(database, out var native) != DuckDBState.Success)
        {
            native.Dispose();
            throw new EngineException("DuckDB refused a connection to its own database: it may be out of memory", kind: EngineErrorKind.OutOfMemory);
        }
        Native = native;
    }

    public DuckDBNativeConnection Native { get; }

    /// <summary>Runs one of the engine's own statements.</summary>
    public void Execute(string sql, string source, CancellationToken cancel) => Execute(new RenderedSql(source, sql, []), cancel, own: true);

    /// <summary>Runs a statement to its end.</summary>
    /// <param name="sql">The statement; its lines are those of the query's file.</param>
    /// <param name="cancel">Interrupts it.</param>
    /// <param name="own">Whether the engine made the statement, so that a line number means nothing to a reader.</param>
    public void Execute(RenderedSql sql, CancellationToken cancel, bool own = false)
    {
        using var result = Run(sql, streaming: false, own, cancel);
    }

    /// <summary>Begins a query whose rows are fetched chunk by chunk.</summary>
    public NativeResult Query(RenderedSql sql, bool streaming, CancellationToken cancel, bool own = false) => Run(sql, streaming, own, cancel);

    /// <summary>The next chunk, or null behind the last one.</summary>
    public DuckDBDataChunk? Fetch(NativeResult result, RenderedSql sql, CancellationToken cancel, bool own = false)
    {
        try
        {
            return FetchOnce(result, sql, own, cancel);
        }
        catch (EngineException failure) when (IsUnexplained(failure))
        {
            throw Reason(sql, own, cancel) ?? failure;
        }
    }

    public void Dispose() => Native.Dispose();

    private DuckDBDataChunk? FetchOnce(NativeResult result, RenderedSql sql, bool own, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        DuckDBDataChunk chunk;
        using (new InterruptGuard(Native, cancel)) chunk = result.FetchChunk();
        if (!chunk.IsInvalid && NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk) > 0) return chunk;
        chunk.Dispose();
        var (type, message) = result.Error();
        if (message is null)
        {
            cancel.ThrowIfCancellationRequested();
            return null;
        }
        throw Failure(type, message, sql, own, cancel);
    }

    /// <summary>What a query fails of, read to its end once more; null where it does not fail.</summary>
    private EngineException? Reason(RenderedSql sql, bool own, CancellationToken cancel)
    {
        EngineException? reason = null;
        for (var attempt = 1; attempt < Attempts && (reason is null || IsUnexplained(reason)); attempt++)
        {
            try
            {
                using var again = Run(sql, streaming: true, own, cancel);
                while (FetchOnce(again, sql, own, cancel) is { } chunk) chunk.Dispose();
                return reason;
            }
            catch (EngineException failure)
            {
                reason = failure;
            }
        }
        return reason;
    }

    private NativeResult Run(RenderedSql sql, bool streaming, bool own, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return RunOnce(sql, streaming, own, cancel);
            }
            catch (EngineException failure) when (IsUnexplained(failure) && attempt < Attempts)
            {
                // Once more: the reason, or what was asked for.
            }
        }
    }

    private NativeResult RunOnce(RenderedSql sql, bool streaming, bool own, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var guard = new InterruptGuard(Native, cancel);
        var state = NativeMethods.PreparedStatements.DuckDBPrepare(Native, sql.Text, out var statement);
        using (statement)
        {
            if (state != DuckDBState.Success)
                throw Failure(DuckDBErrorType.Invalid, NativeMethods.PreparedStatements.DuckDBPrepareError(statement), sql, own, cancel);
            var result = NativeResult.Execute(statement, streaming, out var succeeded);
            if (succeeded) return result;
            using (result)
            {
                var (type, message) = result.Error();
                throw Failure(type, message, sql, own, cancel);
            }
        }
    }

    /// <summary>Whether DuckDB says that it was interrupted while nobody has cancelled.</summary>
    private static bool IsUnexplained(EngineException failure) => failure.Kind == EngineErrorKind.Interrupted;

    private static Exception Failure(DuckDBErrorType type, string? message, RenderedSql sql, bool own, CancellationToken cancel)
    {
        var error = DuckDbErrors.Translate(type, message, sql.Source, own ? null : sql);
        return error.Kind == EngineErrorKind.Interrupted && cancel.IsCancellationRequested
            ? new OperationCanceledException("the query was cancelled", error, cancel)
            : error;
    }
}
