namespace Analytics.Engine;

/// <summary>What an engine reports: its message first, then the query's file.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What was wrong, where, what was expected, what to do.</param>
    /// <param name="source">The SQL file or relation at fault, or null.</param>
    /// <param name="isContractBreach">Whether a relation broke its schema: a bug of ours, not of the outside.</param>
    /// <param name="inner">The engine's own exception.</param>
    public EngineException(string message, string? source = null, bool isContractBreach = false, Exception? inner = null)
        : base(message, inner)
    {
        Query = source;
        IsContractBreach = isContractBreach;
    }

    /// <summary>The SQL file or relation at fault, or null.</summary>
    public string? Query { get; }

    /// <summary>Whether a relation broke its schema (exit code 1) rather than something outside failing (exit code 4).</summary>
    public bool IsContractBreach { get; }
}
