using Analytics.Anchoring;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Pipeline;
using Analytics.Report;

namespace Analytics.Jobs.Stages;

/// <summary>What the report says of roots on a chain: the journal as it is when the run is published.</summary>
internal static class ReportAnchors
{
    public static AnchorsReport Read(StageContext context)
    {
        var entries = AnchorTable.Entries(context);
        return new AnchorsReport
        {
            HasChain = context.Machine.Anchor.Chain != "none",
            Queued = entries.Count(static entry => entry.State == AnchorState.Queued),
            Roots = entries.Where(static entry => entry.ChainId is not null && entry.State != AnchorState.Queued).Select(static entry => new AnchoredRoot(entry.Run!.Date, entry.Run.Run,
                AnchorTable.StateName(entry.State), entry.ChainId!.Value, entry.Contract, entry.Receipt?.Block, entry.Receipt?.BlockTime,
                entry.Receipt?.Transaction ?? (entry.Attempts.Count > 0 ? entry.Attempts[^1].Transaction : null), entry.ChainId == DevelopmentChain.ChainId)).ToArray(),
        };
    }
}
