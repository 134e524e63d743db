using System.CommandLine;
using System.Globalization;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;
using Spectre.Console;

namespace Analytics.Jobs.Commands;

/// <summary>runs: look at published runs, go back, clean up.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        var command = new Command("runs", "List, show, compare, roll back and prune published runs.") { List(), Show(), Diff(), Rollback(), Prune() };
        Examples.Attach(command,
            ("analytics runs list", "all runs; * is the latest"),
            ("analytics runs diff 2025-12-30 latest", "what changed"),
            ("analytics runs rollback 2025-12-30", "analysts read that run again"));
        return command;
    }

    private static Command List()
    {
        var options = new RunOptions();
        var command = new Command("list", "The published runs by date, and the open ones.");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var lake = LakeAccess.Open(options.LoadSettings(parsed));
            var table = PlainTable.New("", "date", "run", "revision", "files", "tables", "bytes", "engine", "published");
            foreach (var summary in lake.Summaries())
                table.AddRow(PlainTable.Cells(summary.IsLatest ? "*" : summary.IsCurrent ? "" : "old", Dates.Text(summary.Run.Date), summary.Run.Id, Number(summary.Header.Revision),
                    Number(summary.Header.SourceCount), Number(summary.Header.TableCount), Logs.Bytes(summary.Header.TableBytes), $"{summary.Header.Engine} {summary.Header.EngineVersion}",
                    summary.Header.FinishedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
            PlainTable.Print(table);
            foreach (var open in lake.ListStaging())
                Console.Out.WriteLine($"open: {open.Key[..16]} of {Dates.Text(open.BusinessDate)}, done: {(open.StagesDone.Count == 0 ? "nothing" : string.Join(", ", open.StagesDone))}");
            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var options = new RunOptions();
        var run = RunArgument("RUN");
        var command = new Command("show", "One run: what it rests on, its tables, its quality checks.") { run };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var lake = LakeAccess.Open(options.LoadSettings(parsed));
            RunDetails.Print(lake, lake.Resolve(parsed.GetValue(run)!), parsed.GetValue(options.Verbose));
            return 0;
        });
        Examples.Attach(command, ("analytics runs show latest --verbose", "with every source file and its fates"));
        return command;
    }

    private static Command Diff()
    {
        var options = new RunOptions();
        var from = RunArgument("FROM");
        var to = RunArgument("TO");
        var command = new Command("diff", "What changed between two runs: files, dates, tables, configuration.") { from, to };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var lake = LakeAccess.Open(options.LoadSettings(parsed));
            RunDetails.PrintDiff(RunDiff.Compare(lake, lake.Resolve(parsed.GetValue(from)!), lake.Resolve(parsed.GetValue(to)!)));
            return 0;
        });
        Examples.Attach(command, ("analytics runs diff 2025-12-30 latest", "from an earlier run to the newest"));
        return command;
    }

    private static Command Rollback()
    {
        var options = new RunOptions();
        var run = RunArgument("RUN");
        var command = new Command("rollback", "Point latest to an earlier run. No file is removed; the next run moves it forward again.") { run };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var lake = LakeAccess.Open(options.LoadSettings(parsed));
            var target = lake.Resolve(parsed.GetValue(run)!);
            lake.Rollback(target, CommandHost.Cancel);
            Console.Out.WriteLine($"latest points to {target}");
            return 0;
        });
        Examples.Attach(command, ("analytics runs rollback 2025-12-30", "analysts read the run of that date again"));
        return command;
    }

    private static Command Prune()
    {
        var options = new RunOptions();
        var runs = new Option<int?>("--keep-runs") { Description = "Keep the current runs of so many latest dates.", HelpName = "N" };
        var days = new Option<int?>("--keep-days") { Description = "Keep the current runs of so many days up to the latest.", HelpName = "N" };
        var command = new Command("prune", "Remove old runs, and files that no remaining run needs. Without a rule only what nobody needs goes.");
        var anchored = new Option<bool>("--anchored-too") { Description = "Also remove runs whose root is on a chain; it stays there, and nothing is left that it could prove." };
        options.AddTo(command, runs, days, anchored, options.DryRun);
        command.SetAction(parsed =>
        {
            var lake = LakeAccess.Open(options.LoadSettings(parsed));
            var dry = parsed.GetValue(options.DryRun);
            var report = Pruner.Prune(lake, new PruneOptions
            {
                KeepRuns = parsed.GetValue(runs), KeepDays = parsed.GetValue(days), DryRun = dry, Anchored = parsed.GetValue(anchored) ? [] : AnchorQueue.Kept(lake),
            }, CommandHost.Cancel);
            if (!dry && report.Removed.Count > 0)
            {
                using var place = lake.LockChain("prune");
                AnchorQueue.Forget(lake);
            }
            foreach (var removed in report.Removed) Console.Out.WriteLine($"{(dry ? "would remove" : "removed")} run {removed}");
            Console.Out.WriteLine($"{(dry ? "would remove" : "removed")} {report.Removed.Count} runs, {report.CuratedFiles.Count} curated files, {report.Staging.Count} open runs: {Logs.Bytes(report.Bytes)}; {report.Kept.Count} runs stay");
            if (parsed.GetValue(options.Verbose))
                foreach (var kept in report.Kept) Console.Out.WriteLine($"kept {kept.Run}: {kept.Reason}");
            return 0;
        });
        Examples.Attach(command,
            ("analytics runs prune --keep-days 90 --dry-run", "what would go"),
            ("analytics runs prune --keep-days 90", "three months stay"));
        return command;
    }

    private static Argument<string> RunArgument(string name) => new(name) { Description = "latest, a date, an id or its first digits." };

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
