namespace Analytics.Sandbox;

/// <summary>What one query may cost. What it may not touch is no matter of limits.</summary>
public sealed record SandboxLimits
{
    /// <summary>From the start of the query to its last row, the reader's own time included; then its process is killed. Default 30 s.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>DuckDB's memory; nothing is ever spilled. The process may hold <see cref="SqlSandbox.OverheadBytes"/> beyond it. Default 512 MiB, at least 64 MiB.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>Rows that are handed out; the summary says that there were more. Default 10,000.</summary>
    public long MaxRows { get; init; } = 10_000;

    /// <summary>Bytes of values as text, over all rows; the summary says that there were more. Default 8 MiB.</summary>
    public long MaxBytes { get; init; } = 8L << 20;

    /// <summary>DuckDB's threads; no result depends on it. Default 2.</summary>
    public int Threads { get; init; } = 2;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, 64L << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
    }
}
