using System.Security.Cryptography;
using System.Text;
using Analytics.Files;
using Analytics.Proofs.Internals;

namespace Analytics.Proofs;

/// <summary>What a CAR file holds.</summary>
/// <param name="Root">The CID of the folder; its files are below it under their paths.</param>
/// <param name="Files">Files.</param>
/// <param name="Blocks">Blocks, each once.</param>
/// <param name="Bytes">The CAR file's length.</param>
public sealed record CarSummary(string Root, int Files, int Blocks, long Bytes);

/// <summary>Writes a folder as a CAR file, version 1, which IPFS nodes and pinning services take: <c>ipfs dag import run.car</c>.</summary>
/// <remarks>
/// The folder is what <c>ipfs add -r --cid-version 1</c> makes of the same files. A folder is one block, never sharded; one of
/// more than about 5,000 files, which ipfs would shard, gets another CID than there.
/// </remarks>
public static class CarFile
{
    /// <summary>Writes the files below one folder. The bytes are a function of paths and contents alone.</summary>
    /// <param name="store">Where the files are.</param>
    /// <param name="files">Path in the folder, with <c>/</c> between names, and where the file is.</param>
    /// <param name="output">Written from its position on, stays open.</param>
    /// <param name="threads">Threads that read; 0 for one a core.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="FileStoreException">A file cannot be read, or changed between two readings.</exception>
    public static CarSummary Write(IFileStore store, IReadOnlyList<(string Path, string Source)> files, Stream output, int threads = 0, CancellationToken cancel = default)
    {
        var read = new UnixFsFile[files.Count];
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount },
            i => read[i] = UnixFsFile.Read(store, files[i].Source, cancel));

        var root = new Folder();
        for (var i = 0; i < files.Count; i++) root.Add(files[i].Path.Split('/'), i);
        var nodes = new List<(byte[] Cid, byte[] Node)>();
        var top = root.Build(read, nodes);

        var writer = new Writer(output);
        writer.Header(top.Cid);
        // The folder first, so that who reads the stream knows every block before it comes.
        for (var i = nodes.Count - 1; i >= 0; i--) writer.Block(nodes[i].Cid, nodes[i].Node);
        for (var i = 0; i < files.Count; i++) WriteFile(store, files[i].Source, read[i], writer, cancel);
        return new CarSummary(Cid.Text(top.Cid), files.Count, writer.Blocks, writer.Bytes);
    }

    private static void WriteFile(IFileStore store, string path, UnixFsFile file, Writer writer, CancellationToken cancel)
    {
        for (var i = file.Nodes.Count - 1; i >= 0; i--) writer.Block(Cid.Binary(Cid.DagPb, SHA256.HashData(file.Nodes[i])), file.Nodes[i]);
        using var stream = store.OpenRead(path);
        var chunk = new byte[UnixFsFile.ChunkBytes];
        foreach (var hash in file.Chunks)
        {
            cancel.ThrowIfCancellationRequested();
            var length = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            if (!SHA256.HashData(chunk.AsSpan(0, length)).AsSpan().SequenceEqual(hash)) throw new FileStoreException(path, $"{path}: it changed while it was written to the CAR file; expected the same bytes twice. Run the command again.");
            writer.Block(Cid.Binary(Cid.Raw, hash), chunk.AsSpan(0, length));
        }
    }

    private sealed class Folder
    {
        private readonly SortedDictionary<string, Folder> _folders = new(Utf8Order.Comparer);
        private readonly SortedDictionary<string, int> _files = new(Utf8Order.Comparer);

        public void Add(ReadOnlySpan<string> path, int file)
        {
            if (path.Length == 1)
            {
                _files.Add(path[0], file);
                return;
            }
            if (!_folders.TryGetValue(path[0], out var folder)) _folders.Add(path[0], folder = new Folder());
            folder.Add(path[1..], file);
        }

        public DagLink Build(UnixFsFile[] files, List<(byte[], byte[])> nodes)
        {
            var links = new List<(string Name, DagLink Link)>();
            foreach (var (name, folder) in _folders) links.Add((name, folder.Build(files, nodes) with { Name = Encoding.UTF8.GetBytes(name) }));
            foreach (var (name, file) in _files) links.Add((name, new DagLink(Encoding.UTF8.GetBytes(name), files[file].Root, files[file].Identity.Bytes, files[file].TotalBytes)));
            links.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Name, b.Name));
            var node = DagPb.DirectoryNode(links.ConvertAll(static l => l.Link).ToArray());
            var cid = Cid.Binary(Cid.DagPb, SHA256.HashData(node));
            nodes.Add((cid, node));
            return new DagLink([], cid, 0, node.Length + links.Sum(static l => l.Link.TotalBytes));
        }
    }

    private sealed class Writer(Stream output)
    {
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);
        private readonly List<byte> _head = [];

        public int Blocks => _written.Count;

        public long Bytes { get; private set; }

        /// <summary>dag-cbor of {roots: [cid], version: 1}.</summary>
        public void Header(byte[] root) => Section([0xA2, 0x65, .. "roots"u8, 0x81, 0xD8, 0x2A, 0x58, (byte)(Cid.Bytes + 1), 0x00, .. root, 0x67, .. "version"u8, 0x01], []);

        public void Block(byte[] cid, ReadOnlySpan<byte> content)
        {
            // Equal chunks of several files are one block.
            if (_written.Add(Convert.ToHexStringLower(cid))) Section(cid, content);
        }

        private void Section(ReadOnlySpan<byte> head, ReadOnlySpan<byte> content)
        {
            _head.Clear();
            DagPb.Varint(_head, head.Length + content.Length);
            output.Write(_head.ToArray());
            output.Write(head);
            output.Write(content);
            Bytes += _head.Count + head.Length + content.Length;
        }
    }
}
