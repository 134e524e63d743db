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
    public static byte[] Leaf(string path, ReadOnlySpan<byte> sha256) => throw new NotImplementedException();

    /// <summary>The root over leaf hashes in order; SHA-256 of nothing where there are none.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves) => throw new NotImplementedException();

    /// <summary>The inclusion proof of a leaf: the sibling hashes from the leaf up (RFC 6962, section 2.1.1).</summary>
    public static IReadOnlyList<byte[]> Prove(IReadOnlyList<byte[]> leaves, int index) => throw new NotImplementedException();

    /// <summary>Whether a proof leads from a leaf to a root (RFC 9162, section 2.1.3.2).</summary>
    public static bool Check(ReadOnlySpan<byte> leaf, int index, int leafCount, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root) =>
        throw new NotImplementedException();
}
