using System.Globalization;
using System.Numerics;
using Analytics.Anchoring;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Anchoring;

/// <summary>The record table anchors: what the journal knows of every run when this one is published.</summary>
internal static class AnchorTable
{
    /// <summary>Writes it. A journal that cannot be read is a warning: it must not keep a run from being published.</summary>
    public static TableFact Write(StageContext context)
    {
        var rows = new Rows(TableSchemas.Of("anchors").Columns);
        foreach (var entry in Entries(context))
        {
            var run = entry.Run!;
            var receipt = entry.Receipt;
            rows.Add(run.Date, run.Run, run.Root, StateName(entry.State), (long?)entry.ChainId, entry.Contract, receipt?.Transaction ?? (entry.Attempts.Count > 0 ? entry.Attempts[^1].Transaction : null),
                (long?)receipt?.Block, receipt?.BlockHash, receipt is null ? null : (receipt.BlockTime.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10, (long?)receipt?.Confirmations,
                receipt?.Fee is { } fee ? (Int128)BigInteger.Parse(fee, NumberStyles.None, CultureInfo.InvariantCulture) : null, entry.Note);
        }
        return HeldTable.Write(context, rows.Batches, "anchors");
    }

    /// <summary>The entries of runs, by date and id; none where the journal cannot be read.</summary>
    public static IReadOnlyList<AnchorEntry> Entries(StageContext context)
    {
        try
        {
            return ChainSession.JournalOf(context.Lake).ReadAll().Where(static entry => entry.Run is not null).ToArray();
        }
        catch (AnchoringException e)
        {
            context.Reporter.Warn($"the table anchors stays empty: {e.Message}");
            return [];
        }
    }

    public static string StateName(AnchorState state) => state.ToString().ToLowerInvariant();
}
