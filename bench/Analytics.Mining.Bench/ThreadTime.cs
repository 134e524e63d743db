using System.Runtime.InteropServices;

namespace Analytics.Mining.Bench;

/// <summary>The processor time of the calling thread (Linux).</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out Timespec time);

    public static double Seconds => ClockGetTime(ThreadClock, out var time) == 0
        ? time.Seconds + time.Nanoseconds * 1e-9
        : throw new InvalidOperationException($"clock_gettime failed with error {Marshal.GetLastPInvokeError()}");
}
