using System.Globalization;
using Analytics.Jobs.Alerts;
using Analytics.Jobs.Pipeline;
using Analytics.Scheduling;

namespace Analytics.Jobs.Schedule;

/// <summary>Schedules and nights in words.</summary>
internal static class ScheduleText
{
    public static string State(NightDecision decision)
    {
        var words = decision.State.Words(start: "starting");
        var text = decision.State == NightState.Published ? words : $"{words} ({decision.Reason})";
        return decision is { State: NightState.WaitingForRetry, NotBefore: { } at } ? $"{text}, again at {AlertText.Time(at)}" : text;
    }

    /// <summary>The next nights of each schedule, a line each.</summary>
    public static IEnumerable<string> Next(IEnumerable<ScheduleDefinition> schedules, DateTimeOffset now, int count)
    {
        foreach (var (schedule, night) in schedules
            .SelectMany(schedule => DueNights.After(schedule, now).Take(count).Select(night => (Schedule: schedule, Night: night)))
            .OrderBy(static next => next.Night.DueAt).ThenBy(static next => next.Schedule.Name, StringComparer.Ordinal).Take(count))
        {
            var local = LocalClock.At(night.DueAt, schedule.Zone);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{schedule.Name}: business date {Dates.Text(night.Date)} at {local:yyyy-MM-dd HH:mm:ss} {schedule.Zone.Id} ({AlertText.Time(night.DueAt)})");
        }
    }
}
