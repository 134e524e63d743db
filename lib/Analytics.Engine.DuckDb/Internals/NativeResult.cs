using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>Owner of one native result; destroys it once, at the latest when it is finalized.</summary>
internal sealed class NativeResult : IDisposable
{
    private static int _open;
    private DuckDBResult _result;
    private bool _owned;

    /// <summary>How many results are alive in the process: tests count them down to zero.</summary>
    public static int Open => Volatile.Read(ref _open);

    private NativeResult()
    {
    }

    ~NativeResult() => Destroy();

    /// <summary>Runs a prepared statement; a streaming result holds a bounded buffer instead of all rows.</summary>
    public static NativeResult Execute(DuckDBPreparedStatement statement, bool streaming, out bool succeeded)
    {
        var owner = new NativeResult();
        var state = streaming
            ? NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out owner._result)
            : NativeMethods.PreparedStatements.DuckDBExecutePrepared(statement, out owner._result);
        owner._owned = true;
        Interlocked.Increment(ref _open);
        succeeded = state == DuckDBState.Success;
        return owner;
    }

    public DuckDBDataChunk FetchChunk() => NativeMethods.Query.DuckDBFetchChunk(_result);

    /// <summary>The error's kind and words; (Invalid, null) where there is none.</summary>
    public (DuckDBErrorType Type, string? Message) Error()
    {
        var message = NativeMethods.Query.DuckDBResultError(ref _result);
        return string.IsNullOrEmpty(message) ? (DuckDBErrorType.Invalid, null) : (NativeMethods.Query.DuckDBResultErrorType(ref _result), message);
    }

    public int ColumnCount => (int)NativeMethods.Query.DuckDBColumnCount(ref _result);

    public (string Name, string Type) Column(int index)
    {
        using var type = NativeMethods.Query.DuckDBColumnLogicalType(ref _result, index);
        return (NativeMethods.Query.DuckDBColumnName(ref _result, index), TypeMap.NameOf(type));
    }

    /// <summary>Names and types of all columns.</summary>
    public (string Name, string Type)[] Columns()
    {
        var columns = new (string, string)[ColumnCount];
        for (var i = 0; i < columns.Length; i++) columns[i] = Column(i);
        return columns;
    }

    public void Dispose()
    {
        Destroy();
        GC.SuppressFinalize(this);
    }

    private void Destroy()
    {
        if (!_owned) return;
        _owned = false;
        NativeMethods.Query.DuckDBDestroyResult(ref _result);
        Interlocked.Decrement(ref _open);
    }
}
