namespace Analytics.Publishing;

/// <summary>Whose fault an error is; the program's exit code follows from it.</summary>
public enum Fault
{
    /// <summary>Wrong use: a run that is not there, a lake that is none. Exit code 2.</summary>
    Usage,
    /// <summary>What is stored does not keep its contract: a changed file, a manifest that cannot be read. Exit code 3.</summary>
    Contract,
    /// <summary>Something outside failed: the disk is full, a file cannot be read. Exit code 4.</summary>
    Outside,
    /// <summary>Another writer holds the lake. Exit code 5.</summary>
    Locked,
    /// <summary>The caller broke the publisher's contract: a bug. Exit code 1.</summary>
    Bug,
}

/// <summary>An error of the lake, in four parts: what was wrong, where, what was expected, what to do.</summary>
public class PublishingException : Exception
{
    /// <summary>Makes one.</summary>
    public PublishingException(Fault fault, string what, string where, string expected, string remedy, Exception? inner = null)
        : base($"{where}: {what}; expected {expected}. {remedy}", inner)
    {
        Fault = fault;
        What = what;
        Where = where;
        Expected = expected;
        Remedy = remedy;
    }

    /// <summary>Whose fault it is.</summary>
    public Fault Fault { get; }

    /// <summary>What was wrong.</summary>
    public string What { get; }

    /// <summary>The file, folder, run or key.</summary>
    public string Where { get; }

    /// <summary>What was expected.</summary>
    public string Expected { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }
}

/// <summary>Another writer holds the lake or the open run.</summary>
public sealed class LakeLockedException : PublishingException
{
    internal LakeLockedException(string where, LockOwner owner, string what, string remedy)
        : base(Fault.Locked, what, where, "no other writer", remedy) => Owner = owner;

    /// <summary>Who holds it, and since when.</summary>
    public LockOwner Owner { get; }
}
