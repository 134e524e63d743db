using Analytics.Jobs.Configuration;
using Analytics.Scheduling;

namespace Analytics.Jobs.Schedule;

/// <summary>The configuration's schedules.</summary>
internal static class ScheduleDefinitions
{
    /// <summary>All schedules in the order of their names; mistakes are reported at once.</summary>
    /// <exception cref="UserException">Code 2: none, or a mistake in one.</exception>
    public static IReadOnlyList<ScheduleDefinition> Of(Settings settings)
    {
        if (settings.Machine.Schedules.Count == 0)
            throw new UserException(ExitCode.Usage, "the configuration has no schedule: add one, such as \"schedules\": { \"nightly\": \"0 30 2 * * ?\" } under machine");
        var errors = new List<string>();
        var definitions = new List<ScheduleDefinition>();
        foreach (var (name, schedule) in settings.Machine.Schedules.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            if (Read(name, schedule, settings.Results.Input.TimeZone, errors) is { } definition) definitions.Add(definition);
        return errors.Count == 0 ? definitions : throw new UserException(ExitCode.Usage, string.Join(Environment.NewLine, errors));
    }

    /// <summary>Checks what the types cannot say.</summary>
    public static void Check(Settings settings, List<string> errors)
    {
        foreach (var (name, schedule) in settings.Machine.Schedules) Read(name, schedule, settings.Results.Input.TimeZone, errors);
    }

    private static ScheduleDefinition? Read(string name, ScheduleSettings settings, string? shopZone, List<string> errors)
    {
        var key = $"machine.schedules.{name}";
        var before = errors.Count;
        if (name.Length is 0 or > 60 || name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-"))
            errors.Add($"'{key}': a schedule's name is of lower-case letters, digits, _ and -");
        CronCalendar? cron = null;
        try
        {
            cron = CronCalendar.Parse(settings.Cron);
        }
        catch (FormatException e)
        {
            errors.Add($"'{key}.cron': {e.Message}");
        }
        TimeZoneInfo? zone = null;
        if ((settings.TimeZone ?? shopZone) is not { } zoneName) errors.Add($"'{key}.time_zone' is not set, and neither is results.input.time_zone: name an IANA zone such as Europe/Berlin");
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out zone)) errors.Add($"'{key}.time_zone' is '{zoneName}', which is no time zone of this system; expected an IANA name such as Europe/Berlin");
        foreach (var pattern in settings.Input.Append(settings.Marker))
        {
            try
            {
                NightPatterns.Fill(pattern, new DateOnly(2026, 1, 31));
            }
            catch (FormatException e)
            {
                errors.Add($"'{key}': {e.Message}");
            }
        }
        void AtLeast(string what, int value, int least)
        {
            if (value < least) errors.Add($"'{key}.{what}' is {value}, but {least} or more is expected");
        }
        AtLeast("days_back", settings.DaysBack, 0);
        AtLeast("still_minutes", settings.StillMinutes, 0);
        AtLeast("late_after_minutes", settings.LateAfterMinutes, 1);
        AtLeast("give_up_after_minutes", settings.GiveUpAfterMinutes, settings.LateAfterMinutes);
        AtLeast("deadline_minutes", settings.DeadlineMinutes, 1);
        AtLeast("catch_up_nights", settings.CatchUpNights, 1);
        AtLeast("attempts", settings.Attempts, 1);
        AtLeast("pause_minutes", settings.PauseMinutes, 1);
        AtLeast("longest_pause_minutes", settings.LongestPauseMinutes, settings.PauseMinutes);
        if (errors.Count > before) return null;
        return new ScheduleDefinition
        {
            Name = name,
            Cron = cron!,
            Zone = zone!,
            DaysBack = settings.DaysBack,
            FirstDate = settings.FirstDate,
            LateAfter = TimeSpan.FromMinutes(settings.LateAfterMinutes),
            GiveUpAfter = TimeSpan.FromMinutes(settings.GiveUpAfterMinutes),
            Deadline = TimeSpan.FromMinutes(settings.DeadlineMinutes),
            CatchUpLimit = settings.CatchUpNights,
            Retry = new RetryPolicy
            {
                Attempts = settings.Attempts,
                Pause = TimeSpan.FromMinutes(settings.PauseMinutes),
                LongestPause = TimeSpan.FromMinutes(settings.LongestPauseMinutes),
            },
        };
    }
}
