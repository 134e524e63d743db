using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Analytics.Anchoring;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;

namespace Analytics.Jobs.Commands;

/// <summary>doctor: is this machine fit for a run?</summary>
internal static class DoctorCommand
{
    private const long FewBytes = 1L << 30;

    public static Command Create()
    {
        var options = new RunOptions();
        var command = new Command("doctor", "Check this machine: SDK, processor, memory, disk, engine, time zones, the lake and its permissions.");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var failed = 0;
            void Check(string what, Func<(bool Fine, string Text)> look)
            {
                bool fine;
                string text;
                try
                {
                    (fine, text) = look();
                }
                catch (Exception e)
                {
                    // Whatever the check runs into is its finding.
                    (fine, text) = (false, e.Message);
                }
                if (!fine) failed++;
                Console.Out.WriteLine($"{(fine ? "ok  " : "FAIL")}  {what,-14} {text}");
            }

            LoadedSettings? settings = null;
            Check("configuration", () =>
            {
                settings = options.LoadSettings(parsed);
                return (true, settings.File ?? "defaults, no file");
            });
            Check("runtime", () => (Environment.Version.Major >= 10, $".NET {Environment.Version} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"));
            Check("processor", () => (true, $"{Environment.ProcessorCount} cores, AVX2 {(Avx2.IsSupported ? "yes" : "no (slower, same results)")}"));
            Check("memory", () =>
            {
                var all = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
                return (all >= FewBytes, $"{Logs.Bytes(all)}, of which the engine takes up to {Logs.Bytes(Memory.EngineBytes(settings?.Settings.Machine.MemoryMib ?? 0))}");
            });
            Check("time zones", () =>
            {
                var zone = settings?.Settings.Results.Input.TimeZone ?? "Europe/London";
                return (TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _), $"{zone} (without it, install the package tzdata)");
            });
            Check("engine", () =>
            {
                using var engine = Engines.Open(settings?.Settings.Machine ?? new MachineSettings(), new EngineRequest(1, Path.GetTempPath(), "analytics doctor", null), CommandHost.Cancel);
                Column[] columns = [new("answer", ColumnType.Int64)];
                var answer = engine.Read(new SqlText("doctor", "select cast(42 as bigint) as answer"), SqlParameters.None, columns, CommandHost.Cancel).Sum(batch => batch.Longs(0)[0]);
                return (answer == 42, $"{engine.Name} {engine.Version}");
            });
            if (settings is not null)
            {
                var machine = settings.Settings.Machine;
                var lake = LakeAccess.Folder(machine);
                Check("disk", () =>
                {
                    if (FileSystems.Of(machine, lake).FreeBytes(lake) is not { } free) return (true, $"{lake} says nothing of its free space");
                    return (free >= FewBytes, $"{Logs.Bytes(free)} free for {lake}");
                });
                Check("chain", () => LookAtChain(settings.Settings.Machine.Anchor));
                Check("lake", () => Lake.IsThere(lake, FileSystems.Of(machine, lake)) ? LookAtLake(settings) : LookAtPlace(FileSystems.Of(machine, lake), lake));
            }
            return failed == 0 ? (int)ExitCode.Done : (int)ExitCode.Outside;
        });
        Examples.Attach(command, ("analytics doctor --lake /data/lake", "before the first night"));
        return command;
    }

    private static (bool Fine, string Text) LookAtChain(AnchorSettings anchor)
    {
        if (anchor.Chain == "none") return (true, "none configured: roots stay queued");
        // Without it a night is published all the same.
        if (anchor.Chain == "dev") return (true, DevelopmentChain.FindProgram(ProgramHome.Folder) ?? $"development chain not installed, roots stay queued: {DevelopmentChain.Remedy}");
        using var client = new JsonRpcClient(anchor.Rpc, new RpcOptions { Timeout = TimeSpan.FromSeconds(5) });
        var node = new EthereumNode(client);
        var (id, block) = (node.ChainIdAsync(CommandHost.Cancel).GetAwaiter().GetResult(), node.BlockNumberAsync(CommandHost.Cancel).GetAwaiter().GetResult());
        return (id == (ulong)anchor.ChainId, $"{node.Name} is on chain {id} at block {block}{(id == (ulong)anchor.ChainId ? "" : $"; machine.anchor.chain_id is {anchor.ChainId}")}");
    }

    private static (bool Fine, string Text) LookAtPlace(IFileStore files, string lake)
    {
        try
        {
            var folder = Lake.ProbePlace(lake, files);
            return (true, $"{lake}: no run yet, the first run makes it{(folder == lake ? "" : $" in {folder}")}");
        }
        catch (FileStoreException e)
        {
            return (false, $"{lake} is not there yet and cannot be made: {e.Message}; expected a folder that this user can write. Give him the right, or name another place with --lake");
        }
    }

    private static (bool Fine, string Text) LookAtLake(LoadedSettings settings)
    {
        var lake = LakeAccess.Open(settings);
        var probe = lake.Full($"{LakeLayout.State}/doctor-{Guid.NewGuid():N}");
        lake.Files.CreateFolder(StorePath.Parent(probe));
        lake.Files.WriteNew(probe, "may we write here?"u8);
        lake.Files.FlushFile(probe);
        lake.Files.DeleteFile(probe);
        var runs = lake.ListRuns().Count;
        return (true, $"{lake.Root} can be written, {runs} runs, latest {(lake.Latest() is { } latest ? latest.ToString() : "none")}");
    }
}
