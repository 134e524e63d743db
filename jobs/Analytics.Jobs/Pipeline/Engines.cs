using System.Globalization;
using Analytics.Engine;
using Analytics.Engine.DuckDb;
using Analytics.Engine.Spark;
using Analytics.Jobs.Commands;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Terminal;

namespace Analytics.Jobs.Pipeline;

/// <summary>What an engine is opened for.</summary>
/// <param name="Threads">Threads of the embedded engine.</param>
/// <param name="SpillFolder">Where it may put what does not fit; Spark exchanges rows with the program there.</param>
/// <param name="Name">What the work is called where others see it, with the business date.</param>
/// <param name="Reporter">Told of the engine's own page and of its jobs' progress; null for nobody.</param>
internal sealed record EngineRequest(int Threads, string SpillFolder, string Name, IRunReporter? Reporter);

/// <summary>The one place that knows which engines there are.</summary>
internal static class Engines
{
    /// <summary>The file name of the worker that runs grouped work on Spark's executors.</summary>
    public const string WorkerName = "worker";

    /// <summary>The engine of a run: the one that was started, else the one that would have been.</summary>
    public static (string Name, string Version) Describe(StageContext context)
    {
        if (context.EngineStarted) return (context.Engine.Name, context.Engine.Version);
        return context.Machine.Engine switch
        {
            "duckdb" => ("duckdb", DuckDbEngine.LibraryVersion),
            "spark" => ("spark", "not started"),
            _ => throw Unknown(context.Machine),
        };
    }

    /// <summary>Whether the engine's work runs on executors, which then read the input too.</summary>
    public static bool HasExecutors(MachineSettings machine) => machine.Engine == "spark";

    public static IEngine Open(MachineSettings machine, EngineRequest request, CancellationToken cancel) => machine.Engine switch
    {
        "duckdb" => new DuckDbEngine(new DuckDbOptions(Memory.EngineBytes(machine.MemoryMib), request.Threads, request.SpillFolder)),
        "spark" => OpenSpark(machine, request, cancel),
        _ => throw Unknown(machine),
    };

    private static SparkEngine OpenSpark(MachineSettings machine, EngineRequest request, CancellationToken cancel)
    {
        var engine = new SparkEngine(SparkOptions(machine, request) with { Gateway = FileSystems.Gateway }, cancel);
        request.Reporter?.Say($"Spark {engine.Version}, application {engine.ApplicationId}{(engine.UiAddress is { } page ? $", its page {page}" : "")}");
        return engine;
    }

    /// <summary>How Spark is started or reached.</summary>
    public static SparkOptions SparkOptions(MachineSettings machine, EngineRequest request)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["spark.ui.showConsoleProgress"] = "false" };
        foreach (var setting in machine.SparkSettings)
        {
            var cut = setting.IndexOf('=', StringComparison.Ordinal);
            settings[setting[..cut]] = setting[(cut + 1)..];
        }
        return new SparkOptions
        {
            ScratchFolder = request.SpillFolder,
            ApplicationName = request.Name,
            Master = machine.SparkMaster,
            // The embedded engine's commands start a Spark for nothing but files.
            DriverOnly = machine.Engine != "spark" || !machine.SparkMaster.StartsWith("local", StringComparison.Ordinal),
            Settings = settings,
            LogFile = Path.Combine(Logs.Folder(machine), "spark.log"),
            Worker = FindWorker(),
            Progress = request.Reporter is { } reporter ? progress => reporter.JobProgress(progress.Tasks == 0 ? 0 : (double)progress.Done / progress.Tasks,
                string.Create(CultureInfo.InvariantCulture, $"spark: {progress.Done} of {progress.Tasks} tasks of {progress.Stages} stages")) : null,
        };
    }

    /// <summary>Says that the native worker is missing before Spark is started for a run, which cannot do without it.</summary>
    /// <exception cref="UserException">Code 4: there is no worker.</exception>
    public static void CheckWorker()
    {
        if (FindWorker() is var worker && !File.Exists(worker))
            throw new UserException(ExitCode.Outside, $"the native worker {worker} is missing: build it once by scripts/worker.sh");
    }

    /// <summary>The native worker: what ANALYTICS_WORKER names, else beside the program, else where the launcher builds it.</summary>
    private static string FindWorker()
    {
        if (Environment.GetEnvironmentVariable("ANALYTICS_WORKER") is { Length: > 0 } named) return Path.GetFullPath(named);
        string[] places = [Path.Combine(AppContext.BaseDirectory, WorkerName), Path.Combine(ProgramHome.Folder, ".build", "worker", WorkerName)];
        return places.FirstOrDefault(File.Exists) ?? places[^1];
    }

    private static UserException Unknown(MachineSettings machine) =>
        new(ExitCode.Usage, $"machine.engine is '{machine.Engine}', but one of duckdb, spark is expected");
}
