using System.Numerics;

namespace Analytics.Anchoring.Tests;

/// <summary>A chain without a fee market, as private ones are: a real anvil that stands still before London.</summary>
public class LegacyChainTests
{
    private static readonly string[] Berlin = ["--hardfork", "berlin"];
    private static readonly TimeSpan NoPatience = TimeSpan.Zero;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_root_is_anchored_with_a_transaction_of_the_old_kind_at_the_price_that_the_node_names()
    {
        using var chain = await TestChain.StartAsync(Berlin);
        Assert.Null((await chain.Node.BlockAsync(EthereumNode.Latest, default))!.BaseFee);
        var run = TestChain.NewRun();
        var price = await chain.Node.GasPriceAsync(default);
        Assert.Null((await chain.Anchorer().ProcessAsync([run], Patience, default)).Waits);
        await chain.AssertAnchoredOnceAsync(run);
        var attempt = Assert.Single(chain.Entry(run).Attempts);
        var (sent, sender) = ChainTransaction.Decode(Hex.ParseData(attempt.Raw));
        Assert.Equal((price, DevelopmentChain.ChainId, chain.Account), (Assert.IsType<LegacyTransaction>(sent).GasPrice, sent.ChainId, sender));
        Assert.Equal((price.ToString(), price.ToString()), (attempt.MaxFee, attempt.MaxPriorityFee));
        Assert.Equal(price * (BigInteger)chain.Entry(run).Receipt!.GasUsed!, BigInteger.Parse(chain.Entry(run).Receipt!.Fee!));
        // The same again sends nothing.
        var nonce = await chain.NonceAsync();
        await chain.Anchorer().ProcessAsync([run], Patience, default);
        Assert.Equal(nonce, await chain.NonceAsync());
    }

    [Fact]
    public async Task One_that_is_stuck_is_replaced_with_an_eighth_more_up_to_the_cap()
    {
        using var chain = await TestChain.StartAsync([.. Berlin, "--no-mining"]);
        var run = TestChain.NewRun();
        var price = await chain.Node.GasPriceAsync(default);
        // Room for two eighths and no third.
        var cap = FeePolicy.Raised(FeePolicy.Raised(price)) + 1;
        AnchorOptions Capped(AnchorOptions options) => options with { MostFee = cap };
        for (var i = 0; i < 5; i++)
        {
            await chain.Anchorer(change: Capped).ProcessAsync([run], NoPatience, default);
            chain.Clock.Now += TimeSpan.FromMinutes(4);
        }
        var entry = chain.Entry(run);
        Assert.Equal([price, FeePolicy.Raised(price), FeePolicy.Raised(FeePolicy.Raised(price))], entry.Attempts.Select(static attempt => BigInteger.Parse(attempt.MaxFee)));
        Assert.All(entry.Attempts, attempt => Assert.IsType<LegacyTransaction>(ChainTransaction.Decode(Hex.ParseData(attempt.Raw)).Transaction));
        Assert.Single(entry.Attempts.Select(static attempt => attempt.Nonce).Distinct());
        Assert.Contains("an eighth more is above machine.anchor.max_fee_gwei", entry.Note);
        Assert.Contains("the gas price is", entry.Note);
        await chain.MineAsync();
        await chain.Anchorer(change: Capped).ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
        Assert.Equal(entry.Attempts[^1].Transaction, chain.Entry(run).Receipt!.Transaction);
    }

    [Fact]
    public async Task A_price_above_the_cap_leaves_the_root_queued()
    {
        using var chain = await TestChain.StartAsync(Berlin);
        var run = TestChain.NewRun();
        var price = await chain.Node.GasPriceAsync(default);
        var progress = await chain.Anchorer(change: options => options with { MostFee = price - 1 }).ProcessAsync([run], NoPatience, default);
        Assert.Contains($"the gas price is {FeePolicy.InGwei(price)}, and machine.anchor.max_fee_gwei allows", progress.Waits);
        Assert.Equal(AnchorState.Queued, chain.Entry(run).State);
        Assert.Empty(chain.Entry(run).Attempts);
        await chain.Anchorer(change: options => options with { MostFee = price }).ProcessAsync([run], Patience, default);
        await chain.AssertAnchoredOnceAsync(run);
    }

    [Fact]
    public void Where_gas_costs_nothing_a_replacement_costs_something()
    {
        var free = new ChainPrice(null, BigInteger.Zero);
        var first = FeePolicy.First(free, 100)!.Value;
        Assert.Equal(new FeeOffer(0, 0), first);
        Assert.Equal(new FeeOffer(1, 1), FeePolicy.Replacement(first, free, 100));
        Assert.Null(FeePolicy.Replacement(new FeeOffer(100, 100), free, 100));
        // The price of the moment, where it is above an eighth more, and never above the cap.
        Assert.Equal(new FeeOffer(50, 50), FeePolicy.Replacement(new FeeOffer(8, 8), new ChainPrice(null, 50), 100));
        Assert.Equal(new FeeOffer(40, 40), FeePolicy.Replacement(new FeeOffer(8, 8), new ChainPrice(null, 50), 40));
    }
}
