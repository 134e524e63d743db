using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Analytics.Anchoring;

/// <summary>How payments are written as transaction logs.</summary>
public sealed record PaymentOptions
{
    /// <summary>The chain that the node must be on.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The contract Payment.</summary>
    public required Address Contract { get; init; }

    /// <summary>The first block that is read; the first range begins at a multiple of <see cref="RangeBlocks"/> at or before it.</summary>
    public ulong FromBlock { get; init; }

    /// <summary>Blocks a file.</summary>
    public ulong RangeBlocks { get; init; } = 1000;

    /// <summary>Blocks after which one is final, its own included; 0 asks the chain.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>Amounts are in units of ten to the so manieth wei.</summary>
    public int UnitDecimals { get; init; } = 9;

    /// <summary>The unit's name.</summary>
    public string Currency { get; init; } = "GWEI";
}

/// <summary>One range of blocks as a file: JSON lines, the same bytes whenever they are made.</summary>
/// <param name="Name">The file's name; it says chain, contract and blocks.</param>
/// <param name="From">First block.</param>
/// <param name="To">Last block.</param>
/// <param name="Payments">Lines.</param>
/// <param name="Content">UTF-8.</param>
public sealed record PaymentRange(string Name, ulong From, ulong To, int Payments, byte[] Content);

/// <summary>
/// The events Paid and Refunded of contracts/Payment.sol as transaction lines: a payment sells one unit at its amount, a refund takes one
/// back. Whole ranges of final blocks alone are given, so that a range's file never changes.
/// </summary>
public static class PaymentEvents
{
    private static readonly AbiSignature Paid = AbiSignature.Parse("Paid(bytes32,address,uint256)");
    private static readonly AbiSignature Refunded = AbiSignature.Parse("Refunded(bytes32,address,uint256,address)");
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The ranges that are final by now, from a block on.</summary>
    /// <param name="node">The chain.</param>
    /// <param name="options">The contract and the form.</param>
    /// <param name="next">The first block that is not yet read.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="AnchoringException">The node fails or is on another chain, or no contract is there.</exception>
    public static async IAsyncEnumerable<PaymentRange> ReadAsync(EthereumNode node, PaymentOptions options, ulong next, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var chain = await node.ChainIdAsync(cancel).ConfigureAwait(false);
        if (chain != options.ChainId) throw new AnchoringException(AnchorFault.Usage, $"{node.Name} is on chain {chain}; the configuration says chain {options.ChainId}. Correct machine.payments.rpc or chain_id");
        if ((await node.CodeAsync(options.Contract, cancel).ConfigureAwait(false)).Length == 0)
            throw new AnchoringException(AnchorFault.Usage, $"no contract is at {options.Contract} on chain {chain}: correct machine.payments.contract");
        var final = await FinalAsync(node, options, cancel).ConfigureAwait(false);
        for (var from = Math.Max(next, options.FromBlock) / options.RangeBlocks * options.RangeBlocks; final is { } last && from + options.RangeBlocks - 1 <= last; from += options.RangeBlocks)
            yield return await RangeAsync(node, options, from, from + options.RangeBlocks - 1, cancel).ConfigureAwait(false);
    }

    private static async Task<ulong?> FinalAsync(EthereumNode node, PaymentOptions options, CancellationToken cancel)
    {
        if (options.Confirmations == 0)
        {
            return await node.FinalizedAsync(cancel).ConfigureAwait(false)
                ?? throw new AnchoringException(AnchorFault.Usage, $"{node.Name} does not say which block is final: set machine.payments.confirmations to the number of blocks that make one final");
        }
        var newest = await node.BlockNumberAsync(cancel).ConfigureAwait(false);
        return newest + 1 >= options.Confirmations ? newest + 1 - options.Confirmations : null;
    }

    private static async Task<PaymentRange> RangeAsync(EthereumNode node, PaymentOptions options, ulong from, ulong to, CancellationToken cancel)
    {
        var logs = (await node.LogsAsync(options.Contract, [], from, to, cancel).ConfigureAwait(false)).Where(static log => Is(log, Paid) || Is(log, Refunded)).ToList();
        var numbers = logs.Select(static log => log.BlockNumber).Distinct().ToArray();
        var blocks = (await node.BlocksAsync(numbers, cancel).ConfigureAwait(false)).Zip(numbers).ToDictionary(static pair => pair.Second, static pair => pair.First);
        var content = new ArrayBufferWriter<byte>();
        foreach (var log in logs)
        {
            if (blocks[log.BlockNumber] is not { } block || block.Hash != log.BlockHash)
                throw new RpcProtocolException($"{node.Name}: block {log.BlockNumber} is another one now than when its events were read, though it is final. Is machine.payments.confirmations too small? Run the command again");
            Write(content, options, log, block);
        }
        var name = string.Create(CultureInfo.InvariantCulture, $"payments-{options.ChainId}-{Convert.ToHexStringLower(options.Contract.Bytes[..4])}-{from:D12}-{to:D12}.jsonl");
        return new PaymentRange(name, from, to, logs.Count, content.WrittenSpan.ToArray());
    }

    private static bool Is(ChainLog log, AbiSignature signature) => log.Topics is [var topic, _, _] && topic.AsSpan().SequenceEqual(signature.Hash);

    private static void Write(ArrayBufferWriter<byte> output, PaymentOptions options, ChainLog log, ChainBlock block)
    {
        var isRefund = Is(log, Refunded);
        BigInteger amount;
        Address payer;
        try
        {
            amount = (BigInteger)AbiCodec.Decode([AbiType.Parse("uint256")], log.Data)[0];
            payer = (Address)AbiCodec.Decode([AbiType.Parse("address")], log.Topics[2])[0];
        }
        catch (FormatException e)
        {
            throw new RpcProtocolException($"an event in transaction {log.Transaction} has another form than contracts/Payment.sol gives it: {e.Message}", e);
        }
        using (var writer = new Utf8JsonWriter(output, Json))
        {
            writer.WriteStartObject();
            writer.WriteString("event", isRefund ? "refunded" : "paid");
            writer.WriteString("order_id", OrderText(log.Topics[1]));
            writer.WriteString("payer", payer.ToString());
            writer.WriteString("item_id", "payment");
            writer.WriteString("quantity", isRefund ? "-1" : "1");
            writer.WriteString("ordered_at", block.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
            writer.WriteString("unit_price", Decimal(amount, options.UnitDecimals));
            writer.WriteString("currency", options.Currency);
            writer.WriteString("block", log.BlockNumber.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("block_hash", log.BlockHash);
            writer.WriteString("transaction", log.Transaction);
            writer.WriteString("log_index", log.Index.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("chain_id", options.ChainId.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("contract", options.Contract.ToString());
            writer.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    /// <summary>An order's id: UTF-8 filled with zeros, or 0x and 64 digits where it is anything else.</summary>
    internal static string OrderText(byte[] order)
    {
        var length = order.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        try
        {
            var text = Strict.GetString(order, 0, length);
            // A text in the form of the other kind would be two orders under one name.
            if (text.Length > 0 && !text.Any(char.IsControl) && !text.StartsWith("0x", StringComparison.Ordinal)) return text;
        }
        catch (DecoderFallbackException)
        {
            // No text.
        }
        return Hex.Data(order);
    }

    /// <summary>Wei in units of ten to the so manieth, exactly, without needless zeros.</summary>
    internal static string Decimal(BigInteger wei, int decimals)
    {
        var digits = wei.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var fraction = digits[^decimals..].TrimEnd('0');
        return decimals == 0 ? digits : fraction.Length == 0 ? digits[..^decimals] : $"{digits[..^decimals]}.{fraction}";
    }
}
