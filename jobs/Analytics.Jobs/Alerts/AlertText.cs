using System.Globalization;
using Analytics.Scheduling;

namespace Analytics.Jobs.Alerts;

/// <summary>A message in words, the same in every channel.</summary>
internal static class AlertText
{
    public static string Title(AlertMessage message) => (message.IsRecovery ? "recovered: " : "") + message.Condition.Title;

    /// <summary>What is wrong, what to do, the command, the link; a recovery says since when it was.</summary>
    public static IEnumerable<(string Text, bool IsCode)> Parts(AlertMessage message)
    {
        if (message.IsRecovery)
        {
            yield return ($"It was raised at {Time(message.RaisedAt)} and is over at {Time(message.At)}.", false);
            yield break;
        }
        yield return (message.Condition.Text, false);
        if (message.Condition.Remedy.Length > 0) yield return (message.Condition.Remedy, false);
        if (message.Condition.Command.Length > 0) yield return (message.Condition.Command, true);
        if (message.Link.Length > 0) yield return (message.Link, false);
    }

    public static string Kind(AlertKind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
