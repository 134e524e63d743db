using System.Buffers.Binary;

namespace Analytics.Tasks;

/// <summary>
/// The days from the first sale to the business date, which of them the shop was closed on, and which of the days ahead it will be.
/// A day without any sale is closed where the shop usually has so many orders that chance cannot explain it; else it is a day of zero sales.
/// </summary>
public sealed class ShopCalendar
{
    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    // With 5 expected orders, a day without any has a chance below 1 in 100 (Poisson).
    private const long UsualOrders = 5;

    // A weekday is closed ahead when it was closed this many times in a row.
    private const int WeekdayMemory = 8;

    // Four numbers before the days.
    private const int Head = 16;

    private ShopCalendar(int firstDay, bool[] closed, bool[] closedAhead, int daysBefore) =>
        (FirstDay, Closed, ClosedAhead, DaysBefore) = (firstDay, closed, closedAhead, daysBefore);

    /// <summary>The first day that models see: the first with a sale, or the first of the history that is kept. In days since 1970-01-01.</summary>
    public int FirstDay { get; }

    /// <summary>How many days of history before it are left out; 0 where all is kept.</summary>
    public int DaysBefore { get; }

    /// <summary>Whether the shop was closed, a day each up to the business date.</summary>
    public bool[] Closed { get; }

    /// <summary>Whether it will be closed, a day each of the horizon.</summary>
    public bool[] ClosedAhead { get; }

    /// <summary>The calendar of a shop.</summary>
    /// <param name="orders">Sale orders of each day that has any row, by day since 1970-01-01.</param>
    /// <param name="lastDay">The business date.</param>
    /// <param name="horizon">Days ahead.</param>
    /// <param name="mostDays">The most days of history that models see; 0 for all. Closed days ahead are judged by the whole history.</param>
    public static ShopCalendar Of(SortedDictionary<int, long> orders, int lastDay, int horizon, int mostDays = 0)
    {
        var open = orders.Where(day => day.Value > 0).ToList();
        if (open.Count == 0) return new ShopCalendar(lastDay + 1, [], new bool[horizon], 0);
        var first = open[0].Key;
        var closed = new bool[lastDay - first + 1];
        var sorted = open.Select(day => day.Value).Order().ToList();
        if (sorted[sorted.Count / 2] >= UsualOrders)
        {
            closed.AsSpan().Fill(true);
            foreach (var (day, _) in open) closed[day - first] = false;
        }
        var ahead = new bool[horizon];
        for (var step = 0; step < horizon; step++)
        {
            var day = lastDay + 1 + step;
            ahead[step] = WeekdayClosed(closed, day - first) || HolidayClosed(closed, first, day);
        }
        var before = mostDays > 0 ? Math.Max(0, closed.Length - mostDays) : 0;
        return new ShopCalendar(first + before, closed[before..], ahead, before);
    }

    private static bool WeekdayClosed(bool[] closed, int index)
    {
        var seen = 0;
        for (var at = index - 7; seen < WeekdayMemory && at >= 0; at -= 7)
        {
            if (at >= closed.Length) continue;
            if (!closed[at]) return false;
            seen++;
        }
        return seen == WeekdayMemory;
    }

    /// <summary>
    /// Closed on this day of the year in every earlier year that says something (at least one): a year in which the day fell on a
    /// weekday that the shop is closed on anyway says nothing.
    /// </summary>
    private static bool HolidayClosed(bool[] closed, int first, int day)
    {
        var date = DateOnly.FromDayNumber(day + Epoch);
        var years = 0;
        for (var back = 1; ; back++)
        {
            var index = date.AddYears(-back).DayNumber - Epoch - first;
            if (index < 0) return years > 0;
            if (index >= closed.Length) continue;
            if (!closed[index]) return false;
            if (!WeekdayClosedAround(closed, index)) years++;
        }
    }

    private static bool WeekdayClosedAround(bool[] closed, int index)
    {
        foreach (var weeks in (ReadOnlySpan<int>)[-2, -1, 1, 2])
        {
            var other = index + 7 * weeks;
            if (other >= 0 && other < closed.Length && !closed[other]) return false;
        }
        return true;
    }

    /// <summary>For the grouped task's side input.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Head + Closed.Length + ClosedAhead.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, FirstDay);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Closed.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), ClosedAhead.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), DaysBefore);
        for (var i = 0; i < Closed.Length; i++) bytes[Head + i] = Closed[i] ? (byte)1 : (byte)0;
        for (var i = 0; i < ClosedAhead.Length; i++) bytes[Head + Closed.Length + i] = ClosedAhead[i] ? (byte)1 : (byte)0;
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> writes.</summary>
    public static ShopCalendar FromBytes(ReadOnlySpan<byte> bytes)
    {
        var closed = new bool[BinaryPrimitives.ReadInt32LittleEndian(bytes[4..])];
        var ahead = new bool[BinaryPrimitives.ReadInt32LittleEndian(bytes[8..])];
        for (var i = 0; i < closed.Length; i++) closed[i] = bytes[Head + i] != 0;
        for (var i = 0; i < ahead.Length; i++) ahead[i] = bytes[Head + closed.Length + i] != 0;
        return new ShopCalendar(BinaryPrimitives.ReadInt32LittleEndian(bytes), closed, ahead, BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]));
    }
}
