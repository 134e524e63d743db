using System.Runtime.InteropServices;

namespace Analytics.Sandbox.Internals;

/// <summary>
/// What the kernel refuses the worker, whatever the SQL in it brings about: DuckDB counts its buffers, but not the texts that
/// functions make (<c>repeat('x', 2000000000)</c>), and an interrupt is not seen within one function.
/// </summary>
internal static partial class ProcessLimits
{
    // The same numbers on Linux and macOS.
    private const int Cpu = 0;
    private const int FileSize = 1;
    private const int Data = 2;
    private const int Core = 4;

    /// <summary>Lowers this process's own limits; they cannot be raised again.</summary>
    public static void Apply(long dataBytes, long cpuSeconds)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return;
        Set(Core, 0);
        // No file can be written, wherever it lies; pipes are not files.
        Set(FileSize, 0);
        Set(Cpu, cpuSeconds);
        // Private writable memory: what is reserved only, as the runtime does by the gigabyte, does not count.
        if (OperatingSystem.IsLinux())
        {
            Set(Data, dataBytes);
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
    }

    private static void Set(int resource, long value)
    {
        var limit = new Limit { Soft = (ulong)value, Hard = (ulong)value };
        if (setrlimit(resource, in limit) != 0)
            throw new SandboxException(SandboxFault.Outside, $"the limit {resource} of the query's process cannot be set: error {Marshal.GetLastPInvokeError()} of setrlimit");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in Limit limit);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
