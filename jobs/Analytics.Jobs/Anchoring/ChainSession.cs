using System.Numerics;
using Analytics.Anchoring;
using Analytics.Jobs.Commands;
using Analytics.Jobs.Configuration;
using Analytics.Publishing;

namespace Analytics.Jobs.Anchoring;

/// <summary>A chain, opened as the configuration says: node, signer, contract; the development chain's process too. The caller holds the chain's lock.</summary>
internal sealed class ChainSession : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DevelopmentPoll = TimeSpan.FromMilliseconds(20);

    private readonly Lake _lake;
    private readonly AnchorSettings _settings;
    private readonly TimeProvider _time;
    private readonly DevelopmentChain? _development;
    private readonly JsonRpcClient _client;
    private readonly ISigner _signer;
    private readonly Action<string>? _say;

    private ChainSession(Lake lake, AnchorSettings settings, TimeProvider time, Action<string>? say)
    {
        (_lake, _settings, _time, _say) = (lake, settings, time, say);
        IsDevelopment = settings.Chain == "dev";
        ChainId = IsDevelopment ? DevelopmentChain.ChainId : (ulong)settings.ChainId;
        Journal = JournalOf(lake);
        // What is cheap to refuse comes before a process is started.
        _signer = IsDevelopment ? new LocalSigner(DevelopmentChain.Key()) : OpenSigner(settings);
        try
        {
            if (IsDevelopment) _development = StartDevelopment(lake);
            _client = new JsonRpcClient(_development?.Url ?? settings.Rpc);
        }
        catch
        {
            Dispose();
            throw;
        }
        Node = new EthereumNode(_client);
    }

    public bool IsDevelopment { get; }

    public ulong ChainId { get; }

    public AnchorJournal Journal { get; }

    public EthereumNode Node { get; }

    /// <summary>The account that sends.</summary>
    public Address Account => _signer.Account;

    /// <summary>The chain, for people.</summary>
    public string Name => NameOf(ChainId);

    public static string NameOf(ulong chainId) => chainId == DevelopmentChain.ChainId ? "the development chain, which proves nothing to others" : $"chain {chainId}";

    public static AnchorJournal JournalOf(Lake lake) => new(lake.Files, lake.Full(LakeLayout.Chain + "/journal"));

    /// <summary>Where a development chain's state is kept.</summary>
    public static string DevelopmentState(Lake lake) => lake.Full(LakeLayout.Chain + "/dev/state.json");

    /// <summary>Opens the configured chain.</summary>
    /// <exception cref="AnchoringException">The configuration names none, a key cannot be had, or the development chain cannot be started.</exception>
    public static ChainSession Open(Lake lake, AnchorSettings settings, TimeProvider time, Action<string>? say = null)
    {
        if (settings.Chain == "none") throw new AnchoringException(AnchorFault.Usage, "the configuration names no chain: set machine.anchor.chain to dev or rpc (docs/anchoring.md)");
        return new ChainSession(lake, settings, time, say);
    }

    /// <summary>Starts the development chain of a lake.</summary>
    /// <exception cref="AnchoringException">Its program is not installed.</exception>
    public static DevelopmentChain StartDevelopment(Lake lake) => DevelopmentChain.Start(
        DevelopmentChain.FindProgram(ProgramHome.Folder) ?? throw new AnchoringException(AnchorFault.Outside, $"the development chain is not installed: {DevelopmentChain.Remedy}"),
        lake.Files, DevelopmentState(lake));

    /// <summary>Sends what is queued, follows what is on its way.</summary>
    public async Task<AnchorProgress> ProcessAsync(IReadOnlyList<AnchoredRun> runs, TimeSpan patience, CancellationToken cancel)
    {
        Address? contract = null;
        if (IsDevelopment)
        {
            await DevelopmentChain.FundAsync(Node, Account, cancel).ConfigureAwait(false);
            contract = await DevelopmentChain.EnsureContractAsync(Anchorer, Node, Journal, _time, cancel).ConfigureAwait(false);
        }
        else if (_settings.Contract.Length > 0)
        {
            contract = Address.Parse(_settings.Contract);
        }
        var progress = await Anchorer(contract).ProcessAsync(runs, patience, cancel).ConfigureAwait(false);
        return contract is null && progress.Waits is null && progress.Entries.Any(static entry => entry is { Kind: AnchorKind.Anchor, State: AnchorState.Queued })
            ? progress with { Waits = "the configuration names no contract (machine.anchor.contract): make one with `analytics anchor deploy`" } : progress;
    }

    /// <summary>Makes the contract on the configured chain, once.</summary>
    public async Task<AnchorProgress> DeployAsync(TimeSpan patience, CancellationToken cancel)
    {
        if (Journal.FindContract(ChainId) is null) Journal.Write(new AnchorEntry { Kind = AnchorKind.Deploy, ChainId = ChainId, State = AnchorState.Queued, QueuedAt = _time.GetUtcNow() });
        return await Anchorer(null).ProcessAsync([], patience, cancel).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _client?.Dispose();
        _development?.Dispose();
        _signer.Dispose();
    }

    private Anchorer Anchorer(Address? contract) => new(Node, _signer, Journal, new AnchorOptions
    {
        ChainId = ChainId,
        Contract = contract,
        MostFee = IsDevelopment ? FeePolicy.Ether : new BigInteger(_settings.MaxFeeGwei * 1_000_000_000m),
        Confirmations = IsDevelopment ? 1ul : (ulong)_settings.Confirmations,
        StuckAfter = TimeSpan.FromSeconds(_settings.StuckSeconds),
        Poll = IsDevelopment ? DevelopmentPoll : Poll,
    }, _time)
    {
        Say = _say,
        BeforeMined = _development is { } development ? development.SaveAsync : null,
    };

    private static ISigner OpenSigner(AnchorSettings settings)
    {
        if (settings.Signer.Length > 0) return new RemoteSigner(new JsonRpcClient(settings.Signer), Address.Parse(settings.Account));
        using var passphrase = OpenPassphrase(settings);
        var key = KeyFiles.Open(settings.Keystore, passphrase);
        if (settings.Account.Length == 0 || Address.Parse(settings.Account).Equals(key.Address)) return new LocalSigner(key);
        key.Dispose();
        throw new AnchoringException(AnchorFault.Usage, $"{settings.Keystore} holds the key of {key.Address}; machine.anchor.account is {settings.Account}");
    }

    /// <summary>The passphrase that the configuration names.</summary>
    public static Passphrase OpenPassphrase(AnchorSettings settings) => settings switch
    {
        { PassphraseFile.Length: > 0 } => Passphrase.FromFile(settings.PassphraseFile),
        { PassphraseVariable.Length: > 0 } => Passphrase.FromEnvironment(settings.PassphraseVariable),
        _ => throw new AnchoringException(AnchorFault.Usage, "no passphrase is named: set machine.anchor.passphrase_file or machine.anchor.passphrase_variable"),
    };
}
