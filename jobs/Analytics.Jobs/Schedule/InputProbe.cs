using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Scheduling;

namespace Analytics.Jobs.Schedule;

/// <summary>Looks whether a night's files are there, whole and still: a marker, a pattern with the date in it, an age.</summary>
internal sealed class InputProbe(Settings settings) : IInputProbe
{
    public InputState Look(ScheduleDefinition schedule, DateOnly date, DateTimeOffset now)
    {
        var own = settings.Machine.Schedules[schedule.Name];
        if (own.Marker.Length > 0 && NightPatterns.Fill(own.Marker, date) is var marker && !File.Exists(marker))
            return InputState.NotYet($"the marker {marker} is not there");
        var text = new StringBuilder();
        foreach (var pattern in Inputs(settings, own))
        {
            var path = NightPatterns.Fill(pattern, date);
            // What Spark reads is not looked at from here: the run itself says what is missing.
            if (path.Contains("://", StringComparison.Ordinal))
            {
                text.Append(path).Append('\n');
                continue;
            }
            List<(string Name, string Path)> files;
            try
            {
                files = [.. InputCatalog.Expand(path)];
            }
            catch (UserException e)
            {
                return InputState.NotYet(e.Message);
            }
            foreach (var (name, file) in files.OrderBy(static file => file.Name, StringComparer.Ordinal))
            {
                var info = new FileInfo(file);
                if (!info.Exists) return InputState.NotYet($"{file} has just gone");
                var age = now - new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero);
                if (own.StillMinutes > 0 && age < TimeSpan.FromMinutes(own.StillMinutes))
                    return InputState.NotYet(string.Create(CultureInfo.InvariantCulture, $"{file} was written {Math.Max(0, (int)age.TotalMinutes)} minutes ago, and is to be still for {own.StillMinutes}"));
                text.Append(name).Append('\t').Append(info.Length).Append('\t').Append(info.LastWriteTimeUtc.Ticks).Append('\n');
            }
        }
        return InputState.Ready(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16]);
    }

    /// <summary>A schedule's inputs, with their dates not yet put in.</summary>
    public static IReadOnlyList<string> Inputs(Settings settings, ScheduleSettings schedule) => schedule.Input.Count > 0 ? schedule.Input : settings.Machine.Input;
}
