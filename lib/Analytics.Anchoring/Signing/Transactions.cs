using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>A transaction of type 2 (EIP-1559) before it is signed. Amounts are wei.</summary>
public sealed record FeeMarketTransaction
{
    private const byte Type = 2;
    private const int SignedFields = 12;

    /// <summary>The chain; a signature holds on no other.</summary>
    public required ulong ChainId { get; init; }
    /// <summary>The account's count of transactions before it.</summary>
    public required ulong Nonce { get; init; }
    /// <summary>Most that is paid to the block's maker, a unit of gas.</summary>
    public required BigInteger MaxPriorityFee { get; init; }
    /// <summary>Most that is paid in all, a unit of gas.</summary>
    public required BigInteger MaxFee { get; init; }
    /// <summary>Most gas that it may use.</summary>
    public required BigInteger GasLimit { get; init; }
    /// <summary>The account or contract that it goes to; null creates a contract.</summary>
    public Address? To { get; init; }
    /// <summary>Wei that go with it.</summary>
    public BigInteger Value { get; init; }
    /// <summary>The call, or the new contract's code.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The hash that is signed.</summary>
    public byte[] SigningHash() => Keccak.Hash([Type, .. Rlp.Encode(RlpItem.List(Fields()))]);

    /// <summary>The signed transaction as it goes over the wire.</summary>
    public byte[] Encode(RecoverableSignature signature) => [Type, .. Rlp.Encode(RlpItem.List(
        [.. Fields(), RlpItem.Of(new BigInteger(signature.YParity)), RlpItem.Of(Unsigned(signature.R)), RlpItem.Of(Unsigned(signature.S))]))];

    /// <summary>Reads a signed transaction and recovers its sender.</summary>
    /// <exception cref="FormatException">It is none of type 2 without access list, or its signature is none.</exception>
    public static (FeeMarketTransaction Transaction, Address Sender) Decode(ReadOnlySpan<byte> raw)
    {
        if (raw.Length == 0 || raw[0] != Type) throw new FormatException("no transaction of type 2");
        var fields = Rlp.Decode(raw[1..]).Items ?? throw new FormatException("no list of fields");
        if (fields.Count != SignedFields) throw new FormatException($"{fields.Count} fields; {SignedFields} are expected");
        if (fields[8].Items is not { Count: 0 }) throw new FormatException("an access list; none is expected");
        var to = fields[5].Bytes ?? throw new FormatException("a list where an address is expected");
        var transaction = new FeeMarketTransaction
        {
            ChainId = Word64(fields[0]),
            Nonce = Word64(fields[1]),
            MaxPriorityFee = fields[2].ToNumber(),
            MaxFee = fields[3].ToNumber(),
            GasLimit = fields[4].ToNumber(),
            To = to.Length == 0 ? null : to.Length == Address.Length ? new Address(to) : throw new FormatException($"an address of {to.Length} bytes"),
            Value = fields[6].ToNumber(),
            Data = fields[7].Bytes ?? throw new FormatException("a list where data is expected"),
        };
        var signature = new RecoverableSignature(Word256(fields[10].ToNumber()), Word256(fields[11].ToNumber()), (int)Word64(fields[9]));
        return (transaction, Secp256k1.Recover(transaction.SigningHash(), signature));
    }

    /// <summary>A signed transaction's hash, by which the chain knows it.</summary>
    public static string HashOf(ReadOnlySpan<byte> raw) => Hex.Data(Keccak.Hash(raw));

    private RlpItem[] Fields() =>
    [
        RlpItem.Of(new BigInteger(ChainId)), RlpItem.Of(new BigInteger(Nonce)), RlpItem.Of(MaxPriorityFee), RlpItem.Of(MaxFee), RlpItem.Of(GasLimit),
        RlpItem.Of(To is null ? [] : To.Bytes.ToArray()), RlpItem.Of(Value), RlpItem.Of(Data), RlpItem.List(),
    ];

    private static ulong Word64(RlpItem item)
    {
        var number = item.ToNumber();
        return number <= ulong.MaxValue ? (ulong)number : throw new FormatException("a number of more than 64 bits");
    }

    private static byte[] Word256(BigInteger number)
    {
        var bytes = Hex.Minimal(number);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    internal static BigInteger Unsigned(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}

/// <summary>A transaction from before EIP-1559, signed for one chain (EIP-155); for chains without a fee market.</summary>
public sealed record LegacyTransaction
{
    /// <summary>The chain.</summary>
    public required ulong ChainId { get; init; }
    /// <summary>The account's count of transactions before it.</summary>
    public required ulong Nonce { get; init; }
    /// <summary>Wei a unit of gas.</summary>
    public required BigInteger GasPrice { get; init; }
    /// <summary>Most gas that it may use.</summary>
    public required BigInteger GasLimit { get; init; }
    /// <summary>The account or contract that it goes to; null creates a contract.</summary>
    public Address? To { get; init; }
    /// <summary>Wei that go with it.</summary>
    public BigInteger Value { get; init; }
    /// <summary>The call, or the new contract's code.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The encoded fields, chain id and two zeros, whose Keccak-256 is signed.</summary>
    public byte[] SigningData() => Rlp.Encode(RlpItem.List([.. Fields(), RlpItem.Of(new BigInteger(ChainId)), RlpItem.Of([]), RlpItem.Of([])]));

    /// <summary>The hash that is signed.</summary>
    public byte[] SigningHash() => Keccak.Hash(SigningData());

    /// <summary>The signed transaction; v is 35 + 2 × chain id + parity.</summary>
    public byte[] Encode(RecoverableSignature signature) => Rlp.Encode(RlpItem.List(
        [.. Fields(), RlpItem.Of(new BigInteger(ChainId) * 2 + 35 + signature.YParity), RlpItem.Of(FeeMarketTransaction.Unsigned(signature.R)), RlpItem.Of(FeeMarketTransaction.Unsigned(signature.S))]));

    private RlpItem[] Fields() =>
        [RlpItem.Of(new BigInteger(Nonce)), RlpItem.Of(GasPrice), RlpItem.Of(GasLimit), RlpItem.Of(To is null ? [] : To.Bytes.ToArray()), RlpItem.Of(Value), RlpItem.Of(Data)];
}
