using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;
using Spectre.Console;

namespace Analytics.Jobs.Commands;

/// <summary>anchor: roots onto the chain.</summary>
internal static class AnchorCommand
{
    public static Command Create()
    {
        var options = new RunOptions();
        var wait = WaitOption();
        var command = new Command("anchor", "Send the queued roots to the chain, one after the other, and follow those on their way. Safe to repeat and to interrupt.");
        options.AddTo(command, wait);
        command.Subcommands.Add(Status());
        command.Subcommands.Add(Deploy());
        command.Subcommands.Add(Retry());
        command.Subcommands.Add(Chain());
        command.Subcommands.Add(AnchorKeyCommand.Create());
        command.SetAction(parsed =>
        {
            var (lake, settings, place) = Take(options, parsed, "anchor");
            using (place)
            {
                AnchorQueue.Fill(lake, TimeProvider.System);
                using var session = ChainSession.Open(lake, settings, TimeProvider.System, Say(options, parsed));
                var progress = session.ProcessAsync([], TimeSpan.FromSeconds(parsed.GetValue(wait)), CommandHost.Cancel).GetAwaiter().GetResult();
                return End(progress, session, parsed.GetValue(options.Quiet));
            }
        });
        Examples.Attach(command,
            ("analytics anchor", "send what is queued; exit code 4 where something still waits"),
            ("analytics anchor --wait 1800", "wait up to half an hour for blocks"),
            ("analytics anchor status", "every root and where it is"));
        return command;
    }

    private static Command Status()
    {
        var options = new RunOptions();
        var json = new Option<bool>("--json") { Description = "As JSON lines." };
        var command = new Command("status", "Every root of the lake and where it stands, as the journal knows it. Asks no chain.");
        options.AddTo(command, json);
        command.SetAction(parsed =>
        {
            var settings = options.LoadSettings(parsed);
            var lake = LakeAccess.Open(settings);
            var journal = ChainSession.JournalOf(lake);
            var entries = journal.ReadAll();
            if (parsed.GetValue(json))
            {
                foreach (var entry in entries) Console.Out.WriteLine(JsonSerializer.Serialize(entry, Compact));
                return 0;
            }
            Console.Out.WriteLine(settings.Settings.Machine.Anchor.Chain switch
            {
                "dev" => "chain     dev: a chain on this machine, kept in the lake; it proves nothing to others",
                "rpc" => $"chain     {settings.Settings.Machine.Anchor.ChainId}, contract {Or(settings.Settings.Machine.Anchor.Contract, "none yet (analytics anchor deploy)")}",
                _ => "chain     none: roots stay queued (machine.anchor.chain)",
            });
            var table = PlainTable.New("date", "run", "state", ">chain", ">block", "block time", ">confirmations", ">fee", "transaction", "note");
            foreach (var entry in entries)
            {
                var receipt = entry.Receipt;
                table.AddRow(PlainTable.Cells(entry.Run is { } run ? Dates.Text(run.Date) : "contract", entry.Run?.Run ?? entry.Contract ?? "", AnchorTable.StateName(entry.State), entry.ChainId?.ToString(CultureInfo.InvariantCulture) ?? "",
                    receipt?.Block.ToString(CultureInfo.InvariantCulture) ?? "", receipt?.BlockTime.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "",
                    receipt?.Confirmations.ToString(CultureInfo.InvariantCulture) ?? "", receipt?.Fee is { } fee ? FeePolicy.InEther(BigInteger.Parse(fee, CultureInfo.InvariantCulture)) : "",
                    receipt?.Transaction ?? (entry.Attempts.Count > 0 ? entry.Attempts[^1].Transaction : ""), entry.Note ?? ""));
            }
            PlainTable.Print(table);
            foreach (var run in lake.ListRuns().Where(run => !journal.Has(run.Date, run.Id))) Console.Out.WriteLine($"not queued yet: {run} (`analytics anchor` and the next run do it)");
            return 0;
        });
        Examples.Attach(command, ("analytics anchor status --json", "all that is known, a JSON object a line"));
        return command;
    }

    private static Command Deploy()
    {
        var options = new RunOptions();
        var wait = WaitOption();
        var command = new Command("deploy", "Make the contract ReportAnchor on the configured chain, owned by the configured account, which is its first publisher. Once a chain.");
        options.AddTo(command, wait);
        command.SetAction(parsed =>
        {
            var (lake, settings, place) = Take(options, parsed, "anchor deploy");
            using (place)
            {
                if (settings.Chain == "dev") throw new UserException(ExitCode.Usage, "the development chain makes its contract by itself: run `analytics anchor`");
                using var session = ChainSession.Open(lake, settings, TimeProvider.System, Say(options, parsed));
                session.DeployAsync(TimeSpan.FromSeconds(parsed.GetValue(wait)), CommandHost.Cancel).GetAwaiter().GetResult();
                var entry = session.Journal.FindContract(session.ChainId)!;
                if (entry.State is not (AnchorState.Mined or AnchorState.Final))
                    throw new UserException(ExitCode.Outside, $"the contract is not there yet ({AnchorTable.StateName(entry.State)}): {entry.Note ?? "its transaction waits for a block"}. Run the command again: it goes on with it");
                Console.Out.WriteLine($"the contract is {entry.Contract} on chain {session.ChainId}, in block {entry.Receipt!.Block} ({AnchorTable.StateName(entry.State)}); its owner and publisher is {session.Account}");
                Console.Out.WriteLine($"set machine.anchor.contract to {entry.Contract}");
                return 0;
            }
        });
        Examples.Attach(command, ("analytics anchor deploy -c config/shop.json --wait 600", "prints the address for the configuration"));
        return command;
    }

    private static Command Retry()
    {
        var options = new RunOptions();
        var run = new Argument<string>("RUN") { Description = "latest, a date, an id or its first digits." };
        var command = new Command("retry", "Queue a run anew whose anchor failed, or that was anchored on another chain than the configured one.") { run };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var (lake, settings, place) = Take(options, parsed, "anchor retry");
            using (place)
            {
                var target = lake.Resolve(parsed.GetValue(run)!);
                var journal = ChainSession.JournalOf(lake);
                var entry = journal.Find(target.Date, target.Id);
                var chain = settings.Chain switch { "dev" => DevelopmentChain.ChainId, "rpc" => (ulong)settings.ChainId, _ => 0UL };
                if (entry is not null)
                {
                    if (entry.State == AnchorState.Queued && entry.ChainId is null or 0) return Told(target);
                    if (entry.State != AnchorState.Failed && (chain == 0 || entry.ChainId is null || entry.ChainId == chain))
                        throw new UserException(ExitCode.Usage, $"{target} is {AnchorTable.StateName(entry.State)} on {ChainSession.NameOf(entry.ChainId ?? chain)}: there is nothing to try again");
                    if (entry.IsInFlight && entry.ChainId != DevelopmentChain.ChainId)
                        throw new UserException(ExitCode.Usage, $"{target} is on its way on chain {entry.ChainId}: let it become final there first");
                }
                journal.Write(new AnchorEntry { Kind = AnchorKind.Anchor, Run = new AnchoredRun(target.Date, target.Id, lake.ReadRoot(target)), State = AnchorState.Queued, QueuedAt = TimeProvider.System.GetUtcNow() });
                return Told(target);
            }
        });
        Examples.Attach(command, ("analytics anchor retry 2025-12-31", "after what stood against it is mended"));
        return command;

        static int Told(RunRef target)
        {
            Console.Out.WriteLine($"{target} is queued");
            return 0;
        }
    }

    private static Command Chain()
    {
        var options = new RunOptions();
        var command = new Command("chain", "Show the lake's development chain to other programs until Ctrl-C: a copy of its state at an address of this machine. What they change is not kept.");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var lake = LakeAccess.Open(options.LoadSettings(parsed));
            if (!lake.Files.FileExists(ChainSession.DevelopmentState(lake))) throw new UserException(ExitCode.Usage, $"{lake.Root} has no development chain yet: `analytics anchor` with machine.anchor.chain dev makes it");
            using var chain = ChainSession.StartDevelopment(lake);
            Console.Out.WriteLine($"the development chain (id {DevelopmentChain.ChainId}) listens at {chain.Url}; contract {ChainSession.JournalOf(lake).FindContract(DevelopmentChain.ChainId)?.Contract ?? "none"}");
            Console.Out.WriteLine("Ctrl-C ends it");
            CommandHost.Cancel.WaitHandle.WaitOne();
            return 0;
        });
        Examples.Attach(command, ("analytics anchor chain", "then, elsewhere: cast call CONTRACT 'rootOf(uint32,bytes8,uint32)(bytes32)' ..."));
        return command;
    }

    private static int End(AnchorProgress progress, ChainSession session, bool quiet)
    {
        var failed = progress.Entries.Where(static entry => entry.State == AnchorState.Failed).ToList();
        foreach (var entry in failed) Console.Error.WriteLine($"analytics: {entry} failed: {entry.Note}");
        if (!quiet)
        {
            var counts = progress.Entries.Where(static entry => entry.Run is not null).GroupBy(static entry => entry.State).OrderBy(static group => group.Key).Select(static group => $"{group.Count()} {AnchorTable.StateName(group.Key)}").ToList();
            Console.Out.WriteLine($"{(counts.Count == 0 ? "no runs" : string.Join(", ", counts))} on {session.Name}");
        }
        if (progress.Waits is { } waits) throw new UserException(ExitCode.Outside, $"{waits}. Run the command again later; the next run goes on with it too");
        return failed.Count > 0 ? (int)ExitCode.Data : (int)ExitCode.Done;
    }

    /// <summary>The lake, the settings and the one place of whoever sends.</summary>
    private static (Lake Lake, AnchorSettings Settings, LakeLock Place) Take(RunOptions options, ParseResult parsed, string purpose)
    {
        var loaded = options.LoadSettings(parsed);
        var lake = LakeAccess.Open(loaded);
        return (lake, loaded.Settings.Machine.Anchor, lake.LockChain(purpose));
    }

    private static Action<string>? Say(RunOptions options, ParseResult parsed) => parsed.GetValue(options.Quiet) ? null : Console.Out.WriteLine;

    private static Option<int> WaitOption()
    {
        var wait = new Option<int>("--wait") { Description = "How long to wait for blocks.", HelpName = "SECONDS", DefaultValueFactory = static _ => 120 };
        wait.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var seconds) && seconds is < 0 or > 86_400) result.AddError("--wait: 0 to 86400 seconds are expected");
        });
        return wait;
    }

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static readonly JsonSerializerOptions Compact = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
