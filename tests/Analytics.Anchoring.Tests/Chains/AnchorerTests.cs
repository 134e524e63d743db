using System.Numerics;
using System.Text.Json.Nodes;

namespace Analytics.Anchoring.Tests;

/// <summary>The states of a transaction on a real chain whose node, fees, blocks and account do what they should not.</summary>
public class AnchorerTests
{
    private static readonly TimeSpan NoPatience = TimeSpan.Zero;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Runs_are_anchored_in_the_order_of_their_dates_one_transaction_each()
    {
        using var chain = await TestChain.StartAsync();
        var nonce = await chain.NonceAsync();
        AnchoredRun[] runs = [TestChain.NewRun(3), TestChain.NewRun(1), TestChain.NewRun(2), TestChain.NewRun(2) with { Run = "00000000000000aa-2" }];
        var progress = await chain.Anchorer().ProcessAsync(runs, Patience, default);
        Assert.Null(progress.Waits);
        Assert.Equal(4, progress.Entries.Count);
        foreach (var run in runs) await chain.AssertAnchoredOnceAsync(run);
        Assert.Equal(runs.OrderBy(static run => run.Date).ThenBy(static run => run.Run, StringComparer.Ordinal).Select(static run => run.Run), progress.Entries.OrderBy(static entry => entry.Receipt!.Block).Select(static entry => entry.Run!.Run));
        Assert.Equal(nonce + 4, await chain.NonceAsync());
        // The same again sends nothing.
        await chain.Anchorer().ProcessAsync(runs, Patience, default);
        Assert.Equal(nonce + 4, await chain.NonceAsync());
        var receipt = chain.Entry(runs[0]).Receipt!;
        Assert.Equal((await chain.Node.BlockAsync(receipt.Block, default))!.Hash, receipt.BlockHash);
        Assert.InRange((long)receipt.GasUsed!, 21_000, 70_000);
        Assert.Equal(1ul, receipt.Confirmations);
    }

    [Fact]
    public async Task A_node_that_is_down_leaves_the_root_queued_and_the_next_start_sends_it()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        foreach (var behaviour in (Behaviour[])[Behaviour.Drop, Behaviour.Unavailable])
        {
            chain.Proxy.Decide = _ => behaviour;
            await Assert.ThrowsAsync<RpcUnreachableException>(() => chain.Anchorer().ProcessAsync([run], NoPatience, default));
            Assert.Equal(AnchorState.Queued, chain.Entry(run).State);
        }
        chain.Proxy.Heal();
        await chain.Anchorer().ProcessAsync([], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    [Theory]
    [InlineData("eth_sendRawTransaction", Behaviour.Drop)]
    [InlineData("eth_sendRawTransaction", Behaviour.LoseAnswer)]
    [InlineData("eth_getTransactionReceipt", Behaviour.Drop)]
    [InlineData("eth_getBlockByNumber", Behaviour.Drop)]
    public async Task A_node_that_fails_while_or_after_sending_gets_the_same_transaction_again(string method, Behaviour behaviour)
    {
        using var chain = await TestChain.StartAsync();
        var nonce = await chain.NonceAsync();
        var run = TestChain.NewRun();
        chain.Proxy.OnceFrom("eth_sendRawTransaction", method, behaviour);
        await Assert.ThrowsAsync<RpcUnreachableException>(() => chain.Anchorer().ProcessAsync([run], Patience, default));
        var sent = chain.Entry(run);
        Assert.Equal(AnchorState.Sent, sent.State);
        await chain.Anchorer().ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
        Assert.Equal(sent.Attempts, chain.Entry(run).Attempts);
        Assert.Equal(nonce + 1, await chain.NonceAsync());
    }

    [Fact]
    public async Task A_nonce_that_somebody_else_used_gives_way_to_a_new_one()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        await chain.AutomineAsync(false);
        var nonce = await chain.NonceAsync();
        var progress = await chain.Anchorer().ProcessAsync([run], NoPatience, default);
        Assert.Contains("waits for a block", progress.Waits);
        await chain.SendForeignAsync(nonce, 50 * FeePolicy.Gwei);
        await chain.MineAsync();
        await chain.AutomineAsync(true);
        await chain.Anchorer().ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
        Assert.Equal([nonce, nonce + 1], chain.Entry(run).Attempts.Select(static attempt => attempt.Nonce));
    }

    [Fact]
    public async Task Another_transaction_of_the_account_on_its_way_is_waited_for()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        await chain.AutomineAsync(false);
        await chain.SendForeignAsync(await chain.NonceAsync(), 50 * FeePolicy.Gwei);
        var progress = await chain.Anchorer().ProcessAsync([run], NoPatience, default);
        Assert.Contains("another transaction of the account", progress.Waits);
        Assert.Equal(AnchorState.Queued, chain.Entry(run).State);
        await chain.MineAsync();
        await chain.AutomineAsync(true);
        await chain.Anchorer().ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    [Fact]
    public async Task One_that_is_stuck_is_replaced_with_an_eighth_more_at_most_three_times()
    {
        using var chain = await TestChain.StartAsync("--no-mining", "--block-base-fee-per-gas", "1000000000");
        var run = TestChain.NewRun();
        await chain.Anchorer().ProcessAsync([run], NoPatience, default);
        var nonce = chain.Entry(run).Attempts[0].Nonce;
        for (var i = 0; i < 6; i++)
        {
            chain.Clock.Now += TimeSpan.FromMinutes(4);
            await chain.Anchorer().ProcessAsync([run], NoPatience, default);
        }
        var entry = chain.Entry(run);
        Assert.Equal(4, entry.Attempts.Count);
        Assert.All(entry.Attempts, attempt => Assert.Equal(nonce, attempt.Nonce));
        foreach (var (before, after) in entry.Attempts.Zip(entry.Attempts.Skip(1)))
        {
            Assert.True(BigInteger.Parse(after.MaxFee) * 1000 >= BigInteger.Parse(before.MaxFee) * 1125);
            Assert.True(BigInteger.Parse(after.MaxPriorityFee) * 1000 >= BigInteger.Parse(before.MaxPriorityFee) * 1125);
        }
        Assert.Contains("replaced 3 times", entry.Note);
        await chain.MineAsync();
        await chain.Anchorer().ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
        Assert.Equal(entry.Attempts[^1].Transaction, chain.Entry(run).Receipt!.Transaction);
        Assert.Equal(nonce + 1, await chain.NonceAsync());
    }

    [Fact]
    public async Task Fees_that_double_are_followed_up_to_the_cap_and_no_further()
    {
        using var chain = await TestChain.StartAsync("--no-mining");
        var run = TestChain.NewRun();
        AnchorOptions Capped(AnchorOptions options) => options with { MostFee = 12 * FeePolicy.Gwei };
        await chain.Anchorer(change: Capped).ProcessAsync([run], NoPatience, default);
        var first = BigInteger.Parse(chain.Entry(run).Attempts[0].MaxFee);
        // Twice what was offered: the transaction cannot be mined as it is.
        await chain.CallAsync("anvil_setNextBlockBaseFeePerGas", Hex.Quantity(first * 2));
        await chain.MineAsync();
        Assert.Equal(AnchorState.Sent, chain.Entry(run).State);
        chain.Clock.Now += TimeSpan.FromMinutes(4);
        await chain.Anchorer(change: Capped).ProcessAsync([run], NoPatience, default);
        var raised = chain.Entry(run);
        Assert.Equal(2, raised.Attempts.Count);
        Assert.InRange(BigInteger.Parse(raised.Attempts[1].MaxFee), first * 2, 12 * FeePolicy.Gwei);
        await chain.MineAsync();
        await chain.Anchorer(change: Capped).ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    [Fact]
    public async Task Fees_above_the_cap_leave_the_root_queued()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        var progress = await chain.Anchorer(change: static options => options with { MostFee = 1000 }).ProcessAsync([run], NoPatience, default);
        Assert.Contains("max_fee_gwei", progress.Waits);
        Assert.Contains("gwei", chain.Entry(run).Note);
        Assert.Equal(AnchorState.Queued, chain.Entry(run).State);
        Assert.Empty(chain.Entry(run).Attempts);
    }

    [Fact]
    public async Task An_account_that_cannot_pay_leaves_the_root_queued()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        await chain.CallAsync("anvil_setBalance", chain.Account.ToString(), "0x1");
        var progress = await chain.Anchorer().ProcessAsync([run], Patience, default);
        Assert.Contains("are needed", progress.Waits);
        Assert.Equal(AnchorState.Queued, chain.Entry(run).State);
        await DevelopmentChain.FundAsync(chain.Node, chain.Account, default);
        await chain.Anchorer().ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reorganisation_of_depth_3_is_noticed_and_the_root_sent_again(bool whileAway)
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        AnchorOptions Deep(AnchorOptions options) => options with { Confirmations = 10 };
        await UntilMinedAsync(chain, Deep, run);
        await chain.MineAsync(2);
        var before = chain.Entry(run).Receipt!;
        await chain.CallAsync("anvil_reorg", 3, new JsonArray());
        if (whileAway)
        {
            // The new chain grows past the old one before we look.
            await chain.MineAsync(4);
        }
        Assert.Equal(0, await chain.EventsAsync(run));
        await chain.Anchorer(change: Deep).ProcessAsync([run], Patience.Divide(30), default);
        var after = chain.Entry(run);
        Assert.Equal(AnchorState.Mined, after.State);
        Assert.Equal(before.BlockHash, Assert.Single(after.Reorganised).BlockHash);
        Assert.NotEqual(before.BlockHash, after.Receipt!.BlockHash);
        Assert.Equal(before.Transaction, after.Receipt.Transaction);
        await chain.MineAsync(10);
        await chain.Anchorer(change: Deep).ProcessAsync([run], NoPatience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    [Fact]
    public async Task A_reorganisation_that_keeps_the_transaction_in_another_block_is_noticed_by_the_blocks_hash()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        AnchorOptions Deep(AnchorOptions options) => options with { Confirmations = 10 };
        await UntilMinedAsync(chain, Deep, run);
        await chain.MineAsync(2);
        var entry = chain.Entry(run);
        await chain.CallAsync("anvil_reorg", 3, new JsonArray(new JsonArray(JsonValue.Create(entry.Attempts[0].Raw), JsonValue.Create(1))));
        await chain.Anchorer(change: Deep).ProcessAsync([run], NoPatience, default);
        var after = chain.Entry(run);
        Assert.Equal(AnchorState.Mined, after.State);
        Assert.NotEqual(entry.Receipt!.BlockHash, after.Receipt!.BlockHash);
        Assert.Equal(entry.Receipt.BlockHash, Assert.Single(after.Reorganised).BlockHash);
        Assert.Single(after.Attempts);
        await chain.MineAsync(10);
        await chain.Anchorer(change: Deep).ProcessAsync([run], NoPatience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    [Fact]
    public async Task Several_roots_whose_blocks_go_are_all_sent_again()
    {
        using var chain = await TestChain.StartAsync();
        AnchoredRun[] runs = [TestChain.NewRun(1), TestChain.NewRun(2), TestChain.NewRun(3)];
        AnchorOptions Deep(AnchorOptions options) => options with { Confirmations = 10 };
        await UntilMinedAsync(chain, Deep, runs);
        await chain.CallAsync("anvil_reorg", 3, new JsonArray());
        await chain.Anchorer(change: Deep).ProcessAsync([], Patience.Divide(30), default);
        await chain.MineAsync(10);
        await chain.Anchorer(change: Deep).ProcessAsync([], NoPatience, default);
        foreach (var run in runs) await chain.AssertAnchoredOnceAsync(run);
    }

    [Fact]
    public async Task Final_is_what_the_chain_calls_final_where_no_number_is_set()
    {
        using var chain = await TestChain.StartAsync("--slots-in-an-epoch", "2");
        var run = TestChain.NewRun();
        AnchorOptions ByTag(AnchorOptions options) => options with { Confirmations = 0 };
        await UntilMinedAsync(chain, ByTag, run);
        await chain.MineAsync(2);
        await chain.Anchorer(change: ByTag).ProcessAsync([run], NoPatience, default);
        Assert.Equal(AnchorState.Mined, chain.Entry(run).State);
        await chain.MineAsync(3);
        await chain.Anchorer(change: ByTag).ProcessAsync([run], NoPatience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    [Fact]
    public async Task A_lost_journal_is_made_again_from_the_contract_and_nothing_is_sent_twice()
    {
        using var chain = await TestChain.StartAsync();
        AnchoredRun[] runs = [TestChain.NewRun(1), TestChain.NewRun(2)];
        await chain.Anchorer().ProcessAsync(runs, Patience, default);
        var nonce = await chain.NonceAsync();
        var before = runs.Select(chain.Entry).ToList();
        Directory.Delete(chain.JournalFolder, recursive: true);
        await chain.Anchorer().ProcessAsync(runs, Patience, default);
        Assert.Equal(nonce, await chain.NonceAsync());
        foreach (var (run, entry) in runs.Zip(before))
        {
            await chain.AssertAnchoredOnceAsync(run);
            Assert.Equal((entry.Receipt!.Transaction, entry.Receipt.BlockHash), (chain.Entry(run).Receipt!.Transaction, chain.Entry(run).Receipt!.BlockHash));
        }
    }

    [Fact]
    public async Task Another_root_in_the_contract_is_a_failure_that_somebody_must_see()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        await chain.Anchorer().ProcessAsync([run], Patience, default);
        Directory.Delete(chain.JournalFolder, recursive: true);
        var altered = run with { Root = new string('1', 64) };
        await chain.Anchorer().ProcessAsync([altered], Patience, default);
        Assert.Equal(AnchorState.Failed, chain.Entry(altered).State);
        Assert.Contains(run.Root, chain.Entry(altered).Note);
        Assert.Equal(1, await chain.EventsAsync(run));
        // And a root that changes while it is queued is refused.
        var error = await Assert.ThrowsAsync<AnchoringException>(() => chain.Anchorer().ProcessAsync([run], Patience, default));
        Assert.Equal(AnchorFault.Contract, error.Fault);
    }

    [Fact]
    public async Task Nothing_is_signed_for_another_chain_or_a_contract_that_is_not_there()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        var signer = new CountingSigner(chain.Key);
        var wrong = await Assert.ThrowsAsync<AnchoringException>(() => chain.Anchorer(change: static options => options with { ChainId = 1 }, signer: signer).ProcessAsync([run], NoPatience, default));
        Assert.Contains("is on chain 31337; the configuration says chain 1", wrong.Message);
        var nowhere = await Assert.ThrowsAsync<AnchoringException>(() => chain.Anchorer(change: static options => options with { Contract = Address.Zero }, signer: signer).ProcessAsync([run], NoPatience, default));
        Assert.Contains("no contract is at", nowhere.Message);
        Assert.Equal(0, signer.Signed);
    }

    [Fact]
    public async Task An_account_that_is_no_publisher_is_told_so_and_pays_nothing()
    {
        using var chain = await TestChain.StartAsync();
        var run = TestChain.NewRun();
        using var stranger = PrivateKey.From(Keccak.Hash("a stranger"));
        await DevelopmentChain.FundAsync(chain.Node, stranger.Address, default);
        var progress = await chain.Anchorer(signer: new LocalSigner(PrivateKey.From(stranger.Bytes))).ProcessAsync([run], Patience, default);
        Assert.Contains($"the account {stranger.Address} is no publisher", progress.Waits);
        Assert.Equal(AnchorState.Queued, chain.Entry(run).State);
        await chain.Anchorer().ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    private sealed class CountingSigner(PrivateKey key) : ISigner
    {
        public int Signed { get; private set; }

        public Address Account => key.Address;

        public Task<byte[]> SignAsync(ChainTransaction transaction, CancellationToken cancel)
        {
            Signed++;
            return Task.FromResult(transaction.Encode(key.Sign(transaction.SigningHash())));
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Sends roots and looks until the chain has mined them: a node answers with the transaction's hash before its block is there.</summary>
    private static async Task UntilMinedAsync(TestChain chain, Func<AnchorOptions, AnchorOptions> change, params AnchoredRun[] runs)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        do
        {
            await chain.Anchorer(change: change).ProcessAsync(runs, NoPatience, default);
        }
        while (watch.Elapsed < Patience && !Array.TrueForAll(runs, run => chain.Entry(run).State == AnchorState.Mined));
        Assert.All(runs, run => Assert.Equal(AnchorState.Mined, chain.Entry(run).State));
    }
}
