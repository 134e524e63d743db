using System.Runtime.InteropServices;

namespace Analytics.Files.Internals;

/// <summary>Turns what the system reports into one kind of exception whose message says what to do.</summary>
internal static class FileErrors
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether an exception is one that a file system gives, rather than a bug.</summary>
    public static bool IsFromSystem(Exception e) => e is IOException and not FileStoreException or UnauthorizedAccessException;

    public static FileStoreException Wrap(string verb, string path, Exception inner)
    {
        return Make(verb, path, inner.Message, IsFullCode(inner.HResult), inner is UnauthorizedAccessException, inner);
    }

    /// <summary>Whether an exception's HResult says that the disk is full. On Unix an IOException carries errno itself in it.</summary>
    public static bool IsFullCode(int code) => OperatingSystem.IsWindows() ? code is WindowsDiskFull or WindowsHandleDiskFull : IsFull(code);

    public static FileStoreException FromErrno(string verb, string path, int errno) =>
        Make(verb, path, Marshal.GetPInvokeErrorMessage(errno), IsFull(errno), errno is 1 or 13, null);

    private static bool IsFull(int errno) => errno == Libc.NoSpace
        || errno == (OperatingSystem.IsMacOS() ? Libc.MacQuota : Libc.LinuxQuota);

    public static FileStoreException Make(string verb, string path, string reason, bool full, bool denied, Exception? inner)
    {
        var remedy = full ? "expected room for it. Free some space (runs prune helps) and run the command again."
            : denied ? "expected the right to do so. Give this user read and write access there."
            : $"expected the file system to do so. Look at the path and {(path.Contains("://", StringComparison.Ordinal) ? "whether that service answers" : "the disk")}, then run the command again.";
        return new FileStoreException(path, $"{path}: could not {verb}: {reason.TrimEnd('.')}; {remedy}", full, inner);
    }
}
