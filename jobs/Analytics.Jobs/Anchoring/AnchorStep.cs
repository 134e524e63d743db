using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Commands;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;

namespace Analytics.Jobs.Anchoring;

/// <summary>What a nightly run does for the chain once it has published: nothing here can take back or hold up what is published.</summary>
internal static class AnchorStep
{
    public static void AfterPublishing(RunServices services, IReadOnlyList<RunOutcome> outcomes)
    {
        var settings = services.Settings.Machine.Anchor;
        var published = outcomes.LastOrDefault(static outcome => outcome.Publishing is not null)?.Published;
        try
        {
            using var place = services.Lake.LockChain("anchor");
            AnchorQueue.Fill(services.Lake, services.Time);
            if (settings.Chain == "none")
            {
                if (published is not null) services.Reporter.Say("  anchor    the root is queued; no chain is configured (machine.anchor.chain)");
                return;
            }
            if (!ChainSession.JournalOf(services.Lake).ReadAll().Any(AnchorQueue.IsOpen)) return;
            using var session = ChainSession.Open(services.Lake, settings, services.Time, line => services.Log.Information("anchor: {Line}", line));
            var progress = session.ProcessAsync([], TimeSpan.FromSeconds(settings.WaitSeconds), CommandHost.Cancel).GetAwaiter().GetResult();
            Tell(services, session, published, progress);
        }
        catch (Exception e) when (e is AnchoringException or PublishingException or FileStoreException or IOException)
        {
            // One clear line; the root is in the journal, and the next run or `analytics anchor` goes on with it.
            services.Log.Warning(e, "anchoring: {Message}", e.Message);
            services.Reporter.Warn($"the run is published, and its root waits to be anchored: {e.Message}");
        }
    }

    private static void Tell(RunServices services, ChainSession session, RunRef? published, AnchorProgress progress)
    {
        var say = services.Reporter.Say;
        foreach (var failed in progress.Entries.Where(static entry => entry.State == AnchorState.Failed)) services.Reporter.Warn($"anchor of {failed}: {failed.Note}");
        if (progress.Waits is { } waits) services.Reporter.Warn($"anchor: {waits}. `analytics anchor` goes on with it, and so does the next run");
        if (published is not { } run || progress.Entries.FirstOrDefault(entry => entry.Run is { } of && of.Date == run.Date && of.Run == run.Id) is not { Receipt: { } receipt }) return;
        say($"  anchored  in block {receipt.Block} of {session.Name}");
    }
}
