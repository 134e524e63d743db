using System.CommandLine;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Terminal;

namespace Analytics.Jobs.Commands;

/// <summary>run nightly: the whole pipeline.</summary>
internal static class RunCommand
{
    public static Command Create() => new("run", "Run a pipeline.") { Nightly() };

    private static Command Nightly()
    {
        var options = new RunOptions();
        var command = new Command("nightly", "Load what is new, run every stage and publish: a run appears whole or not at all. The same input and configuration again is nothing to do.");
        options.AddTo(command, options.Input, options.Date, options.From, options.To, options.Retract, options.Only, options.Run, options.Force, options.Cascade, options.UnlessPublished, options.LeaseMinutes, options.DryRun, options.Engine, options.Master);
        command.SetAction(parsed => PipelineAction.Run(parsed, options, null));
        Examples.Attach(command,
            ("analytics run nightly", "the sample shop, into ./lake of the clone"),
            ("analytics run nightly -c config/online-retail.json -i retail.csv.gz --lake /data/lake", "a file of the Online Retail layout"),
            ("analytics run nightly -i /logs/2025-12-31.csv", "one more night: only what is new is read"),
            ("analytics run nightly -i /logs --from 2025-12-01 --to 2025-12-31", "a month, night by night"),
            ("analytics run nightly -i /logs/corrected/2025-12-30.csv --cascade", "a corrected file under its old name; later runs are built anew"),
            ("analytics run nightly --retract 2025-12-30.csv --date 2025-12-31", "take a file's lines away again"),
            ("analytics run nightly --engine spark --master 'local[*]'", "the same tables by Apache Spark; SPARK_HOME names it"),
            ("analytics run nightly --dry-run", "what would be done"));
        return command;
    }
}

/// <summary>One stage as a command of its own, in the open run of its key.</summary>
internal static class StageCommands
{
    public static Command Create(string stage, string description, params (string Line, string Meaning)[] examples)
    {
        var options = new RunOptions();
        var command = new Command(stage, description);
        options.AddTo(command, options.Input, options.Date, options.Retract, options.Run, options.Force, options.Engine, options.Master);
        command.SetAction(parsed => PipelineAction.Run(parsed, options, [stage]));
        Examples.Attach(command, examples);
        return command;
    }
}

/// <summary>ingest: parse and clean into an open run.</summary>
internal static class IngestCommand
{
    public static Command Create() => StageCommands.Create("ingest", "Read and clean transaction logs into an open run; nothing becomes visible.",
        ("analytics ingest -i /logs/2025-12-31.csv", "opens the run of the file's last order date"),
        ("analytics sales && analytics mine && analytics publish", "goes on with it"));
}

/// <summary>sales: daily sales of the open run.</summary>
internal static class SalesCommand
{
    public static Command Create() => StageCommands.Create("sales", "Sum the open run's lines to daily sales.", ("analytics sales --date 2025-12-31 -i /logs", "the run of this date and input"));
}

/// <summary>segment: customers of the open run.</summary>
internal static class SegmentCommand
{
    public static Command Create() => StageCommands.Create("segment", "Segment the open run's customers.", ("analytics segment --run 3f2a", "in the open run whose id starts so"));
}

/// <summary>Runs the pipeline for a command line and tells how it ended.</summary>
internal static class PipelineAction
{
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Its options.</param>
    /// <param name="stages">The stages to run; null for those of the configuration.</param>
    /// <param name="ended">Receives how the runs ended.</param>
    /// <param name="time">The clock of the run and of its time limit; the system's by default.</param>
    public static int Run(ParseResult parsed, RunOptions options, IReadOnlyList<string>? stages, List<RunOutcome>? ended = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var encoding = HeadStart.Encode();
        var settings = options.LoadSettings(parsed);
        var only = parsed.CommandResult.GetResult(options.Only) is not null && parsed.GetValue(options.Only) is { } list ? CheckStages(list) : stages;
        var (from, to) = (Optional(parsed, options.From), Optional(parsed, options.To));
        if (from.HasValue != to.HasValue) throw new UserException(ExitCode.Usage, "--from and --to come together: name both ends of the backfill");
        if (from > to) throw new UserException(ExitCode.Usage, $"--from {Dates.Text(from!.Value)} is after --to {Dates.Text(to!.Value)}");
        if (from is not null && Optional(parsed, options.Date) is not null) throw new UserException(ExitCode.Usage, "--date does not go with --from and --to");
        var named = parsed.GetValue(options.Input) ?? [];
        var retract = parsed.GetValue(options.Retract) ?? [];
        var date = Optional(parsed, options.Date);
        var configured = stages is not null && date is null && named.Length == 0 || retract.Length > 0 && named.Length == 0 ? [] : settings.Settings.Machine.Input;
        var request = new RunRequest
        {
            Settings = settings,
            Date = date,
            From = from,
            To = to,
            Inputs = named.Length > 0 ? named : configured,
            Retract = retract,
            Only = only,
            Force = parsed.GetValue(options.Force),
            Cascade = Flag(parsed, options.Cascade),
            DryRun = Flag(parsed, options.DryRun),
            OpenRun = parsed.GetValue(options.Run),
            UnlessPublished = Flag(parsed, options.UnlessPublished),
            LeaseUntil = parsed.CommandResult.Command.Options.Contains(options.LeaseMinutes) && parsed.GetValue(options.LeaseMinutes) is { } minutes
                ? time.GetUtcNow().AddMinutes(minutes)
                : null,
        };
        var most = settings.Settings.Machine.TimeLimitMinutes;
        using var limit = new CancellationTokenSource(most > 0 ? TimeSpan.FromMinutes(most) : Timeout.InfiniteTimeSpan, time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(CommandHost.Cancel, limit.Token);
        using var services = RunServices.Open(settings, parsed.GetValue(options.Quiet), parsed.GetValue(options.Verbose), cancel.Token, time);
        IReadOnlyList<RunOutcome>? outcomes = null;
        try
        {
            HeadStart.Watch(encoding, services.Log);
            services.Log.Information("started: {Command}", parsed.CommandResult.Command.Name);
            outcomes = new NightlyPipeline(services).Run(request);
            foreach (var outcome in outcomes) RunSummaryText.Print(services, outcome);
            ended?.AddRange(outcomes);
            if (!request.DryRun && (stages is null && only is null || (only ?? stages)!.Contains("publish"))) AnchorStep.AfterPublishing(services, outcomes);
            return (int)ExitCode.Done;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !CommandHost.Cancel.IsCancellationRequested)
        {
            if (outcomes is not null)
            {
                services.Reporter.Warn($"machine.time_limit_minutes ({most}) came to its end while the root was sent to the chain; the run is published, and its root stays queued: analytics anchor sends it");
                return (int)ExitCode.Done;
            }
            throw new UserException(ExitCode.Outside, $"the run took longer than machine.time_limit_minutes ({most}); nothing was published. Raise the limit, or look at the log for the slow stage");
        }
        catch (Exception e)
        {
            services.Log.Error(e, "failed: {Message}", e.Message);
            throw;
        }
    }

    private static string[] CheckStages(string list)
    {
        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] known = [.. SettingsRules.StageOrder, "publish"];
        foreach (var name in names)
            if (!known.Contains(name))
                throw new UserException(ExitCode.Usage, $"--only {name}: no such stage; known are {string.Join(", ", known)}");
        return names;
    }

    private static DateOnly? Optional(ParseResult parsed, Option<DateOnly?> option) => parsed.CommandResult.Command.Options.Contains(option) ? parsed.GetValue(option) : null;

    private static bool Flag(ParseResult parsed, Option<bool> option) => parsed.CommandResult.Command.Options.Contains(option) && parsed.GetValue(option);
}
