using Analytics.Files;

namespace Analytics.Anchoring.Tests;

public class DevelopmentChainTests
{
    [Fact]
    public async Task What_was_saved_is_there_again_at_the_next_start_blocks_receipts_and_all()
    {
        var program = TestChain.Program();
        using var folder = new TemporaryFolder();
        var files = new LocalFileStore();
        var (state, journal, clock) = (folder.At("dev/state.json"), new AnchorJournal(files, folder.At("journal")), new TestClock());
        AnchoredRun[] runs = [TestChain.NewRun(1), TestChain.NewRun(2)];
        var contracts = new List<Address>();
        foreach (var run in runs)
        {
            using var chain = DevelopmentChain.Start(program, files, state);
            contracts.Add(await AnchorAsync(chain, journal, clock, run));
        }
        Assert.Equal(contracts[0], contracts[1]);
        using var again = DevelopmentChain.Start(program, files, state);
        using var client = new JsonRpcClient(again.Url);
        var node = new EthereumNode(client);
        foreach (var run in runs)
        {
            var receipt = journal.Find(run.Date, run.Run)!.Receipt!;
            Assert.Equal(run.Root, await ReportAnchorContract.RootOfAsync(node, contracts[0], run.Date, run.Run, default));
            Assert.Equal(receipt.BlockHash, (await node.ReceiptsAsync([receipt.Transaction], default))[0]!.BlockHash);
            Assert.Equal(receipt.BlockHash, (await node.BlockAsync(receipt.Block, default))!.Hash);
        }
    }

    [Fact]
    public async Task A_chain_whose_state_was_lost_is_made_again_and_its_runs_with_it()
    {
        var program = TestChain.Program();
        using var folder = new TemporaryFolder();
        var files = new LocalFileStore();
        var (state, journal, clock) = (folder.At("dev/state.json"), new AnchorJournal(files, folder.At("journal")), new TestClock());
        AnchoredRun[] runs = [TestChain.NewRun(1), TestChain.NewRun(2)];
        using (var first = DevelopmentChain.Start(program, files, state)) await AnchorAsync(first, journal, clock, runs[0]);
        File.Delete(state);
        // What a process left that was killed while it wrote the state down.
        folder.Write("dev/state.json.0123.tmp", "{");
        using var second = DevelopmentChain.Start(program, files, state);
        var contract = await AnchorAsync(second, journal, clock, runs[1]);
        Assert.Equal(state, Assert.Single(files.List(folder.At("dev"))).Path);
        using var client = new JsonRpcClient(second.Url);
        foreach (var run in runs)
        {
            Assert.Equal(AnchorState.Final, journal.Find(run.Date, run.Run)!.State);
            Assert.Equal(run.Root, await ReportAnchorContract.RootOfAsync(new EthereumNode(client), contract, run.Date, run.Run, default));
        }
    }

    [Fact]
    public void A_program_that_does_not_start_is_said_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no shell");
        using var folder = new TemporaryFolder();
        var program = folder.Write("anvil", "#!/bin/sh\necho 'Error: this chain is broken'\nexit 1\n", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var error = Assert.Throws<AnchoringException>(() => DevelopmentChain.Start(program));
        Assert.Contains("this chain is broken", error.Message);
    }

    [Fact]
    public void An_ended_chain_leaves_no_process()
    {
        var program = TestChain.Program();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        string[] Running() => [.. Directory.EnumerateDirectories("/proc").Where(static folder => int.TryParse(Path.GetFileName(folder), out _)).Where(folder => Arguments(folder).Contains("--timestamp\0" + "1234567890", StringComparison.Ordinal))];
        using (DevelopmentChain.Start(program, null, null, "--timestamp", "1234567890")) Assert.NotEmpty(Running());
        Assert.Empty(Running());

        static string Arguments(string folder)
        {
            try
            {
                return File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }

    private static async Task<Address> AnchorAsync(DevelopmentChain chain, AnchorJournal journal, TestClock clock, AnchoredRun run)
    {
        using var client = new JsonRpcClient(chain.Url);
        using var signer = new LocalSigner(DevelopmentChain.Key());
        var node = new EthereumNode(client);
        await DevelopmentChain.FundAsync(node, signer.Account, default);
        Anchorer Open(Address? contract) => new(node, signer, journal, new AnchorOptions { ChainId = DevelopmentChain.ChainId, Contract = contract, MostFee = FeePolicy.Ether, Confirmations = 1, Poll = TimeSpan.FromMilliseconds(20) }, clock) { BeforeMined = chain.SaveAsync };
        var contract = await DevelopmentChain.EnsureContractAsync(Open, node, journal, clock, default);
        await Open(contract).ProcessAsync([run], TimeSpan.FromSeconds(30), default);
        return contract;
    }
}
