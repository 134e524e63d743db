namespace Analytics.Engine;

/// <summary>What kind of trouble an engine reports; decides what a caller may do about it.</summary>
public enum EngineErrorKind
{
    /// <summary>The query is wrong, or a value in it cannot be computed.</summary>
    Sql,
    /// <summary>The memory limit was reached and spilling did not help.</summary>
    OutOfMemory,
    /// <summary>The disk, or the share of it that spilling may use, is full.</summary>
    DiskFull,
    /// <summary>The query was interrupted, though not by the caller's token.</summary>
    Interrupted,
    /// <summary>A file cannot be read or written, or the engine itself cannot be started.</summary>
    Io,
    /// <summary>A relation, a file or a parameter does not keep to what was declared.</summary>
    Contract,
}

/// <summary>What an engine reports: its message first, then the query's file.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What was wrong, where, what was expected, what to do.</param>
    /// <param name="source">The SQL file or relation at fault, or null.</param>
    /// <param name="isContractBreach">Whether a relation broke its schema: a bug of ours, not of the outside.</param>
    /// <param name="inner">The engine's own exception.</param>
    /// <param name="kind">What kind of trouble; left out: <see cref="EngineErrorKind.Contract"/> for a breach, else <see cref="EngineErrorKind.Sql"/>.</param>
    /// <param name="line">The line of the SQL file, from 1, or null.</param>
    public EngineException(string message, string? source = null, bool isContractBreach = false, Exception? inner = null,
        EngineErrorKind? kind = null, int? line = null)
        : base(message, inner)
    {
        Query = source;
        IsContractBreach = isContractBreach;
        Kind = kind ?? (isContractBreach ? EngineErrorKind.Contract : EngineErrorKind.Sql);
        Line = line;
    }

    /// <summary>The SQL file or relation at fault, or null.</summary>
    public string? Query { get; }

    /// <summary>The line of the SQL file, from 1, or null where it is not known.</summary>
    public int? Line { get; }

    /// <summary>What kind of trouble it is.</summary>
    public EngineErrorKind Kind { get; }

    /// <summary>Whether a relation broke its schema (exit code 1) rather than something outside failing (exit code 4).</summary>
    public bool IsContractBreach { get; }
}
