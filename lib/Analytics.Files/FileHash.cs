using System.Buffers;
using System.Security.Cryptography;
using Analytics.Files.Internals;

namespace Analytics.Files;

/// <summary>SHA-256 of files, in 64 lower-case hex digits.</summary>
public static class FileHash
{
    // Large enough that the call a block costs nothing beside hashing it, small enough to stay in a core's cache.
    private const int BlockBytes = 1 << 17;

    /// <summary>Hashes bytes.</summary>
    public static string Compute(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Hashes one file, streamed.</summary>
    public static FileDigest Compute(IFileStore store, string path, CancellationToken cancel = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            using var stream = store.OpenRead(path);
            var bytes = 0L;
            for (int read; (read = stream.Read(block, 0, BlockBytes)) > 0;)
            {
                cancel.ThrowIfCancellationRequested();
                hash.AppendData(block, 0, read);
                bytes += read;
            }
            return new FileDigest(path, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            throw FileErrors.Wrap("read it", path, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Hashes many files on several cores; the results stand in the order of the paths.</summary>
    /// <param name="store">The store.</param>
    /// <param name="paths">The files.</param>
    /// <param name="threads">How many at once; 0 for one a core.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="FileStoreException">The first, in the order of the paths, of the files that could not be read.</exception>
    public static FileDigest[] ComputeAll(IFileStore store, IReadOnlyList<string> paths, int threads = 0, CancellationToken cancel = default)
    {
        var results = TryComputeAll(store, paths, threads, cancel);
        var digests = new FileDigest[results.Length];
        for (var i = 0; i < results.Length; i++) digests[i] = results[i].Digest ?? throw results[i].Error!;
        return digests;
    }

    /// <summary>Hashes many files on several cores; one that cannot be read gives its error instead of a digest.</summary>
    public static (FileDigest? Digest, FileStoreException? Error)[] TryComputeAll(
        IFileStore store, IReadOnlyList<string> paths, int threads = 0, CancellationToken cancel = default)
    {
        var results = new (FileDigest? Digest, FileStoreException? Error)[paths.Count];
        Parallel(paths.Count, threads, cancel, i =>
        {
            try
            {
                results[i] = (Compute(store, paths[i], cancel), null);
            }
            catch (FileStoreException e)
            {
                results[i] = (null, e);
            }
        });
        return results;
    }

    private static void Parallel(int count, int threads, CancellationToken cancel, Action<int> body)
    {
        if (threads == 1 || count <= 1)
        {
            for (var i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                body(i);
            }
            return;
        }
        var options = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
        try
        {
            System.Threading.Tasks.Parallel.For(0, count, options, body);
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            // One error is enough to act on, and callers know its type.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}

/// <summary>A file's length and hash, read in one pass.</summary>
/// <param name="Path">The path.</param>
/// <param name="Bytes">The length.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record FileDigest(string Path, long Bytes, string Sha256);
