using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>A block's head.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">Its hash, 0x and 64 digits.</param>
/// <param name="ParentHash">Its parent's hash.</param>
/// <param name="Time">When it was made, UTC, as its maker says.</param>
/// <param name="BaseFee">Its base fee a unit of gas in wei; null before London.</param>
public sealed record ChainBlock(ulong Number, string Hash, string ParentHash, DateTimeOffset Time, BigInteger? BaseFee);

/// <summary>What became of a transaction.</summary>
/// <param name="Transaction">Its hash.</param>
/// <param name="Succeeded">Whether it was carried out; false where it reverted.</param>
/// <param name="BlockNumber">The block that holds it.</param>
/// <param name="BlockHash">That block's hash.</param>
/// <param name="GasUsed">Gas that it used.</param>
/// <param name="GasPrice">Wei that were paid a unit of gas.</param>
/// <param name="Created">The contract that it created; null for none.</param>
public sealed record ChainReceipt(string Transaction, bool Succeeded, ulong BlockNumber, string BlockHash, BigInteger GasUsed, BigInteger GasPrice, Address? Created)
{
    /// <summary>Wei that were paid.</summary>
    public BigInteger Fee => GasUsed * GasPrice;
}

/// <summary>An entry of a contract's log.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Topics">The topics; the first is the event's hash.</param>
/// <param name="Data">What is not indexed.</param>
/// <param name="BlockNumber">The block.</param>
/// <param name="BlockHash">Its hash.</param>
/// <param name="Transaction">The transaction's hash.</param>
/// <param name="Index">The entry's place in its block.</param>
public sealed record ChainLog(Address Contract, IReadOnlyList<byte[]> Topics, byte[] Data, ulong BlockNumber, string BlockHash, string Transaction, ulong Index);

/// <summary>What a chain asks for now.</summary>
/// <param name="Market">The fees of recent blocks; null where the chain has no fee market (EIP-1559).</param>
/// <param name="GasPrice">Without one, wei a unit of gas.</param>
public sealed record ChainPrice(FeeHistory? Market, BigInteger GasPrice)
{
    /// <summary>It in words.</summary>
    public override string ToString() => Market is { } market ? $"the base fee is {FeePolicy.InGwei(market.NextBaseFee)}" : $"the gas price is {FeePolicy.InGwei(GasPrice)}";
}

/// <summary>The fees of recent blocks.</summary>
/// <param name="NextBaseFee">The next block's base fee, wei.</param>
/// <param name="Tips">The median tip of each recent block that held a transaction, wei.</param>
public sealed record FeeHistory(BigInteger NextBaseFee, IReadOnlyList<BigInteger> Tips);
