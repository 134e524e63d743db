using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>A transaction before it is signed, of whichever type its chain takes. Amounts are wei.</summary>
public abstract record ChainTransaction
{
    // A list begins with it or a greater byte; below stand the types of EIP-2718.
    private const byte LeastList = 0xc0;

    /// <summary>The chain; a signature holds on no other.</summary>
    public required ulong ChainId { get; init; }
    /// <summary>The account's count of transactions before it.</summary>
    public required ulong Nonce { get; init; }
    /// <summary>Most gas that it may use.</summary>
    public required BigInteger GasLimit { get; init; }
    /// <summary>The account or contract that it goes to; null creates a contract.</summary>
    public Address? To { get; init; }
    /// <summary>Wei that go with it.</summary>
    public BigInteger Value { get; init; }
    /// <summary>The call, or the new contract's code.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The hash that is signed.</summary>
    public abstract byte[] SigningHash();

    /// <summary>The signed transaction as it goes over the wire.</summary>
    public abstract byte[] Encode(RecoverableSignature signature);

    /// <summary>Reads a signed transaction of either type and recovers its sender.</summary>
    /// <exception cref="FormatException">It is of another type, or its signature is none.</exception>
    public static (ChainTransaction Transaction, Address Sender) Decode(ReadOnlySpan<byte> raw) =>
        raw.Length > 0 && raw[0] >= LeastList ? LegacyTransaction.Decode(raw) : FeeMarketTransaction.Decode(raw);

    /// <summary>A signed transaction's hash, by which the chain knows it.</summary>
    public static string HashOf(ReadOnlySpan<byte> raw) => Hex.Data(Keccak.Hash(raw));

    private protected static Address? Receiver(RlpItem item)
    {
        var to = item.Bytes ?? throw new FormatException("a list where an address is expected");
        return to.Length == 0 ? null : to.Length == Address.Length ? new Address(to) : throw new FormatException($"an address of {to.Length} bytes");
    }

    private protected static ulong Word64(RlpItem item)
    {
        var number = item.ToNumber();
        return number <= ulong.MaxValue ? (ulong)number : throw new FormatException("a number of more than 64 bits");
    }

    private protected static byte[] Word256(BigInteger number)
    {
        var bytes = Hex.Minimal(number);
        return bytes.Length <= 32 ? [.. new byte[32 - bytes.Length], .. bytes] : throw new FormatException("a number of more than 256 bits");
    }

    private protected static BigInteger Unsigned(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
