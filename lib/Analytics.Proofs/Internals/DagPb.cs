namespace Analytics.Proofs.Internals;

/// <summary>A link of a dag-pb node.</summary>
/// <param name="Name">The name in a folder; empty in a file.</param>
/// <param name="Cid">The binary CID.</param>
/// <param name="FileBytes">Bytes of the file below it; 0 for a folder.</param>
/// <param name="TotalBytes">Bytes of all blocks below it, its own included.</param>
internal readonly record struct DagLink(byte[] Name, byte[] Cid, long FileBytes, long TotalBytes);

/// <summary>Nodes of UnixFS in dag-pb: links first, then the data, as the canonical form wants it.</summary>
internal static class DagPb
{
    private const byte Directory = 1, File = 2;

    /// <summary>A node whose children are the parts of a file.</summary>
    public static byte[] FileNode(ReadOnlySpan<DagLink> links)
    {
        var data = new List<byte> { 0x08, File };
        var bytes = 0L;
        foreach (var link in links) bytes += link.FileBytes;
        data.Add(0x18);
        Varint(data, bytes);
        foreach (var link in links)
        {
            data.Add(0x20);
            Varint(data, link.FileBytes);
        }
        return Node(links, data);
    }

    /// <summary>A folder's node; the links must be sorted by the bytes of their names.</summary>
    public static byte[] DirectoryNode(ReadOnlySpan<DagLink> links) => Node(links, [0x08, Directory]);

    public static void Varint(List<byte> to, long value)
    {
        for (; value >= 0x80; value >>= 7) to.Add((byte)(value | 0x80));
        to.Add((byte)value);
    }

    private static byte[] Node(ReadOnlySpan<DagLink> links, List<byte> data)
    {
        var node = new List<byte>();
        var one = new List<byte>();
        foreach (var link in links)
        {
            one.Clear();
            one.Add(0x0A);
            Varint(one, link.Cid.Length);
            one.AddRange(link.Cid);
            one.Add(0x12);
            Varint(one, link.Name.Length);
            one.AddRange(link.Name);
            one.Add(0x18);
            Varint(one, link.TotalBytes);
            node.Add(0x12);
            Varint(node, one.Count);
            node.AddRange(one);
        }
        node.Add(0x0A);
        Varint(node, data.Count);
        node.AddRange(data);
        return [.. node];
    }
}
