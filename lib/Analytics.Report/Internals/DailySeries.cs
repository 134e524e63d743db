namespace Analytics.Report.Internals;

/// <summary>The shop's days without gaps, oldest first, and what is read off them.</summary>
internal sealed class DailySeries
{
    /// <summary>Twenty years: beyond that a chart of days says nothing, and one wrong date would draw centuries of zeros.</summary>
    public const int MostDays = 7305;

    private DailySeries(DailyFigures[] days, int left) => (Days, LeftOut) = (days, left);

    public DailyFigures[] Days { get; }

    /// <summary>Days with figures that lie more than <see cref="MostDays"/> before the last and are not drawn.</summary>
    public int LeftOut { get; }

    public bool IsEmpty => Days.Length == 0;
    public DateOnly First => Days[0].Date;
    public DateOnly Last => Days[^1].Date;

    public static DailySeries From(IReadOnlyList<DailyFigures> rows)
    {
        if (rows.Count == 0) return new([], 0);
        var last = rows.Max(r => r.Date).DayNumber;
        var first = Math.Max(rows.Min(r => r.Date).DayNumber, last - MostDays + 1);
        var days = new DailyFigures[last - first + 1];
        for (var i = 0; i < days.Length; i++) days[i] = new(DateOnly.FromDayNumber(first + i), 0, 0, 0, 0, 0);
        var left = 0;
        foreach (var row in rows)
        {
            if (row.Date.DayNumber < first)
            {
                left++;
                continue;
            }
            ref var day = ref days[row.Date.DayNumber - first];
            day = Add(day, row);
        }
        return new(days, left);
    }

    /// <summary>Figures of the days from one to another, both included; customers are those of the days added up.</summary>
    public DailyFigures Sum(DateOnly from, DateOnly to)
    {
        var sum = new DailyFigures(from, 0, 0, 0, 0, 0);
        for (var d = Math.Max(from.DayNumber, First.DayNumber); d <= Math.Min(to.DayNumber, Last.DayNumber); d++)
            sum = Add(sum, Days[d - First.DayNumber]);
        return sum;
    }

    /// <summary>The figures of as many days as asked for, ending some days before the last; null where the history is too short.</summary>
    public DailyFigures? Span(int days, int before = 0) => Days.Length < days + before ? null
        : Sum(DateOnly.FromDayNumber(Last.DayNumber - before - days + 1), DateOnly.FromDayNumber(Last.DayNumber - before));

    /// <summary>The mean of a day's sales and of the six before it, from the seventh day on.</summary>
    public IEnumerable<(DateOnly Date, double Value)> WeekAverage()
    {
        decimal sum = 0;
        for (var i = 0; i < Days.Length; i++)
        {
            sum += Days[i].GrossAmount;
            if (i >= 7) sum -= Days[i - 7].GrossAmount;
            if (i >= 6) yield return (Days[i].Date, (double)(sum / 7));
        }
    }

    /// <summary>Weeks from Monday, with the number of days of each that the history covers.</summary>
    public List<(DailyFigures Sum, int Days)> Weeks()
    {
        var weeks = new List<(DailyFigures, int)>();
        if (IsEmpty) return weeks;
        for (var monday = First.DayNumber / 7 * 7; monday <= Last.DayNumber; monday += 7)
        {
            var from = Math.Max(monday, First.DayNumber);
            var to = Math.Min(monday + 6, Last.DayNumber);
            weeks.Add((Sum(DateOnly.FromDayNumber(from), DateOnly.FromDayNumber(to)) with { Date = DateOnly.FromDayNumber(monday) }, to - from + 1));
        }
        return weeks;
    }

    /// <summary>Calendar months, with the number of days of each that the history covers.</summary>
    public List<(DailyFigures Sum, int Days)> Months()
    {
        var months = new List<(DailyFigures, int)>();
        if (IsEmpty) return months;
        for (var from = First; ;)
        {
            var end = DateOnly.FromDayNumber(Math.Min(
                Last.DayNumber, from.DayNumber + DateTime.DaysInMonth(from.Year, from.Month) - from.Day));
            months.Add((Sum(from, end), end.DayNumber - from.DayNumber + 1));
            if (end == Last) return months;
            from = end.AddDays(1);
        }
    }

    private static DailyFigures Add(DailyFigures a, DailyFigures b) => new(
        a.Date, a.GrossAmount + b.GrossAmount, a.ReturnAmount + b.ReturnAmount, a.Orders + b.Orders, a.Units + b.Units,
        a.Customers + b.Customers);
}
