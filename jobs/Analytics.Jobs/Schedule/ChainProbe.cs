using System.Globalization;
using Analytics.Anchoring;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Configuration;
using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Jobs.Schedule;

/// <summary>Whether published roots come onto the chain: one that waits too long, whose block was reorganised away, or that the contract refused.</summary>
internal sealed class ChainProbe(Lake lake, AnchorSettings anchor, int hours) : IConditionProbe
{
    // The journal has a file a run; nobody needs to know within seconds what waits for hours.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _readAt;
    private IReadOnlyList<AlertCondition> _found = [];

    public IReadOnlyList<AlertKind> Kinds => [AlertKind.Chain];

    public IEnumerable<AlertCondition> Look(DateTimeOffset now)
    {
        // Without a chain roots are queued for the day on which there is one.
        if (hours <= 0 || anchor.Chain == "none") return [];
        if (_readAt is { } at && (now - at).Duration() < Pause) return _found;
        _found = Find(now) is { } condition ? [condition] : [];
        _readAt = now;
        return _found;
    }

    private AlertCondition? Find(DateTimeOffset now)
    {
        IReadOnlyList<AnchorEntry> entries;
        try
        {
            entries = ChainSession.JournalOf(lake).ReadAll();
        }
        catch (AnchoringException e)
        {
            return new AlertCondition(AlertKind.Chain, "", null, e.Message, "Nothing is sent before the journal is whole again: docs/anchoring.md.", "./analytics anchor status");
        }
        var waiting = entries.Where(entry => entry.State is AnchorState.Queued or AnchorState.Sent && now - entry.QueuedAt >= TimeSpan.FromHours(hours)).ToList();
        var reorged = entries.Where(static entry => entry.State == AnchorState.Reorged).ToList();
        var failed = entries.Where(static entry => entry.State == AnchorState.Failed).ToList();
        var parts = new List<string>();
        if (waiting.Count > 0)
        {
            var oldest = waiting.MinBy(static entry => entry.QueuedAt)!;
            parts.Add(string.Create(CultureInfo.InvariantCulture,
                $"{Roots(waiting.Count)} for longer than {hours} hours (machine.alerts.chain_hours), the oldest, of {oldest}, since {oldest.QueuedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC{(oldest.Note is { } note ? $": {note}" : "")}"));
        }
        if (reorged.Count > 0) parts.Add($"the block of {Names(reorged)} is no longer in the chain; it is sent again");
        if (failed.Count > 0) parts.Add($"the contract refused {Names(failed)}: {failed[0].Note}");
        return parts.Count == 0 ? null : new AlertCondition(AlertKind.Chain, "", null, string.Join("; ", parts),
            "See whether the node answers, the account has money and the fee's limit is high enough (docs/anchoring.md).", "./analytics anchor status");
    }

    private static string Roots(int count) => count == 1 ? "one root waits" : string.Create(CultureInfo.InvariantCulture, $"{count} roots wait");

    private static string Names(List<AnchorEntry> entries) => string.Join(", ", entries.Take(3)) + (entries.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {entries.Count - 3} more") : "");
}
