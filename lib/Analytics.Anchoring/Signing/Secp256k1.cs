using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Analytics.Anchoring;

/// <summary>A signature with the parity of its point's y, from which the signer's public key can be recovered.</summary>
/// <param name="R">32 bytes, big-endian.</param>
/// <param name="S">32 bytes, big-endian; in the lower half of the curve's order.</param>
/// <param name="YParity">0 or 1.</param>
public sealed record RecoverableSignature(byte[] R, byte[] S, int YParity);

/// <summary>ECDSA on secp256k1: nonces by RFC 6979 with SHA-256, s in the lower half (EIP-2), keys recovered as SEC 1, 4.1.6.</summary>
public static class Secp256k1
{
    // The named curve has its own arithmetic, several times as fast as the general one.
    private static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("secp256k1");
    private static readonly ECDomainParameters Domain = new(Curve.Curve, Curve.G, Curve.N, Curve.H);
    private static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);

    /// <summary>Whether 32 bytes are a private key: 1 to the order less 1.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 32) return false;
        var number = new BigInteger(1, bytes);
        return number.SignValue > 0 && number.CompareTo(Curve.N) < 0;
    }

    /// <summary>The address of a private key: the last 20 bytes of the public point's Keccak-256.</summary>
    public static Address AddressOf(ReadOnlySpan<byte> privateKey) => AddressOf(Domain.G.Multiply(new BigInteger(1, privateKey)).Normalize());

    /// <summary>Signs a hash of 32 bytes. The same key and hash give the same signature.</summary>
    public static RecoverableSignature Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> hash)
    {
        if (hash.Length != 32) throw new ArgumentException($"32 bytes are signed, not {hash.Length}", nameof(hash));
        var key = new BigInteger(1, privateKey);
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(key, Domain));
        var parts = signer.GenerateSignature(hash.ToArray());
        var (r, s) = (parts[0], parts[1]);
        if (s.CompareTo(HalfOrder) > 0) s = Curve.N.Subtract(s);
        // R = (hash/s) G + (r/s) Q has an odd y or not; the public key is not needed for it, since R = ((hash + r key) / s) G.
        var k = new BigInteger(1, hash).Add(r.Multiply(key)).Multiply(s.ModInverse(Curve.N)).Mod(Curve.N);
        var parity = Domain.G.Multiply(k).Normalize().AffineYCoord.TestBitZero() ? 1 : 0;
        return new RecoverableSignature(Word(r), Word(s), parity);
    }

    /// <summary>The address whose key made a signature over a hash.</summary>
    /// <exception cref="FormatException">No key can have made it, or its s is in the upper half.</exception>
    public static Address Recover(ReadOnlySpan<byte> hash, RecoverableSignature signature)
    {
        var (r, s) = (new BigInteger(1, signature.R), new BigInteger(1, signature.S));
        if (r.SignValue <= 0 || r.CompareTo(Curve.N) >= 0 || s.SignValue <= 0) throw new FormatException("a signature out of the curve's range");
        if (s.CompareTo(HalfOrder) > 0) throw new FormatException("a signature whose s is in the upper half of the order (EIP-2)");
        if (signature.YParity is not (0 or 1)) throw new FormatException($"a parity of {signature.YParity}");
        ECPoint point;
        try
        {
            point = Curve.Curve.DecodePoint([(byte)(2 + signature.YParity), .. signature.R]);
        }
        catch (ArgumentException e)
        {
            throw new FormatException("a signature whose r is no point's x", e);
        }
        var inverse = r.ModInverse(Curve.N);
        var u1 = Curve.N.Subtract(new BigInteger(1, hash).Mod(Curve.N)).Multiply(inverse).Mod(Curve.N);
        var u2 = s.Multiply(inverse).Mod(Curve.N);
        var key = ECAlgorithms.SumOfTwoMultiplies(Domain.G, u1, point, u2).Normalize();
        return key.IsInfinity ? throw new FormatException("a signature of no key") : AddressOf(key);
    }

    private static Address AddressOf(ECPoint point) => new(Keccak.Hash(point.GetEncoded(false).AsSpan(1)).AsSpan(12));

    private static byte[] Word(BigInteger number)
    {
        var word = new byte[32];
        var bytes = number.ToByteArrayUnsigned();
        bytes.CopyTo(word, word.Length - bytes.Length);
        return word;
    }
}
