using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Proofs;
using Analytics.Publishing;

namespace Analytics.Jobs.Anchoring;

/// <summary>A node as checks of proofs see a chain: at an address, or the lake's own development chain.</summary>
internal sealed class NodeAnchorChain : IAnchorChain, IDisposable
{
    /// <summary>Instead of an address: the development chain of the lake.</summary>
    public const string Development = "dev";

    private readonly DevelopmentChain? _development;
    private readonly JsonRpcClient _client;
    private readonly EthereumNode _node;

    private NodeAnchorChain(DevelopmentChain? development, JsonRpcClient client) => (_development, _client, _node) = (development, client, new EthereumNode(client));

    public string Name => _development is null ? _node.Name : "the development chain";

    /// <summary>Opens a node.</summary>
    /// <param name="rpc">Its address, or <see cref="Development"/>.</param>
    /// <param name="lake">Opens the lake whose development chain is meant.</param>
    public static NodeAnchorChain Open(string rpc, Func<Lake> lake)
    {
        if (rpc != Development) return new NodeAnchorChain(null, new JsonRpcClient(rpc));
        var opened = lake();
        if (!opened.Files.FileExists(ChainSession.DevelopmentState(opened)))
            throw new UserException(ExitCode.Usage, $"{opened.Root} has no development chain: `analytics anchor` with machine.anchor.chain dev makes it");
        var development = ChainSession.StartDevelopment(opened);
        return new NodeAnchorChain(development, new JsonRpcClient(development.Url));
    }

    public Task<ulong> ChainIdAsync(CancellationToken cancel) => _node.ChainIdAsync(cancel);

    public async Task<string?> RootOfAsync(string contract, DateOnly date, string run, CancellationToken cancel)
    {
        var address = Parse(contract);
        // A call to an account without code succeeds and gives nothing, which would read as no root.
        if ((await _node.CodeAsync(address, cancel).ConfigureAwait(false)).Length == 0) throw new AnchoringException(AnchorFault.Usage, $"no contract is at {address} on the chain of {Name}");
        return await ReportAnchorContract.RootOfAsync(_node, address, date, run, cancel).ConfigureAwait(false);
    }

    public async Task<AnchorLog?> FindAsync(string contract, DateOnly date, string run, string root, ulong? block, CancellationToken cancel) =>
        await ReportAnchorContract.FindAsync(_node, Parse(contract), new AnchoredRun(date, run, root), block, cancel).ConfigureAwait(false) is { } log
            ? new AnchorLog(log.Transaction, log.BlockNumber, log.BlockHash) : null;

    public async Task<AnchorBlock?> BlockAsync(ulong number, CancellationToken cancel) =>
        await _node.BlockAsync(number, cancel).ConfigureAwait(false) is { } block ? new AnchorBlock(block.Hash, block.Time) : null;

    private static Address Parse(string contract)
    {
        try
        {
            return Address.Parse(contract);
        }
        catch (FormatException e)
        {
            throw new AnchoringException(AnchorFault.Contract, $"the contract of the receipt: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _development?.Dispose();
    }
}
