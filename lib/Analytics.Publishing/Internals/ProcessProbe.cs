using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Analytics.Publishing.Internals;

/// <summary>What can be known of processes on this machine.</summary>
internal static class ProcessProbe
{
    /// <summary>Where a process id means something: this boot and this process namespace; containers share a boot and a host name may be shared too.</summary>
    public static string Machine { get; } = FindMachine();

    /// <summary>When this process began, as <see cref="StartOf"/> says it.</summary>
    public static string OwnStart { get; } = StartOf(Environment.ProcessId) ?? "";

    /// <summary>When a process began; null where there is no such process (or only its remains), empty where it cannot be told.</summary>
    public static string? StartOf(int processId)
    {
        if (OperatingSystem.IsLinux() && ReadStat(processId) is { } stat) return stat.Length == 0 ? null : stat;
        try
        {
            using var process = Process.GetProcessById(processId);
            return OperatingSystem.IsLinux()
                ? ""
                : process.StartTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            return "";
        }
    }

    /// <summary>Field 22 of /proc/PID/stat, clock ticks from boot to start: no clock that is set can change it. Empty for a zombie.</summary>
    private static string? ReadStat(int processId)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            // The name before the fields is in brackets and may hold anything, brackets and spaces too.
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[0] is "Z" or "X" ? "" : fields[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static string FindMachine()
    {
        if (!OperatingSystem.IsLinux()) return Environment.MachineName;
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            var names = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
            return $"{boot} {names}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Unknown: then only heartbeats count.
            return "";
        }
    }
}
