using Analytics.Files;
using Analytics.Jobs.Alerts;
using Analytics.Jobs.Commands;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;
using Analytics.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Analytics.Jobs.Schedule;

/// <summary>The service that keeps the schedules: Quartz looks at short intervals and whenever a night is due; the lake is its memory.</summary>
internal sealed class ScheduleHost
{
    // A look costs some file listings; a night starts at most so long after it was due or its input came.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>Runs until it is told to stop. A night that goes on then is asked to stop, and awaited.</summary>
    public static async Task<int> RunAsync(LoadedSettings loaded, bool verbose, CancellationToken cancel)
    {
        Commands.CommandHost.Grace = 2 * NightProcess.StopGrace;
        var machine = loaded.Settings.Machine;
        var schedules = ScheduleDefinitions.Of(loaded.Settings);
        var lake = LakeAccess.OpenOrCreate(loaded);
        using var log = Logs.Open(machine, verbose);
        using var http = new HttpClient();
        var time = TimeProvider.System;
        var scheduler = new NightScheduler(new NightSchedulerOptions
        {
            Lake = lake,
            Schedules = schedules,
            Runner = new NightProcess(loaded, lake, time),
            Input = new InputProbe(loaded.Settings),
            Channels = AlertChannels.Of(machine.Alerts, http),
            Probes = [.. FileSystems.IsUri(lake.Root) ? (IConditionProbe[])[] : [new DiskProbe(lake.Root, machine.Alerts.DiskFreeShare)], new RunProbe(lake, machine.Alerts.VolumeShare)],
            Time = time,
            Command = (schedule, date) => NightProcess.ByHand(loaded, schedule.Name, date),
            Link = condition => machine.Alerts.ConsoleUrl.Length == 0 ? "" : $"{machine.Alerts.ConsoleUrl.TrimEnd('/')}/alerts/{condition.Id}",
        });
        var heartbeat = machine.Alerts.HeartbeatFrom.Length > 0 ? Secrets.Read(machine.Alerts.HeartbeatFrom, "machine.alerts.heartbeat_from") : null;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(new LookContext(scheduler, log, Console.Out, http, heartbeat));
        builder.Services.AddQuartz(quartz => quartz.ScheduleJob<LookJob>(
            trigger => trigger.WithIdentity("look").StartNow().WithSimpleSchedule(every => every.WithInterval(Interval).RepeatForever()),
            job => job.WithIdentity("look")));
        builder.Services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        using var host = builder.Build();
        await using var console = machine.Web.WithSchedule ? await Web.WebHost.StartAsync(loaded, lake, [], cancel).ConfigureAwait(false) : null;
        if (console is not null) Console.Out.WriteLine($"the console is at {console.Address}");
        foreach (var line in ScheduleText.Next(schedules, time.GetUtcNow(), 1)) Console.Out.WriteLine(line);
        await host.StartAsync(cancel).ConfigureAwait(false);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Console.Out.WriteLine("stopping");
        }
        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await scheduler.Running.ConfigureAwait(false);
        return (int)ExitCode.Done;
    }
}

/// <summary>What a look needs.</summary>
internal sealed record LookContext(NightScheduler Scheduler, Serilog.ILogger Log, TextWriter Output, HttpClient Http, string? Heartbeat)
{
    /// <summary>What each night's last state was, so that a change is a line and a repetition is none.</summary>
    public Dictionary<string, string> Told { get; } = new(StringComparer.Ordinal);

    /// <summary>The run after which a look is asked for already.</summary>
    public Task? Awaited { get; set; }
}

/// <summary>One look at the lake.</summary>
[DisallowConcurrentExecution]
internal sealed class LookJob(LookContext context) : IJob
{
    public async ValueTask Execute(IJobExecutionContext execution, CancellationToken cancel)
    {
        try
        {
            await context.Scheduler.LookAsync(Commands.CommandHost.Cancel).ConfigureAwait(false);
            Tell();
            LookAgainAfterTheRun(execution);
            if (context.Heartbeat is { } address)
            {
                using var answer = await context.Http.GetAsync(address, cancel).ConfigureAwait(false);
                if (!answer.IsSuccessStatusCode) context.Log.Warning("the heartbeat's address answered {Code}", (int)answer.StatusCode);
            }
        }
        catch (Exception e) when (e is FileStoreException or PublishingException or IOException or HttpRequestException or UnauthorizedAccessException)
        {
            // The lake's disk may be full or away: the next look may find it again, and a heartbeat that stays out tells.
            context.Log.Error("the look failed: {Message}", e.Message);
            await Console.Error.WriteLineAsync($"warning: the look failed: {e.Message}").ConfigureAwait(false);
        }
    }

    // The next night need not wait for the next look.
    private void LookAgainAfterTheRun(IJobExecutionContext execution)
    {
        if (!context.Scheduler.IsRunning || context.Awaited == context.Scheduler.Running) return;
        context.Awaited = context.Scheduler.Running;
        context.Awaited.ContinueWith(async _ =>
        {
            if (!Commands.CommandHost.Cancel.IsCancellationRequested) await execution.Scheduler.TriggerJob(execution.JobDetail.Key).ConfigureAwait(false);
        }, TaskScheduler.Default);
    }

    private void Tell()
    {
        foreach (var (schedule, decisions) in context.Scheduler.Decisions)
            foreach (var decision in decisions)
            {
                var line = $"{schedule} {Dates.Text(decision.Night.Date)}: {ScheduleText.State(decision)}";
                var key = $"{schedule} {Dates.Text(decision.Night.Date)}";
                if (context.Told.GetValueOrDefault(key) == line) continue;
                context.Told[key] = line;
                context.Log.Information("{Line}", line);
                context.Output.WriteLine(line);
            }
    }
}
