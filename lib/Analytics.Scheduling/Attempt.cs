namespace Analytics.Scheduling;

/// <summary>One try at a night.</summary>
/// <param name="Number">From 1, growing for each date and schedule.</param>
/// <param name="StartedAt">When the scheduler began it.</param>
/// <param name="Host">On which machine.</param>
/// <param name="Input">What the input was, so that a corrected one is told from the one that failed.</param>
/// <param name="IsLean">Whether it ran with less memory, after one that ran out of it.</param>
/// <param name="By">Who asked for it: the schedule's name, or an operator.</param>
public sealed record Attempt(int Number, DateTimeOffset StartedAt, string Host, string Input, bool IsLean, string By)
{
    /// <summary>When it ended; null while it goes on, or where its scheduler died.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended.</summary>
    public AttemptResult? Result { get; init; }

    /// <summary>The program's exit code.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last lines that it said about its failure; empty where it did not fail.</summary>
    public string Message { get; init; } = "";
}

/// <summary>How an attempt ended.</summary>
public enum AttemptResult
{
    /// <summary>Published, or nothing to do.</summary>
    Done,
    /// <summary>A bug, or wrong use or configuration: trying again changes nothing.</summary>
    Broken,
    /// <summary>The data broke its contract: only other data help.</summary>
    BadData,
    /// <summary>Something outside failed: trying again may help.</summary>
    Outside,
    /// <summary>Another writer holds the lake or the date: no failure of this attempt.</summary>
    Held,
    /// <summary>It ran out of memory.</summary>
    OutOfMemory,
    /// <summary>It took longer than its deadline and was ended.</summary>
    Deadline,
    /// <summary>It was interrupted, or nobody knows how it ended.</summary>
    Lost,
}
