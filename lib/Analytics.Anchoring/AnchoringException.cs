namespace Analytics.Anchoring;

/// <summary>Whose fault an error of anchoring is; the program's exit code follows from it.</summary>
public enum AnchorFault
{
    /// <summary>Wrong use or configuration: an address with a wrong checksum, a key file that others can read. Exit code 2.</summary>
    Usage,
    /// <summary>Something outside failed: the node, its answers, the account's balance. Exit code 4.</summary>
    Outside,
    /// <summary>What is stored contradicts itself: an unreadable journal, another root on the chain. Exit code 3.</summary>
    Contract,
}

/// <summary>An error of anchoring: the message says what was wrong, where, what was expected and what to do. Never holds a secret.</summary>
public class AnchoringException(AnchorFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whose fault it is.</summary>
    public AnchorFault Fault { get; } = fault;
}
