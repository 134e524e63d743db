using System.Globalization;
using System.Text;

namespace Analytics.Records;

/// <summary>
/// A time zone's rules as a text, for machines that need not have them: what a run reads as local time is then the same everywhere.
/// The text is the zone's lead over UTC in seconds at the beginning of time, then <c>;UTC_SECOND:LEAD</c> for each change.
/// (.NET's own <see cref="TimeZoneInfo.ToSerializedString"/> does not read back for many zones.)
/// </summary>
public static class ZoneRules
{
    // Changes are listed up to the year 2500. From 2100 on every rule of tzdata repeats with the Gregorian calendar, which does so every
    // 400 years to the weekday, so that later times are looked up 400 years earlier as often as it takes.
    private static readonly DateTime First = new(1800, 1, 1, 0, 0, 0, DateTimeKind.Utc), Last = new(2500, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The rules of a zone of this machine.</summary>
    /// <param name="zone">Its IANA name, like Europe/London.</param>
    /// <exception cref="TimeZoneNotFoundException">The machine has no such zone.</exception>
    public static string Of(string zone)
    {
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        int Lead(DateTime at) => checked((int)(info.GetUtcOffset(at).Ticks / TimeSpan.TicksPerSecond));
        var lead = Lead(First);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{lead}");
        for (var day = First; day < Last; day = day.AddDays(1))
        {
            // A day may have two changes.
            while (Lead(day.AddDays(1)) != lead)
            {
                // Changes lie on whole seconds: close in on one behind which the lead is another.
                long before = 0, after = 86_400;
                while (after - before > 1)
                {
                    var middle = (before + after) / 2;
                    if (Lead(day.AddSeconds(middle)) == lead) before = middle;
                    else after = middle;
                }
                lead = Lead(day.AddSeconds(after));
                text.Append(CultureInfo.InvariantCulture, $";{(day.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond + after}:{lead}");
            }
        }
        return text.ToString();
    }

    /// <summary>Reads the rules.</summary>
    /// <exception cref="FormatException">Another text.</exception>
    internal static (long[] Starts, int[] Leads) Read(string rules)
    {
        var parts = rules.Split(';');
        var starts = new long[parts.Length];
        var leads = new int[parts.Length];
        starts[0] = long.MinValue;
        for (var i = 0; i < parts.Length; i++)
        {
            var fields = parts[i].Split(':');
            if (fields.Length != (i == 0 ? 1 : 2)) throw new FormatException($"time zone rules: '{parts[i]}' is no change of a zone");
            leads[i] = int.Parse(fields[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            if (i == 0) continue;
            starts[i] = long.Parse(fields[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            if (starts[i] <= starts[i - 1]) throw new FormatException($"time zone rules: '{parts[i]}' comes before the change in front of it");
        }
        return (starts, leads);
    }
}
