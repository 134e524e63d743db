using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Analytics.Anchoring;

/// <summary>The contract contracts/ReportAnchor.sol: its calls, its event, its errors, its code.</summary>
public static class ReportAnchorContract
{
    private static readonly AbiSignature Anchor = AbiSignature.Parse("anchor(uint32,bytes8,uint32,bytes32)");
    private static readonly AbiSignature Root = AbiSignature.Parse("rootOf(uint32,bytes8,uint32)");
    private static readonly AbiSignature Publisher = AbiSignature.Parse("isPublisher(address)");
    private static readonly AbiType Bytes32 = AbiType.Parse("bytes32");
    private static readonly AbiType AddressType = AbiType.Parse("address");

    private static readonly (AbiSignature Error, string Text)[] Errors =
    [
        (AbiSignature.Parse("NotPublisher(address)"), "the account {0} is no publisher of the contract: its owner allows it with setPublisher"),
        (AbiSignature.Parse("AnchoringPaused()"), "the contract is paused: its owner lets it go on with setPaused"),
        (AbiSignature.Parse("AlreadyAnchored(uint32,bytes8,uint32,bytes32)"), "the run has the root {3} in the contract already"),
        (AbiSignature.Parse("EmptyRoot()"), "the root is zero"),
        (AbiSignature.Parse("EmptyRepetition()"), "the repetition is zero"),
        (AbiSignature.Parse("EmptyAddress()"), "an address is zero"),
        (AbiSignature.Parse("NotOwner(address)"), "the account {0} is not the contract's owner"),
        (AbiSignature.Parse("Error(string)"), "{0}"),
        (AbiSignature.Parse("Panic(uint256)"), "panic {0}"),
    ];

    /// <summary>The event Anchored: business date, run id and publisher are topics; repetition and root are its data.</summary>
    public static AbiSignature Anchored { get; } = AbiSignature.Parse("Anchored(uint32,bytes8,address,uint32,bytes32)");

    /// <summary>The data of a transaction that anchors a run.</summary>
    public static byte[] AnchorCall(AnchoredRun run)
    {
        var (id, repetition) = Split(run.Run);
        return Anchor.Call(Date(run.Date), id, repetition, Hex.ParseData(run.Root, 32));
    }

    /// <summary>The data of a transaction that creates the contract.</summary>
    /// <param name="owner">Who names publishers and pauses.</param>
    /// <param name="publisher">The first publisher.</param>
    public static byte[] Creation(Address owner, Address publisher) => [.. Bytecode.Value, .. AbiCodec.Encode([AddressType, AddressType], owner, publisher)];

    /// <summary>A run's root in the contract as 64 hex digits, or null where none was anchored.</summary>
    public static async Task<string?> RootOfAsync(EthereumNode node, Address contract, DateOnly date, string run, CancellationToken cancel)
    {
        var (id, repetition) = Split(run);
        var answer = await node.CallAsync(contract, Root.Call(Date(date), id, repetition), cancel).ConfigureAwait(false);
        var root = (byte[])Read(node, answer, Bytes32);
        return root.AsSpan().ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(root) : null;
    }

    /// <summary>Whether an account may anchor.</summary>
    public static async Task<bool> IsPublisherAsync(EthereumNode node, Address contract, Address account, CancellationToken cancel) =>
        (bool)Read(node, await node.CallAsync(contract, Publisher.Call(account), cancel).ConfigureAwait(false), AbiType.Parse("bool"));

    /// <summary>The log entry with which a run was anchored; null where the node finds none in the blocks that it was asked for.</summary>
    /// <remarks>Public nodes refuse long ranges: where the whole chain is refused, it is read backwards, 10,000 blocks at a time, for at most a million blocks.</remarks>
    /// <param name="node">The chain.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="run">The run with its root.</param>
    /// <param name="block">The one block to look in; null for the whole chain.</param>
    /// <param name="cancel">Ends the search.</param>
    public static async Task<ChainLog?> FindAsync(EthereumNode node, Address contract, AnchoredRun run, ulong? block, CancellationToken cancel)
    {
        var (id, repetition) = Split(run.Run);
        byte[]?[] topics = [Anchored.Hash, AbiCodec.Encode([AbiType.Parse("uint32")], Date(run.Date)), AbiCodec.Encode([AbiType.Parse("bytes8")], id)];
        var latest = block ?? await node.BlockNumberAsync(cancel).ConfigureAwait(false);
        IReadOnlyList<ChainLog>? found = null;
        try
        {
            found = await node.LogsAsync(contract, topics, block ?? 0, latest, cancel).ConfigureAwait(false);
        }
        catch (RpcErrorException) when (block is null)
        {
            const ulong step = 10_000;
            for (var (to, steps) = (latest, 0); found is null or { Count: 0 } && steps < 100; steps++)
            {
                var from = to >= step ? to - step + 1 : 0;
                found = await node.LogsAsync(contract, topics, from, to, cancel).ConfigureAwait(false);
                if (from == 0) break;
                to = from - 1;
            }
        }
        return found?.FirstOrDefault(log => AbiCodec.Decode([AbiType.Parse("uint32"), Bytes32], log.Data) is [BigInteger number, byte[] root]
            && number == repetition && Convert.ToHexStringLower(root) == run.Root);
    }

    /// <summary>What a revert says, for people.</summary>
    public static string Explain(string? revertData)
    {
        if (string.IsNullOrEmpty(revertData) || revertData == "0x") return "it gave no reason (is the contract's address right?)";
        try
        {
            var data = Hex.ParseData(revertData);
            foreach (var (error, text) in Errors)
                if (error.Selects(data))
                    return string.Format(CultureInfo.InvariantCulture, text, AbiCodec.Decode(error.Types, data.AsSpan(4)).Select(static value => value is byte[] bytes ? Hex.Data(bytes) : value).ToArray());
        }
        catch (FormatException)
        {
            // Shown as it is.
        }
        return $"an error that this contract does not have: {(revertData.Length > 200 ? revertData[..200] + "..." : revertData)}";
    }

    /// <summary>A run id as the contract holds it: 8 bytes, and 1 or the number after its hyphen.</summary>
    /// <exception cref="FormatException">It is no run id.</exception>
    public static (byte[] Id, BigInteger Repetition) Split(string run)
    {
        var hyphen = run.IndexOf('-', StringComparison.Ordinal);
        var id = Hex.ParseData(hyphen < 0 ? run : run[..hyphen], 8);
        if (hyphen < 0) return (id, BigInteger.One);
        return uint.TryParse(run.AsSpan(hyphen + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var repetition) && repetition > 1
            ? (id, repetition) : throw new FormatException($"'{run}' is no run id; 16 hex digits, or those with -2, -3 and so on, are expected");
    }

    /// <summary>A date as the contract holds it: 20111209.</summary>
    public static BigInteger Date(DateOnly date) => date.Year * 10_000 + date.Month * 100 + date.Day;

    private static readonly Lazy<byte[]> Bytecode = new(static () =>
    {
        using var stream = typeof(ReportAnchorContract).Assembly.GetManifestResourceStream("ReportAnchor.json") ?? throw new InvalidOperationException("the assembly lacks its resource ReportAnchor.json");
        using var artifact = JsonDocument.Parse(stream);
        return Hex.ParseData(artifact.RootElement.GetProperty("bytecode").GetString()!);
    });

    private static object Read(EthereumNode node, byte[] answer, AbiType type)
    {
        try
        {
            return AbiCodec.Decode([type], answer)[0];
        }
        catch (FormatException e)
        {
            throw new RpcProtocolException($"{node.Name}: the contract answered with {answer.Length} bytes that are no {type.Name}. Is the contract's address right?", e);
        }
    }
}
