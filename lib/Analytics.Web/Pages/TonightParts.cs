using System.Globalization;
using Analytics.Publishing;
using Analytics.Report.Internals;
using Analytics.Scheduling;
using Analytics.Web.Data;

namespace Analytics.Web.Pages;

/// <summary>What goes on, what is wrong, what comes next: the part of the first page that changes while it is looked at.</summary>
internal static class TonightParts
{
    /// <summary>Writes it for one role.</summary>
    public static void Write(ConsolePage page, bool mayAct, Tonight tonight)
    {
        Alerts(page, mayAct, tonight);
        Running(page, mayAct, tonight);
        LatestPart.Write(page, tonight);
        foreach (var schedule in tonight.Schedules) Schedule(page, mayAct, schedule, tonight);
        if (tonight.Schedules.Count == 0) LatestPart.HowToSchedule(page);
        Leases(page, mayAct, tonight);
        Started(page, tonight);
        if (mayAct)
        {
            page.M.Open("p", "actions");
            page.Link("/act/run", "Run a date", "button").Link("/act/backfill", "Back-fill a range", "button");
            page.M.Close();
        }
    }

    private static void Alerts(ConsolePage page, bool mayAct, Tonight tonight)
    {
        foreach (var alert in tonight.Alerts)
        {
            page.M.Open("div", "verdict bad alert");
            page.M.Open("p").Open("a").Attr("href", $"/alerts/{alert.Condition.Id}").Foreign(alert.Condition.Title).Close()
                .Text($" since {ConsolePage.Time(alert.RaisedAt)}");
            if (alert.SilencedUntil > tonight.At) page.M.Text($", silenced until {ConsolePage.Time(alert.SilencedUntil.Value)}");
            page.M.Close();
            page.M.Open("p").Foreign(alert.Condition.Text).Close();
            if (mayAct) page.M.Open("p").Open("a").Attr("href", $"/act/silence?alert={alert.Condition.Id}").Text("Silence").Close().Close();
            page.M.Close();
        }
        if (tonight.Alerts.Count == 0) page.M.Element("p", "No open alert.", "verdict good");
    }

    private static void Running(ConsolePage page, bool mayAct, Tonight tonight)
    {
        page.Section("running", "Running now");
        foreach (var open in tonight.Open)
        {
            page.Card($"{LakeLayout.Date(open.Run.BusinessDate)}", open.Run.Owner is { } owner
                ? $"by process {owner.ProcessId} on {owner.Host} since {ConsolePage.Time(owner.AcquiredAt)}, run {open.Run.Key[..16]}"
                : $"nobody works on it: left by a process that ended, or by a single stage; run {open.Run.Key[..16]}, begun {ConsolePage.Time(open.Run.StartedAt)}");
            Stages(page, open, tonight);
            page.EndCard();
        }
        if (tonight.Open.Count == 0) page.Empty("No run is open.");
        page.EndSection();
    }

    private static void Stages(ConsolePage page, OpenRunNow open, Tonight tonight)
    {
        var done = open.Done.ToDictionary(static stage => stage.Stage, static stage => stage.FinishedAt, StringComparer.Ordinal);
        var progress = open.Run.Owner is null ? null : open.Progress;
        page.M.Open("ol", "stages");
        foreach (var stage in open.Progress?.Stages ?? [.. done.OrderBy(static pair => pair.Value).Select(static pair => pair.Key)])
        {
            var isRunning = progress is not null && progress.Stage == stage;
            page.M.Open("li", isRunning ? "running" : done.ContainsKey(stage) ? "done" : "ahead");
            page.M.Open("span", "stage").Foreign(stage).Close();
            if (isRunning)
            {
                page.M.Open("progress").Attr("max", "100").Attr("value", (long)Math.Round(100 * Math.Clamp(progress!.Share, 0, 1))).Attr("aria-label", $"{stage}: how far it is").Close();
                page.M.Open("span").Foreign(progress.Doing.Length > 0 ? progress.Doing : "at work").Text(" · since ");
                // The script adds how long that is: the state need not be told anew each second.
                page.M.Open("time").Attr("datetime", ConsolePage.Time(progress.StageStartedAt).Replace(' ', 'T')).Text(ConsolePage.Time(progress.StageStartedAt)).Close().Close();
            }
            else if (done.TryGetValue(stage, out var at)) page.M.Element("span", $"done at {ConsolePage.Time(at)}");
            else page.M.Element("span", "ahead");
            page.M.Close();
        }
        page.M.Close();
    }

    private static void Schedule(ConsolePage page, bool mayAct, ScheduleNow schedule, Tonight tonight)
    {
        var definition = schedule.Definition;
        page.Section($"schedule-{definition.Name}", $"Schedule {definition.Name}", $"{definition.Cron.Text} in {definition.Zone.Id}");
        page.M.Open("dl", "facts card");
        page.Fact("Last", () =>
        {
            if (schedule.Last is { } last) page.Link(Links.Run(last.Run), $"{LakeLayout.Date(last.Run.Date)}").M.Text($", published {ConsolePage.Time(last.Header.FinishedAt)}");
            else page.M.Text("nothing is published");
        });
        page.Fact("Next", schedule.Next is { } next
            ? $"{LakeLayout.Date(next.Date)} at {LocalClock.At(next.DueAt, definition.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} ({ConsolePage.Time(next.DueAt)})"
            : "never again");
        page.Fact("Scheduler", tonight.LastLook is not { } look ? "has never looked at this lake: start `analytics schedule run`"
            : tonight.At - look > TimeSpan.FromMinutes(2) ? $"last looked at {ConsolePage.Time(look)}: it is not running"
            : "at work");
        page.M.Close();
        page.Scroll($"Nights of {definition.Name}", () =>
        {
            page.Table($"Nights of {definition.Name} that matter now", false, "Business date", "Due", "State", "Attempts", "What to do");
            var over = schedule.Nights.Where(static night => night.State == NightState.OverLimit).ToList();
            foreach (var night in schedule.Nights.Where(static night => night.State != NightState.OverLimit).Reverse())
            {
                page.M.Open("tr").Element("td", LakeLayout.Date(night.Night.Date), "when").Element("td", ConsolePage.Time(night.Night.DueAt), "when");
                page.M.Open("td");
                page.Badge(NightWords.State(night.State), NightWords.IsGood(night.State));
                if (night.State != NightState.Published) page.M.Text(" ").Foreign(night.Reason);
                if (night is { State: NightState.WaitingForRetry, NotBefore: { } at }) page.M.Text($", again at {ConsolePage.Time(at)}");
                page.M.Close();
                page.M.Open("td");
                foreach (var attempt in night.Attempts)
                    page.Link($"/nights/{definition.Name}/{LakeLayout.Date(night.Night.Date)}/{attempt.Number.ToString(CultureInfo.InvariantCulture)}", $"{attempt.Number}: {NightWords.Result(attempt)}").M.Text(" ");
                page.M.Close();
                page.M.Open("td");
                if (mayAct)
                {
                    var date = LakeLayout.Date(night.Night.Date);
                    if (night.State is NightState.Failed or NightState.WaitingForRetry) page.Link($"/act/retry?date={date}", "Retry").M.Text(" ");
                    if (night.State is NightState.NoInput or NightState.WaitingForInput) page.Link($"/act/run?date={date}&schedule={definition.Name}", "Run now").M.Text(" ");
                }
                page.M.Close().Close();
            }
            if (over.Count > 0) OverLimit(page, mayAct, definition.Name, over);
            page.EndTable();
        });
        page.EndSection();
    }

    private static void OverLimit(ConsolePage page, bool mayAct, string schedule, List<NightDecision> nights)
    {
        var (from, to) = (LakeLayout.Date(nights[0].Night.Date), LakeLayout.Date(nights[^1].Night.Date));
        page.M.Open("tr").Element("td", nights.Count == 1 ? from : $"{from} to {to}").Element("td", Figures.None).Open("td");
        page.Badge($"{Figures.Many(nights.Count, "night")} missing, over the limit", false);
        page.M.Text(" ").Foreign(nights[0].Reason).Close().Open("td").Close().Open("td");
        if (mayAct) page.Link($"/act/backfill?from={from}&to={to}&schedule={schedule}", "Back-fill them");
        page.M.Close().Close();
    }

    private static void Leases(ConsolePage page, bool mayAct, Tonight tonight)
    {
        if (tonight.Leases.Count == 0) return;
        page.Section("leases", "Leases", "Who has the right to publish a date. A lease whose owner is dead or late is taken over by itself.");
        page.Scroll("Leases", () =>
        {
            page.Table("Leases that are held or were not given back", false, "Business date", "#Token", "State", "Owner", "Heartbeat", "Ends", "");
            foreach (var lease in tonight.Leases)
            {
                page.M.Open("tr").Element("td", LakeLayout.Date(lease.Date)).Element("td", lease.Token.ToString(CultureInfo.InvariantCulture), "n");
                page.M.Open("td");
                page.Badge(lease.State.ToString().ToLowerInvariant(), lease.State == LeaseState.Held ? null : false);
                page.M.Close();
                page.M.Open("td").Foreign($"{lease.Owner.Purpose}, process {lease.Owner.ProcessId} on {lease.Owner.Host}").Close();
                page.M.Element("td", ConsolePage.Time(lease.Owner.Heartbeat)).Element("td", lease.Expires is { } at ? ConsolePage.Time(at) : Figures.None);
                page.M.Open("td");
                if (mayAct && lease.State == LeaseState.Held) page.Link($"/act/release?date={LakeLayout.Date(lease.Date)}", "Release");
                page.M.Close().Close();
            }
            page.EndTable();
        });
        page.EndSection();
    }

    private static void Started(ConsolePage page, Tonight tonight)
    {
        if (tonight.Started.Count == 0) return;
        page.Section("started", "Started from this console");
        page.Scroll("Started from this console", () =>
        {
            page.Table("Runs that were started from here", false, "What", "By", "Started", "Ended", "How", "Log");
            foreach (var one in tonight.Started)
            {
                page.M.Open("tr").Element("td", one.Order.From == one.Order.To ? LakeLayout.Date(one.Order.From) : $"{LakeLayout.Date(one.Order.From)} to {LakeLayout.Date(one.Order.To)}");
                page.M.Open("td").Foreign(one.Order.By).Close();
                page.M.Element("td", ConsolePage.Time(one.StartedAt)).Element("td", one.EndedAt is { } at ? ConsolePage.Time(at) : Figures.None);
                page.M.Open("td");
                page.Badge(one.EndedAt is null ? "running" : one.HasFailed ? "failed" : "done", one.EndedAt is null ? null : !one.HasFailed);
                page.M.Text(" ").Foreign(SafeText.Cut(one.Outcome, 300)).Close();
                page.M.Open("td");
                page.Link($"/started/{one.Id}", "log");
                page.M.Close().Close();
            }
            page.EndTable();
        });
        page.EndSection();
    }
}
