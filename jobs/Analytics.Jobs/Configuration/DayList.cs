using System.Globalization;

namespace Analytics.Jobs.Configuration;

/// <summary>Dates as the configuration writes them: <c>2025-12-25</c>, <c>2025-12-24..2025-12-26</c>, several with spaces between.</summary>
internal static class DayList
{
    private const int LongestRange = 366;

    /// <summary>Reads dates as days since 1970-01-01, ascending and each once; null with what is wrong.</summary>
    public static SortedSet<int>? Parse(string text, out string error)
    {
        var days = new SortedSet<int>();
        error = text.AsSpan().Trim().IsEmpty ? "a date such as 2025-12-25 is missing" : "";
        if (error.Length > 0) return null;
        foreach (var part in text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split("..");
            if (ends.Length > 2 || !TryDay(ends[0], out var first) || !TryDay(ends[^1], out var last))
            {
                error = $"'{part}' is no date such as 2025-12-25, nor a range such as 2025-12-24..2025-12-26";
                return null;
            }
            if (last < first || last - first >= LongestRange)
            {
                error = $"'{part}' runs from its first to its last date, over at most {LongestRange} days; this one {(last < first ? "ends before it begins" : "is longer")}";
                return null;
            }
            for (var day = first; day <= last; day++) days.Add(day);
        }
        return days;
    }

    /// <summary>Reads <c>NAME: dates</c>; null with what is wrong.</summary>
    public static (string Name, SortedSet<int> Days)? ParseNamed(string text, out string error)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? "" : text[..colon].Trim();
        if (name.Length == 0)
        {
            error = $"'{text}' is no event such as \"black friday: 2024-11-29 2025-11-28\"";
            return null;
        }
        return Parse(text[(colon + 1)..], out error) is { } days ? (name, days) : null;
    }

    private static bool TryDay(string text, out int day)
    {
        var known = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        day = date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        return known;
    }
}
