namespace Analytics.Jobs.Configuration;

/// <summary>What the program ends with, as the shell sees it.</summary>
internal enum ExitCode
{
    Done = 0,
    Bug = 1,
    Usage = 2,
    Data = 3,
    Outside = 4,
    Locked = 5,
    Interrupted = 130,
}

/// <summary>An end that the user can do something about: the message says what was wrong, where, what was expected and what to do.</summary>
internal sealed class UserException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
