using System.Globalization;
using System.Text.RegularExpressions;

namespace Analytics.Jobs.Schedule;

/// <summary>Paths with a night's date in them: {date} is yyyy-MM-dd, {date:yyyyMMdd} any .NET date format.</summary>
internal static partial class NightPatterns
{
    /// <summary>A path with the date put in.</summary>
    /// <exception cref="FormatException">The format is none.</exception>
    public static string Fill(string pattern, DateOnly date) => Place().Replace(pattern, match =>
    {
        var format = match.Groups[1].Success ? match.Groups[1].Value : "yyyy-MM-dd";
        try
        {
            return date.ToString(format, CultureInfo.InvariantCulture);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{pattern}': '{format}' is no date format; expected letters such as yyyyMMdd or yyyy/MM/dd", e);
        }
    });

    /// <summary>Whether a path depends on the date.</summary>
    public static bool HasDate(string pattern) => Place().IsMatch(pattern);

    [GeneratedRegex(@"\{date(?::([^}]+))?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
