using System.Security.Cryptography;

namespace Analytics.Proofs;

/// <summary>
/// The root over any number of leaf hashes that come one after the other, in bounded memory: <see cref="BlockLeaves"/> leaves make a
/// block, whose subtree is hashed on one of several threads. The root is the same whatever the threads.
/// </summary>
/// <remarks>Memory: one block's hashes for each thread (2 MiB each), and 32 bytes for each block that is done.</remarks>
public sealed class MerkleBuilder
{
    /// <summary>Leaves of a block; a power of two, so that a whole block is a whole subtree.</summary>
    public const int BlockLeaves = 1 << 16;

    private const int BlockBytes = BlockLeaves * MerkleTree.HashBytes;

    private readonly int _threads;
    private readonly List<byte[]> _roots = [];
    private readonly byte[] _open;
    private int _used;

    /// <summary>A builder without leaves.</summary>
    /// <param name="threads">Threads; 0 for one a core.</param>
    public MerkleBuilder(int threads = 0)
    {
        _threads = threads > 0 ? threads : Environment.ProcessorCount;
        _open = GC.AllocateUninitializedArray<byte>(BlockBytes * Math.Min(_threads, 64));
    }

    /// <summary>Leaves so far.</summary>
    public long Count => (long)_roots.Count * BlockLeaves + _used / MerkleTree.HashBytes;

    /// <summary>Appends leaf hashes that stand one behind the other.</summary>
    public void Append(ReadOnlySpan<byte> leaves)
    {
        if (leaves.Length % MerkleTree.HashBytes != 0) throw new ArgumentException($"{leaves.Length} bytes are no whole number of hashes", nameof(leaves));
        while (leaves.Length > 0)
        {
            if (_used == _open.Length) Close();
            var take = Math.Min(leaves.Length, _open.Length - _used);
            leaves[..take].CopyTo(_open.AsSpan(_used));
            _used += take;
            leaves = leaves[take..];
        }
    }

    /// <summary>The root; SHA-256 of nothing where no leaf came. The builder is empty afterwards.</summary>
    public byte[] Root()
    {
        if (_roots.Count == 0 && _used == 0) return SHA256.HashData(ReadOnlySpan<byte>.Empty);
        Close();
        var root = MerkleTree.Root(_roots);
        _roots.Clear();
        return root;
    }

    private void Close()
    {
        var blocks = (_used + BlockBytes - 1) / BlockBytes;
        var roots = new byte[blocks][];
        void Block(int i) => roots[i] = MerkleTree.Root(_open.AsSpan(i * BlockBytes, Math.Min(BlockBytes, _used - i * BlockBytes)));
        if (blocks == 1 || _threads == 1)
        {
            for (var i = 0; i < blocks; i++) Block(i);
        }
        else
        {
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = _threads }, Block);
        }
        _roots.AddRange(roots);
        _used = 0;
    }
}
