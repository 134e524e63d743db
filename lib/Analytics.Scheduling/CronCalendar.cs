using Quartz;

namespace Analytics.Scheduling;

/// <summary>
/// A Quartz cron expression (second minute hour day month weekday [year]) read as times of a wall clock. Where that clock is moved is
/// not the expression's business: <see cref="LocalClock"/> turns a time that comes twice into the first, one that does not exist into the
/// first instant after the gap, so each matching day has the same nights in every zone.
/// </summary>
public sealed class CronCalendar
{
    private readonly CronExpression _cron;

    private CronCalendar(string text, CronExpression cron) => (Text, _cron) = (text, cron);

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong.</exception>
    public static CronCalendar Parse(string text)
    {
        try
        {
            // In UTC no time is missing or comes twice, so it stands for any wall clock.
            return new CronCalendar(text, new CronExpression(text, TimeZoneInfo.Utc));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw new FormatException($"'{text}' is no cron expression ({e.Message.TrimEnd('.')}); expected second minute hour day month weekday, such as 0 30 2 * * ? for 02:30 every night", e);
        }
    }

    /// <summary>The first matching wall clock time after another one; null for none.</summary>
    public DateTime? After(DateTime local)
    {
        var next = _cron.GetNextValidTimeAfter(new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), TimeSpan.Zero));
        return next?.DateTime;
    }
}
