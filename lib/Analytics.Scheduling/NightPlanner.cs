using System.Globalization;
using Analytics.Publishing;

namespace Analytics.Scheduling;

/// <summary>What the planner asks about a night. Answers may be slow; each is asked for at most once a night and plan.</summary>
public interface INightFacts
{
    /// <summary>Whether the lake has a run of the date.</summary>
    bool IsPublished(DateOnly date);

    /// <summary>The first business date that the lake has a run of; null for none.</summary>
    DateOnly? FirstPublished { get; }

    /// <summary>The greatest business date whose runs were pruned; null for none. Nights up to it are not missing.</summary>
    DateOnly? PrunedThrough { get; }

    /// <summary>Who has the lease of the date; null where none was ever given.</summary>
    LeaseStatus? Lease(DateOnly date);

    /// <summary>The attempts at a date, oldest first.</summary>
    IReadOnlyList<Attempt> Attempts(DateOnly date);

    /// <summary>What the input of the date looks like.</summary>
    InputState Input(DateOnly date);
}

/// <summary>
/// Decides what to do with each due night: a pure function of the clock, the schedule and what the lake says, so that any number of
/// schedulers that look at one lake come to the same answer, and one that was restarted goes on where it was.
/// </summary>
public static class NightPlanner
{
    // An attempt that was announced and has no lease yet is starting; after so long it is known to be lost.
    internal static readonly TimeSpan StartGrace = TimeSpan.FromMinutes(5);

    /// <summary>The due nights that matter now, oldest first: all that are not published, and the newest one in any case.</summary>
    public static IReadOnlyList<NightDecision> Plan(ScheduleDefinition schedule, INightFacts facts, DateTimeOffset now) => Plan(schedule, facts, now, new DueList(schedule));

    internal static IReadOnlyList<NightDecision> Plan(ScheduleDefinition schedule, INightFacts facts, DateTimeOffset now, DueList list)
    {
        var first = schedule.FirstDate ?? facts.FirstPublished ?? DueNights.Newest(schedule, now)?.Date;
        if (first is null) return [];
        if (facts.PrunedThrough is { } pruned && pruned >= first) first = pruned.AddDays(1);
        var due = list.Until(first.Value, now);
        var missing = due.Where(night => !facts.IsPublished(night.Date)).ToList();
        var oldest = due.Count > schedule.CatchUpLimit ? due[^schedule.CatchUpLimit].Date : first.Value;
        var decisions = new List<NightDecision>();
        var isHeldUp = false;
        for (var i = 0; i < missing.Count; i++)
        {
            var decision = missing[i].Date < oldest
                ? new NightDecision(missing[i], NightState.OverLimit, string.Create(CultureInfo.InvariantCulture, $"older than the newest {schedule.CatchUpLimit} nights, which are made up for by themselves"), null, [], null, false)
                : Decide(schedule, facts, missing[i], now, isHeldUp);
            decisions.Add(decision);
            isHeldUp |= decision.State is NightState.Running or NightState.Start or NightState.WaitingForInput or NightState.WaitingForRetry;
        }
        if (due.Count > 0 && (missing.Count == 0 || missing[^1] != due[^1]))
            decisions.Add(new NightDecision(due[^1], NightState.Published, "published", null, facts.Attempts(due[^1].Date), null, false));
        return decisions;
    }

    private static NightDecision Decide(ScheduleDefinition schedule, INightFacts facts, DueNight night, DateTimeOffset now, bool isHeldUp)
    {
        var attempts = facts.Attempts(night.Date);
        NightDecision As(NightState state, string reason, DateTimeOffset? notBefore = null, InputState? input = null, bool isLean = false) =>
            new(night, state, reason, notBefore, attempts, input, isLean);

        if (facts.Lease(night.Date) is { State: LeaseState.Held } lease)
            return As(NightState.Running, $"run by process {lease.Owner.ProcessId.ToString(CultureInfo.InvariantCulture)} on {lease.Owner.Host}");
        var last = attempts.Count > 0 ? attempts[^1] : null;
        if (last is { Result: null })
        {
            if ((now - last.StartedAt).Duration() < StartGrace) return As(NightState.Running, $"started on {last.Host}", last.StartedAt + StartGrace);
            // Its scheduler died with it, or before it: nobody knows how it ended.
            last = last with { Result = AttemptResult.Lost, EndedAt = last.StartedAt };
        }
        if (isHeldUp) return As(NightState.WaitingForOlder, "an older night comes first");

        var input = facts.Input(night.Date);
        if (last is { Result: AttemptResult.BadData or AttemptResult.Broken } broken)
        {
            if (!input.IsReady || input.Fingerprint == broken.Input)
                return As(NightState.Failed, broken.Message.Length > 0 ? broken.Message : $"exit code {broken.ExitCode}", input: input);
            return As(NightState.Start, "the input was changed after the failure", input: input);
        }
        if (!input.IsReady)
        {
            return now - night.DueAt >= schedule.GiveUpAfter
                ? As(NightState.NoInput, input.Waiting, input: input)
                : As(NightState.WaitingForInput, input.Waiting, night.DueAt + schedule.GiveUpAfter, input);
        }
        if (last is null) return As(NightState.Start, "due", input: input);
        // The program said that all is well, and the lake has no such run: it published elsewhere, and would again.
        if (last.Result is AttemptResult.Done)
            return As(NightState.Failed, "it ended well, and its date is not in this lake: look whether what it runs names another lake (machine.lake), or another date", input: input);
        if (last.Result is AttemptResult.Held) return AfterPause(schedule.Retry.Pause);

        var failures = Failures(attempts, input.Fingerprint);
        var wasLean = last is { Result: AttemptResult.OutOfMemory, IsLean: true };
        if (wasLean) return As(NightState.Failed, "out of memory with the lower limit too: give the machine or the run (machine.memory_mib) more", input: input);
        if (failures >= schedule.Retry.Attempts)
            return As(NightState.Failed, string.Create(CultureInfo.InvariantCulture, $"failed {failures} times, the last time: {last.Message}"), input: input);
        return AfterPause(schedule.Retry.PauseAfter(Math.Max(1, failures)), last.Result is AttemptResult.OutOfMemory || last.IsLean);

        NightDecision AfterPause(TimeSpan pause, bool isLean = false)
        {
            var again = last.EndedAt!.Value + pause;
            // A clock that was set back must not make a pause of minutes one of hours.
            if (again - now > pause) again = now + pause;
            return again > now
                ? As(NightState.WaitingForRetry, last.Message, again, input)
                : As(NightState.Start, string.Create(CultureInfo.InvariantCulture, $"attempt {attempts.Count + 1}"), input: input, isLean: isLean);
        }
    }

    // Failures in a row on this very input: a corrected file, or an operator's order, begins anew.
    private static int Failures(IReadOnlyList<Attempt> attempts, string input)
    {
        var count = 0;
        for (var i = attempts.Count - 1; i >= 0 && attempts[i].Input == input; i--)
            if (attempts[i].Result is not AttemptResult.Held) count++;
        return count;
    }
}
