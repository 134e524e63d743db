using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>A transaction of type 2 (EIP-1559) before it is signed. Amounts are wei.</summary>
public sealed record FeeMarketTransaction : ChainTransaction
{
    private const byte Type = 2;
    private const int SignedFields = 12;

    /// <summary>Most that is paid to the block's maker, a unit of gas.</summary>
    public required BigInteger MaxPriorityFee { get; init; }
    /// <summary>Most that is paid in all, a unit of gas.</summary>
    public required BigInteger MaxFee { get; init; }

    /// <inheritdoc/>
    public override byte[] SigningHash() => Keccak.Hash([Type, .. Rlp.Encode(RlpItem.List(Fields()))]);

    /// <inheritdoc/>
    public override byte[] Encode(RecoverableSignature signature) => [Type, .. Rlp.Encode(RlpItem.List(
        [.. Fields(), RlpItem.Of(new BigInteger(signature.YParity)), RlpItem.Of(Unsigned(signature.R)), RlpItem.Of(Unsigned(signature.S))]))];

    /// <summary>Reads a signed transaction and recovers its sender.</summary>
    /// <exception cref="FormatException">It is none of type 2 without access list, or its signature is none.</exception>
    public static new (FeeMarketTransaction Transaction, Address Sender) Decode(ReadOnlySpan<byte> raw)
    {
        if (raw.Length == 0 || raw[0] != Type) throw new FormatException("no transaction of type 2");
        var fields = Rlp.Decode(raw[1..]).Items ?? throw new FormatException("no list of fields");
        if (fields.Count != SignedFields) throw new FormatException($"{fields.Count} fields; {SignedFields} are expected");
        if (fields[8].Items is not { Count: 0 }) throw new FormatException("an access list; none is expected");
        var transaction = new FeeMarketTransaction
        {
            ChainId = Word64(fields[0]),
            Nonce = Word64(fields[1]),
            MaxPriorityFee = fields[2].ToNumber(),
            MaxFee = fields[3].ToNumber(),
            GasLimit = fields[4].ToNumber(),
            To = Receiver(fields[5]),
            Value = fields[6].ToNumber(),
            Data = fields[7].Bytes ?? throw new FormatException("a list where data is expected"),
        };
        var signature = new RecoverableSignature(Word256(fields[10].ToNumber()), Word256(fields[11].ToNumber()), (int)Word64(fields[9]));
        return (transaction, Secp256k1.Recover(transaction.SigningHash(), signature));
    }

    private RlpItem[] Fields() =>
    [
        RlpItem.Of(new BigInteger(ChainId)), RlpItem.Of(new BigInteger(Nonce)), RlpItem.Of(MaxPriorityFee), RlpItem.Of(MaxFee), RlpItem.Of(GasLimit),
        RlpItem.Of(To is null ? [] : To.Bytes.ToArray()), RlpItem.Of(Value), RlpItem.Of(Data), RlpItem.List(),
    ];
}
