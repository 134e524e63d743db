namespace Analytics.Sandbox;

/// <summary>Why a query gave no result.</summary>
public enum SandboxFault
{
    /// <summary>It is not one SELECT over the run's tables.</summary>
    Refused,
    /// <summary>It is wrong SQL, or a value in it cannot be computed or shown.</summary>
    Sql,
    /// <summary>The time limit.</summary>
    Time,
    /// <summary>The memory limit.</summary>
    Memory,
    /// <summary>The query brought the engine down; only the query's own process.</summary>
    Crashed,
    /// <summary>As many queries as may are running, and none ended in time.</summary>
    Busy,
    /// <summary>The process of the query cannot be started, or the run's files cannot be read.</summary>
    Outside,
}

/// <summary>A query that gave no result, or stopped giving one; the message is for its author and names no file of the machine.</summary>
public sealed class SandboxException : Exception
{
    /// <summary>Makes one.</summary>
    public SandboxException(SandboxFault fault, string message, Exception? inner = null) : base(message, inner) => Fault = fault;

    /// <summary>Why.</summary>
    public SandboxFault Fault { get; }
}
