using Analytics.Anchoring;
using Analytics.Publishing;

namespace Analytics.Jobs.Anchoring;

/// <summary>The lake's side of the journal: published runs without an entry are queued, however the process ended that published them.</summary>
internal static class AnchorQueue
{
    /// <summary>Queues the runs that have no entry. The caller holds the chain's lock.</summary>
    /// <returns>How many were new.</returns>
    public static int Fill(Lake lake, TimeProvider time)
    {
        var journal = ChainSession.JournalOf(lake);
        journal.Recover();
        var missing = lake.ListRuns().Where(run => !journal.Has(run.Date, run.Id)).Select(run => new AnchoredRun(run.Date, run.Id, lake.ReadRoot(run))).ToList();
        return missing.Count == 0 ? 0 : Anchorer.Queue(journal, missing, time);
    }

    /// <summary>Whether an entry needs the chain still.</summary>
    public static bool IsOpen(AnchorEntry entry) => entry.State is not (AnchorState.Final or AnchorState.Failed);

    /// <summary>
    /// The runs that pruning keeps: those whose root is on a chain that others rely on, or on its way there, since a proof needs the run's files.
    /// </summary>
    public static IReadOnlyCollection<RunRef> Kept(Lake lake) => ChainSession.JournalOf(lake).ReadAll()
        .Where(static entry => entry.Run is not null && entry.ChainId is not null and not DevelopmentChain.ChainId && entry.State != AnchorState.Failed)
        .Select(static entry => new RunRef(entry.Run!.Date, entry.Run.Run)).ToArray();

    /// <summary>Removes the entries of runs that are gone and were never sent.</summary>
    public static void Forget(Lake lake)
    {
        var journal = ChainSession.JournalOf(lake);
        var there = lake.ListRuns().ToHashSet();
        foreach (var entry in journal.ReadAll())
            if (entry is { Run: { } run, State: AnchorState.Queued, Attempts.Count: 0 } && !there.Contains(new RunRef(run.Date, run.Run))) journal.Remove(entry);
    }
}
