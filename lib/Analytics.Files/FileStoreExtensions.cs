namespace Analytics.Files;

/// <summary>What is built of a store's single steps.</summary>
public static class FileStoreExtensions
{
    /// <summary>The end of the names of files that are not finished; whoever finds one whose writer is gone may delete it.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Whether a file stands at a path (a link counts where its target is a file).</summary>
    public static bool FileExists(this IFileStore store, string path) => store.Find(path) is { Kind: FileKind.File };

    /// <summary>Whether a folder stands at a path; a link to one does not count.</summary>
    public static bool FolderExists(this IFileStore store, string path) => store.Find(path) is { Kind: FileKind.Folder };

    /// <summary>All files and links below a folder, sorted by the UTF-8 bytes of their paths. Links are not followed.</summary>
    public static IReadOnlyList<FileItem> ListTree(this IFileStore store, string folder)
    {
        var found = new List<FileItem>();
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var next))
        {
            foreach (var item in store.List(next))
            {
                if (item.Kind == FileKind.Folder) open.Push(item.Path);
                else found.Add(item);
            }
        }
        found.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Path, b.Path));
        return found;
    }

    /// <summary>Reads a whole file.</summary>
    public static byte[] ReadAllBytes(this IFileStore store, string path)
    {
        using var stream = store.OpenRead(path);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>Writes a new file; it is on the disk once it is flushed.</summary>
    public static void WriteNew(this IFileStore store, string path, ReadOnlySpan<byte> content)
    {
        using var stream = store.CreateFile(path);
        stream.Write(content);
    }

    /// <summary>
    /// Writes a file so that a reader, or whoever starts after a crash, finds the old content or the new one, whole:
    /// a temporary file beside it, flushed, renamed over it, and the folder flushed.
    /// </summary>
    public static void WriteDurably(this IFileStore store, string path, ReadOnlySpan<byte> content)
    {
        if (!store.HasRename)
        {
            store.TryPut(path, content, overwrite: true);
            return;
        }
        var temporary = TemporaryName(path);
        try
        {
            store.WriteNew(temporary, content);
            store.FlushFile(temporary);
            store.Replace(temporary, path);
        }
        catch (FileStoreException)
        {
            TryDelete(store, temporary);
            throw;
        }
        store.FlushFolder(StorePath.Parent(path));
    }

    /// <summary>Creates a file with its whole content in one step, unless it exists; the base of locks.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="durable">Whether it is to outlive a power failure; else it may be gone after one, or there without content.</param>
    /// <returns>False where it exists.</returns>
    public static bool TryCreateExclusive(this IFileStore store, string path, ReadOnlySpan<byte> content, bool durable = true)
    {
        if (!store.HasRename) return store.TryPut(path, content, overwrite: false);
        var temporary = TemporaryName(path);
        var moved = false;
        try
        {
            store.WriteNew(temporary, content);
            if (durable) store.FlushFile(temporary);
            moved = store.TryMove(temporary, path);
            if (moved && durable) store.FlushFolder(StorePath.Parent(path));
            return moved;
        }
        finally
        {
            if (!moved) TryDelete(store, temporary);
        }
    }

    /// <summary>Gives a file another name unless that is taken: one rename, else a whole copy and then the end of the old name.</summary>
    /// <returns>False where the target exists; the source is then untouched.</returns>
    public static bool TryMoveFile(this IFileStore store, string source, string target)
    {
        if (store.HasRename) return store.TryMove(source, target);
        if (store.Find(target) is not null) return false;
        store.Link(source, target);
        store.DeleteFile(source);
        return true;
    }

    /// <summary>Deletes what killed writers of a file left beside it; for the only one who may write it.</summary>
    public static void DeleteTemporariesOf(this IFileStore store, string path)
    {
        var prefix = StorePath.Name(path) + ".";
        foreach (var item in store.List(StorePath.Parent(path)))
            if (item.Name.StartsWith(prefix, StringComparison.Ordinal) && item.Name.EndsWith(TemporarySuffix, StringComparison.Ordinal)) store.DeleteFile(item.Path);
    }

    private static string TemporaryName(string path) =>
        $"{path}.{Guid.NewGuid():N}{TemporarySuffix}";

    private static void TryDelete(IFileStore store, string path)
    {
        try
        {
            store.DeleteFile(path);
        }
        catch (FileStoreException)
        {
            // The first error is the one to report; what is left has the temporary suffix and is cleaned up at the next start.
        }
    }
}
