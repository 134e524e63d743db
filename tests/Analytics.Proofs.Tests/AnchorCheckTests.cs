namespace Analytics.Proofs.Tests;

public sealed class AnchorCheckTests
{
    private static readonly DateOnly Date = new(2011, 12, 9);
    private const string Run = "0123456789abcdef-2";
    private const string Contract = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
    private static readonly string Root = new('5', 64);
    private static readonly ProvedAnchor Known = new(31337, Contract, "0x" + new string('7', 64), 42, "0x" + new string('b', 64), new DateTimeOffset(2011, 12, 10, 2, 3, 4, TimeSpan.Zero));

    private static AnchorVerdict Check(Chain chain, ProvedAnchor? known, string? contract = null, string? root = null) =>
        AnchorCheck.CheckAsync(chain, Date, Run, root ?? Root, known, contract, CancellationToken.None).GetAwaiter().GetResult();

    [Fact]
    public void WhatTheChainSaysIsGivenBack()
    {
        Assert.Equal(Known, Check(new Chain(), Known).Anchor);
        Assert.Empty(Check(new Chain(), Known).Findings);
        // Without a receipt the contract is searched.
        Assert.Equal(Known, Check(new Chain(), null, Contract).Anchor);
        Assert.Equal(Known, Check(new Chain(), Known, Contract.ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal)).Anchor);
        Assert.Throws<ArgumentException>(() => Check(new Chain(), null));
    }

    [Fact]
    public void EveryFlippedBitOfAReceiptIsFoundAndNamed()
    {
        static string Flip(string text, int bit)
        {
            var letters = text.ToCharArray();
            letters[bit / 7] ^= (char)(1 << bit % 7);
            return new string(letters);
        }
        void Named(ProvedAnchor flipped, string what) => Assert.Contains(Check(new Chain(), flipped).Findings, f => f.Message.Contains(what, StringComparison.Ordinal));
        for (var bit = 0; bit < 64; bit++)
        {
            Named(Known with { ChainId = Known.ChainId ^ 1UL << bit }, "the chain is");
            Named(Known with { Block = Known.Block ^ 1UL << bit }, "the block is");
        }
        for (var bit = 0; bit < 7 * 42; bit++)
        {
            // The contract's address is compared without case, as the chain does.
            var flipped = Flip(Contract, bit);
            if (!flipped.Equals(Contract, StringComparison.OrdinalIgnoreCase)) Named(Known with { Contract = flipped }, "holds no root");
        }
        for (var bit = 0; bit < 7 * 66; bit++)
        {
            Named(Known with { Transaction = Flip(Known.Transaction, bit) }, "the transaction is");
            Named(Known with { BlockHash = Flip(Known.BlockHash, bit) }, "the block's hash is");
        }
        for (var bit = 0; bit < 30; bit++) Named(Known with { BlockTime = DateTimeOffset.FromUnixTimeSeconds(Known.BlockTime.ToUnixTimeSeconds() ^ 1L << bit) }, "the block's time is");
        for (var bit = 0; bit < 7 * 64; bit++)
            Assert.Contains(Check(new Chain(), Known, null, Flip(Root, bit)).Findings, f => f.Part == ProofPart.Chain && f.Message.Contains($"holds {Root}", StringComparison.Ordinal));
    }

    [Fact]
    public void ANodeThatForgotItsHistoryShowsTheRootWithoutItsTime()
    {
        var verdict = Check(new Chain { Log = null }, Known);
        Assert.True(verdict.HasRoot);
        Assert.Null(verdict.Anchor);
        Assert.Contains("keeps the whole history", Assert.Single(verdict.Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AReorganisationWhileItIsAskedIsNamed() =>
        Assert.Contains("reorganised", Assert.Single(Check(new Chain { Block = new AnchorBlock("0x" + new string('d', 64), Known.BlockTime) }, Known).Findings).Message, StringComparison.Ordinal);

    private sealed class Chain : IAnchorChain
    {
        public AnchorLog? Log { get; init; } = new(Known.Transaction, Known.Block, Known.BlockHash);

        public AnchorBlock? Block { get; init; } = new(Known.BlockHash, Known.BlockTime);

        public string Name => "a node";

        public Task<ulong> ChainIdAsync(CancellationToken cancel) => Task.FromResult(31337UL);

        public Task<string?> RootOfAsync(string contract, DateOnly date, string run, CancellationToken cancel) =>
            Task.FromResult(contract == Contract && date == Date && run == Run ? Root : null);

        public Task<AnchorLog?> FindAsync(string contract, DateOnly date, string run, string root, ulong? block, CancellationToken cancel) =>
            Task.FromResult(contract == Contract && root == Root && (block is null || block == Known.Block) ? Log : null);

        public Task<AnchorBlock?> BlockAsync(ulong number, CancellationToken cancel) => Task.FromResult(number == Known.Block ? Block : null);
    }
}
