using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Analytics.Proofs;

/// <summary>
/// The Merkle tree over a run's files: leaf = SHA-256(0x00 ‖ length of path as 4 bytes, big-endian ‖ path ‖ SHA-256 of the file),
/// node = SHA-256(0x01 ‖ left ‖ right), split at the largest power of two below the number of leaves (RFC 6962, section 2.1).
/// </summary>
public static class MerkleTree
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>The leaf hash of a file.</summary>
    /// <param name="path">The path relative to the run's folder.</param>
    /// <param name="sha256">The file's hash, 32 bytes.</param>
    public static byte[] Leaf(string path, ReadOnlySpan<byte> sha256)
    {
        if (sha256.Length != HashBytes) throw new ArgumentException($"{sha256.Length} bytes are no SHA-256", nameof(sha256));
        var length = Encoding.UTF8.GetByteCount(path);
        var content = new byte[4 + length + HashBytes];
        BinaryPrimitives.WriteInt32BigEndian(content, length);
        Encoding.UTF8.GetBytes(path, content.AsSpan(4));
        sha256.CopyTo(content.AsSpan(4 + length));
        return LeafOfContent(content);
    }

    /// <summary>The leaf hash over any content, as RFC 6962 has it: SHA-256(0x00 ‖ content).</summary>
    public static byte[] LeafOfContent(ReadOnlySpan<byte> content)
    {
        var bytes = new byte[1 + content.Length];
        content.CopyTo(bytes.AsSpan(1));
        return SHA256.HashData(bytes);
    }

    /// <summary>The root over leaf hashes in order; SHA-256 of nothing where there are none.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves) => Root(Pack(leaves));

    /// <summary>The root over leaf hashes that stand one behind the other; SHA-256 of nothing where there are none. The hashes are overwritten.</summary>
    public static byte[] Root(Span<byte> leaves)
    {
        if (leaves.Length % HashBytes != 0) throw new ArgumentException($"{leaves.Length} bytes are no whole number of hashes", nameof(leaves));
        var count = leaves.Length / HashBytes;
        if (count == 0) return SHA256.HashData(ReadOnlySpan<byte>.Empty);
        // Level by level, an odd last node going up as it is: the same tree as by splitting from above.
        for (; count > 1; count = (count + 1) / 2) Reduce(leaves[..(count * HashBytes)], leaves);
        return leaves[..HashBytes].ToArray();
    }

    /// <summary>The inclusion proof of a leaf: the sibling hashes from the leaf up (RFC 6962, section 2.1.1).</summary>
    public static IReadOnlyList<byte[]> Prove(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        return new MerkleProver(Pack(leaves)).Prove(index);
    }

    /// <summary>Whether a proof leads from a leaf to a root (RFC 9162, section 2.1.3.2).</summary>
    public static bool Check(ReadOnlySpan<byte> leaf, long index, long leafCount, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root) =>
        Climb(leaf, index, leafCount, proof) is { } reached && root.SequenceEqual(reached);

    /// <summary>The root that a proof leads to; null where the proof has not the length that the leaf's place asks for.</summary>
    public static byte[]? Climb(ReadOnlySpan<byte> leaf, long index, long leafCount, IReadOnlyList<byte[]> proof)
    {
        if (index < 0 || index >= leafCount || leaf.Length != HashBytes) return null;
        long node = index, last = leafCount - 1;
        var hash = leaf.ToArray();
        foreach (var sibling in proof)
        {
            if (last == 0 || sibling.Length != HashBytes) return null;
            if ((node & 1) == 1 || node == last)
            {
                Node(sibling, hash, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                Node(hash, sibling, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 ? hash : null;
    }

    /// <summary>The parents of some nodes; a last one without a sibling is its own. May write over what it reads.</summary>
    internal static void Reduce(ReadOnlySpan<byte> nodes, Span<byte> parents)
    {
        var count = nodes.Length / HashBytes;
        for (var i = 0; i + 1 < count; i += 2)
            Node(nodes.Slice(i * HashBytes, HashBytes), nodes.Slice((i + 1) * HashBytes, HashBytes), parents.Slice(i / 2 * HashBytes, HashBytes));
        if ((count & 1) == 1) nodes[^HashBytes..].CopyTo(parents[(count / 2 * HashBytes)..]);
    }

    /// <summary>A node's hash; may write over its children.</summary>
    internal static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> to)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * HashBytes];
        bytes[0] = 1;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + HashBytes)..]);
        SHA256.HashData(bytes, to);
    }

    private static byte[] Pack(IReadOnlyList<byte[]> leaves)
    {
        var packed = new byte[leaves.Count * HashBytes];
        for (var i = 0; i < leaves.Count; i++)
        {
            if (leaves[i].Length != HashBytes) throw new ArgumentException($"leaf {i} has {leaves[i].Length} bytes; a hash has {HashBytes}", nameof(leaves));
            leaves[i].CopyTo(packed, i * HashBytes);
        }
        return packed;
    }
}
