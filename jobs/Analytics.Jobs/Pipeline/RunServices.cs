using Analytics.Engine;
using Analytics.Files;
using Analytics.Jobs.Commands;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;
using Serilog;

namespace Analytics.Jobs.Pipeline;

/// <summary>What the commands on a lake share: settings, lake, clock, terminal, log.</summary>
internal sealed class RunServices : IDisposable
{
    private readonly Serilog.Core.Logger _log;

    private RunServices(LoadedSettings settings, Lake lake, Serilog.Core.Logger log, IRunReporter reporter, TimeProvider time, CancellationToken cancel)
    {
        (Loaded, Lake, _log, Reporter, Time, Cancel) = (settings, lake, log, reporter, time, cancel);
        Threads = settings.Settings.Machine.Threads > 0 ? settings.Settings.Machine.Threads : Environment.ProcessorCount;
    }

    public LoadedSettings Loaded { get; }

    public Settings Settings => Loaded.Settings;

    public Lake Lake { get; }

    public IRunReporter Reporter { get; }

    public TimeProvider Time { get; }

    public CancellationToken Cancel { get; }

    public int Threads { get; }

    public ILogger Log => _log;

    /// <summary>Opens the lake that the settings name; makes an empty one where there is none yet.</summary>
    public static RunServices Open(LoadedSettings settings, bool quiet, bool verbose, CancellationToken cancel, TimeProvider? time = null)
    {
        var machine = settings.Settings.Machine;
        if (machine.Engine == "duckdb" && FileSystems.IsUri(machine.Lake))
            throw new UserException(ExitCode.Usage, $"lake {machine.Lake}: the embedded engine works on files of this machine alone; name --engine spark, or start by ./spark-submit.sh");
        var lake = LakeAccess.OpenOrCreate(settings);
        var log = Logs.Open(machine, verbose);
        return new RunServices(settings, lake, log, Logs.Reporter(quiet, log), time ?? TimeProvider.System, cancel);
    }

    /// <summary>A loader of source files; the caller disposes it.</summary>
    public SourceLoader NewLoader()
    {
        var spill = Settings.Machine.SpillFolder.Length > 0 ? Settings.Machine.SpillFolder : Lake.SpillFolder;
        return new SourceLoader(Settings.Results, Threads, Memory.EngineBytes(Settings.Machine.MemoryMib), spill, Cancel);
    }

    /// <summary>What a run's stages use.</summary>
    public StageContext NewContext(StagingRun staging, RunTarget target, SourceLoader loader, IRunReporter reporter) => new(context => new Relations(NewEngine(staging, target), context))
    {
        Loader = loader,
        Results = Settings.Results,
        Machine = Settings.Machine,
        Lake = Lake,
        Staging = staging,
        Target = target,
        Reporter = reporter,
        Time = Time,
        Threads = Threads,
        Cancel = Cancel,
    };

    public void Dispose()
    {
        _log.Dispose();
        // Its files went with the loaders; what a process that is killed leaves, the next one's recovery deletes.
        try
        {
            if (Lake.Files.FolderExists(Lake.SpillFolder)) Lake.Files.DeleteTree(Lake.SpillFolder);
        }
        catch (FileStoreException) when (FileSystems.IsUri(Lake.Root))
        {
            // Its JVM is gone, which whoever is on the way here tells.
        }
    }

    private IEngine NewEngine(StagingRun staging, RunTarget target) => Engines.Open(Settings.Machine, new EngineRequest(Threads,
        Settings.Machine.SpillFolder.Length > 0 ? Settings.Machine.SpillFolder : StorePath.Combine(staging.Folder, "spill"),
        $"analytics {Dates.Text(target.Date)}", Reporter), Cancel);
}
