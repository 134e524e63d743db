using System.Security.Cryptography;
using CsCheck;

namespace Analytics.Proofs.Tests;

/// <summary>The RFC's own example of paths, and the fast trees against the definition.</summary>
public sealed class MerkleShapeTests
{
    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    /// <summary>The definition of RFC 6962, section 2.1, word for word.</summary>
    private static byte[] Definition(byte[][] leaves)
    {
        if (leaves.Length == 0) return SHA256.HashData([]);
        if (leaves.Length == 1) return leaves[0];
        var k = 1;
        while (k * 2 < leaves.Length) k *= 2;
        return Node(Definition(leaves[..k]), Definition(leaves[k..]));
    }

    /// <summary>PATH of RFC 6962, section 2.1.1.</summary>
    private static List<byte[]> Path(int m, byte[][] leaves)
    {
        if (leaves.Length == 1) return [];
        var k = 1;
        while (k * 2 < leaves.Length) k *= 2;
        return m < k ? [.. Path(m, leaves[..k]), Definition(leaves[k..])] : [.. Path(m - k, leaves[k..]), Definition(leaves[..k])];
    }

    private static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => SHA256.HashData(BitConverter.GetBytes(i)))];

    [Fact]
    public void ThePathsOfTheRfcsExample()
    {
        // RFC 6962, section 2.1.3 (RFC 9162, section 2.1.5): seven leaves a b c d e f j, nodes g h i k l.
        var d = Leaves(7);
        var (a, b, c, e, f, j) = (d[0], d[1], d[2], d[4], d[5], d[6]);
        var g = Node(a, b);
        var h = Node(c, d[3]);
        var i = Node(e, f);
        var k = Node(g, h);
        var l = Node(i, j);
        Assert.Equal(Node(k, l), MerkleTree.Root(d));
        Assert.Equal([b, h, l], MerkleTree.Prove(d, 0));
        Assert.Equal([c, g, l], MerkleTree.Prove(d, 3));
        Assert.Equal([f, j, k], MerkleTree.Prove(d, 4));
        Assert.Equal([i, k], MerkleTree.Prove(d, 6));
    }

    [Fact]
    public void RootsAndPathsAreThoseOfTheDefinition() => Gen.Int[1, 300].Sample(count =>
    {
        var leaves = Leaves(count);
        Assert.Equal(Definition(leaves), MerkleTree.Root(leaves));
        var prover = new MerkleProver([.. leaves.SelectMany(l => l)], threads: 2);
        for (var m = 0; m < count; m += 1 + count / 40) Assert.Equal(Path(m, leaves), prover.Prove(m));
        Assert.Equal(Definition(leaves), prover.Root);
    }, iter: 60, threads: 1);

    [Theory]
    [InlineData(1)]
    [InlineData(MerkleBuilder.BlockLeaves - 1)]
    [InlineData(MerkleBuilder.BlockLeaves)]
    [InlineData(MerkleBuilder.BlockLeaves + 1)]
    [InlineData(3 * MerkleBuilder.BlockLeaves)]
    [InlineData(5 * MerkleBuilder.BlockLeaves + 4321)]
    public void ABuilderGivesTheSameRootWhateverItsThreadsAndPieces(int count)
    {
        var packed = new byte[count * 32];
        for (var i = 0; i < count; i++) BitConverter.TryWriteBytes(packed.AsSpan(i * 32), i * 7919);
        var expected = Convert.ToHexStringLower(new MerkleProver([.. packed]).Root);
        foreach (var (threads, piece) in new[] { (1, count), (2, 1000), (3, MerkleBuilder.BlockLeaves + 1) })
        {
            var builder = new MerkleBuilder(threads);
            for (var at = 0; at < count; at += piece) builder.Append(packed.AsSpan(at * 32, Math.Min(piece, count - at) * 32));
            Assert.Equal(count, builder.Count);
            Assert.Equal(expected, Convert.ToHexStringLower(builder.Root()));
        }
        Assert.Equal(expected, Convert.ToHexStringLower(MerkleTree.Root(packed.AsSpan())));
    }

    [Fact]
    public void NoLeavesAreTheHashOfNothing() => Assert.Equal(SHA256.HashData([]), new MerkleBuilder(1).Root());
}
