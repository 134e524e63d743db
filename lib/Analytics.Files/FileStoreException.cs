using Analytics.Files.Internals;

namespace Analytics.Files;

/// <summary>What a file system reported, with the path in the message.</summary>
public sealed class FileStoreException : IOException
{
    /// <summary>Makes one.</summary>
    /// <param name="path">The path at fault.</param>
    /// <param name="message">What was wrong, where, what was expected, what to do.</param>
    /// <param name="isFull">Whether the disk or the quota is full.</param>
    /// <param name="inner">The system's own exception.</param>
    public FileStoreException(string path, string message, bool isFull = false, Exception? inner = null)
        : base(message, inner)
    {
        Path = path;
        IsFull = isFull;
    }

    /// <summary>Makes one of what a store reports, with what was expected and what to do.</summary>
    /// <param name="verb">What could not be done, such as <c>create it</c>.</param>
    /// <param name="path">The path at fault.</param>
    /// <param name="reason">The store's own words.</param>
    /// <param name="isFull">Whether the disk or the quota is full.</param>
    /// <param name="isDenied">Whether the user may not do it.</param>
    /// <param name="inner">The exception that said so.</param>
    public static FileStoreException Of(string verb, string path, string reason, bool isFull, bool isDenied, Exception? inner) => FileErrors.Make(verb, path, reason, isFull, isDenied, inner);

    /// <summary>The path at fault.</summary>
    public string Path { get; }

    /// <summary>Whether the disk or the quota is full.</summary>
    public bool IsFull { get; }

    /// <summary>Whether an exception, of a store or of the system itself, says that the disk or the quota is full.</summary>
    public static bool SaysFull(Exception e) => e is FileStoreException ours ? ours.IsFull : e is IOException && FileErrors.IsFullCode(e.HResult);
}
