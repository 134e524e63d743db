using Org.BouncyCastle.Crypto.Digests;

namespace Analytics.Anchoring;

/// <summary>Keccak-256 as Ethereum uses it: the submission to the SHA-3 contest, whose padding differs from FIPS 202's SHA3-256.</summary>
public static class Keccak
{
    /// <summary>The 32 bytes of the hash.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(bytes);
        var hash = new byte[32];
        digest.DoFinal(hash);
        return hash;
    }

    /// <summary>The hash of a text's UTF-8 bytes.</summary>
    public static byte[] Hash(string text) => Hash(System.Text.Encoding.UTF8.GetBytes(text));
}
