using System.Buffers;
using System.Security.Cryptography;
using Analytics.Files;
using Analytics.Proofs.Internals;

namespace Analytics.Proofs;

/// <summary>A file's length, SHA-256 and CID, read in one pass.</summary>
/// <param name="Bytes">The length.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="Cid">What <c>ipfs add --cid-version 1</c> names it with chunks of 256 KiB, raw leaves and 174 links.</param>
public sealed record FileIdentity(long Bytes, string Sha256, string Cid);

/// <summary>A file as IPFS cuts it: chunks of 256 KiB as raw leaves, under a balanced tree of nodes with 174 links.</summary>
public sealed class UnixFsFile
{
    /// <summary>Bytes of a chunk.</summary>
    public const int ChunkBytes = 256 << 10;

    /// <summary>The most links of a node.</summary>
    public const int MostLinks = 174;

    private UnixFsFile(FileIdentity identity, IReadOnlyList<byte[]> chunks, IReadOnlyList<byte[]> nodes, byte[] root, long totalBytes) =>
        (Identity, Chunks, Nodes, Root, TotalBytes) = (identity, chunks, nodes, root, totalBytes);

    /// <summary>Length, hash and CID.</summary>
    public FileIdentity Identity { get; }

    /// <summary>The SHA-256 of each chunk.</summary>
    internal IReadOnlyList<byte[]> Chunks { get; }

    /// <summary>The nodes above the chunks, the root last; none where one chunk is all.</summary>
    internal IReadOnlyList<byte[]> Nodes { get; }

    /// <summary>The binary CID.</summary>
    internal byte[] Root { get; }

    /// <summary>Bytes of all its blocks.</summary>
    internal long TotalBytes { get; }

    /// <summary>Reads a file once and names it.</summary>
    /// <exception cref="FileStoreException">It cannot be read.</exception>
    public static UnixFsFile Read(IFileStore store, string path, CancellationToken cancel = default)
    {
        try
        {
            using var stream = store.OpenRead(path);
            return Read(stream, cancel);
        }
        catch (IOException e) when (e is not FileStoreException)
        {
            throw new FileStoreException(path, $"{path}: could not read it: {e.Message.TrimEnd('.')}; expected the file system to do so. Look at the path and the disk, then run the command again.", inner: e);
        }
    }

    /// <summary>Reads a stream to its end and names its content.</summary>
    public static UnixFsFile Read(Stream stream, CancellationToken cancel = default) => Read(stream, ChunkBytes, MostLinks, cancel);

    internal static UnixFsFile Read(Stream stream, int chunkBytes, int mostLinks, CancellationToken cancel)
    {
        var block = ArrayPool<byte>.Shared.Rent(chunkBytes);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var chunks = new List<byte[]>();
            var bytes = 0L;
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var read = stream.ReadAtLeast(block.AsSpan(0, chunkBytes), chunkBytes, throwOnEndOfStream: false);
                if (read == 0 && chunks.Count > 0) break;
                bytes += read;
                var chunk = block.AsSpan(0, read);
                // One chunk is the whole file, hashed once; only a second one makes a second hash needed.
                chunks.Add(SHA256.HashData(chunk));
                if (read == chunkBytes || chunks.Count > 1) whole.AppendData(chunk);
                if (read < chunkBytes) break;
            }
            var sha256 = chunks.Count == 1 ? chunks[0] : whole.GetHashAndReset();
            return Build(bytes, Convert.ToHexStringLower(sha256), chunks, chunkBytes, mostLinks);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Names many files on several cores, in the order of the paths; one that cannot be read gives its error.</summary>
    public static (FileIdentity? Identity, FileStoreException? Error)[] IdentifyAll(IFileStore store, IReadOnlyList<string> paths, int threads = 0, CancellationToken cancel = default)
    {
        var results = new (FileIdentity?, FileStoreException?)[paths.Count];
        void One(int i)
        {
            try
            {
                results[i] = (Read(store, paths[i], cancel).Identity, null);
            }
            catch (FileStoreException e)
            {
                results[i] = (null, e);
            }
        }
        if (threads == 1 || paths.Count <= 1)
        {
            for (var i = 0; i < paths.Count; i++) One(i);
        }
        else
        {
            Parallel.For(0, paths.Count, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount }, One);
        }
        return results;
    }

    private static UnixFsFile Build(long bytes, string sha256, List<byte[]> chunks, int chunkBytes, int mostLinks)
    {
        var nodes = new List<byte[]>();
        var level = new List<DagLink>(chunks.Count);
        for (var i = 0; i < chunks.Count; i++)
        {
            var length = Math.Min(chunkBytes, bytes - (long)i * chunkBytes);
            level.Add(new DagLink([], Analytics.Proofs.Cid.Binary(Analytics.Proofs.Cid.Raw, chunks[i]), length, length));
        }
        while (level.Count > 1)
        {
            var above = new List<DagLink>();
            for (var start = 0; start < level.Count; start += mostLinks)
            {
                var links = level.GetRange(start, Math.Min(mostLinks, level.Count - start)).ToArray();
                var node = DagPb.FileNode(links);
                nodes.Add(node);
                above.Add(new DagLink([], Analytics.Proofs.Cid.Binary(Analytics.Proofs.Cid.DagPb, SHA256.HashData(node)), links.Sum(static l => l.FileBytes), node.Length + links.Sum(static l => l.TotalBytes)));
            }
            level = above;
        }
        return new UnixFsFile(new FileIdentity(bytes, sha256, Analytics.Proofs.Cid.Text(level[0].Cid)), chunks, nodes, level[0].Cid, level[0].TotalBytes);
    }
}
