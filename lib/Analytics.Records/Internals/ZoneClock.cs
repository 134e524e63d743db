namespace Analytics.Records.Internals;

/// <summary>
/// Local time to UTC in one zone. A local time that comes twice is the first; one that does not exist has no UTC time.
/// Safe for several threads: what is remembered a day is the same whoever computes it.
/// </summary>
internal sealed class ZoneClock
{
    public const int UnixDayNumber = 719_162;
    public const long MicrosADay = 86_400_000_000;

    private const int LastDay = 3_652_058 - UnixDayNumber;
    // No zone has ever been 26 hours away from UTC; two days on each side are on the safe side of any local day.
    private const int Unknown = int.MinValue;
    private const int Mixed = int.MaxValue;

    /// <summary>Whether a UTC time lies in the years 1 to 9999.</summary>
    public static bool IsTimestamp(long utc) => utc >= -(UnixDayNumber * MicrosADay) && utc < (LastDay + 1) * MicrosADay;

    private const long SecondsIn400Years = 146_097L * 86_400;
    // 2100-01-01, from where on rules repeat with the calendar.
    private const long Periodic = 4_102_444_800;

    private readonly TimeZoneInfo? _zone;
    private readonly long[] _starts = [];
    private readonly int[] _leads = [];
    // Seconds ahead of UTC by local day from 1970; a day with a change in or near it is Mixed.
    private readonly int[] _days;

    public ZoneClock(TimeZoneInfo zone) : this() => _zone = zone;

    /// <summary>A clock by <see cref="ZoneRules"/>.</summary>
    public ZoneClock(string rules) : this() => (_starts, _leads) = ZoneRules.Read(rules);

    private ZoneClock()
    {
        _days = new int[366 * 250];
        Array.Fill(_days, Unknown);
    }

    public static bool TryFind(string name, out TimeZoneInfo? zone) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);

    /// <summary>The UTC time of a local one, both in microseconds since 1970.</summary>
    /// <returns>False where the clocks jumped over it.</returns>
    public bool TryToUtc(long local, out long utc)
    {
        var day = Math.DivRem(local, MicrosADay).Quotient - (local % MicrosADay < 0 ? 1 : 0);
        var seconds = (ulong)day < (ulong)_days.Length ? Volatile.Read(ref _days[day]) : OffsetOfDay(day);
        if (seconds == Unknown)
        {
            seconds = OffsetOfDay(day);
            Volatile.Write(ref _days[day], seconds);
        }
        if (seconds != Mixed)
        {
            utc = local - seconds * 1_000_000L;
            return true;
        }
        return TryMixed(local, day, out utc);
    }

    /// <summary>The moment to which the clocks jumped over a local midnight.</summary>
    /// <returns>False where the whole day does not exist.</returns>
    public bool TryAfterGap(long midnight, out long utc)
    {
        const long minute = 60_000_000;
        for (var local = midnight; local < midnight + MicrosADay; local += minute)
            if (TryToUtc(local, out utc)) return true;
        utc = 0;
        return false;
    }

    /// <summary>The zone's lead over UTC at a UTC time, in microseconds.</summary>
    public long OffsetAt(long utc)
    {
        var clamped = Math.Clamp(utc, -(UnixDayNumber * MicrosADay), (LastDay + 1) * MicrosADay - 1);
        return _zone is null ? Lead(clamped) : _zone.GetUtcOffset(DateTime.UnixEpoch.AddTicks(clamped * 10)).Ticks / 10;
    }

    private long Lead(long utc)
    {
        var second = Math.DivRem(utc, 1_000_000).Quotient - (utc % 1_000_000 < 0 ? 1 : 0);
        if (second >= Periodic + SecondsIn400Years) second = Periodic + (second - Periodic) % SecondsIn400Years;
        var place = Array.BinarySearch(_starts, second);
        return _leads[place < 0 ? ~place - 1 : place] * 1_000_000L;
    }

    private int OffsetOfDay(long day)
    {
        var first = OffsetAt((day - 1) * MicrosADay);
        for (var i = 0; i <= 2; i++)
            if (OffsetAt((day + i) * MicrosADay) != first) return Mixed;
        return (int)(first / 1_000_000);
    }

    private bool TryMixed(long local, long day, out long utc)
    {
        utc = long.MaxValue;
        for (var i = -1; i <= 2; i++)
        {
            var offset = OffsetAt((day + i) * MicrosADay);
            var candidate = local - offset;
            if (OffsetAt(candidate) == offset && candidate < utc) utc = candidate;
        }
        return utc != long.MaxValue;
    }
}
