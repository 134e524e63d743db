using System.Buffers.Binary;
using System.Text;

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

    // Five numbers before the days.
    private const int Head = 20;

    private ShopCalendar(int firstDay, bool[] closed, bool[] closedAhead, int daysBefore, IReadOnlyList<ShopEvent> events) =>
        (FirstDay, Closed, ClosedAhead, DaysBefore, Events) = (firstDay, closed, closedAhead, daysBefore, events);

    /// <summary>The first day that models see: the first with a sale, or the first of the history that is kept. In days since 1970-01-01.</summary>
    public int FirstDay { get; }

    /// <summary>How many days of history before it are left out; 0 where all is kept.</summary>
    public int DaysBefore { get; }

    /// <summary>Whether the shop was closed, a day each up to the business date.</summary>
    public bool[] Closed { get; }

    /// <summary>Whether it will be closed, a day each of the horizon.</summary>
    public bool[] ClosedAhead { get; }

    /// <summary>What may explain sales, by the configuration.</summary>
    public IReadOnlyList<ShopEvent> Events { get; }

    /// <summary>The calendar of a shop.</summary>
    /// <param name="orders">Sale orders of each day that has any row, by day since 1970-01-01.</param>
    /// <param name="lastDay">The business date.</param>
    /// <param name="horizon">Days ahead.</param>
    /// <param name="mostDays">The most days of history that models see; 0 for all. Closed days ahead are judged by the whole history.</param>
    /// <param name="closedDays">Days known to be closed; one with sales was open nevertheless.</param>
    /// <param name="events">What may explain sales, with its days.</param>
    public static ShopCalendar Of(SortedDictionary<int, long> orders, int lastDay, int horizon, int mostDays = 0,
        IReadOnlySet<int>? closedDays = null, IReadOnlyList<(string Name, SortedSet<int> Days)>? events = null)
    {
        var open = orders.Where(day => day.Value > 0).ToList();
        if (open.Count == 0) return new ShopCalendar(lastDay + 1, [], new bool[horizon], 0, []);
        var first = open[0].Key;
        var closed = new bool[lastDay - first + 1];
        var sorted = open.Select(day => day.Value).Order().ToList();
        if (sorted[sorted.Count / 2] >= UsualOrders)
        {
            closed.AsSpan().Fill(true);
            foreach (var (day, _) in open) closed[day - first] = false;
        }
        foreach (var day in closedDays ?? new HashSet<int>())
            if (day >= first && day <= lastDay && orders.GetValueOrDefault(day) == 0) closed[day - first] = true;
        var ahead = new bool[horizon];
        for (var step = 0; step < horizon; step++)
        {
            var day = lastDay + 1 + step;
            ahead[step] = closedDays?.Contains(day) == true || WeekdayClosed(closed, day - first) || HolidayClosed(closed, first, day);
        }
        var before = mostDays > 0 ? Math.Max(0, closed.Length - mostDays) : 0;
        var shown = (events ?? []).Select(e => new ShopEvent(e.Name, [.. Enumerable.Range(first + before, closed.Length - before + horizon).Select(e.Days.Contains)])).ToArray();
        return new ShopCalendar(first + before, closed[before..], ahead, before, shown);
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
        var days = Closed.Length + ClosedAhead.Length;
        var names = Events.Select(e => Encoding.UTF8.GetBytes(e.Name)).ToArray();
        var bytes = new byte[Head + days + names.Sum(name => 4 + name.Length + days)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, FirstDay);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Closed.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), ClosedAhead.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), DaysBefore);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Events.Count);
        var at = Head;
        Write(Closed);
        Write(ClosedAhead);
        for (var e = 0; e < names.Length; e++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), names[e].Length);
            names[e].CopyTo(bytes, at + 4);
            at += 4 + names[e].Length;
            Write(Events[e].Days);
        }
        return bytes;

        void Write(bool[] flags)
        {
            foreach (var flag in flags) bytes[at++] = flag ? (byte)1 : (byte)0;
        }
    }

    /// <summary>Reads what <see cref="ToBytes"/> writes.</summary>
    public static ShopCalendar FromBytes(ReadOnlySpan<byte> bytes)
    {
        var closed = new bool[BinaryPrimitives.ReadInt32LittleEndian(bytes[4..])];
        var ahead = new bool[BinaryPrimitives.ReadInt32LittleEndian(bytes[8..])];
        var events = new ShopEvent[BinaryPrimitives.ReadInt32LittleEndian(bytes[16..])];
        var at = Head;
        Read(bytes, closed);
        Read(bytes, ahead);
        for (var e = 0; e < events.Length; e++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
            var name = Encoding.UTF8.GetString(bytes.Slice(at + 4, length));
            at += 4 + length;
            var days = new bool[closed.Length + ahead.Length];
            Read(bytes, days);
            events[e] = new ShopEvent(name, days);
        }
        return new ShopCalendar(BinaryPrimitives.ReadInt32LittleEndian(bytes), closed, ahead, BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]), events);

        void Read(ReadOnlySpan<byte> from, bool[] flags)
        {
            for (var i = 0; i < flags.Length; i++) flags[i] = from[at++] != 0;
        }
    }
}

/// <summary>Something that may explain sales.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Days">Whether it was or will be, a day each of the history and of the days ahead.</param>
public sealed record ShopEvent(string Name, bool[] Days);
