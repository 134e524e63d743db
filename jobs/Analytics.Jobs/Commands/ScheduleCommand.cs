using System.CommandLine;
using Analytics.Jobs.Alerts;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Schedule;
using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Jobs.Commands;

/// <summary>schedule: the nights, unattended.</summary>
internal static class ScheduleCommand
{
    public static Command Create()
    {
        var command = new Command("schedule", "Run the nights by themselves, make up for lost ones, and call for help in time.") { Run(), List(), Next(), Check(), Retry(), Release(), Silence() };
        Examples.Attach(command,
            ("analytics schedule run -c shop.json", "the service, in the foreground; docs/schedule.md has systemd and containers"),
            ("analytics schedule list", "each schedule, its nights that matter now, open alerts"),
            ("analytics schedule next --count 10", "when, across clock changes"),
            ("analytics schedule check", "is the configuration right, are inputs and channels there; sends a test message"));
        return command;
    }

    private static Command Run()
    {
        var options = new RunOptions();
        var command = new Command("run", "Keep the schedules until it is told to stop (Ctrl-C, SIGTERM).");
        options.AddTo(command);
        command.SetAction(parsed => ScheduleHost.RunAsync(options.LoadSettings(parsed), parsed.GetValue(options.Verbose), CommandHost.Cancel).GetAwaiter().GetResult());
        return command;
    }

    private static Command List()
    {
        var options = new RunOptions();
        var command = new Command("list", "The schedules, their nights that matter now, and the open alerts.");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var loaded = options.LoadSettings(parsed);
            var lake = Open(loaded);
            var now = TimeProvider.System.GetUtcNow();
            var probe = new InputProbe(loaded.Settings);
            foreach (var schedule in ScheduleDefinitions.Of(loaded.Settings))
            {
                Console.Out.WriteLine($"{schedule.Name}  {schedule.Cron.Text}  {schedule.Zone.Id}");
                var facts = new LakeNightFacts(lake, new AttemptBook(lake, schedule.Name), date => probe.Look(schedule, date, now));
                foreach (var decision in NightPlanner.Plan(schedule, facts, now))
                    Console.Out.WriteLine($"  {Dates.Text(decision.Night.Date)}  {ScheduleText.State(decision)}{(decision.Attempts.Count > 0 ? $", {decision.Attempts.Count} attempts" : "")}");
                foreach (var line in ScheduleText.Next([schedule], now, 1)) Console.Out.WriteLine($"  next {line}");
            }
            foreach (var alert in new AlertBook(lake, [], TimeProvider.System).Open())
                Console.Out.WriteLine($"alert {alert.Condition.Id} since {AlertText.Time(alert.RaisedAt)}: {alert.Condition.Text}{(alert.SilencedUntil is { } until ? $" (silenced until {AlertText.Time(until)})" : "")}");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Next()
    {
        var options = new RunOptions();
        var count = new Option<int>("--count") { Description = "How many nights.", DefaultValueFactory = _ => 5, HelpName = "N" };
        var command = new Command("next", "The next nights, in the shop's zone and in UTC.") { count };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            foreach (var line in ScheduleText.Next(ScheduleDefinitions.Of(options.LoadSettings(parsed).Settings), TimeProvider.System.GetUtcNow(), Math.Clamp(parsed.GetValue(count), 1, 10_000))) Console.Out.WriteLine(line);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Check()
    {
        var options = new RunOptions();
        var quiet = new Option<bool>("--no-message") { Description = "Send no test message." };
        var command = new Command("check", "Check schedules, inputs and channels; each channel gets a test message.") { quiet };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var loaded = options.LoadSettings(parsed);
            var schedules = ScheduleDefinitions.Of(loaded.Settings);
            var (now, probe, failed) = (TimeProvider.System.GetUtcNow(), new InputProbe(loaded.Settings), 0);
            foreach (var schedule in schedules)
            {
                var newest = DueNights.Newest(schedule, now);
                var input = newest is { } night ? probe.Look(schedule, night.Date, now) : null;
                Console.Out.WriteLine($"ok    schedule {schedule.Name}: newest due night {(newest is { } due ? Dates.Text(due.Date) : "none")}, input {(input is null ? "not looked at" : input.IsReady ? "there" : input.Waiting)}");
            }
            using var http = new HttpClient();
            var test = new AlertMessage("test", new AlertCondition(AlertKind.SilentChannel, "test", null, "This is a test of analytics schedule check: the channel works.", "Nothing is to be done.", ""), false, now, now, loaded.Settings.Machine.Alerts.ConsoleUrl);
            foreach (var channel in AlertChannels.Of(loaded.Settings.Machine.Alerts, http))
            {
                try
                {
                    if (!parsed.GetValue(quiet)) channel.SendAsync(test, CommandHost.Cancel).GetAwaiter().GetResult();
                    Console.Out.WriteLine($"ok    channel {channel.Name}");
                }
                catch (Exception e) when (!CommandHost.Cancel.IsCancellationRequested)
                {
                    // Whatever keeps it from being reached is the check's finding.
                    Console.Out.WriteLine($"FAIL  channel {channel.Name}: {e.Message}");
                    failed++;
                }
            }
            return failed == 0 ? (int)ExitCode.Done : (int)ExitCode.Outside;
        });
        return command;
    }

    private static Command Retry()
    {
        var (options, date) = (new RunOptions(), DateArgument());
        var command = new Command("retry", "Forget the failures of a night, so that the schedule tries it anew.") { date };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var loaded = options.LoadSettings(parsed);
            var lake = Open(loaded);
            foreach (var schedule in ScheduleDefinitions.Of(loaded.Settings)) new AttemptBook(lake, schedule.Name).Forget(parsed.GetValue(date));
            Console.Out.WriteLine($"{Dates.Text(parsed.GetValue(date))} is tried anew at the schedule's next look");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Release()
    {
        var (options, date) = (new RunOptions(), DateArgument());
        var command = new Command("release", "Take a date's lease away from a process that hangs; that process will publish nothing.") { date };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var lake = Open(options.LoadSettings(parsed));
            var lease = lake.FindLease(parsed.GetValue(date));
            if (lease is not { State: LeaseState.Held })
                throw new UserException(ExitCode.Usage, $"nobody has the lease of {Dates.Text(parsed.GetValue(date))}: look at analytics schedule list");
            lake.BreakLease(parsed.GetValue(date), $"released by {Environment.UserName} on {Environment.MachineName}");
            Console.Out.WriteLine($"lease {lease.Token} of {Dates.Text(lease.Date)} is taken from process {lease.Owner.ProcessId} on {lease.Owner.Host}");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Silence()
    {
        var options = new RunOptions();
        var id = new Argument<string>("ALERT") { Description = "The alert's id, as schedule list shows it." };
        var hours = new Option<int>("--hours") { Description = "For how long.", DefaultValueFactory = _ => 24, HelpName = "N" };
        var command = new Command("silence", "Tell nobody of an open alert for some hours.") { id, hours };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var book = new AlertBook(Open(options.LoadSettings(parsed)), [], TimeProvider.System);
            if (!book.Open().Any(alert => alert.Condition.Id == parsed.GetValue(id)))
                throw new UserException(ExitCode.Usage, $"no open alert '{parsed.GetValue(id)}'; open are {string.Join(", ", book.Open().Select(static alert => alert.Condition.Id).DefaultIfEmpty("none"))}");
            book.Silence(parsed.GetValue(id)!, TimeProvider.System.GetUtcNow().AddHours(Math.Clamp(parsed.GetValue(hours), 1, 24 * 365)));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Argument<DateOnly> DateArgument() => new("DATE")
    {
        Description = "The business date, such as 2025-12-31.",
        CustomParser = static result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var date)) return date;
            result.AddError($"{result.Tokens[0].Value}: a date such as 2025-12-31 is expected");
            return default;
        },
    };

    private static Lake Open(LoadedSettings loaded) => LakeAccess.OpenOrCreate(loaded);
}
