using System.Text.Json;
using System.Text.Json.Nodes;

namespace Analytics.Anchoring;

/// <summary>Signs through Web3Signer's eth1 API (eth_signTransaction), so that the key never comes here.</summary>
/// <remarks>What comes back is read again: every field and the sender must be what was asked, else it is refused and never sent.</remarks>
public sealed class RemoteSigner(JsonRpcClient client, Address account) : ISigner
{
    /// <inheritdoc/>
    public Address Account => account;

    /// <inheritdoc/>
    public async Task<byte[]> SignAsync(ChainTransaction transaction, CancellationToken cancel)
    {
        var request = new JsonObject
        {
            ["from"] = account.ToString(),
            ["gas"] = Hex.Quantity(transaction.GasLimit),
            ["nonce"] = Hex.Quantity(transaction.Nonce),
            ["value"] = Hex.Quantity(transaction.Value),
            ["data"] = Hex.Data(transaction.Data),
            ["chainId"] = Hex.Quantity(transaction.ChainId),
        };
        if (transaction.To is { } to) request["to"] = to.ToString();
        switch (transaction)
        {
            case FeeMarketTransaction market:
                request["maxPriorityFeePerGas"] = Hex.Quantity(market.MaxPriorityFee);
                request["maxFeePerGas"] = Hex.Quantity(market.MaxFee);
                break;
            case LegacyTransaction legacy:
                request["gasPrice"] = Hex.Quantity(legacy.GasPrice);
                break;
        }
        var answer = await client.CallAsync(new RpcCall("eth_signTransaction", request), cancel).ConfigureAwait(false);
        byte[] raw;
        ChainTransaction signed;
        Address sender;
        try
        {
            // Web3Signer gives the raw transaction; a node's own eth_signTransaction gives it as "raw" beside its fields.
            raw = Hex.ParseData((answer.ValueKind == JsonValueKind.Object ? answer.GetProperty("raw") : answer).GetString()!);
            (signed, sender) = ChainTransaction.Decode(raw);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or KeyNotFoundException or ArgumentNullException)
        {
            throw new RpcProtocolException($"{client.Name}: eth_signTransaction gave no signed transaction: {e.Message}", e);
        }
        if (!sender.Equals(account)) throw new RpcProtocolException($"{client.Name}: signed as {sender}; {account} is expected. Is the account's key loaded there, and is its chain id the same?");
        if (!signed.SigningHash().AsSpan().SequenceEqual(transaction.SigningHash())) throw new RpcProtocolException($"{client.Name}: signed another transaction than it was asked to; it was not sent");
        return raw;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
