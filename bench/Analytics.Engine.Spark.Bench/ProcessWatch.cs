using System.Diagnostics;
using System.Globalization;

namespace Analytics.Engine.Spark.Bench;

/// <summary>The most memory that the programs of a command held at once each, by what they are: read from /proc ten times a second.</summary>
internal static class ProcessWatch
{
    private const int Every = 100;

    /// <summary>Runs a command and writes a line <c>kind MiB processes</c> a kind of program, the most that one process of the kind held.</summary>
    /// <param name="report">The file that is written.</param>
    /// <param name="others">Processes that run already and whose children belong to the command too: a cluster's daemons.</param>
    /// <param name="command">The command.</param>
    /// <returns>The command's exit code.</returns>
    public static int Run(string report, IReadOnlyList<int> others, string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
        var peaks = new Dictionary<int, (string Kind, long Kib)>();
        while (!process.WaitForExit(Every)) Look([process.Id, .. others], peaks);
        var lines = peaks.Values.GroupBy(peak => peak.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Max(peak => peak.Kib) / 1024} {kind.Count()}"));
        File.WriteAllLines(report, lines);
        return process.ExitCode;
    }

    private static void Look(int[] roots, Dictionary<int, (string Kind, long Kib)> peaks)
    {
        var family = new HashSet<int>(roots);
        var all = new List<(int Id, int Parent)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Parent(id) is { } parent) all.Add((id, parent));
        // Parents may stand behind their children.
        for (var before = 0; before != family.Count;)
        {
            before = family.Count;
            foreach (var (id, parent) in all)
                if (family.Contains(parent)) family.Add(id);
        }
        foreach (var id in family)
        {
            if (Read($"/proc/{id}/cmdline") is not { Length: > 0 } line || Peak(id) is not { } peak) continue;
            var kind = line.Contains("CoarseGrainedExecutorBackend", StringComparison.Ordinal) ? "executor"
                : line.Contains("org.apache.spark.deploy.SparkSubmit", StringComparison.Ordinal) ? "jvm"
                : line.Contains("analytics.dll", StringComparison.Ordinal) ? "program"
                : line.Contains("--protocol", StringComparison.Ordinal) && !line.StartsWith("/bin/bash", StringComparison.Ordinal) ? "worker" : null;
            if (kind is not null) peaks[id] = (kind, Math.Max(peak, peaks.GetValueOrDefault(id).Kib));
        }
    }

    private static int? Parent(int id)
    {
        // The name in parentheses may hold anything.
        var text = Read($"/proc/{id}/stat");
        var end = text?.LastIndexOf(')') ?? -1;
        return end < 0 ? null : int.Parse(text!.AsSpan(end + 2).ToString().Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static long? Peak(int id)
    {
        foreach (var line in Read($"/proc/{id}/status")?.Split('\n') ?? [])
            if (line.StartsWith("VmHWM:", StringComparison.Ordinal)) return long.Parse(line.AsSpan(6, line.Length - 6 - 2).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
        return null;
    }

    /// <summary>The text of a file of /proc; null where the process ended meanwhile.</summary>
    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
