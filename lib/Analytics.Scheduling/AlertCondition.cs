using System.Globalization;

namespace Analytics.Scheduling;

/// <summary>What a call for help is about.</summary>
public enum AlertKind
{
    /// <summary>A night failed, and trying again does not help.</summary>
    Failed,
    /// <summary>A night is not published long after it was due.</summary>
    Late,
    /// <summary>A night was due, its input is there, and nobody started it.</summary>
    NotStarted,
    /// <summary>A night's input did not come.</summary>
    NoInput,
    /// <summary>More nights are missing than are made up for by themselves.</summary>
    Backlog,
    /// <summary>Checks of the newest run are beyond their limits.</summary>
    Quality,
    /// <summary>The newest day's volume is unlike the same weekday before.</summary>
    Volume,
    /// <summary>Published roots wait for the chain.</summary>
    Chain,
    /// <summary>The lake's disk is filling.</summary>
    Disk,
    /// <summary>A channel of alerts cannot be reached.</summary>
    SilentChannel,
}

/// <summary>Something that a person should know now.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Schedule">The schedule; empty for the lake as a whole.</param>
/// <param name="Date">The business date, where it is about one: it is over when that date is published.</param>
/// <param name="Text">What is wrong, where, what was expected.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Command">The command that runs it again; empty for none.</param>
public sealed record AlertCondition(AlertKind Kind, string Schedule, DateOnly? Date, string Text, string Remedy, string Command)
{
    /// <summary>The same for the same trouble, whatever its text says: each is told once.</summary>
    public string Id => string.Join('-', ((string[])
        [SnakeCase(Kind), Schedule, Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? ""]).Where(part => part.Length > 0));

    /// <summary>One line that says it all.</summary>
    public string Title => Date is { } date
        ? string.Create(CultureInfo.InvariantCulture, $"{Words()}: {Schedule} of {date:yyyy-MM-dd}")
        : Schedule.Length > 0 ? $"{Words()}: {Schedule}" : Words();

    private string Words() => Kind switch
    {
        AlertKind.Failed => "night failed",
        AlertKind.Late => "night is late",
        AlertKind.NotStarted => "night did not start",
        AlertKind.NoInput => "no input",
        AlertKind.Backlog => "nights are missing",
        AlertKind.Quality => "quality beyond limits",
        AlertKind.Volume => "unusual volume",
        AlertKind.Chain => "anchoring lags",
        AlertKind.Disk => "disk is filling",
        AlertKind.SilentChannel => "alert channel is silent",
        _ => throw new InvalidOperationException($"no words for {Kind}"),
    };

    private static string SnakeCase(AlertKind kind) => kind switch
    {
        AlertKind.NotStarted => "not_started",
        AlertKind.NoInput => "no_input",
        AlertKind.SilentChannel => "silent_channel",
        _ => kind.ToString().ToLowerInvariant(),
    };
}

/// <summary>An alert that was raised and is not over.</summary>
/// <param name="Condition">The trouble, as it was when it was raised.</param>
/// <param name="RaisedAt">When.</param>
/// <param name="RaisedBy">On which machine.</param>
public sealed record OpenAlert(AlertCondition Condition, DateTimeOffset RaisedAt, string RaisedBy)
{
    /// <summary>The channels that were told.</summary>
    public IReadOnlyList<string> ToldTo { get; init; } = [];

    /// <summary>Until when nobody is told, by an operator's decision; null for not silenced.</summary>
    public DateTimeOffset? SilencedUntil { get; init; }
}

/// <summary>What a channel is told.</summary>
/// <param name="Id">The trouble's id.</param>
/// <param name="Condition">The trouble.</param>
/// <param name="IsRecovery">Whether it is over.</param>
/// <param name="At">When it was raised, or over.</param>
/// <param name="RaisedAt">When it was raised.</param>
/// <param name="Link">The console's page about it; empty for no console.</param>
public sealed record AlertMessage(string Id, AlertCondition Condition, bool IsRecovery, DateTimeOffset At, DateTimeOffset RaisedAt, string Link);

/// <summary>A way to reach a person.</summary>
public interface IAlertChannel
{
    /// <summary>The name, by which the journal knows it: lower-case letters, digits and -.</summary>
    string Name { get; }

    /// <summary>Tells it. Any exception but cancellation means that nobody was reached.</summary>
    Task SendAsync(AlertMessage message, CancellationToken cancel);
}

/// <summary>How a channel does.</summary>
/// <param name="FailingSince">Since when nothing gets through; null where the last message did.</param>
/// <param name="LastError">What the last failure said; empty for none.</param>
/// <param name="Failures">Failures in a row.</param>
public sealed record ChannelHealth(DateTimeOffset? FailingSince, string LastError, int Failures);
