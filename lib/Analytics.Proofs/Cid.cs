using System.Security.Cryptography;

namespace Analytics.Proofs;

/// <summary>Content identifiers of IPFS, version 1, SHA-256: <c>bafkrei...</c> for raw bytes, <c>bafybei...</c> for a node of links.</summary>
public static class Cid
{
    internal const byte Raw = 0x55, DagPb = 0x70;

    /// <summary>Bytes of a binary CID: version, codec, kind and length of the hash, hash.</summary>
    internal const int Bytes = 4 + SHA256.HashSizeInBytes;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The CID of a file of at most <see cref="UnixFsFile.ChunkBytes"/> bytes, which is one raw block: its SHA-256 says it all.</summary>
    public static string OfSmall(string sha256) => Text(Binary(Raw, Convert.FromHexString(sha256)));

    internal static byte[] Binary(byte codec, ReadOnlySpan<byte> sha256) => [1, codec, 0x12, SHA256.HashSizeInBytes, .. sha256];

    /// <summary>base32 in lower case without padding, behind the b that says so (multibase).</summary>
    internal static string Text(ReadOnlySpan<byte> binary)
    {
        var text = new char[1 + (binary.Length * 8 + 4) / 5];
        text[0] = 'b';
        var (bits, held, at) = (0, 0, 1);
        foreach (var value in binary)
        {
            bits = bits << 8 | value;
            for (held += 8; held >= 5; held -= 5) text[at++] = Alphabet[bits >> (held - 5) & 31];
            bits &= (1 << held) - 1;
        }
        if (held > 0) text[at] = Alphabet[bits << (5 - held) & 31];
        return new string(text);
    }
}
