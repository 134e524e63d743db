using System.Diagnostics;
using System.Globalization;

namespace Analytics.Jobs.Pipeline;

/// <summary>This process's and this machine's memory.</summary>
internal static class Memory
{
    /// <summary>The peak resident memory of this process in bytes.</summary>
    public static long PeakBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>What the engine may take: the configured MiB, or a quarter of the machine's memory and at most 2 GiB.</summary>
    public static long EngineBytes(int configuredMib) => configuredMib > 0
        ? (long)configuredMib << 20
        : Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 256L << 20, 2048L << 20);

    /// <summary>Free bytes of the file system of a folder that may not exist yet.</summary>
    public static long FreeBytes(string folder)
    {
        var at = new DirectoryInfo(Path.GetFullPath(folder));
        while (!at.Exists && at.Parent is not null) at = at.Parent;
        return new DriveInfo(at.FullName).AvailableFreeSpace;
    }

    /// <summary>A count for reading.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
