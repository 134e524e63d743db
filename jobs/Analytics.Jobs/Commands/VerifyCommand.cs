using System.CommandLine;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;

namespace Analytics.Jobs.Commands;

/// <summary>verify: every file of a run against its manifest.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var options = new RunOptions();
        var run = new Argument<string>("RUN") { Description = "latest, a date, an id or its first digits.", DefaultValueFactory = _ => "latest" };
        var command = new Command("verify", "Check every file of a run against its manifest: hash, rows, schema, names and root. Needs no network.") { run };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = options.LoadSettings(parsed);
            var lake = LakeAccess.Open(settings);
            var found = Verifier.Verify(lake, lake.Resolve(parsed.GetValue(run)!), ParquetFooter.Inspect, CommandHost.Cancel);
            if (found.IsWhole)
            {
                if (!parsed.GetValue(options.Quiet)) Console.Out.WriteLine($"{found.Run} is whole: {found.Files} files, {Logs.Bytes(found.Bytes)}, root {found.Root}");
                return (int)ExitCode.Done;
            }
            foreach (var finding in found.Findings) Console.Error.WriteLine($"{finding.Kind.ToString().ToLowerInvariant()}: {finding.Path}: {finding.Message}");
            Console.Error.WriteLine($"analytics: {found.Run} is not whole: {found.Findings.Count} findings over {found.Files} files. Restore the named files from a backup, or go back with `analytics runs rollback RUN`");
            return (int)ExitCode.Data;
        });
        Examples.Attach(command,
            ("analytics verify", "the newest run"),
            ("analytics verify 2025-12-31", "the run of a date"),
            ("analytics verify 3f2a9c --lake /data/lake", "a run by the start of its id"));
        return command;
    }
}

/// <summary>Opens a lake for reading.</summary>
internal static class LakeAccess
{
    public static Lake Open(LoadedSettings settings) => Lake.Open(Folder(settings.Settings.Machine), FaultHook.Wrap(new LocalFileStore()));

    /// <summary>The lake's folder.</summary>
    /// <exception cref="UserException">It is named by a URI of another file system.</exception>
    public static string Folder(MachineSettings machine) => machine.Lake.Contains("://", StringComparison.Ordinal)
        ? throw new UserException(ExitCode.Usage, $"lake {machine.Lake}: a lake lies in a folder of a file system that this machine mounts (and, with Spark, that every node mounts under the same path); Hadoop's own file systems cannot hold one yet")
        : Path.GetFullPath(machine.Lake);
}
