using System.Text;

namespace Analytics.Files;

/// <summary>
/// A name that points to one of several folders and is switched in one step: a symbolic link, or a text file of the same name in
/// capitals (<c>latest</c>, <c>LATEST</c>) where there are no links. Readers see the old target or the new one, never none.
/// </summary>
public static class FilePointer
{
    /// <summary>The path of the text file that stands in for a pointer where there are no symbolic links.</summary>
    public static string FilePath(string path) => StorePath.Combine(StorePath.Parent(path), StorePath.Name(path).ToUpperInvariant());

    /// <summary>The path of what holds a pointer: the link, or the text file that stands in for it; the link's where there is neither.</summary>
    public static string Find(IFileStore store, string path) => store.Find(path) is not { Kind: FileKind.Link } && store.FileExists(FilePath(path)) ? FilePath(path) : path;

    /// <summary>The target that a pointer holds, relative to its folder; null where there is none.</summary>
    public static string? Read(IFileStore store, string path)
    {
        if (store.Find(path) is { Kind: FileKind.Link, LinkTarget: { } target }) return target;
        var file = FilePath(path);
        return store.FileExists(file) ? Encoding.UTF8.GetString(store.ReadAllBytes(file)).TrimEnd('\n', '\r') : null;
    }

    /// <summary>Points to another target: one rename of a temporary link (or file) over the old one.</summary>
    /// <returns>Whether a symbolic link was used; false for the text file.</returns>
    public static bool Switch(IFileStore store, string path, string target)
    {
        var folder = StorePath.Parent(path);
        var temporary = $"{path}.{Guid.NewGuid():N}{FileStoreExtensions.TemporarySuffix}";
        var file = FilePath(path);
        if (!store.TryCreateSymbolicLink(temporary, target))
        {
            store.WriteDurably(file, Encoding.UTF8.GetBytes(target + "\n"));
            // A link from when there were links would still be read first.
            if (store.Find(path) is { Kind: FileKind.Link })
            {
                store.DeleteFile(path);
                store.FlushFolder(folder);
            }
            return false;
        }
        store.Replace(temporary, path);
        // A store that once had no links may hold both; the link is what is read first, so the file can only go after it.
        if (store.FileExists(file)) store.DeleteFile(file);
        store.FlushFolder(folder);
        return true;
    }
}
