using System.Globalization;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Forecasting;

/// <summary>What one period of a series is.</summary>
internal enum Frequency
{
    /// <summary>Whole numbers, a step apart.</summary>
    Index,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// <summary>Turns times into period numbers and back.</summary>
/// <param name="Frequency">The period.</param>
/// <param name="Step">The step of whole numbers; else 1.</param>
/// <param name="Phase">What is taken from a time before it is divided into periods: a week's first day, a step's offset.</param>
/// <param name="EndOfPeriod">Whether months, quarters and years are named by their last day.</param>
internal sealed record TimeScale(Frequency Frequency, long Step, long Phase, bool EndOfPeriod)
{
    private const long HourTicks = TimeSpan.TicksPerHour, DayTicks = TimeSpan.TicksPerDay;

    /// <summary>The seasons that are usual for the period, shortest first.</summary>
    public int[] UsualSeasons => Frequency switch
    {
        Frequency.Hour => [24, 168],
        Frequency.Day => [7, 365],
        Frequency.Week => [52],
        Frequency.Month => [12],
        Frequency.Quarter => [4],
        _ => [],
    };

    /// <summary>Reads a name as --frequency takes it.</summary>
    public static Frequency Parse(string name) => name.ToLowerInvariant() switch
    {
        "index" or "none" or "1" => Frequency.Index,
        "h" or "hour" or "hourly" => Frequency.Hour,
        "d" or "day" or "daily" => Frequency.Day,
        "w" or "week" or "weekly" => Frequency.Week,
        "m" or "month" or "monthly" => Frequency.Month,
        "q" or "quarter" or "quarterly" => Frequency.Quarter,
        "y" or "year" or "yearly" => Frequency.Year,
        _ => throw new UserException(ExitCode.Usage, $"--frequency {name}: one of hourly, daily, weekly, monthly, quarterly, yearly or index is expected"),
    };

    /// <summary>
    /// The scale of whole numbers, or of ticks, that the most frequent distance between neighbours shows.
    /// </summary>
    public static TimeScale Detect(IReadOnlyList<LongSeries> series, bool dates, Frequency? given)
    {
        var counts = new Dictionary<long, long>();
        foreach (var s in series)
        {
            for (var i = 1; i < s.Count; i++)
            {
                var gap = s.Times[i] - s.Times[i - 1];
                counts[gap] = counts.GetValueOrDefault(gap) + 1;
            }
        }
        var usual = counts.Count == 0 ? (dates ? DayTicks : 1) : counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).First().Key;
        var first = series.Count > 0 && series[0].Count > 0 ? series[0].Times[0] : 0;
        if (!dates)
        {
            if (given is { } other && other != Frequency.Index) throw new UserException(ExitCode.Usage, $"--frequency {other}: the times are whole numbers, which only index fits");
            return new TimeScale(Frequency.Index, usual, Modulo(first, usual), false);
        }
        var frequency = given ?? (usual / (double)DayTicks) switch
        {
            < 1 => Frequency.Hour,
            < 7 => Frequency.Day,
            < 28 => Frequency.Week,
            < 80 => Frequency.Month,
            < 300 => Frequency.Quarter,
            _ => Frequency.Year,
        };
        var ends = frequency is Frequency.Month or Frequency.Quarter or Frequency.Year
            && series.All(s => s.Times.All(t => new DateTime(t).AddDays(1).Day == 1));
        var phase = frequency == Frequency.Week ? Modulo(first / DayTicks, 7) : 0;
        return new TimeScale(frequency, 1, phase, ends);
    }

    /// <summary>The period of a time.</summary>
    public long Period(long time)
    {
        if (Frequency == Frequency.Index) return Divide(time - Phase, Step);
        if (Frequency == Frequency.Hour) return time / HourTicks;
        if (Frequency == Frequency.Day) return time / DayTicks;
        if (Frequency == Frequency.Week) return Divide(time / DayTicks - Phase, 7);
        var date = new DateTime(time);
        return Frequency switch
        {
            Frequency.Month => date.Year * 12L + date.Month - 1,
            Frequency.Quarter => date.Year * 4L + (date.Month - 1) / 3,
            _ => date.Year,
        };
    }

    /// <summary>The time some periods behind a known one.</summary>
    public long After(long time, int periods)
    {
        if (Frequency == Frequency.Index) return time + Step * periods;
        if (Frequency == Frequency.Hour) return time + HourTicks * periods;
        if (Frequency == Frequency.Day) return time + DayTicks * periods;
        if (Frequency == Frequency.Week) return time + 7 * DayTicks * periods;
        var months = periods * (Frequency switch { Frequency.Month => 1, Frequency.Quarter => 3, _ => 12 });
        var date = new DateTime(time);
        return (EndOfPeriod ? date.AddDays(1).AddMonths(months).AddDays(-1) : date.AddMonths(months)).Ticks;
    }

    /// <summary>A time as text.</summary>
    public string Text(long time) => Frequency switch
    {
        Frequency.Index => time.ToString(CultureInfo.InvariantCulture),
        Frequency.Hour => new DateTime(time).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        _ => new DateTime(time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static long Divide(long a, long b) => (a - Modulo(a, b)) / b;

    private static long Modulo(long a, long b) => b == 0 ? 0 : (a % b + b) % b;
}
