namespace Analytics.Engine.Spark.Internals;

/// <summary>What the answers of all processes of a job say together, in the order of <see cref="WireSql.Totals"/>.</summary>
/// <param name="Handshakes">Processes that answered.</param>
/// <param name="Agreed">Those of them with this version, task and contract.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Closings">Closing records.</param>
/// <param name="Keys">Distinct keys in them.</param>
/// <param name="ClosingRowsIn">Rows in, by the closing records.</param>
/// <param name="ClosingRowsOut">Rows out, by the closing records.</param>
/// <param name="ClosingFailed">Failed keys, by the closing records.</param>
/// <param name="Ends">Processes that ended.</param>
/// <param name="EndKeys">Keys, by the end records.</param>
/// <param name="EndRowsIn">Rows in, by the end records.</param>
/// <param name="EndRowsOut">Rows out, by the end records.</param>
/// <param name="EndFailed">Failed keys, by the end records.</param>
/// <param name="Others">Lines of no known kind.</param>
internal readonly record struct WireTotals(long Handshakes, long Agreed, long Rows, long Closings, long Keys, long ClosingRowsIn, long ClosingRowsOut, long ClosingFailed,
    long Ends, long EndKeys, long EndRowsIn, long EndRowsOut, long EndFailed, long Others)
{
    /// <summary>The totals from the 14 values of a row, in order.</summary>
    public static WireTotals Of(ReadOnlySpan<long> values) => new(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7],
        values[8], values[9], values[10], values[11], values[12], values[13]);

    /// <summary>What does not add up; null where all does.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="rowsIn">The rows of the input relation.</param>
    public string? Fault(string task, long rowsIn)
    {
        string? wrong =
            Others > 0 ? $"{Others} lines of the answers are of no known kind: is the program the worker?"
            : Agreed != Handshakes ? $"{Handshakes - Agreed} of {Handshakes} workers speak another version of the protocol or ran another task: send the worker that was built from this program's sources (scripts/worker.sh)"
            : Ends != Handshakes ? $"{Handshakes} workers began and {Ends} ended: an answer was cut off"
            : Keys != Closings ? $"{Closings} keys were closed and only {Keys} of them differ: the rows of a key did not come together"
            : EndKeys != Closings ? $"the workers say {EndKeys} keys and closed {Closings}"
            : EndRowsIn != ClosingRowsIn ? $"the workers say {EndRowsIn} rows in and {ClosingRowsIn} by key"
            : ClosingRowsIn != rowsIn ? $"the relation has {rowsIn} rows and the workers read {ClosingRowsIn}"
            : EndRowsOut != Rows || ClosingRowsOut != Rows ? $"the workers say {EndRowsOut} rows out, {ClosingRowsOut} by key, and {Rows} came"
            : EndFailed != ClosingFailed ? $"the workers say {EndFailed} failed keys and closed {ClosingFailed} as failed"
            : null;
        return wrong is null ? null : $"{task}: {wrong}";
    }
}
