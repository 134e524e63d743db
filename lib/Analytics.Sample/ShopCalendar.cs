namespace Analytics.Sample;

/// <summary>The two stores' days: how many orders each may expect, and when they are closed.</summary>
internal static class ShopCalendar
{
    public const string TimeZone = "Europe/Berlin";
    public const string Web = "web", Berlin = "berlin";
    public static readonly string[] Stores = [Berlin, Web];
    public static readonly DateOnly First = new(2024, 1, 1), Last = new(2025, 12, 31);
    public static readonly int Days = Last.DayNumber - First.DayNumber + 1;

    /// <summary>Orders a day at the start, before any factor, in millionths.</summary>
    public const long BaseOrders = 8_500_000;

    /// <summary>A day's random share, even between these, per mille.</summary>
    public const int LeastNoise = 900, MostNoise = 1100;

    /// <summary>Growth from the first day to the last, along a straight line, per mille.</summary>
    public const int TrendPermille = 250;

    /// <summary>Monday first, per mille.</summary>
    public static readonly Dictionary<string, int[]> WeekdayPermille = new()
    {
        [Berlin] = [800, 850, 900, 1000, 1250, 1700, 0],
        [Web] = [1150, 1000, 950, 900, 950, 850, 1200],
    };

    /// <summary>January first, per mille.</summary>
    public static readonly int[] MonthPermille = [850, 880, 950, 980, 1000, 980, 920, 880, 1000, 1050, 1200, 1350];

    /// <summary>Days on which neither store sells.</summary>
    public static readonly (int Month, int Day)[] ClosedEveryYear = [(1, 1), (12, 25), (12, 26)];

    /// <summary>More days on which the store in Berlin is closed, beside its Sundays.</summary>
    public static readonly DateOnly[] ClosedBerlin =
    [
        new(2024, 3, 29), new(2024, 4, 1), new(2024, 5, 1), new(2024, 5, 9), new(2024, 5, 20), new(2024, 10, 3),
        new(2025, 4, 18), new(2025, 4, 21), new(2025, 5, 1), new(2025, 5, 29), new(2025, 6, 9), new(2025, 10, 3),
    ];

    public static DateOnly Day(int index) => First.AddDays(index);

    public static int WeekdayIndex(DateOnly day) => ((int)day.DayOfWeek + 6) % 7;

    public static bool IsClosed(string store, DateOnly day) =>
        ClosedEveryYear.Contains((day.Month, day.Day))
        || WeekdayPermille[store][WeekdayIndex(day)] == 0
        || (store == Berlin && ClosedBerlin.Contains(day));

    /// <summary>Orders expected of a store on a day, in millionths, before the day's noise; 0 where closed.</summary>
    public static long Expected(string store, DateOnly day)
    {
        if (IsClosed(store, day)) return 0;
        var trend = 1000 + TrendPermille * (day.DayNumber - First.DayNumber) / (Days - 1);
        return BaseOrders / 1000 * trend / 1000 * WeekdayPermille[store][WeekdayIndex(day)] / 1000 * MonthPermille[day.Month - 1];
    }
}
