using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>A transaction from before EIP-1559, signed for one chain (EIP-155); for chains without a fee market.</summary>
public sealed record LegacyTransaction : ChainTransaction
{
    private const int SignedFields = 9;
    private const int FirstV = 35;

    /// <summary>Wei a unit of gas.</summary>
    public required BigInteger GasPrice { get; init; }

    /// <summary>The encoded fields, chain id and two zeros, whose Keccak-256 is signed.</summary>
    public byte[] SigningData() => Rlp.Encode(RlpItem.List([.. Fields(), RlpItem.Of(new BigInteger(ChainId)), RlpItem.Of([]), RlpItem.Of([])]));

    /// <inheritdoc/>
    public override byte[] SigningHash() => Keccak.Hash(SigningData());

    /// <summary>The signed transaction; v is 35 + 2 × chain id + parity.</summary>
    public override byte[] Encode(RecoverableSignature signature) => Rlp.Encode(RlpItem.List(
        [.. Fields(), RlpItem.Of(new BigInteger(ChainId) * 2 + FirstV + signature.YParity), RlpItem.Of(Unsigned(signature.R)), RlpItem.Of(Unsigned(signature.S))]));

    /// <summary>Reads a signed transaction and recovers its sender.</summary>
    /// <exception cref="FormatException">It is none, its signature is none, or it is signed for no chain (from before EIP-155).</exception>
    public static new (LegacyTransaction Transaction, Address Sender) Decode(ReadOnlySpan<byte> raw)
    {
        var fields = Rlp.Decode(raw).Items ?? throw new FormatException("no list of fields");
        if (fields.Count != SignedFields) throw new FormatException($"{fields.Count} fields; {SignedFields} are expected");
        var v = fields[6].ToNumber() - FirstV;
        if (v < 0 || v / 2 > ulong.MaxValue) throw new FormatException("v names no chain: the transaction would hold on every one");
        var transaction = new LegacyTransaction
        {
            ChainId = (ulong)(v / 2),
            Nonce = Word64(fields[0]),
            GasPrice = fields[1].ToNumber(),
            GasLimit = fields[2].ToNumber(),
            To = Receiver(fields[3]),
            Value = fields[4].ToNumber(),
            Data = fields[5].Bytes ?? throw new FormatException("a list where data is expected"),
        };
        var signature = new RecoverableSignature(Word256(fields[7].ToNumber()), Word256(fields[8].ToNumber()), (int)(v % 2));
        return (transaction, Secp256k1.Recover(transaction.SigningHash(), signature));
    }

    private RlpItem[] Fields() =>
        [RlpItem.Of(new BigInteger(Nonce)), RlpItem.Of(GasPrice), RlpItem.Of(GasLimit), RlpItem.Of(To is null ? [] : To.Bytes.ToArray()), RlpItem.Of(Value), RlpItem.Of(Data)];
}
