using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Stages;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;
using Analytics.Telemetry;

namespace Analytics.Jobs.Pipeline;

/// <summary>How one run ended.</summary>
internal sealed record RunOutcome(RunTarget Target, RunRef? Published, PublishOutcome? Publishing, IReadOnlyDictionary<string, StageFacts> Stages, bool NothingToDo, TimeSpan Took)
{
    /// <summary>Whether there was nothing to do because the date has a run already, whatever its input.</summary>
    public bool IsLeftAlone { get; init; }
}

/// <summary>The nightly run: plans it, works through its stages in staging, publishes it whole.</summary>
internal sealed class NightlyPipeline(RunServices services)
{
    /// <summary>The stages in order, publishing last.</summary>
    private static readonly IStage[] Stages = [new IngestStage(), new SalesStage(), new MineStage(), new ForecastStage(), new SegmentStage(), new PublishStage()];

    private readonly ResultsSettings _results = services.Settings.Results;
    private readonly MachineSettings _machine = services.Settings.Machine;
    private readonly HeadStart _head = new(services);

    // The date that is being planned, for those who are told that it could not be.
    private DateOnly? _planning;

    /// <summary>Runs what the command line asked for: one date, a backfill, or some stages of an open run.</summary>
    public IReadOnlyList<RunOutcome> Run(RunRequest request)
    {
        var startedAt = services.Time.GetUtcNow();
        _planning = request.Date;
        try
        {
            return Work(request);
        }
        catch (Exception e) when (!request.DryRun)
        {
            services.Observer.NotPlanned(_planning, startedAt, e);
            throw;
        }
    }

    private List<RunOutcome> Work(RunRequest request)
    {
        foreach (var note in services.Lake.Recover(services.Cancel)) services.Reporter.Warn($"recovered: {note}");
        var files = InputCatalog.Find(request.Inputs, _machine, services.Threads, services.Cancel);
        if (_results.Input.Columns.Count == 0)
            throw new UserException(ExitCode.Usage, $"{request.Settings.File ?? "the configuration"} maps no columns: set results.input.columns (see config/online-retail.json)");
        var outcomes = request.From is { } from
            ? Backfill(request, files, from, request.To!.Value)
            : new List<RunOutcome> { Single(request, files, request.Date) };
        if (request.Cascade && outcomes.Count > 0) outcomes.AddRange(CascadeFrom(request, outcomes[^1].Target.Date));
        else WarnOfLaterRuns(outcomes);
        return outcomes;
    }

    private RunOutcome Single(RunRequest request, IReadOnlyList<InputFile> files, DateOnly? date)
    {
        var watch = Stopwatch.StartNew();
        using var loader = services.NewLoader(date);
        var planner = new RunPlanner(services.Lake, _results, _head);
        // A file that would be needed is not read for a date that is left alone.
        if (request.UnlessPublished && date is { } wanted && services.Lake.Current(wanted) is { } there) return LeftAlone(planner.Plan(wanted, [], []), there, watch);
        if (files.Count == 0 && request.Retract.Count == 0 && date is null && request.Only is not null) return OpenRun(request, planner, loader, watch);
        date ??= files.Count > 0 ? DateOf(files, planner, loader) : services.Lake.Latest()?.Date
            ?? throw new UserException(ExitCode.Usage, "there is no input: name files with --input, or set machine.input in the configuration");
        return Execute(request, planner.Plan(date.Value, files, request.Retract), loader, watch);
    }

    private DateOnly DateOf(IReadOnlyList<InputFile> files, RunPlanner planner, ISourceLoader loader)
    {
        var dates = new List<(string, IReadOnlyList<DateOnly>, long)>();
        var unknown = files.Where(file => planner.KnownDates(file.Sha256) is null).ToList();
        if (unknown.Count > 0)
        {
            services.Reporter.Say($"reading {(unknown.Count == 1 ? unknown[0].Name : $"{unknown.Count} files")} ({Logs.Bytes(unknown.Sum(file => file.Bytes))})");
            loader.Load(unknown);
        }
        foreach (var file in files)
        {
            if (planner.KnownDates(file.Sha256) is { } known)
            {
                dates.Add((file.Name, known.SelectMany(range => range.Days()).ToArray(), 0));
                continue;
            }
            var counts = loader.Loaded[file.Sha256].Summary.Dates;
            dates.Add((file.Name, counts.Select(count => count.Date).ToArray(), counts.Count > 0 ? counts[^1].FirstLine : 0));
        }
        return planner.LastOrderDate(dates);
    }

    /// <summary>A stage command without input works in the open run.</summary>
    private RunOutcome OpenRun(RunRequest request, RunPlanner planner, ISourceLoader loader, Stopwatch watch)
    {
        var open = services.Lake.ListStaging().Where(run => request.OpenRun is null || run.Key.StartsWith(request.OpenRun, StringComparison.Ordinal)).ToList();
        if (open.Count == 0)
            throw new UserException(ExitCode.Usage, request.OpenRun is null
                ? "no run is open: start one with `analytics ingest --input ...`, or name the business date with --date"
                : $"--run {request.OpenRun}: no open run's id starts like this");
        if (open.Count > 1)
            throw new UserException(ExitCode.Usage, "several runs are open: " + string.Join(", ", open.Select(run => $"{run.Key[..16]} of {Dates.Text(run.BusinessDate)}")) + ". Name one with --run");
        return Execute(request, planner.PlanOpen(open[0].Plan), loader, watch);
    }

    private List<RunOutcome> Backfill(RunRequest request, IReadOnlyList<InputFile> files, DateOnly from, DateOnly to)
    {
        var planner = new RunPlanner(services.Lake, _results, _head);
        var firstDates = new Dictionary<string, DateOnly?>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (firstDates.ContainsKey(file.Sha256)) continue;
            firstDates[file.Sha256] = planner.KnownDates(file.Sha256) is { } known
                ? known.Count > 0 ? known[0].From : null
                : SourceLoader.Scan(file, _results, services.Threads, services.Cancel).FirstDate;
        }
        var outcomes = new List<RunOutcome>();
        var empty = new List<DateOnly>();
        for (var date = from; date <= to; date = date.AddDays(1))
        {
            services.Cancel.ThrowIfCancellationRequested();
            // A file takes part from the night of its first order date on, as if it had been delivered then.
            var delivered = files.Where(file => firstDates[file.Sha256] is not { } first || first <= date).ToList();
            var night = date;
            _planning = night;
            var watch = Stopwatch.StartNew();
            using var loader = services.NewLoader(night);
            var target = new RunPlanner(services.Lake, _results, _head).Plan(night, delivered, request.Retract);
            if (!_results.Limits.AllowNoInput && target.Changes.Put.Count == 0 && target.Existing is null && HasNoLines(target, night))
            {
                empty.Add(night);
                continue;
            }
            services.Reporter.Say($"night of {Dates.Text(night)}");
            outcomes.Add(Execute(request, target, loader, watch));
        }
        if (empty.Count > 0)
            services.Reporter.Warn($"{empty.Count} dates have neither new input nor lines and got no run (allow them by results.limits.allow_no_input): {string.Join(", ", empty.Select(Dates.Text))}");
        return outcomes;
    }

    private static bool HasNoLines(RunTarget target, DateOnly date) =>
        target.Start is { } start && !start.Curated.Any(curated => curated.Date == date && curated.Transactions.Rows > 0)
        || target.Start is null && target.Names.Count == 0;

    private IEnumerable<RunOutcome> CascadeFrom(RunRequest request, DateOnly date)
    {
        foreach (var later in services.Lake.CurrentRuns().Where(run => run.Date > date).Select(run => run.Date).Distinct().Order().ToList())
        {
            services.Reporter.Say($"cascade: {Dates.Text(later)}");
            _planning = later;
            using var loader = services.NewLoader(later);
            var watch = Stopwatch.StartNew();
            yield return Execute(request with { Force = false, Only = null }, new RunPlanner(services.Lake, _results, _head).Plan(later, [], []), loader, watch);
        }
    }

    private void WarnOfLaterRuns(IReadOnlyList<RunOutcome> outcomes)
    {
        if (outcomes.LastOrDefault() is not { Published: not null, NothingToDo: false } last) return;
        var later = services.Lake.CurrentRuns().Where(run => run.Date > last.Target.Date).ToList();
        if (later.Count > 0)
            services.Reporter.Warn($"{later.Count} published runs of later dates ({Dates.Text(later[0].Date)} to {Dates.Text(later[^1].Date)}) do not rest on this run; --cascade builds them anew");
    }

    private RunOutcome Execute(RunRequest request, RunTarget target, ISourceLoader loader, Stopwatch watch)
    {
        if (request.DryRun) return ExecuteObserved(request, target, loader, watch);
        using var observed = services.Observer.Begin(target);
        try
        {
            var outcome = ExecuteObserved(request, target, loader, watch);
            observed.Ended(services.Lake, outcome);
            return outcome;
        }
        catch (Exception e)
        {
            observed.Failed(e);
            throw;
        }
    }

    private RunOutcome ExecuteObserved(RunRequest request, RunTarget target, ISourceLoader loader, Stopwatch watch)
    {
        var published = services.Lake.FindKey(target.Date, target.Key);
        if (published.Count > 0 && !request.Force)
        {
            var current = services.Lake.Current(target.Date);
            if (current is { } same && published.Contains(same))
                return new RunOutcome(target, same, null, new Dictionary<string, StageFacts>(), true, watch.Elapsed);
            if (!request.DryRun)
            {
                services.Lake.Reinstate(published[^1], services.Cancel);
                services.Reporter.Say($"run {published[^1].Id} was published before and is the current run of its date again");
                return new RunOutcome(target, published[^1], null, new Dictionary<string, StageFacts>(), true, watch.Elapsed);
            }
        }
        var stages = StageList(request.Only);
        if (request.DryRun)
        {
            DryRun.Tell(services.Reporter, target, stages, published.Count > 0);
            return new RunOutcome(target, null, null, new Dictionary<string, StageFacts>(), false, watch.Elapsed);
        }

        // One process at a time runs a date; who hangs past the end of its lease is taken over, and refused at the switch.
        using var lease = services.Lake.AcquireLease(target.Date, "run nightly", request.LeaseUntil);
        if (lease.TakenOverFrom is { } lost)
            services.Reporter.Warn($"took over {Dates.Text(target.Date)} from process {lost.ProcessId} on {lost.Host}, which is dead or hangs (lease {lease.Reference.Token})");
        if (request.UnlessPublished && services.Lake.Current(target.Date) is { } meanwhile) return LeftAlone(target, meanwhile, watch);
        using var staging = services.Lake.OpenStaging(target.Plan);
        if (!request.Force && services.Lake.Current(target.Date) is { } now && services.Lake.FindKey(target.Date, target.Key).Contains(now))
        {
            // Another process published this very run while this one read its files.
            staging.Abandon();
            return new RunOutcome(target, now, null, new Dictionary<string, StageFacts>(), true, watch.Elapsed);
        }
        var progress = new ProgressReporter(services.Reporter, staging.Folder, [.. stages.Select(static stage => stage.Name)], services.Time);
        var context = services.NewContext(staging, target, loader, progress);
        PublishOutcome? outcome = null;
        try
        {
            services.Reporter.Run(() =>
            {
                foreach (var stage in stages.Where(stage => stage is not PublishStage)) RunStage(stage, context);
                if (stages.OfType<PublishStage>().FirstOrDefault() is { } publish)
                {
                    foreach (var stage in Stages.Where(stage => _results.Stages.Contains(stage.Name) && !context.Done.ContainsKey(stage.Name))) RequireDone(stage, context);
                    using var span = RunTelemetry.StartStage(publish.Name);
                    outcome = publish.Publish(context, request.Force);
                }
            });
        }
        finally
        {
            if (context.EngineStarted) context.Relations.Dispose();
        }
        if (outcome is not null)
            foreach (var note in outcome.Notes) services.Reporter.Warn(note);
        return new RunOutcome(target, outcome?.Run, outcome, context.Done, false, watch.Elapsed);
    }

    private static RunOutcome LeftAlone(RunTarget target, RunRef published, Stopwatch watch) =>
        new(target, published, null, new Dictionary<string, StageFacts>(), true, watch.Elapsed) { IsLeftAlone = true };

    private List<IStage> StageList(IReadOnlyList<string>? only) =>
        only is null
            ? Stages.Where(stage => stage is PublishStage || _results.Stages.Contains(stage.Name)).ToList()
            : Stages.Where(stage => only.Contains(stage.Name)).ToList();

    /// <summary>A stage that a later one needs and that was not asked for must be done in the open run already.</summary>
    private static void RequireDone(IStage stage, StageContext context)
    {
        var mark = context.Staging.FindDone(stage.Name, stage.InputsHash(context))
            ?? throw new UserException(ExitCode.Usage,
                $"{stage.Name} has not run in the open run {context.Target.Key[..16]} of {Dates.Text(context.Date)}: run `analytics {stage.Name}` first, or leave out --only");
        context.Done[stage.Name] = mark.Facts!.Value.Deserialize<StageFacts>(StageContext.JsonOptions)!;
    }

    private void RunStage(IStage stage, StageContext context)
    {
        services.Cancel.ThrowIfCancellationRequested();
        // All stages read what ingest cleaned, and all but it what sales made of it.
        foreach (var needed in Stages.TakeWhile(other => other.Name != stage.Name).Where(other => other.Name is "ingest" or "sales"))
            if (!context.Done.ContainsKey(needed.Name)) RequireDone(needed, context);
        var inputs = stage.InputsHash(context);
        var mark = context.Staging.FindDone(stage.Name, inputs);
        if (mark?.Facts is { } facts)
        {
            var kept = facts.Deserialize<StageFacts>(StageContext.JsonOptions)!;
            context.Done[stage.Name] = kept;
            context.Reporter.StageEnded(stage.Name, kept.Outcome, TimeSpan.Zero, skipped: true);
            return;
        }
        context.Reporter.StageStarted(context.Target.Key[..16], stage.Name);
        context.Staging.Begin(stage.Name);
        using var span = RunTelemetry.StartStage(stage.Name);
        var startedAt = services.Time.GetUtcNow();
        var watch = Stopwatch.StartNew();
        var result = stage.Execute(context);
        var done = new StageFacts
        {
            Stage = stage.Name,
            Engine = context.EngineStarted ? $"{context.Engine.Name} {context.Engine.Version}" : $"{_machine.Engine}",
            StartedAt = startedAt,
            Seconds = watch.Elapsed.TotalSeconds,
            RowsIn = result.RowsIn,
            RowsOut = result.RowsOut,
            RowsRejected = result.RowsRejected,
            PeakMemoryBytes = Memory.PeakBytes(),
            Outcome = result.Outcome,
            Highlights = result.Highlights,
            Tables = result.Tables,
            Quality = result.Quality,
            State = result.State,
        };
        var outputs = result.Tables.Select(table => StorePath.Relative(context.Staging.Folder, context.Staging.TableFolder(table.Table))).Concat(result.OtherOutputs);
        context.Staging.Complete(stage.Name, inputs, outputs, JsonSerializer.SerializeToElement(done, StageContext.JsonOptions));
        context.Done[stage.Name] = done;
        RunTelemetry.StageDone(span, new StageNumbers(stage.Name, done.Seconds, done.RowsIn, done.RowsOut, done.RowsRejected, done.PeakMemoryBytes));
        context.Reporter.StageEnded(stage.Name, done.Outcome, watch.Elapsed, skipped: false);
        foreach (var check in done.Quality.Where(check => check.Status == "fail" && check.Severity == "warning")) services.Reporter.Warn($"{stage.Name}: {check.Message}");
        FailOnErrors(stage.Name, done, context);
    }

    /// <summary>A failed check of severity error ends the run; what was done stays in staging for a look, and is redone on the next start.</summary>
    private static void FailOnErrors(string stage, StageFacts done, StageContext context)
    {
        var failed = done.Quality.Where(check => check is { Severity: "error", Status: "fail" }).ToList();
        if (failed.Count == 0) return;
        throw new UserException(ExitCode.Data, string.Join(Environment.NewLine, failed.Select(check =>
            string.Create(CultureInfo.InvariantCulture, $"{stage}, {check.Check}: {check.Message} (found {check.Observed}, expected {check.Expected})")))
            + $"{Environment.NewLine}Nothing was published; the open run is {context.Staging.Folder}");
    }
}
