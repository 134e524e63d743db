using System.Numerics;
using System.Text.Json.Nodes;
using Analytics.Files;
using Analytics.Tests;

namespace Analytics.Anchoring.Tests;

/// <summary>A real anvil with the contract on it, a proxy that can misbehave before it, a journal and a clock.</summary>
internal sealed class TestChain : IDisposable
{
    private static int _runs;

    private readonly DevelopmentChain _chain;
    private readonly JsonRpcClient _direct;
    private readonly TemporaryFolder _folder = new();

    private TestChain(DevelopmentChain chain)
    {
        _chain = chain;
        _direct = new JsonRpcClient(chain.Url);
        Node = new EthereumNode(_direct);
        Proxy = new MisbehavingProxy(chain.Url);
        Key = DevelopmentChain.Key();
    }

    /// <summary>The chain, straight.</summary>
    public EthereumNode Node { get; }

    public MisbehavingProxy Proxy { get; }

    public PrivateKey Key { get; }

    public Address Account => Key.Address;

    public Address Contract { get; private set; } = Address.Zero;

    public TestClock Clock { get; } = new();

    public string JournalFolder => _folder.At("journal");

    /// <summary>What the anchorers said.</summary>
    public List<string> Said { get; } = [];

    public static async Task<TestChain> StartAsync(params string[] options)
    {
        var program = Program();
        var test = new TestChain(DevelopmentChain.Start(program, options: options));
        await DevelopmentChain.FundAsync(test.Node, test.Account, default);
        test.Contract = await test.DeployAsync();
        return test;
    }

    /// <summary>The chain's program; skips the test where it is not installed, and fails it where CI should have installed it.</summary>
    public static string Program() => LocalChain.Require(DevelopmentChain.FindProgram(SharedData.ProjectRoot));

    /// <summary>An anchorer as a fresh process would have it, through the proxy.</summary>
    public Anchorer Anchorer(IFileStore? files = null, Func<AnchorOptions, AnchorOptions>? change = null, ISigner? signer = null)
    {
        var options = new AnchorOptions { ChainId = DevelopmentChain.ChainId, Contract = Contract, MostFee = 100 * FeePolicy.Gwei, Confirmations = 1, Poll = TimeSpan.FromMilliseconds(20) };
        var client = new JsonRpcClient(Proxy.Url, new RpcOptions { Timeout = TimeSpan.FromSeconds(20) });
        return new Anchorer(new EthereumNode(client), signer ?? new LocalSigner(PrivateKey.From(Key.Bytes)), Journal(files), change?.Invoke(options) ?? options, Clock) { Say = Said.Add };
    }

    public AnchorJournal Journal(IFileStore? files = null) => new(files ?? new LocalFileStore(), JournalFolder);

    /// <summary>A run that no other test has.</summary>
    public static AnchoredRun NewRun(int day = 1)
    {
        var number = Interlocked.Increment(ref _runs);
        var digest = Convert.ToHexStringLower(Keccak.Hash($"run {number}"));
        return new AnchoredRun(new DateOnly(2026, 1, 1).AddDays(day), digest[..16], digest);
    }

    public AnchorEntry Entry(AnchoredRun run) => Journal().Find(run.Date, run.Run)!;

    /// <summary>The Anchored events of a run in the chain: there must be one in the end.</summary>
    public async Task<int> EventsAsync(AnchoredRun run)
    {
        var logs = await Node.LogsAsync(Contract, [ReportAnchorContract.Anchored.Hash], 0, await Node.BlockNumberAsync(default), default);
        var (id, _) = ReportAnchorContract.Split(run.Run);
        return logs.Count(log => log.Topics[2].AsSpan(0, 8).SequenceEqual(id));
    }

    public Task<ulong> NonceAsync() => Node.NonceAsync(Account, EthereumNode.Latest, default);

    /// <summary>Asserts that a run is anchored once, with its root, and final in the journal.</summary>
    public async Task AssertAnchoredOnceAsync(AnchoredRun run)
    {
        Assert.Equal(AnchorState.Final, Entry(run).State);
        Assert.Equal(run.Root, await ReportAnchorContract.RootOfAsync(Node, Contract, run.Date, run.Run, default));
        Assert.Equal(1, await EventsAsync(run));
    }

    public async Task MineAsync(int blocks = 1) => await _direct.CallAsync(new RpcCall("anvil_mine", Hex.Quantity(blocks)));

    public async Task AutomineAsync(bool on) => await _direct.CallAsync(new RpcCall("evm_setAutomine", on));

    public async Task<string> CallAsync(string method, params JsonNode?[] parameters) => (await _direct.CallAsync(new RpcCall(method, parameters))).GetRawText();

    /// <summary>Sends a transaction of the same account past the journal, as somebody else with its key would.</summary>
    public async Task<string> SendForeignAsync(ulong nonce, BigInteger fee)
    {
        var transaction = new FeeMarketTransaction { ChainId = DevelopmentChain.ChainId, Nonce = nonce, To = Account, GasLimit = 21_000, MaxFee = fee, MaxPriorityFee = fee };
        var raw = transaction.Encode(Key.Sign(transaction.SigningHash()));
        await Node.SendAsync(raw, default);
        return FeeMarketTransaction.HashOf(raw);
    }

    private async Task<Address> DeployAsync()
    {
        var data = ReportAnchorContract.Creation(Account, Account);
        var nonce = await NonceAsync();
        ChainTransaction transaction = (await Node.PriceAsync(default)).Market is null
            ? new LegacyTransaction { ChainId = DevelopmentChain.ChainId, Nonce = nonce, Data = data, GasLimit = 3_000_000, GasPrice = 10 * FeePolicy.Gwei }
            : new FeeMarketTransaction { ChainId = DevelopmentChain.ChainId, Nonce = nonce, Data = data, GasLimit = 3_000_000, MaxFee = 10 * FeePolicy.Gwei, MaxPriorityFee = FeePolicy.Gwei };
        await Node.SendAsync(transaction.Encode(Key.Sign(transaction.SigningHash())), default);
        while (await NonceAsync() == nonce)
        {
            await MineAsync();
            await Task.Delay(10);
        }
        return Address.OfCreated(Account, nonce);
    }

    public void Dispose()
    {
        Proxy.Dispose();
        _direct.Dispose();
        _chain.Dispose();
        Key.Dispose();
        _folder.Dispose();
    }
}
