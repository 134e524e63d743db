using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Analytics.Anchoring;

/// <summary>The part of a node's JSON-RPC that anchoring uses, with types.</summary>
public sealed class EthereumNode(JsonRpcClient client)
{
    /// <summary>The newest block.</summary>
    public const string Latest = "latest";

    /// <summary>The newest block that cannot be reorganised away.</summary>
    public const string Finalized = "finalized";

    private const int FeeBlocks = 20;

    /// <summary>The client.</summary>
    public JsonRpcClient Client => client;

    /// <summary>Host and port, for messages.</summary>
    public string Name => client.Name;

    /// <summary>eth_chainId.</summary>
    public Task<ulong> ChainIdAsync(CancellationToken cancel) => NumberAsync(new RpcCall("eth_chainId"), cancel);

    /// <summary>eth_blockNumber.</summary>
    public Task<ulong> BlockNumberAsync(CancellationToken cancel) => NumberAsync(new RpcCall("eth_blockNumber"), cancel);

    /// <summary>The number of transactions that an account has sent, at <see cref="Latest"/> or with <c>pending</c> ones.</summary>
    public Task<ulong> NonceAsync(Address account, string tag, CancellationToken cancel) => NumberAsync(new RpcCall("eth_getTransactionCount", account.ToString(), tag), cancel);

    /// <summary>Wei that an account holds.</summary>
    public async Task<BigInteger> BalanceAsync(Address account, CancellationToken cancel) =>
        Quantity(await client.CallAsync(new RpcCall("eth_getBalance", account.ToString(), Latest), cancel).ConfigureAwait(false), "eth_getBalance");

    /// <summary>A contract's code; empty where there is none.</summary>
    public async Task<byte[]> CodeAsync(Address account, CancellationToken cancel) =>
        Bytes(await client.CallAsync(new RpcCall("eth_getCode", account.ToString(), Latest), cancel).ConfigureAwait(false), "eth_getCode");

    /// <summary>A block by tag; null where the node has none such.</summary>
    public Task<ChainBlock?> BlockAsync(string tag, CancellationToken cancel) => BlockAsync("eth_getBlockByNumber", tag, cancel);

    /// <summary>A block by number; null where the chain is not so long.</summary>
    public Task<ChainBlock?> BlockAsync(ulong number, CancellationToken cancel) => BlockAsync("eth_getBlockByNumber", Hex.Quantity(number), cancel);

    /// <summary>Blocks by number in one batch; null where the chain is not so long.</summary>
    public async Task<IReadOnlyList<ChainBlock?>> BlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancel)
    {
        var answers = await client.BatchAsync(numbers.Select(static number => new RpcCall("eth_getBlockByNumber", Hex.Quantity(number), false)).ToArray(), cancel).ConfigureAwait(false);
        return answers.Select(answer => Read(() => ReadBlock(answer), "eth_getBlockByNumber")).ToArray();
    }

    /// <summary>The number of the newest finalised block; null where the node knows no such tag.</summary>
    public async Task<ulong?> FinalizedAsync(CancellationToken cancel)
    {
        try
        {
            return (await BlockAsync(Finalized, cancel).ConfigureAwait(false))?.Number;
        }
        catch (RpcErrorException)
        {
            // Chains before the merge, and nodes that are still syncing, refuse the tag.
            return null;
        }
    }

    /// <summary>eth_call at the newest block.</summary>
    /// <exception cref="RpcErrorException">It reverted.</exception>
    public async Task<byte[]> CallAsync(Address to, byte[] data, CancellationToken cancel) =>
        Bytes(await client.CallAsync(new RpcCall("eth_call", new JsonObject { ["to"] = to.ToString(), ["data"] = Hex.Data(data) }, Latest), cancel).ConfigureAwait(false), "eth_call");

    /// <summary>Gas that a transaction would use.</summary>
    /// <exception cref="RpcErrorException">It would revert.</exception>
    public async Task<BigInteger> EstimateGasAsync(Address from, Address? to, byte[] data, CancellationToken cancel)
    {
        var call = new JsonObject { ["from"] = from.ToString(), ["data"] = Hex.Data(data) };
        if (to is not null) call["to"] = to.ToString();
        return Quantity(await client.CallAsync(new RpcCall("eth_estimateGas", call), cancel).ConfigureAwait(false), "eth_estimateGas");
    }

    /// <summary>The price a unit of gas that the node thinks will do, wei; for chains without a fee market.</summary>
    public async Task<BigInteger> GasPriceAsync(CancellationToken cancel) =>
        Quantity(await client.CallAsync(new RpcCall("eth_gasPrice"), cancel).ConfigureAwait(false), "eth_gasPrice");

    /// <summary>What the chain asks for now: the newest block says whether it has a fee market.</summary>
    /// <exception cref="RpcProtocolException">The node has no newest block.</exception>
    public async Task<ChainPrice> PriceAsync(CancellationToken cancel)
    {
        var newest = await BlockAsync(Latest, cancel).ConfigureAwait(false) ?? throw new RpcProtocolException($"{Name}: eth_getBlockByNumber knows no newest block");
        return newest.BaseFee is null ? new ChainPrice(null, await GasPriceAsync(cancel).ConfigureAwait(false)) : new ChainPrice(await FeeHistoryAsync(cancel).ConfigureAwait(false), BigInteger.Zero);
    }

    /// <summary>The next block's base fee and the tips of the last 20 blocks.</summary>
    public async Task<FeeHistory> FeeHistoryAsync(CancellationToken cancel)
    {
        const string method = "eth_feeHistory";
        var answer = await client.CallAsync(new RpcCall(method, Hex.Quantity(FeeBlocks), Latest, new JsonArray(50)), cancel).ConfigureAwait(false);
        return Read(() =>
        {
            var baseFees = answer.GetProperty("baseFeePerGas").EnumerateArray().ToArray();
            if (baseFees.Length == 0) throw new FormatException("no base fee");
            var used = answer.GetProperty("gasUsedRatio").EnumerateArray().Select(static ratio => ratio.GetDouble()).ToArray();
            var tips = new List<BigInteger>();
            // An empty block's tip is given as 0, which says nothing of what it costs to get in.
            if (answer.TryGetProperty("reward", out var rewards) && rewards.ValueKind == JsonValueKind.Array)
                foreach (var (reward, index) in rewards.EnumerateArray().Select(static (reward, index) => (reward, index)))
                    if (index < used.Length && used[index] > 0) tips.Add(Hex.ParseQuantity(reward[0].GetString()!));
            return new FeeHistory(Hex.ParseQuantity(baseFees[^1].GetString()!), tips);
        }, method);
    }

    /// <summary>Gives a signed transaction to the node. That it was taken is no promise that it will be mined.</summary>
    public async Task SendAsync(byte[] raw, CancellationToken cancel) => await client.CallAsync(new RpcCall("eth_sendRawTransaction", Hex.Data(raw)), cancel).ConfigureAwait(false);

    /// <summary>Whether the node knows a transaction, mined or waiting.</summary>
    public async Task<bool> KnowsAsync(string transaction, CancellationToken cancel) =>
        (await client.CallAsync(new RpcCall("eth_getTransactionByHash", transaction), cancel).ConfigureAwait(false)).ValueKind == JsonValueKind.Object;

    /// <summary>The receipts of transactions, in their order; null for one that is in no block of the chain.</summary>
    public async Task<IReadOnlyList<ChainReceipt?>> ReceiptsAsync(IReadOnlyList<string> transactions, CancellationToken cancel)
    {
        var answers = await client.BatchAsync(transactions.Select(static hash => new RpcCall("eth_getTransactionReceipt", hash)).ToArray(), cancel).ConfigureAwait(false);
        return answers.Select(answer => Read(() => ReadReceipt(answer), "eth_getTransactionReceipt")).ToArray();
    }

    /// <summary>A contract's log entries in a range of blocks, both ends included, in the order of the chain.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="topics">A hash for each topic, null for any.</param>
    /// <param name="from">First block.</param>
    /// <param name="to">Last block.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<IReadOnlyList<ChainLog>> LogsAsync(Address contract, IReadOnlyList<byte[]?> topics, ulong from, ulong to, CancellationToken cancel)
    {
        var filter = new JsonObject
        {
            ["address"] = contract.ToString(),
            ["fromBlock"] = Hex.Quantity(from),
            ["toBlock"] = Hex.Quantity(to),
            ["topics"] = new JsonArray(topics.Select(static topic => topic is null ? null : (JsonNode)Hex.Data(topic)).ToArray()),
        };
        var answer = await client.CallAsync(new RpcCall("eth_getLogs", filter), cancel).ConfigureAwait(false);
        return Read(() => answer.EnumerateArray().Where(static log => !(log.TryGetProperty("removed", out var removed) && removed.ValueKind == JsonValueKind.True)).Select(ReadLog)
            .OrderBy(static log => log.BlockNumber).ThenBy(static log => log.Index).ToArray(), "eth_getLogs");
    }

    private async Task<ChainBlock?> BlockAsync(string method, string which, CancellationToken cancel)
    {
        var answer = await client.CallAsync(new RpcCall(method, which, false), cancel).ConfigureAwait(false);
        return Read(() => ReadBlock(answer), method);
    }

    private async Task<ulong> NumberAsync(RpcCall call, CancellationToken cancel)
    {
        var number = Quantity(await client.CallAsync(call, cancel).ConfigureAwait(false), call.Method);
        return number <= ulong.MaxValue ? (ulong)number : throw new RpcProtocolException($"{Name}: {call.Method} gave a number of more than 64 bits");
    }

    private BigInteger Quantity(JsonElement answer, string method) => Read(() => Hex.ParseQuantity(answer.GetString()!), method);

    private byte[] Bytes(JsonElement answer, string method) => Read(() => Hex.ParseData(answer.GetString()!), method);

    private static ChainBlock? ReadBlock(JsonElement answer) => answer.ValueKind == JsonValueKind.Null ? null : new ChainBlock(
        Number(answer, "number"), Hash(answer, "hash"), Hash(answer, "parentHash"), DateTimeOffset.FromUnixTimeSeconds((long)Number(answer, "timestamp")),
        answer.TryGetProperty("baseFeePerGas", out var fee) && fee.ValueKind == JsonValueKind.String ? Hex.ParseQuantity(fee.GetString()!) : null);

    private static ChainReceipt? ReadReceipt(JsonElement answer) => answer.ValueKind == JsonValueKind.Null ? null : new ChainReceipt(
        Hash(answer, "transactionHash"), Number(answer, "status") == 1, Number(answer, "blockNumber"), Hash(answer, "blockHash"), Hex.ParseQuantity(answer.GetProperty("gasUsed").GetString()!),
        answer.TryGetProperty("effectiveGasPrice", out var price) ? Hex.ParseQuantity(price.GetString()!) : BigInteger.Zero,
        answer.TryGetProperty("contractAddress", out var created) && created.ValueKind == JsonValueKind.String ? new Address(Hex.ParseData(created.GetString()!, Address.Length)) : null);

    private static ChainLog ReadLog(JsonElement log) => new(
        new Address(Hex.ParseData(log.GetProperty("address").GetString()!, Address.Length)),
        log.GetProperty("topics").EnumerateArray().Select(static topic => Hex.ParseData(topic.GetString()!, 32)).ToArray(),
        Hex.ParseData(log.GetProperty("data").GetString()!), Number(log, "blockNumber"), Hash(log, "blockHash"), Hash(log, "transactionHash"), Number(log, "logIndex"));

    private static ulong Number(JsonElement element, string name)
    {
        var number = Hex.ParseQuantity(element.GetProperty(name).GetString()!);
        return number <= ulong.MaxValue ? (ulong)number : throw new FormatException($"{name} has more than 64 bits");
    }

    private static string Hash(JsonElement element, string name) => Hex.Data(Hex.ParseData(element.GetProperty(name).GetString()!, 32));

    private T Read<T>(Func<T> read, string method)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException or IndexOutOfRangeException)
        {
            throw new RpcProtocolException(string.Create(CultureInfo.InvariantCulture, $"{Name}: {method} gave an answer of another form than expected: {e.Message}"), e);
        }
    }
}
