using Analytics.Jobs.Anchoring;
using Analytics.Proofs;
using Analytics.Publishing;

namespace Analytics.Jobs.Pipeline;

/// <summary>What the lake's journal knows of a run's anchor.</summary>
internal static class ProofAnchors
{
    /// <summary>Where a run's root stands on a chain; null while it is in no block.</summary>
    public static ProvedAnchor? Find(Lake lake, RunRef run) => ChainSession.JournalOf(lake).Find(run.Date, run.Id) is { ChainId: { } chain, Contract: { } contract, Receipt: { } receipt }
        ? new ProvedAnchor(chain, contract.ToLowerInvariant(), receipt.Transaction, receipt.Block, receipt.BlockHash, receipt.BlockTime) : null;
}
