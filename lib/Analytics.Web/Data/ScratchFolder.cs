namespace Analytics.Web.Data;

/// <summary>
/// A folder for passing files, for this user alone. What a console that was killed left behind goes at the next start: a live one holds a
/// lock on a file in its own.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "analytics-console-";
    private const string LockFile = "lock";

    private readonly FileStream _lock;

    public ScratchFolder(string parent)
    {
        foreach (var old in Directory.EnumerateDirectories(parent, Prefix + "*")) RemoveDead(old);
        Folder = Path.Combine(parent, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _lock = new FileStream(Path.Combine(Folder, LockFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static void RemoveDead(string folder)
    {
        try
        {
            // One without a lock is just being made, or just being removed.
            using (new FileStream(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its console is alive, or it is another user's.
        }
    }
}
