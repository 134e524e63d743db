using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Web.Data;

/// <summary>What goes on now.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Schedules">Each schedule with its nights that matter.</param>
/// <param name="Open">The open runs.</param>
/// <param name="Leases">The leases that are held or were not given back.</param>
/// <param name="Alerts">The open alerts.</param>
/// <param name="Started">What was started from this console and goes on, or ended in the last day.</param>
/// <param name="LastLook">When a scheduler last looked at the lake; null for never.</param>
/// <param name="Newest">The run that <c>latest</c> points to; null where nothing is published.</param>
/// <param name="Chain">Where its root stands; null where it was never queued.</param>
/// <param name="Lake">The lake itself.</param>
internal sealed record Tonight(
    DateTimeOffset At, IReadOnlyList<ScheduleNow> Schedules, IReadOnlyList<OpenRunNow> Open, IReadOnlyList<LeaseStatus> Leases, IReadOnlyList<OpenAlert> Alerts,
    IReadOnlyList<StartedRuns> Started, DateTimeOffset? LastLook, NewestRun? Newest, ChainStanding? Chain, LakeNow Lake);

/// <summary>The lake: where it is, how many runs it has, and the bytes that are free; null where its file system does not say.</summary>
internal sealed record LakeNow(string Root, int Runs, RunSummary? LastPublished, long? FreeBytes);

/// <summary>A schedule, its nights that matter now, and its next one.</summary>
internal sealed record ScheduleNow(ScheduleDefinition Definition, IReadOnlyList<NightDecision> Nights, DueNight? Next, RunSummary? Last);

/// <summary>An open run and how far it is.</summary>
internal sealed record OpenRunNow(OpenRun Run, RunProgress? Progress, IReadOnlyList<StageDone> Done);

/// <summary>A stage of an open run that is done.</summary>
internal sealed record StageDone(string Stage, DateTimeOffset FinishedAt);

/// <summary>A schedule's facts from the catalogue, so that a look lists no thousand folders.</summary>
internal sealed class CatalogNightFacts(Lake lake, IReadOnlySet<DateOnly> published, DateOnly? pruned, AttemptBook attempts, Func<DateOnly, InputState> input) : INightFacts
{
    public DateOnly? FirstPublished { get; } = published.Count > 0 ? published.Min() : null;

    public DateOnly? PrunedThrough => pruned;

    public bool IsPublished(DateOnly date) => published.Contains(date) || pruned >= date;

    public LeaseStatus? Lease(DateOnly date) => lake.FindLease(date);

    public IReadOnlyList<Attempt> Attempts(DateOnly date) => attempts.Of(date);

    public InputState Input(DateOnly date) => input(date);
}
