namespace Analytics.Scheduling;

/// <summary>A night of a schedule.</summary>
/// <param name="Date">The business date.</param>
/// <param name="DueAt">When it is to be run.</param>
public readonly record struct DueNight(DateOnly Date, DateTimeOffset DueAt);

/// <summary>Which nights of a schedule are due.</summary>
public static class DueNights
{
    /// <summary>The nights from a first business date on that are due at a moment, oldest first; of a date that is due several times, the first.</summary>
    public static IEnumerable<DueNight> Until(ScheduleDefinition schedule, DateOnly first, DateTimeOffset now)
    {
        foreach (var night in From(schedule, first))
        {
            if (night.DueAt > now) yield break;
            yield return night;
        }
    }

    /// <summary>The nights after a moment, without end unless the expression has one.</summary>
    public static IEnumerable<DueNight> After(ScheduleDefinition schedule, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(LocalClock.At(now, schedule.Zone));
        // A day more than the zone can be off: a time in a gap is due later than it reads.
        foreach (var night in From(schedule, today.AddDays(-schedule.DaysBack - 1)))
            if (night.DueAt > now) yield return night;
    }

    /// <summary>The newest night that is due at a moment; null where none was in the four years before.</summary>
    public static DueNight? Newest(ScheduleDefinition schedule, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(LocalClock.At(now, schedule.Zone));
        foreach (var days in (int[])[7, 62, 366, 1461])
        {
            DueNight? newest = null;
            foreach (var night in Until(schedule, today.AddDays(-schedule.DaysBack - days), now)) newest = night;
            if (newest is not null) return newest;
        }
        return null;
    }

    internal static IEnumerable<DueNight> From(ScheduleDefinition schedule, DateOnly first)
    {
        var local = first.AddDays(schedule.DaysBack).ToDateTime(TimeOnly.MinValue).AddSeconds(-1);
        DateOnly? last = null;
        while (schedule.Cron.After(local) is { } next)
        {
            local = next;
            var date = DateOnly.FromDateTime(next).AddDays(-schedule.DaysBack);
            if (date == last) continue;
            last = date;
            yield return new DueNight(date, LocalClock.Resolve(next, schedule.Zone));
        }
    }
}
