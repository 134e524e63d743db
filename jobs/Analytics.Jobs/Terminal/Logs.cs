using System.Globalization;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Analytics.Jobs.Terminal;

/// <summary>JSON log lines, a file a day; kept for the configured days.</summary>
internal static class Logs
{
    /// <summary>
    /// The folder of the logs: the configured one, else the lake's. A lake that is no local folder has its logs on this machine: where YARN
    /// collects a container's, else in the user's own data folder.
    /// </summary>
    public static string Folder(MachineSettings machine)
    {
        if (machine.LogFolder.Length > 0) return machine.LogFolder;
        return LakeFolder(machine.Lake);
    }

    /// <summary>The folder of a lake's logs where none is configured.</summary>
    public static string LakeFolder(string lake)
    {
        if (!FileSystems.IsUri(lake)) return Path.Combine(lake, "state", "logs");
        if (Environment.GetEnvironmentVariable("LOG_DIRS") is { Length: > 0 } yarn) return yarn.Split(',')[0];
        var own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(own.Length > 0 ? own : Path.GetTempPath(), "analytics", "logs");
    }

    /// <summary>Opens the log of a lake.</summary>
    public static Serilog.Core.Logger Open(MachineSettings machine, bool verbose)
    {
        var folder = Folder(machine);
        Directory.CreateDirectory(folder);
        return new LoggerConfiguration()
            .MinimumLevel.Is(verbose ? LogEventLevel.Debug : LogEventLevel.Information)
            .Enrich.WithProperty("Process", Environment.ProcessId)
            .WriteTo.File(new CompactJsonFormatter(), Path.Combine(folder, "analytics-.jsonl"), rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: machine.LogDays, shared: true)
            .CreateLogger();
    }

    /// <summary>The reporter that fits where the output goes.</summary>
    public static IRunReporter Reporter(bool quiet, ILogger log)
    {
        var console = Spectre.Console.AnsiConsole.Console;
        if (!quiet && !Console.IsOutputRedirected && console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi) return new LiveReporter(console, log);
        return new PlainReporter(Console.Out, Console.Error, quiet, log);
    }

    /// <summary>Bytes for reading.</summary>
    public static string Bytes(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KiB")
        : bytes < 1L << 30 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MiB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F2} GiB");
}
