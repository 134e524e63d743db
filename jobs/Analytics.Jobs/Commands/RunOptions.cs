using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Analytics.Engine.Spark;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Commands;

/// <summary>The options that commands share, each made anew for a command.</summary>
internal sealed class RunOptions
{
    public Option<DateOnly?> Date { get; } = DateOption("--date", "Business date, such as 2025-12-31; without it the last order date of the input.");

    public Option<DateOnly?> From { get; } = DateOption("--from", "First business date of a backfill, night by night.");

    public Option<DateOnly?> To { get; } = DateOption("--to", "Last business date of a backfill.");

    public Option<string[]> Input { get; } = new("--input", "-i") { Description = "A file, a folder or a pattern of transaction logs; may be repeated.", HelpName = "PATH", AllowMultipleArgumentsPerToken = false };

    public Option<string[]> Retract { get; } = new("--retract") { Description = "Name of a known source file whose lines are taken away; may be repeated.", HelpName = "NAME" };

    public Option<string?> Lake { get; } = new("--lake") { Description = "Folder of the lake (machine.lake).", HelpName = "DIR" };

    public Option<string?> Config { get; } = new("--config", "-c") { Description = "Configuration file; without it ANALYTICS_CONFIG, else the sample's.", HelpName = "FILE" };

    public Option<string?> Engine { get; } = new("--engine") { Description = "duckdb or spark (machine.engine).", HelpName = "NAME" };

    public Option<string?> Master { get; } = new("--master") { Description = "Spark's master where this program starts it, such as local[*] (machine.spark_master).", HelpName = "MASTER" };

    public Option<string[]> Set { get; } = new("--set") { Description = "Any key of the configuration, such as results.mine.min_support=0.02; may be repeated.", HelpName = "KEY=VALUE" };

    public Option<string?> Run { get; } = new("--run") { Description = "The open run to work in, by the start of its id, where several are open.", HelpName = "RUN" };

    public Option<bool> Force { get; } = new("--force") { Description = "Run again although the same run is published; it gets an id of its own (-2, -3)." };

    public Option<bool> UnlessPublished { get; } = new("--unless-published") { Description = "Leave a date alone that has a run already; what the schedule uses." };

    public Option<int?> LeaseMinutes { get; } = new("--lease-minutes") { Description = "Give the date up after so many minutes, so that another scheduler takes over one that hangs.", HelpName = "N" };

    public Option<bool> Cascade { get; } = new("--cascade") { Description = "Also build the published runs of later dates anew, on top of this one." };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would be done and do nothing." };

    public Option<string?> Only { get; } = new("--only") { Description = "Only these stages, separated by commas, in the open run.", HelpName = "STAGE,..." };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Print errors and warnings only." };

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Print details, and where an error came from." };

    public void AddTo(Command command, params Option[] options)
    {
        foreach (var option in options) command.Options.Add(option);
        command.Options.Add(Lake);
        command.Options.Add(Config);
        command.Options.Add(Set);
        command.Options.Add(Quiet);
        command.Options.Add(Verbose);
    }

    /// <summary>Loads the settings that this command line means.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="more">Keys that the command has options of its own for; null where they were not given.</param>
    public LoadedSettings LoadSettings(ParseResult parsed, params ReadOnlySpan<(string Key, string? Value)> more)
    {
        var options = new List<KeyValuePair<string, string>>();
        foreach (var pair in parsed.GetValue(Set) ?? [])
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0) throw new UserException(ExitCode.Usage, $"--set {pair}: KEY=VALUE is expected, such as results.mine.min_support=0.02");
            options.Add(new(pair[..cut], pair[(cut + 1)..]));
        }
        if (parsed.GetValue(Lake) is { } lake) options.Add(new("machine.lake", lake));
        if (parsed.CommandResult.GetResult(Engine) is not null && parsed.GetValue(Engine) is { } engine) options.Add(new("machine.engine", engine));
        else if (SparkEnvironment.IsSubmitted) options.Add(new("machine.engine", "spark"));
        if (parsed.CommandResult.GetResult(Master) is not null && parsed.GetValue(Master) is { } master) options.Add(new("machine.spark_master", master));
        foreach (var (key, value) in more)
            if (value is not null) options.Add(new(key, value));
        return SettingsLoader.Load(ConfigFile(parsed.GetValue(Config)), options, EnvironmentVariables());
    }

    /// <summary>The configuration file: the option's, the environment's, else the sample's beside the program.</summary>
    public static string? ConfigFile(string? named)
    {
        if (!string.IsNullOrEmpty(named)) return named;
        if (Environment.GetEnvironmentVariable("ANALYTICS_CONFIG") is { Length: > 0 } variable) return variable;
        var sample = Path.Combine(ProgramHome.Folder, "config", "sample.json");
        return File.Exists(sample) ? sample : null;
    }

    private static Dictionary<string, string> EnvironmentVariables()
    {
        var variables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }

    private static Option<DateOnly?> DateOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "YYYY-MM-DD",
        CustomParser = result => ParseDate(result, name),
    };

    private static DateOnly? ParseDate(ArgumentResult result, string name)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        result.AddError($"{name} {text}: a date such as 2025-12-31 is expected");
        return null;
    }
}

/// <summary>The folder that the program was cloned into: what the launcher says, else the folder above the program's files.</summary>
internal static class ProgramHome
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("ANALYTICS_HOME") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "config")) && Directory.Exists(Path.Combine(folder.FullName, "data"))) return folder.FullName;
        return AppContext.BaseDirectory;
    }
}
