using System.Security.Cryptography;

namespace Analytics.Anchoring;

/// <summary>A private key in memory that the collector does not move; cleared when disposed. Never prints itself.</summary>
/// <remarks>While it signs, the arithmetic holds numbers made of it that .NET gives no way to clear; they are short-lived.</remarks>
public sealed class PrivateKey : IDisposable
{
    private readonly byte[] _bytes;
    private bool _isCleared;

    private PrivateKey(byte[] pinned)
    {
        _bytes = pinned;
        Address = Secp256k1.AddressOf(pinned);
    }

    /// <summary>The account's address.</summary>
    public Address Address { get; }

    /// <summary>A key of 32 bytes, which are copied; the caller clears its own.</summary>
    /// <exception cref="AnchoringException">The bytes are no private key; the message does not hold them.</exception>
    public static PrivateKey From(ReadOnlySpan<byte> bytes)
    {
        if (!Secp256k1.IsPrivateKey(bytes)) throw new AnchoringException(AnchorFault.Usage, "this is no private key: 32 bytes from 1 to the order of secp256k1 less 1 are expected");
        var pinned = GC.AllocateUninitializedArray<byte>(32, pinned: true);
        bytes.CopyTo(pinned);
        return new PrivateKey(pinned);
    }

    /// <summary>A new key from the system's random numbers.</summary>
    public static PrivateKey New()
    {
        var pinned = GC.AllocateUninitializedArray<byte>(32, pinned: true);
        do RandomNumberGenerator.Fill(pinned);
        while (!Secp256k1.IsPrivateKey(pinned));
        return new PrivateKey(pinned);
    }

    /// <summary>Signs a hash of 32 bytes.</summary>
    public RecoverableSignature Sign(ReadOnlySpan<byte> hash)
    {
        ObjectDisposedException.ThrowIf(_isCleared, this);
        return Secp256k1.Sign(_bytes, hash);
    }

    /// <summary>Clears it.</summary>
    public void Dispose()
    {
        _isCleared = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>The address alone.</summary>
    public override string ToString() => $"key of {Address}";

    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isCleared, this);
            return _bytes;
        }
    }
}
