namespace Analytics.Files;

/// <summary>
/// What a lake needs from a file system, in single steps: each either happens or does not, so that a caller can reason about
/// being killed between any two. What is built of several steps stands in <see cref="FileStoreExtensions"/>.
/// Paths are texts with <c>/</c> between names. Methods are safe to call from several threads at once on different paths.
/// </summary>
/// <remarks>
/// All methods throw <see cref="FileStoreException"/> for what the file system reports, <see cref="FileStoreException.IsFull"/>
/// telling a full disk or quota from the rest.
/// </remarks>
public interface IFileStore
{
    /// <summary>
    /// Whether <see cref="TryMove"/> and <see cref="Replace"/> are one step, for a folder too, and refuse what they say they refuse. Object
    /// stores have no rename: there a file appears whole when its stream is closed, or by <see cref="TryPut"/>, and nothing else is one step.
    /// </summary>
    bool HasRename { get; }

    /// <summary>
    /// Puts a small file with its whole content under a name in one step, for stores without a rename: whoever looks sees the old file
    /// or the new one, and of two that create the same name one is refused.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="overwrite">Whether a file of this name gives way.</param>
    /// <returns>False where the name is taken and may not be overwritten.</returns>
    /// <exception cref="NotSupportedException">The store has renames: use <see cref="FileStoreExtensions"/>, which know both.</exception>
    bool TryPut(string path, ReadOnlySpan<byte> content, bool overwrite);

    /// <summary>What stands at a path, a symbolic link itself rather than its target; null where nothing does.</summary>
    FileItem? Find(string path);

    /// <summary>
    /// The entries directly in a folder, sorted by the UTF-8 bytes of their names; links are not followed.
    /// Empty where the folder does not exist.
    /// </summary>
    IReadOnlyList<FileItem> List(string folder);

    /// <summary>Opens a file for reading from its start; follows links.</summary>
    Stream OpenRead(string path);

    /// <summary>Creates a file that must not exist and opens it for writing. Nothing is durable until <see cref="FlushFile"/>.</summary>
    Stream CreateFile(string path);

    /// <summary>Creates a folder and those above it; one that exists is left as it is.</summary>
    void CreateFolder(string path);

    /// <summary>Forces a file's content and length to the disk.</summary>
    void FlushFile(string path);

    /// <summary>
    /// Forces a folder's names to the disk, so that what was created, renamed or deleted in it outlives a power cut.
    /// Where the system has no such call (Windows, whose file system journals names itself) it does nothing.
    /// </summary>
    void FlushFolder(string path);

    /// <summary>Renames a file, link or folder in one step, unless something stands at the target.</summary>
    /// <returns>False where the target exists; the source is then untouched.</returns>
    bool TryMove(string source, string target);

    /// <summary>Renames a file or link in one step over whatever file or link stands at the target: readers see the old one or the new one.</summary>
    void Replace(string source, string target);

    /// <summary>
    /// Gives a file a second name: a hard link, or a copy where the file system has none (or the link count is exhausted).
    /// The target must not exist. A copy is complete and durable before its name appears.
    /// </summary>
    LinkKind Link(string source, string target);

    /// <summary>Creates a symbolic link that holds this text.</summary>
    /// <returns>False where the system, the file system or the user's rights allow no links.</returns>
    bool TryCreateSymbolicLink(string path, string target);

    /// <summary>Deletes a file or link; nothing there is not an error.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a folder with all that is in it, links themselves and not their targets; nothing there is not an error.</summary>
    void DeleteTree(string path);

    /// <summary>Bytes that this user can still write below a path (which need not exist yet), or null where the store cannot tell.</summary>
    long? FreeBytes(string path);
}

/// <summary>How a file got its second name.</summary>
public enum LinkKind
{
    /// <summary>A hard link: no bytes were copied.</summary>
    HardLink,
    /// <summary>A copy of the bytes.</summary>
    Copy,
}

/// <summary>What stands at a path.</summary>
public enum FileKind
{
    /// <summary>A file with bytes.</summary>
    File,
    /// <summary>A folder.</summary>
    Folder,
    /// <summary>A symbolic link.</summary>
    Link,
}

/// <summary>One entry of a folder.</summary>
/// <param name="Path">The path, as it was asked for or the folder's path, <c>/</c> and the name.</param>
/// <param name="Kind">File, folder or link.</param>
/// <param name="Length">The bytes of a file, else 0.</param>
/// <param name="ModifiedAt">When its content last changed, by the file system's clock.</param>
/// <param name="LinkTarget">The text that a link holds, with <c>/</c> between names, else null.</param>
public sealed record FileItem(string Path, FileKind Kind, long Length, DateTimeOffset ModifiedAt, string? LinkTarget = null)
{
    /// <summary>The last name of the path.</summary>
    public string Name => StorePath.Name(Path);
}
