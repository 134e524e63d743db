using System.Globalization;
using Analytics.Jobs.Terminal;
using Analytics.Scheduling;

namespace Analytics.Jobs.Schedule;

/// <summary>Whether the lake's disk fills up.</summary>
internal sealed class DiskProbe(string lake, decimal freeShare) : IConditionProbe
{
    public IReadOnlyList<AlertKind> Kinds => [AlertKind.Disk];

    public IEnumerable<AlertCondition> Look(DateTimeOffset now)
    {
        if (freeShare <= 0) yield break;
        var at = new DirectoryInfo(lake);
        while (!at.Exists && at.Parent is not null) at = at.Parent;
        var drive = new DriveInfo(at.FullName);
        var share = drive.TotalSize > 0 ? (decimal)drive.AvailableFreeSpace / drive.TotalSize : 1;
        if (share >= freeShare) yield break;
        yield return new AlertCondition(AlertKind.Disk, "", null,
            string.Create(CultureInfo.InvariantCulture, $"{Logs.Bytes(drive.AvailableFreeSpace)} of {Logs.Bytes(drive.TotalSize)} are free below {lake}: {100 * share:F1} %, and {100 * freeShare:F1} % are wanted (machine.alerts.disk_free_share)"),
            "Remove runs that nobody needs, or give the lake a larger disk.", "./analytics runs prune --keep-days 90 --dry-run");
    }
}
