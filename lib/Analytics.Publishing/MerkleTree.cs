using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Analytics.Publishing;

/// <summary>
/// The Merkle tree over a run's files: leaf = SHA-256(0x00 ‖ length of path as 4 bytes, big-endian ‖ path ‖ SHA-256 of the file),
/// node = SHA-256(0x01 ‖ left ‖ right), split at the largest power of two below the number of leaves (RFC 6962, section 2.1).
/// </summary>
public static class MerkleTree
{
    /// <summary>The leaf hash of a file.</summary>
    /// <param name="path">The path relative to the run's folder.</param>
    /// <param name="sha256">The file's hash, 32 bytes.</param>
    public static byte[] Leaf(string path, ReadOnlySpan<byte> sha256)
    {
        if (sha256.Length != SHA256.HashSizeInBytes) throw new ArgumentException($"{sha256.Length} bytes are no SHA-256", nameof(sha256));
        var length = Encoding.UTF8.GetByteCount(path);
        var content = new byte[4 + length + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32BigEndian(content, length);
        Encoding.UTF8.GetBytes(path, content.AsSpan(4));
        sha256.CopyTo(content.AsSpan(4 + length));
        return LeafOfContent(content);
    }

    /// <summary>The root over leaf hashes in order; SHA-256 of nothing where there are none.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves) =>
        leaves.Count == 0 ? SHA256.HashData(ReadOnlySpan<byte>.Empty) : Subtree(leaves, 0, leaves.Count);

    /// <summary>The inclusion proof of a leaf: the sibling hashes from the leaf up (RFC 6962, section 2.1.1).</summary>
    public static IReadOnlyList<byte[]> Prove(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        var proof = new List<byte[]>();
        int start = 0, count = leaves.Count;
        while (count > 1)
        {
            var left = Split(count);
            if (index - start < left)
            {
                proof.Add(Subtree(leaves, start + left, count - left));
                count = left;
            }
            else
            {
                proof.Add(Subtree(leaves, start, left));
                start += left;
                count -= left;
            }
        }
        // Found from the root down, given from the leaf up.
        proof.Reverse();
        return proof;
    }

    /// <summary>Whether a proof leads from a leaf to a root (RFC 9162, section 2.1.3.2).</summary>
    public static bool Check(ReadOnlySpan<byte> leaf, int index, int leafCount, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= leafCount) return false;
        int node = index, last = leafCount - 1;
        var hash = leaf.ToArray();
        foreach (var sibling in proof)
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = Node(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = Node(hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>The leaf hash over any content, as RFC 6962 has it.</summary>
    internal static byte[] LeafOfContent(ReadOnlySpan<byte> content)
    {
        var bytes = new byte[1 + content.Length];
        content.CopyTo(bytes.AsSpan(1));
        return SHA256.HashData(bytes);
    }

    private static byte[] Subtree(IReadOnlyList<byte[]> leaves, int start, int count)
    {
        if (count == 1) return leaves[start];
        var left = Split(count);
        return Node(Subtree(leaves, start, left), Subtree(leaves, start + left, count - left));
    }

    private static int Split(int count) => 1 << BitOperations.Log2((uint)count - 1);

    private static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * SHA256.HashSizeInBytes];
        if (left.Length != SHA256.HashSizeInBytes || right.Length != SHA256.HashSizeInBytes) throw new ArgumentException("a node's children are 32 bytes each");
        bytes[0] = 1;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[33..]);
        return SHA256.HashData(bytes);
    }
}
