using System.CommandLine;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;

namespace Analytics.Jobs.Commands;

/// <summary>publish: make the open run visible; with --car also write it for IPFS.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var options = new RunOptions();
        var car = new Option<string?>("--car") { Description = "Also write the run as a CAR file for IPFS. Where no run is open: the published run that --run names, else the latest.", HelpName = "FILE" };
        var command = new Command("publish", "Publish the open run, whole or not at all.");
        options.AddTo(command, options.Input, options.Date, options.Retract, options.Run, options.Force, options.Engine, car);
        command.SetAction(parsed => parsed.GetValue(car) is { } path ? Write(parsed, options, path) : PipelineAction.Run(parsed, options, ["publish"]));
        Examples.Attach(command,
            ("analytics publish", "where one run is open"),
            ("analytics publish --car run.car && ipfs dag import run.car", "the latest run for IPFS"));
        return command;
    }

    private static int Write(ParseResult parsed, RunOptions options, string path)
    {
        var settings = options.LoadSettings(parsed);
        var name = parsed.GetValue(options.Run);
        RunRef? run = null;
        var isAsked = parsed.GetValue(options.Input) is { Length: > 0 } || parsed.GetValue(options.Date) is not null || parsed.GetValue(options.Retract) is { Length: > 0 };
        if (isAsked || IsOpen(settings, name))
        {
            var outcomes = new List<Pipeline.RunOutcome>();
            if (PipelineAction.Run(parsed, options, ["publish"], outcomes) is not (int)ExitCode.Done and var code) return code;
            run = outcomes.Count > 0 ? outcomes[^1].Published : null;
        }
        var lake = LakeAccess.Open(settings);
        var target = run ?? lake.Resolve(name ?? LakeLayout.Latest);
        var full = Path.GetFullPath(path);
        var temporary = full + FileStoreExtensions.TemporarySuffix;
        CarSummary(lake, target, full, temporary, parsed.GetValue(options.Quiet));
        return (int)ExitCode.Done;
    }

    private static void CarSummary(Lake lake, RunRef run, string full, string temporary, bool quiet)
    {
        var store = new LocalFileStore();
        // Whole under its name or not there: what an interrupted one leaves is overwritten.
        store.DeleteFile(temporary);
        try
        {
            Proofs.CarSummary written;
            using (var stream = new BufferedStream(store.CreateFile(temporary), 1 << 20)) written = RunProofs.WriteCar(lake, run, stream, CommandHost.Cancel);
            store.FlushFile(temporary);
            store.Replace(temporary, full);
            if (!quiet) Console.Out.WriteLine($"{full}: run {run}, {written.Files} files in {written.Blocks} blocks, {Terminal.Logs.Bytes(written.Bytes)}, root {written.Root}");
        }
        catch
        {
            store.DeleteFile(temporary);
            throw;
        }
    }

    private static bool IsOpen(LoadedSettings settings, string? name)
    {
        var machine = settings.Settings.Machine;
        if (!FileSystems.Of(machine, machine.Lake).FolderExists(StorePath.Combine(LakeAccess.Folder(machine), LakeLayout.Runs))) return true;
        return LakeAccess.Open(settings).ListStaging().Any(run => name is null || run.Key.StartsWith(name, StringComparison.Ordinal));
    }
}
