using Analytics.Engine;
using Analytics.Files;
using Analytics.Jobs.Commands;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Telemetry;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;
using Serilog;

namespace Analytics.Jobs.Pipeline;

/// <summary>What the commands on a lake share: settings, lake, clock, terminal, log.</summary>
internal sealed class RunServices : IDisposable
{
    private readonly Serilog.Core.Logger _log;
    private IEngine? _cluster;

    private RunServices(LoadedSettings settings, Lake lake, Serilog.Core.Logger log, IRunReporter reporter, TimeProvider time, CancellationToken cancel)
    {
        (Loaded, Lake, _log, Reporter, Time, Cancel) = (settings, lake, log, reporter, time, cancel);
        Observer = new RunObserver(settings.Settings.Machine, time);
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

    /// <summary>Tells others of the runs.</summary>
    public RunObserver Observer { get; }

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
    /// <param name="date">The night that it is for, where that is known yet.</param>
    public ISourceLoader NewLoader(DateOnly? date) => Engines.HasExecutors(Settings.Machine)
        ? new ExecutorLoader(Settings.Results, () => ClusterEngine(date), Lake.Files, path => FileSystems.Of(Settings.Machine, path), (long)Settings.Machine.SparkSplitMib << 20, Threads, Forget, Cancel)
        : new SourceLoader(Settings.Results, Threads, Memory.EngineBytes(Settings.Machine.MemoryMib), SpillFolder, Cancel);

    /// <summary>What a run's stages use.</summary>
    public StageContext NewContext(StagingRun staging, RunTarget target, ISourceLoader loader, IRunReporter reporter) => new(context => NewRelations(context, staging, target))
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
        if (Observer.Finish(Lake) is { } lost) Reporter.Warn(lost);
        Observer.Dispose();
        _cluster?.Dispose();
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

    private string SpillFolder => Settings.Machine.SpillFolder.Length > 0 ? Settings.Machine.SpillFolder : Lake.SpillFolder;

    /// <summary>
    /// The engine whose work runs on executors: one for all nights of a command, as its start takes seconds. It reads the input before a run
    /// without --date knows its date, so it is named by a date only where one was given.
    /// </summary>
    private IEngine ClusterEngine(DateOnly? date)
    {
        if (_cluster is not null) return _cluster;
        Engines.CheckWorker();
        // What driver and executors exchange lies where both reach it: beside a lake on one of Hadoop's file systems, whatever this machine's own folder is.
        return _cluster = Engines.Open(Settings.Machine, new EngineRequest(Threads, FileSystems.IsUri(Lake.Root) ? Lake.SpillFolder : SpillFolder, date is { } known ? $"analytics {Dates.Text(known)}" : "analytics", Reporter), Cancel);
    }

    private Relations NewRelations(StageContext context, StagingRun staging, RunTarget target)
    {
        if (Engines.HasExecutors(Settings.Machine)) return new Relations(ClusterEngine(target.Date), context, Forget);
        var engine = Engines.Open(Settings.Machine, new EngineRequest(Threads,
            Settings.Machine.SpillFolder.Length > 0 ? Settings.Machine.SpillFolder : StorePath.Combine(staging.Folder, "spill"),
            $"analytics {Dates.Text(target.Date)}", Reporter), Cancel);
        return new Relations(engine, context, engine.Dispose);
    }

    /// <summary>Drops what a night defined, so that the next one begins with an empty engine.</summary>
    private void Forget()
    {
        try
        {
            foreach (var name in _cluster?.RelationNames.ToArray() ?? []) _cluster!.Drop(name);
        }
        catch (EngineException)
        {
            // It is broken, and whoever is on the way here says why; another night must not begin with what is left in it.
            _cluster!.Dispose();
            _cluster = null;
        }
    }
}
