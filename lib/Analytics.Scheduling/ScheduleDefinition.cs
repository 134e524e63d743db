namespace Analytics.Scheduling;

/// <summary>One named schedule: when nights are due, and how long to wait for what.</summary>
public sealed record ScheduleDefinition
{
    /// <summary>The name, by which alerts and the journal know it.</summary>
    public required string Name { get; init; }

    /// <summary>When a night is due, in the shop's wall clock.</summary>
    public required CronCalendar Cron { get; init; }

    /// <summary>The shop's zone.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The business date is the local date on which the night is due less so many days.</summary>
    public int DaysBack { get; init; } = 1;

    /// <summary>The first business date that is due; null for the first published one, or the newest due one where nothing is published.</summary>
    public DateOnly? FirstDate { get; init; }

    /// <summary>From when on a night that is not published is an alert, counted from when it was due.</summary>
    public TimeSpan LateAfter { get; init; } = TimeSpan.FromHours(3);

    /// <summary>From when on a night without input holds up later nights no longer, counted from when it was due. It is still made up for when the input comes.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(20);

    /// <summary>The longest that one attempt may take; past it the process is ended, and its lease may be taken over.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Missing nights among so many newest due ones are made up for; older ones are named in an alert and left to an operator.</summary>
    public int CatchUpLimit { get; init; } = 14;

    /// <summary>When a failed night is tried again.</summary>
    public RetryPolicy Retry { get; init; } = new();
}

/// <summary>When a failed night is tried again, by how it failed.</summary>
public sealed record RetryPolicy
{
    /// <summary>The most attempts where something outside failed (exit code 4, a signal, the deadline); interruptions count too.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The pause after the first failure; each later one is twice as long.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The pause after the n-th failure in a row, n from 1.</summary>
    public TimeSpan PauseAfter(int failures)
    {
        var pause = Pause;
        for (var i = 1; i < failures && pause < LongestPause; i++) pause *= 2;
        return pause < LongestPause ? pause : LongestPause;
    }
}
