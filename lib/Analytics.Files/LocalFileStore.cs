using System.Runtime.InteropServices;
using Analytics.Files.Internals;

namespace Analytics.Files;

/// <summary>The file system of this machine, through .NET and, where .NET has no call, libc.</summary>
/// <param name="useLinks">Whether symbolic and hard links may be used; false behaves like a file system that has none.</param>
public sealed class LocalFileStore(bool useLinks = true) : IFileStore
{
    private const int BufferBytes = 1 << 17;

    /// <inheritdoc/>
    public bool HasRename => true;

    /// <inheritdoc/>
    public bool TryPut(string path, ReadOnlySpan<byte> content, bool overwrite) => throw new NotSupportedException("this store has renames");

    /// <inheritdoc/>
    public FileItem? Find(string path)
    {
        try
        {
            return Describe(path, new FileInfo(path));
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            throw FileErrors.Wrap("look at it", path, e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<FileItem> List(string folder)
    {
        try
        {
            var info = new DirectoryInfo(folder);
            if (!info.Exists) return [];
            var items = new List<FileItem>();
            foreach (var entry in info.EnumerateFileSystemInfos("*", AllEntries))
            {
                // An entry may be gone between being listed and looked at: others work in the same folders.
                if (Describe(StorePath.Combine(folder, entry.Name), entry) is { } item) items.Add(item);
            }
            items.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Path, b.Path));
            return items;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            throw FileErrors.Wrap("list it", folder, e);
        }
    }

    /// <inheritdoc/>
    public Stream OpenRead(string path) => Try("open it for reading", path, static p =>
        new FileStream(p, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan));

    /// <inheritdoc/>
    public Stream CreateFile(string path) => new ReportingStream(path, Try("create it", path, static p =>
        new FileStream(p, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes)));

    /// <inheritdoc/>
    public void CreateFolder(string path) => Try("create the folder", path, static p => Directory.CreateDirectory(p));

    /// <inheritdoc/>
    public void FlushFile(string path) => Try("force it to the disk", path, static p =>
    {
        // Windows flushes only what was opened for writing; elsewhere reading will do, also for a read-only file.
        var access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
        using var handle = File.OpenHandle(p, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(handle);
        return 0;
    });

    /// <inheritdoc/>
    public void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var mac = OperatingSystem.IsMacOS();
        var descriptor = Retry(() => Libc.Open(path, mac ? Libc.MacReadOnlyCloseOnExec : Libc.LinuxReadOnlyCloseOnExec));
        if (descriptor < 0) throw FileErrors.FromErrno("open the folder to force it to the disk", path, Marshal.GetLastPInvokeError());
        try
        {
            // fsync on macOS leaves data in the drive's own cache; F_FULLFSYNC does not, where the file system knows it.
            if (mac && Libc.Control(descriptor, Libc.MacFullSync) == 0) return;
            if (Retry(() => Libc.Sync(descriptor)) == 0) return;
            var errno = Marshal.GetLastPInvokeError();
            // EINVAL: the file system (some network and user-space ones) has no fsync for folders and orders names itself.
            if (errno != Libc.Invalid) throw FileErrors.FromErrno("force the folder to the disk", path, errno);
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    /// <inheritdoc/>
    public bool TryMove(string source, string target)
    {
        if (OperatingSystem.IsWindows()) return TryMoveManaged(source, target);
        var mac = OperatingSystem.IsMacOS();
        int errno;
        try
        {
            var done = mac
                ? Libc.RenameExclusive(source, target, Libc.MacExclusive)
                : Libc.RenameAt2(Libc.LinuxCurrentFolder, source, Libc.LinuxCurrentFolder, target, Libc.LinuxNoReplace);
            if (done == 0) return true;
            errno = Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            errno = Libc.LinuxNoSystemCall;
        }
        if (errno == Libc.Exists || errno == (mac ? Libc.MacNotEmpty : Libc.LinuxNotEmpty)) return false;
        var unknown = errno is Libc.Invalid || errno == (mac ? Libc.MacNotSupported : Libc.LinuxNotSupported) || errno == Libc.LinuxNoSystemCall;
        if (!unknown) throw FileErrors.FromErrno($"rename it to {target}", source, errno);
        return TryMoveByLink(source, target);
    }

    /// <inheritdoc/>
    public void Replace(string source, string target)
    {
        if (!OperatingSystem.IsWindows())
        {
            // File.Move would follow a link at the source when it has to copy; rename(2) takes every name as it is.
            if (Libc.Rename(source, target) != 0) throw FileErrors.FromErrno($"rename it to {target}", source, Marshal.GetLastPInvokeError());
            return;
        }
        Try($"rename it to {target}", source, p =>
        {
            File.Move(p, target, overwrite: true);
            return 0;
        });
    }

    /// <inheritdoc/>
    public LinkKind Link(string source, string target)
    {
        if (useLinks)
        {
            if (OperatingSystem.IsWindows())
            {
                if (Libc.CreateHardLink(target, source, 0)) return LinkKind.HardLink;
            }
            else
            {
                if (Libc.Link(source, target) == 0) return LinkKind.HardLink;
                var errno = Marshal.GetLastPInvokeError();
                if (errno is Libc.NoEntry or Libc.Exists or Libc.NoSpace) throw FileErrors.FromErrno($"give it the name {target}", source, errno);
            }
        }
        CopyDurably(source, target);
        return LinkKind.Copy;
    }

    /// <inheritdoc/>
    public bool TryCreateSymbolicLink(string path, string target)
    {
        if (!useLinks) return false;
        try
        {
            File.CreateSymbolicLink(path, target);
            return true;
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            var error = FileErrors.Wrap("create the link", path, e);
            // A full disk would be as full for a file instead of the link; anything else says that links are not to be had.
            if (error.IsFull) throw error;
            return false;
        }
    }

    /// <inheritdoc/>
    public void DeleteFile(string path) => Try("delete it", path, static p =>
    {
        try
        {
            File.Delete(p);
        }
        catch (DirectoryNotFoundException)
        {
            // What is not there need not be deleted.
        }
        return 0;
    });

    /// <inheritdoc/>
    public void DeleteTree(string path) => Try("delete the folder", path, static p =>
    {
        try
        {
            Directory.Delete(p, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // What is not there need not be deleted.
        }
        return 0;
    });

    /// <inheritdoc/>
    public long? FreeBytes(string path)
    {
        try
        {
            var folder = Path.GetFullPath(path);
            while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above) folder = above;
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e) || e is ArgumentException)
        {
            return null;
        }
    }

    private static EnumerationOptions AllEntries { get; } = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    private static FileItem? Describe(string path, FileSystemInfo info)
    {
        var attributes = info.Attributes;
        if ((int)attributes == -1) return null;
        var modified = new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero);
        if (info.LinkTarget is { } target) return new FileItem(path, FileKind.Link, 0, modified, target.Replace('\\', '/'));
        if ((attributes & FileAttributes.Directory) != 0) return new FileItem(path, FileKind.Folder, 0, modified);
        return new FileItem(path, FileKind.File, (info as FileInfo ?? new FileInfo(info.FullName)).Length, modified);
    }

    /// <summary>Where the system knows no rename that refuses: a second name refuses an existing target, then the first name goes.</summary>
    private bool TryMoveByLink(string source, string target)
    {
        if (Find(target) is not null) return false;
        if (Find(source) is { Kind: FileKind.File })
        {
            if (Libc.Link(source, target) == 0)
            {
                DeleteFile(source);
                return true;
            }
            if (Marshal.GetLastPInvokeError() == Libc.Exists) return false;
        }
        // rename(2) never replaces a folder that holds something, and whoever writes to a lake holds its lock.
        if (Libc.Rename(source, target) == 0) return true;
        var errno = Marshal.GetLastPInvokeError();
        if (errno == Libc.Exists || errno == (OperatingSystem.IsMacOS() ? Libc.MacNotEmpty : Libc.LinuxNotEmpty)) return false;
        throw FileErrors.FromErrno($"rename it to {target}", source, errno);
    }

    private bool TryMoveManaged(string source, string target)
    {
        if (Find(target) is not null) return false;
        try
        {
            if (Find(source) is { Kind: FileKind.Folder }) Directory.Move(source, target);
            else File.Move(source, target, overwrite: false);
            return true;
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            if (Find(target) is not null) return false;
            throw FileErrors.Wrap($"rename it to {target}", source, e);
        }
    }

    private void CopyDurably(string source, string target)
    {
        var temporary = $"{target}.{Guid.NewGuid():N}{FileStoreExtensions.TemporarySuffix}";
        try
        {
            using (var from = OpenRead(source))
            using (var to = CreateFile(temporary))
                from.CopyTo(to, BufferBytes);
            FlushFile(temporary);
            if (!TryMove(temporary, target))
                throw new FileStoreException(target, $"{target}: could not copy {source} to it: it exists; expected a free name. Run the command again.");
        }
        catch
        {
            DeleteFile(temporary);
            throw;
        }
    }

    private static int Retry(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        return result;
    }

    private static T Try<T>(string verb, string path, Func<string, T> action)
    {
        try
        {
            return action(path);
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            throw FileErrors.Wrap(verb, path, e);
        }
    }
}
