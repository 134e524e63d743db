using System.Globalization;

namespace Analytics.Scheduling;

/// <summary>Which of a schedule's nights call for help: a pure function of what the planner decided.</summary>
public static class NightConditions
{
    // A night whose input is there is started at the next look; after so long nobody looks.
    internal static readonly TimeSpan StartAfter = TimeSpan.FromMinutes(15);

    /// <summary>What is wrong with the nights now.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="decisions">The planner's answer.</param>
    /// <param name="lastLook">When a scheduler last looked before now; null for never: then nothing was missed, the schedule begins.</param>
    /// <param name="now">Now.</param>
    /// <param name="toldAt">When the newest open alert about a date was raised; null for none.</param>
    /// <param name="command">The command that runs a date by hand.</param>
    public static IEnumerable<AlertCondition> Of(ScheduleDefinition schedule, IReadOnlyList<NightDecision> decisions, DateTimeOffset? lastLook, DateTimeOffset now,
        Func<DateOnly, DateTimeOffset?> toldAt, Func<DateOnly, string> command)
    {
        var over = decisions.Where(static decision => decision.State == NightState.OverLimit).Select(static decision => decision.Night.Date).ToList();
        if (over.Count > 0)
        {
            yield return new AlertCondition(AlertKind.Backlog, schedule.Name, null,
                string.Create(CultureInfo.InvariantCulture, $"{over.Count} nights from {over[0]:yyyy-MM-dd} to {over[^1]:yyyy-MM-dd} are not published and are more than catch_up_nights ({schedule.CatchUpLimit}) lets the schedule make up for"),
                "Run them by hand, or raise catch_up_nights.", Range(command, over[0], over[^1]));
        }
        foreach (var decision in decisions)
        {
            var (date, dueAt) = (decision.Night.Date, decision.Night.DueAt);
            var since = now - dueAt;
            switch (decision.State)
            {
                case NightState.Failed:
                    yield return new AlertCondition(AlertKind.Failed, schedule.Name, date, decision.Reason,
                        "Mend what the message names; a corrected input is run by itself, anything else by the command.", command(date));
                    break;
                case NightState.NoInput or NightState.WaitingForInput when since >= schedule.LateAfter:
                    yield return new AlertCondition(AlertKind.NoInput, schedule.Name, date,
                        $"{decision.Reason}; it was due at {Time(dueAt)}", "See why the shop's export did not come; the night is run by itself when it does.", command(date));
                    break;
                case NightState.Running or NightState.WaitingForRetry or NightState.WaitingForOlder or NightState.Start when since >= schedule.LateAfter:
                    if (decision.Attempts.Count == 0 && toldAt(date) is null && lastLook < dueAt + StartAfter)
                    {
                        yield return new AlertCondition(AlertKind.NotStarted, schedule.Name, date,
                            $"it was due at {Time(dueAt)}, and no scheduler was at work then; it is made up for now", "See why the scheduler was down: its log, the service's state, the machine's sleep.", command(date));
                    }
                    else if (now - LateSince(schedule, decision, toldAt(date)) >= schedule.LateAfter)
                    {
                        yield return new AlertCondition(AlertKind.Late, schedule.Name, date,
                            $"not published {Span(since)} after it was due at {Time(dueAt)}: {decision.Reason}", "Look at the run's log; the schedule goes on by itself.", command(date));
                    }
                    break;
            }
        }
    }

    // A night that could not begin in time, for want of input or of a scheduler, has been told of; its own time counts from when it began.
    private static DateTimeOffset LateSince(ScheduleDefinition schedule, NightDecision decision, DateTimeOffset? toldAt)
    {
        var dueAt = decision.Night.DueAt;
        if (decision.Attempts.Count > 0) return decision.Attempts[0].StartedAt >= dueAt + schedule.LateAfter ? decision.Attempts[0].StartedAt : dueAt;
        return toldAt ?? dueAt;
    }

    private static string Range(Func<DateOnly, string> command, DateOnly from, DateOnly to) => command(from)
        .Replace(string.Create(CultureInfo.InvariantCulture, $"--date {from:yyyy-MM-dd}"), string.Create(CultureInfo.InvariantCulture, $"--from {from:yyyy-MM-dd} --to {to:yyyy-MM-dd}"), StringComparison.Ordinal);

    private static string Time(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    private static string Span(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min");
}
