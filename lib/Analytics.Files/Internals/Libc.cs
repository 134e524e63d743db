using System.Runtime.InteropServices;

namespace Analytics.Files.Internals;

/// <summary>The calls that .NET has no method for. Every one is optional: callers know another way where it is missing.</summary>
internal static partial class Libc
{
    // The numbers of open(2) and fcntl(2) differ between systems; those of Linux are the same on x86-64 and arm64.
    public const int LinuxReadOnlyCloseOnExec = 0x80000;
    public const int MacReadOnlyCloseOnExec = 0x1000000;
    public const int MacFullSync = 51;
    public const int LinuxCurrentFolder = -100;
    public const uint LinuxNoReplace = 1;
    public const uint MacExclusive = 4;

    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int TooManyLinks = 31;
    public const int LinuxNoSystemCall = 38;
    public const int LinuxNotEmpty = 39;
    public const int LinuxNotSupported = 95;
    public const int LinuxQuota = 122;
    public const int MacNotSupported = 45;
    public const int MacNotEmpty = 66;
    public const int MacQuota = 69;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string source, string target);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt2(int sourceFolder, string source, int targetFolder, string target, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameExclusive(string source, string target, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string source, string target);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CreateHardLink(string target, string source, nint security);
}
