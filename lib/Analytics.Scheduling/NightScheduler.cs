using Analytics.Files;
using Analytics.Publishing;

namespace Analytics.Scheduling;

/// <summary>What a scheduler is made of.</summary>
public sealed record NightSchedulerOptions
{
    /// <summary>The lake that the nights are published in.</summary>
    public required Lake Lake { get; init; }

    /// <summary>The schedules, in the order in which their nights are started where several are due.</summary>
    public required IReadOnlyList<ScheduleDefinition> Schedules { get; init; }

    /// <summary>Runs a night.</summary>
    public required INightRunner Runner { get; init; }

    /// <summary>Looks at the input.</summary>
    public required IInputProbe Input { get; init; }

    /// <summary>Where calls for help go.</summary>
    public IReadOnlyList<IAlertChannel> Channels { get; init; } = [];

    /// <summary>Looks for other trouble.</summary>
    public IReadOnlyList<IConditionProbe> Probes { get; init; } = [];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>This machine's name.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>The command that runs a date by hand.</summary>
    public Func<ScheduleDefinition, DateOnly, string> Command { get; init; } = static (_, date) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"analytics run nightly --date {date:yyyy-MM-dd}");

    /// <summary>The console's address of a trouble; empty for none.</summary>
    public Func<AlertCondition, string> Link { get; init; } = static _ => "";
}

/// <summary>
/// Compares the nights that are due with those that the lake has, starts what is missing, oldest first and one at a time, and calls for
/// help. It keeps nothing that the lake does not say, but for the run that it has started; any number of schedulers may look at a lake.
/// </summary>
public sealed class NightScheduler(NightSchedulerOptions options)
{
    private readonly AlertBook _alerts = new(options.Lake, options.Channels, options.Time, options.Link);
    private readonly Dictionary<string, AttemptBook> _attempts = options.Schedules.ToDictionary(static schedule => schedule.Name, schedule => new AttemptBook(options.Lake, schedule.Name), StringComparer.Ordinal);
    private readonly Dictionary<string, DueList> _due = options.Schedules.ToDictionary(static schedule => schedule.Name, static schedule => new DueList(schedule), StringComparer.Ordinal);
    private readonly PublishedDates _dates = new(options.Lake);
    private Task? _running;

    /// <summary>What was decided about each schedule at the last look.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<NightDecision>> Decisions { get; private set; } = new Dictionary<string, IReadOnlyList<NightDecision>>();

    /// <summary>When it last looked; null for never.</summary>
    public DateTimeOffset? LookedAt { get; private set; }

    /// <summary>The alerts.</summary>
    public AlertBook Alerts => _alerts;

    /// <summary>Whether a run that this scheduler started goes on.</summary>
    public bool IsRunning => _running is { IsCompleted: false };

    /// <summary>The end of the run that this scheduler has started; done where there is none.</summary>
    public Task Running => _running ?? Task.CompletedTask;

    /// <summary>Looks once: decides, starts at most one night, raises and closes alerts.</summary>
    /// <exception cref="FileStoreException">The lake cannot be read or written. The next look may do better.</exception>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (_running is { IsCompleted: true } ended)
        {
            _running = null;
            await ended.ConfigureAwait(false);
        }
        var now = options.Time.GetUtcNow();
        var lastLook = LastLook();
        var decisions = new Dictionary<string, IReadOnlyList<NightDecision>>(StringComparer.Ordinal);
        var conditions = new List<AlertCondition>();
        // One look for all schedules.
        var published = _dates.Look();
        var prunedThrough = options.Lake.PrunedThrough();
        var open = _alerts.Open();
        foreach (var schedule in options.Schedules)
        {
            var facts = new LakeNightFacts(options.Lake, published, prunedThrough, _attempts[schedule.Name], date => options.Input.Look(schedule, date, now));
            var plan = NightPlanner.Plan(schedule, facts, now, _due[schedule.Name]);
            decisions[schedule.Name] = plan;
            conditions.AddRange(NightConditions.Of(schedule, plan, lastLook, now,
                date => open.Where(alert => alert.Condition.Schedule == schedule.Name && alert.Condition.Date == date).Max(static alert => (DateTimeOffset?)alert.RaisedAt),
                date => options.Command(schedule, date)));
            var start = plan.FirstOrDefault(static decision => decision.State == NightState.Start);
            if (start is not null && !IsRunning && !cancel.IsCancellationRequested) TryStart(schedule, start, now, cancel);
        }
        Decisions = decisions;
        NoteLook(now);
        LookedAt = now;
        foreach (var probe in options.Probes) conditions.AddRange(probe.Look(now));
        foreach (var (name, health) in _alerts.Channels())
        {
            if (health.FailingSince is { } since)
            {
                conditions.Add(new AlertCondition(AlertKind.SilentChannel, name, null,
                    $"channel {name} takes no message since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {health.LastError}", "Look at the channel's address and secret: analytics schedule check.", ""));
            }
        }
        var settled = options.Probes.SelectMany(static probe => probe.Kinds).Append(AlertKind.SilentChannel).ToHashSet();
        var backlogged = options.Schedules.ToDictionary(static schedule => schedule.Name, schedule => decisions[schedule.Name].Any(static decision => decision.State == NightState.OverLimit), StringComparer.Ordinal);
        await _alerts.SyncAsync(conditions, IsOver, cancel).ConfigureAwait(false);

        // A night's trouble is over when its date is published, by whomever; clocks that differ between two hosts close nothing.
        bool IsOver(OpenAlert alert) => alert.Condition switch
        {
            { Date: { } date } => published.Contains(date) || prunedThrough >= date,
            { Kind: AlertKind.Backlog } backlog => !backlogged.GetValueOrDefault(backlog.Schedule),
            var other => settled.Contains(other.Kind),
        };
    }

    private void TryStart(ScheduleDefinition schedule, NightDecision decision, DateTimeOffset now, CancellationToken cancel)
    {
        var attempt = new Attempt((decision.Attempts.Count > 0 ? decision.Attempts[^1].Number : 0) + 1, now, options.Host, decision.Input!.Fingerprint, decision.IsLean, schedule.Name);
        if (!_attempts[schedule.Name].TryBegin(decision.Night.Date, attempt)) return;
        _running = RunAsync(schedule, decision.Night.Date, attempt, cancel);
    }

    private async Task RunAsync(ScheduleDefinition schedule, DateOnly date, Attempt attempt, CancellationToken cancel)
    {
        NightResult result;
        try
        {
            result = await options.Runner.RunAsync(new NightRequest(schedule, date, attempt.Number, attempt.IsLean, attempt.StartedAt + schedule.Deadline), cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The program itself could not be started; the next attempt may find it again.
            result = new NightResult(AttemptResult.Outside, null, e.Message);
        }
        catch (OperationCanceledException)
        {
            result = new NightResult(AttemptResult.Lost, null, "the scheduler was stopped");
        }
        _attempts[schedule.Name].End(date, attempt with { EndedAt = options.Time.GetUtcNow(), Result = result.Result, ExitCode = result.ExitCode, Message = result.Message });
    }

    private string LookPath => options.Lake.Full($"{LakeLayout.State}/schedule/looked");

    // The file's text, not its time: the store's clock may be another machine's.
    private DateTimeOffset? LastLook()
    {
        if (!options.Lake.Files.FileExists(LookPath)) return null;
        var text = System.Text.Encoding.UTF8.GetString(options.Lake.Files.ReadAllBytes(LookPath));
        return DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var at) ? at : null;
    }

    private void NoteLook(DateTimeOffset now)
    {
        options.Lake.Files.CreateFolder(StorePath.Parent(LookPath));
        options.Lake.Files.WriteDurably(LookPath, System.Text.Encoding.UTF8.GetBytes(now.ToString("O", System.Globalization.CultureInfo.InvariantCulture)));
    }
}
