namespace Analytics.Engine.DuckDb;

/// <summary>What the embedded engine may use of the machine.</summary>
/// <param name="MemoryLimitBytes">What DuckDB's buffers may hold before they spill; the batches of a running grouped pass come on top (some tens of MB).</param>
/// <param name="Threads">DuckDB's threads, and the threads that run grouped work; at least 1. No result depends on it.</param>
/// <param name="SpillFolder">Where DuckDB spills to; made if it is missing. DuckDB removes its own files from it.</param>
/// <param name="DatabasePath">A database file, or null for a database in memory (which spills as well).</param>
public sealed record DuckDbOptions(long MemoryLimitBytes, int Threads, string SpillFolder, string? DatabasePath = null);
