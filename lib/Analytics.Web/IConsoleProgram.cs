using Analytics.Proofs;
using Analytics.Publishing;
using Analytics.Sandbox;
using Analytics.Scheduling;

namespace Analytics.Web;

/// <summary>What the console needs of the program around it: its configuration, and runs in processes of their own.</summary>
public interface IConsoleProgram
{
    /// <summary>The shop's name.</summary>
    string Shop { get; }

    /// <summary>The program's version.</summary>
    string Version { get; }

    /// <summary>The schedules; none is allowed.</summary>
    IReadOnlyList<ScheduleDefinition> Schedules { get; }

    /// <summary>Looks at a night's input.</summary>
    InputState LookAtInput(ScheduleDefinition schedule, DateOnly date, DateTimeOffset now);

    /// <summary>The command that runs a date by hand, to be shown.</summary>
    string CommandOf(string schedule, DateOnly date);

    /// <summary>Where this machine reads a path of the lake, as DuckDB and processes of their own do; null where a file must be fetched first.</summary>
    string? LocalPath(string path);

    /// <summary>Reads Parquet footers for a verification.</summary>
    ParquetInspector Inspect { get; }

    /// <summary>Reads rows for a verification.</summary>
    RowReader ReadRows { get; }

    /// <summary>The program that answers one SQL query in a process of its own.</summary>
    SandboxProgram Sandbox { get; }

    /// <summary>Where a run's root stands on a chain; null where it was never queued.</summary>
    ChainStanding? Standing(RunRef run);

    /// <summary>What a published table's column means; null where nobody knows.</summary>
    string? Describe(string table, string column);

    /// <summary>Starts nights in processes of their own, one after the other; returns when the first is started.</summary>
    /// <exception cref="ConsoleException">It cannot be.</exception>
    StartedRuns Start(RunOrder order);

    /// <summary>What was started from here since the program began, newest first.</summary>
    IReadOnlyList<StartedRuns> Started();

    /// <summary>The attempts' log of a night; null where there is none.</summary>
    string? AttemptLog(string schedule, DateOnly date, int attempt);
}

/// <summary>Where a run's root stands on a chain.</summary>
/// <param name="State">queued, sent, mined, final, reorged or failed.</param>
/// <param name="Root">The root that was queued.</param>
/// <param name="Facts">Chain, contract, transaction, block and what else is known, by name.</param>
public sealed record ChainStanding(string State, string Root, IReadOnlyList<(string Name, string Value)> Facts);

/// <summary>Nights to be run.</summary>
/// <param name="Schedule">The schedule whose input and arguments they take; empty for the configuration's input.</param>
/// <param name="From">The first business date.</param>
/// <param name="To">The last business date.</param>
/// <param name="Anew">Whether dates that have a run already are run again.</param>
/// <param name="By">Who asked for it.</param>
public sealed record RunOrder(string Schedule, DateOnly From, DateOnly To, bool Anew, string By);

/// <summary>Nights that were started by hand.</summary>
/// <param name="Id">A short name: letters and digits.</param>
/// <param name="Order">What was asked for.</param>
/// <param name="StartedAt">When.</param>
/// <param name="EndedAt">When the last ended; null while they go on.</param>
/// <param name="Outcome">How it ended, in words; empty while it goes on.</param>
/// <param name="HasFailed">Whether a date failed; later ones were not tried then.</param>
/// <param name="Log">The log's full path.</param>
public sealed record StartedRuns(string Id, RunOrder Order, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string Outcome, bool HasFailed, string Log);
