using System.Globalization;

namespace Analytics.Proofs;

/// <summary>A root's entry in the contract's log.</summary>
/// <param name="Transaction">The transaction's hash: 0x and 64 digits.</param>
/// <param name="Block">The block's number.</param>
/// <param name="BlockHash">The block's hash.</param>
public sealed record AnchorLog(string Transaction, ulong Block, string BlockHash);

/// <summary>A block's head.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Time">Its time, UTC.</param>
public sealed record AnchorBlock(string Hash, DateTimeOffset Time);

/// <summary>What a check asks of a chain; implemented by a client of its node.</summary>
public interface IAnchorChain
{
    /// <summary>The node, for messages.</summary>
    string Name { get; }

    /// <summary>The id of the chain that the node is on.</summary>
    Task<ulong> ChainIdAsync(CancellationToken cancel);

    /// <summary>The root that a contract holds for a run, 64 lower-case hex digits; null for none.</summary>
    Task<string?> RootOfAsync(string contract, DateOnly date, string run, CancellationToken cancel);

    /// <summary>The entry of the contract's log by which the root was anchored; null where the node finds none.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="date">The business date.</param>
    /// <param name="run">The run id.</param>
    /// <param name="root">The root.</param>
    /// <param name="block">The block to look in; null to search.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<AnchorLog?> FindAsync(string contract, DateOnly date, string run, string root, ulong? block, CancellationToken cancel);

    /// <summary>The block of a number in the chain as it is now; null where there is none.</summary>
    Task<AnchorBlock?> BlockAsync(ulong number, CancellationToken cancel);
}

/// <summary>What the chain says of a root.</summary>
/// <param name="Anchor">Where it stands; null where it does not, or where the node no longer has the block's log.</param>
/// <param name="HasRoot">Whether the contract holds it for the run.</param>
/// <param name="Findings">What is wrong.</param>
public sealed record AnchorVerdict(ProvedAnchor? Anchor, bool HasRoot, IReadOnlyList<ProofFinding> Findings);

/// <summary>Checks against a chain that a contract holds a run's root, and that what is known of its anchor is so.</summary>
public static class AnchorCheck
{
    /// <summary>Asks the chain. Nothing but the root that the caller computed is trusted; each part of the known anchor that differs is a finding of its own.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="date">The run's business date.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="root">The root, as computed from the file or the run.</param>
    /// <param name="known">What a proof or a receipt says; null to search the contract.</param>
    /// <param name="contract">The contract that must hold it; null for the one that the anchor names.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<AnchorVerdict> CheckAsync(IAnchorChain chain, DateOnly date, string run, string root, ProvedAnchor? known, string? contract, CancellationToken cancel)
    {
        var findings = new List<ProofFinding>();
        var address = (contract ?? known?.Contract ?? throw new ArgumentException("neither a contract nor an anchor that names one", nameof(contract))).ToLowerInvariant();
        void Expect(bool holds, ProofPart part, FormattableString message)
        {
            if (!holds) findings.Add(new ProofFinding(part, message.ToString(CultureInfo.InvariantCulture)));
        }

        if (known is not null && contract is not null)
            Expect(known.Contract == address, ProofPart.Anchor, $"the contract is {known.Contract}; expected {address}");
        var chainId = await chain.ChainIdAsync(cancel).ConfigureAwait(false);
        if (known is not null && known.ChainId != chainId)
        {
            findings.Add(new ProofFinding(ProofPart.Anchor, string.Create(CultureInfo.InvariantCulture, $"the chain is {known.ChainId}; {chain.Name} is on chain {chainId}")));
            return new AnchorVerdict(null, false, findings);
        }
        var held = await chain.RootOfAsync(address, date, run, cancel).ConfigureAwait(false);
        if (held != root)
        {
            findings.Add(new ProofFinding(ProofPart.Chain, string.Create(CultureInfo.InvariantCulture,
                $"the contract {address} on chain {chainId} holds {held ?? "no root"} for run {date:yyyy-MM-dd}/{run}; expected {root}")));
            return new AnchorVerdict(null, false, findings);
        }
        var log = (known is null ? null : await chain.FindAsync(address, date, run, root, known.Block, cancel).ConfigureAwait(false))
            ?? await chain.FindAsync(address, date, run, root, null, cancel).ConfigureAwait(false);
        if (log is null)
        {
            findings.Add(new ProofFinding(ProofPart.Chain, $"the contract holds the root, but {chain.Name} has no log entry of it, so when it was anchored cannot be shown: ask a node that keeps the whole history"));
            return new AnchorVerdict(null, true, findings);
        }
        var block = await chain.BlockAsync(log.Block, cancel).ConfigureAwait(false);
        if (block is null || block.Hash != log.BlockHash)
        {
            findings.Add(new ProofFinding(ProofPart.Chain, string.Create(CultureInfo.InvariantCulture,
                $"block {log.Block} is {block?.Hash ?? "not there"}; the log entry names {log.BlockHash}: the chain was reorganised while it was asked. Run the command again")));
            return new AnchorVerdict(null, true, findings);
        }
        if (known is not null)
        {
            Expect(known.Transaction == log.Transaction, ProofPart.Anchor, $"the transaction is {known.Transaction}; the chain says {log.Transaction}");
            Expect(known.Block == log.Block, ProofPart.Anchor, $"the block is {known.Block}; the chain says {log.Block}");
            Expect(known.BlockHash == log.BlockHash, ProofPart.Anchor, $"the block's hash is {known.BlockHash}; the chain says {log.BlockHash}");
            Expect(known.BlockTime == block.Time, ProofPart.Anchor, $"the block's time is {known.BlockTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; the chain says {block.Time:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        }
        return new AnchorVerdict(new ProvedAnchor(chainId, address, log.Transaction, log.Block, log.BlockHash, block.Time), true, findings);
    }
}
