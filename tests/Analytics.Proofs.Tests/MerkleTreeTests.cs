using System.Security.Cryptography;
using CsCheck;

namespace Analytics.Proofs.Tests;

public sealed class MerkleTreeTests
{
    // The vectors of the Certificate Transparency reference implementation.
    private static readonly string[] Contents = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static List<byte[]> Leaves(int count) => [.. Contents.Take(count).Select(c => MerkleTree.LeafOfContent(Convert.FromHexString(c)))];

    [Fact]
    public void GivesThePublishedRoots()
    {
        for (var count = 0; count < Roots.Length; count++)
            Assert.Equal(Roots[count], Convert.ToHexStringLower(MerkleTree.Root(Leaves(count))));
    }

    [Fact]
    public void GivesThePublishedProof()
    {
        // Leaf 5 of 8, from the same vectors.
        string[] expected =
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        Assert.Equal(expected, MerkleTree.Prove(Leaves(8), 5).Select(Convert.ToHexStringLower));
    }

    [Fact]
    public void ALeafHoldsPathAndHash()
    {
        var hash = SHA256.HashData("content"u8);
        byte[] expected = [0, 0, 0, 0, 3, (byte)'a', 0xC3, 0xA9, .. hash];
        Assert.Equal(SHA256.HashData(expected), MerkleTree.Leaf("aé", hash));
        Assert.Throws<ArgumentException>(() => MerkleTree.Leaf("a", [1, 2]));
    }

    [Fact]
    public void EveryProofHoldsForItsLeafAlone() => Gen.Int[1, 70].Sample(count =>
    {
        var leaves = Enumerable.Range(0, count).Select(i => SHA256.HashData([(byte)i])).ToList();
        var root = MerkleTree.Root(leaves);
        for (var i = 0; i < count; i++)
        {
            var proof = MerkleTree.Prove(leaves, i);
            Assert.True(MerkleTree.Check(leaves[i], i, count, proof, root));
            for (var j = 0; j < count; j++)
                if (j != i) Assert.False(MerkleTree.Check(leaves[j], i, count, proof, root) || MerkleTree.Check(leaves[i], j, count, proof, root));
            Assert.False(MerkleTree.Check(leaves[i], count, count, proof, root));
            Assert.False(MerkleTree.Check(leaves[i], i, count, [.. proof, root], root));
            if (proof.Count > 0) Assert.False(MerkleTree.Check(leaves[i], i, count, [.. proof.Skip(1)], root));
        }
    }, iter: 20);
}
