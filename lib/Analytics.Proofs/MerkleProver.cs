namespace Analytics.Proofs;

/// <summary>All nodes of a tree, so that each proof costs no hashing; 64 bytes a leaf.</summary>
public sealed class MerkleProver
{
    private readonly List<byte[]> _levels = [];

    /// <summary>Builds the tree over leaf hashes that stand one behind the other.</summary>
    /// <param name="leaves">The hashes; kept, so not to be changed.</param>
    /// <param name="threads">Threads; 0 for one a core.</param>
    public MerkleProver(byte[] leaves, int threads = 1)
    {
        if (leaves.Length % MerkleTree.HashBytes != 0) throw new ArgumentException($"{leaves.Length} bytes are no whole number of hashes", nameof(leaves));
        if (leaves.Length == 0) throw new ArgumentException("a tree without leaves has no proofs", nameof(leaves));
        _levels.Add(leaves);
        for (var level = leaves; level.Length > MerkleTree.HashBytes; _levels.Add(level)) level = Parents(level, threads > 0 ? threads : Environment.ProcessorCount);
    }

    /// <summary>Leaves.</summary>
    public int Count => _levels[0].Length / MerkleTree.HashBytes;

    /// <summary>The root.</summary>
    public byte[] Root => _levels[^1].ToArray();

    /// <summary>The inclusion proof of a leaf: the sibling hashes from the leaf up (RFC 6962, section 2.1.1).</summary>
    public IReadOnlyList<byte[]> Prove(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var proof = new List<byte[]>(_levels.Count);
        foreach (var level in _levels)
        {
            var sibling = index ^ 1;
            // The last node of an odd level goes up as it is and has no sibling there.
            if (sibling * MerkleTree.HashBytes < level.Length && level.Length > MerkleTree.HashBytes) proof.Add(level.AsSpan(sibling * MerkleTree.HashBytes, MerkleTree.HashBytes).ToArray());
            index >>= 1;
        }
        return proof;
    }

    private static byte[] Parents(byte[] level, int threads)
    {
        const int part = 1 << 14;
        var count = level.Length / MerkleTree.HashBytes;
        var parents = GC.AllocateUninitializedArray<byte>((count + 1) / 2 * MerkleTree.HashBytes);
        void Part(int i)
        {
            var (from, to) = (2 * part * i, Math.Min(count, 2 * part * (i + 1)));
            MerkleTree.Reduce(level.AsSpan(from * MerkleTree.HashBytes, (to - from) * MerkleTree.HashBytes), parents.AsSpan(from / 2 * MerkleTree.HashBytes));
        }
        var parts = (count + 2 * part - 1) / (2 * part);
        if (parts == 1 || threads == 1)
        {
            for (var i = 0; i < parts; i++) Part(i);
        }
        else
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, Part);
        }
        return parents;
    }
}
