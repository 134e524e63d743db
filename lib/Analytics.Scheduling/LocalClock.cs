namespace Analytics.Scheduling;

/// <summary>Between instants and a zone's wall clock.</summary>
public static class LocalClock
{
    /// <summary>The wall clock time of an instant.</summary>
    public static DateTime At(DateTimeOffset instant, TimeZoneInfo zone) =>
        DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(instant, zone).DateTime, DateTimeKind.Unspecified);

    /// <summary>The instant of a wall clock time: the first of two; the end of the gap where the clock jumps over it.</summary>
    public static DateTimeOffset Resolve(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local)) return EndOfGap(local, zone);
        // Of two, the first is the one with the greater distance from UTC.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    // Gaps begin and end at whole seconds: halving finds the first second that exists.
    private static DateTimeOffset EndOfGap(DateTime local, TimeZoneInfo zone)
    {
        var missing = local;
        var there = local.AddHours(1);
        while (zone.IsInvalidTime(there)) there = there.AddHours(1);
        while (there - missing > TimeSpan.FromSeconds(1))
        {
            var middle = missing + TimeSpan.FromSeconds(Math.Floor((there - missing).TotalSeconds / 2));
            if (zone.IsInvalidTime(middle)) missing = middle;
            else there = middle;
        }
        there = there.AddTicks(-(there.Ticks % TimeSpan.TicksPerSecond));
        return new DateTimeOffset(there, zone.GetUtcOffset(there)).ToUniversalTime();
    }
}
