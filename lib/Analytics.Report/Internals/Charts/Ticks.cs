using System.Globalization;

namespace Analytics.Report.Internals.Charts;

/// <summary>Places for ticks at numbers and dates that people count in.</summary>
internal static class Ticks
{
    /// <summary>Where steps of a double still are what they say; what lies beyond is drawn at the frame.</summary>
    private const double Most = 1e100;

    /// <summary>A domain widened to whole steps of 1, 2, 2.5 or 5 times a power of ten, and the ticks in it.</summary>
    public static (double Low, double High, double[] At) Nice(double low, double high, int about)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low > high) (low, high) = (0, 1);
        (low, high) = (Math.Clamp(low, -Most, Most), Math.Clamp(high, -Most, Most));
        if (high - low <= Math.Max(Math.Max(Math.Abs(high), Math.Abs(low)) * 1e-9, 1 / Most)) (low, high) = low switch
        {
            >= -1 / Most and <= 1 / Most => (0.0, 1.0),
            > 1 / Most => (0.0, high),
            _ => (low, 0.0),
        };
        var step = Step((high - low) / Math.Max(1, about));
        var first = Math.Floor(low / step + 1e-9);
        var last = Math.Ceiling(high / step - 1e-9);
        var at = new double[(int)(last - first) + 1];
        for (var i = 0; i < at.Length; i++) at[i] = (first + i) * step;
        return (first * step, last * step, at);
    }

    /// <summary>Dates to mark between two dates, at most about as many as asked for, each with its label.</summary>
    public static List<(DateOnly Date, string Label)> Dates(DateOnly first, DateOnly last, int about)
    {
        var days = last.DayNumber - first.DayNumber + 1;
        about = Math.Max(1, about);
        var ticks = new List<(DateOnly, string)>();
        if (days <= about)
            for (var d = first.DayNumber; d <= last.DayNumber; d++) Add(DateOnly.FromDayNumber(d), "d MMM");
        else if (days <= about * 14)
        {
            var step = days <= about * 7 ? 7 : 14;
            // Day number 0 is a Monday.
            for (var d = (first.DayNumber + 6) / 7 * 7; d <= last.DayNumber; d += step) Add(DateOnly.FromDayNumber(d), "d MMM");
        }
        else
        {
            var months = days / 30.44;
            var step = months <= about ? 1 : months <= about * 2 ? 2 : months <= about * 3 ? 3 : months <= about * 6 ? 6 : 12;
            if (step == 12) step *= (int)Math.Ceiling(months / 12 / about);
            for (var m = first.Year * 12 + first.Month - 1; m <= last.Year * 12 + last.Month - 1; m++)
            {
                if (m % step != 0) continue;
                var date = new DateOnly(m / 12, m % 12 + 1, 1);
                if (date < first) continue;
                Add(date, step >= 12 ? "yyyy" : date.Month == 1 || ticks.Count == 0 ? "MMM yyyy" : "MMM");
            }
        }
        if (ticks.Count == 0) Add(first, "d MMM yyyy");
        return ticks;

        void Add(DateOnly date, string format) => ticks.Add((date, date.ToString(format, CultureInfo.InvariantCulture)));
    }

    private static double Step(double raw)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var digit = raw / power;
        return power * (digit <= 1.0000001 ? 1 : digit <= 2 ? 2 : digit <= 2.5 ? 2.5 : digit <= 5 ? 5 : 10);
    }
}
