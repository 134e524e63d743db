namespace Analytics.Files;

/// <summary>SHA-256 of files, in 64 lower-case hex digits.</summary>
public static class FileHash
{
    /// <summary>Hashes one file, streamed.</summary>
    public static string Compute(IFileStore store, string path, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Hashes many files on several cores, largest first; the results stand in the order of the paths.</summary>
    /// <param name="store">The store.</param>
    /// <param name="paths">The files.</param>
    /// <param name="threads">How many at once; 0 for one a core.</param>
    /// <param name="cancel">Stops between blocks.</param>
    public static FileDigest[] ComputeAll(IFileStore store, IReadOnlyList<string> paths, int threads = 0, CancellationToken cancel = default) =>
        throw new NotImplementedException();
}

/// <summary>A file's length and hash, read in one pass.</summary>
/// <param name="Path">The path.</param>
/// <param name="Bytes">The length.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record FileDigest(string Path, long Bytes, string Sha256);
