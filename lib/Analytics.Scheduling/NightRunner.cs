namespace Analytics.Scheduling;

/// <summary>A night to be run.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="Date">The business date.</param>
/// <param name="Attempt">The attempt's number.</param>
/// <param name="IsLean">Whether to run with less memory.</param>
/// <param name="Deadline">When its lease ends, and the process is to be ended.</param>
public sealed record NightRequest(ScheduleDefinition Schedule, DateOnly Date, int Attempt, bool IsLean, DateTimeOffset Deadline);

/// <summary>How it ended.</summary>
/// <param name="Result">In one word.</param>
/// <param name="ExitCode">The program's exit code; null where it had none.</param>
/// <param name="Message">The last lines that it said about its failure.</param>
public sealed record NightResult(AttemptResult Result, int? ExitCode, string Message);

/// <summary>Runs a night in a process of its own.</summary>
public interface INightRunner
{
    /// <summary>Runs it to its end or its deadline; when cancelled the process is asked to stop and its end is awaited.</summary>
    Task<NightResult> RunAsync(NightRequest request, CancellationToken cancel);
}

/// <summary>Looks at the input of nights.</summary>
public interface IInputProbe
{
    /// <summary>What the input of a schedule's night looks like now.</summary>
    InputState Look(ScheduleDefinition schedule, DateOnly date, DateTimeOffset now);
}

/// <summary>Looks for trouble that is not a night's own: quality, volume, the chain, the disk.</summary>
public interface IConditionProbe
{
    /// <summary>The kinds of trouble that it answers for: one of them that it does not name is over.</summary>
    IReadOnlyList<AlertKind> Kinds { get; }

    /// <summary>What is wrong now.</summary>
    IEnumerable<AlertCondition> Look(DateTimeOffset now);
}
