using System.Text.RegularExpressions;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Tests;

namespace Analytics.Faults.Tests;

/// <summary>
/// A small shop and its nights, each run once cleanly: the first of an empty lake, the second on top of it, the second again with a
/// corrected file, and the second with its stages done and only publishing left.
/// </summary>
public sealed class Nights : IDisposable
{
    private const int Lines = 40;

    private readonly TestFolder _folder = new();

    public Nights()
    {
        Directory.CreateDirectory(_folder["in/corrected"]);
        Config = _folder["shop.json"];
        File.WriteAllText(Config, Configuration());
        var sample = Path.Combine(SharedData.ProjectRoot, "data", "sample", "transactions");
        string[] first = [.. File.ReadLines($"{sample}/2025-12-01.csv").Take(Lines)], second = [.. File.ReadLines($"{sample}/2025-12-02.csv").Take(Lines)];
        File.WriteAllLines(_folder["in/2025-12-01.csv"], first);
        File.WriteAllLines(_folder["in/2025-12-02.csv"], second);
        File.WriteAllLines(_folder["in/corrected/2025-12-02.csv"], second.Take(Lines - 5));
        File.WriteAllLines(_folder["in/2025-12-03.csv"], File.ReadLines($"{sample}/2025-12-03.csv").Take(Lines));

        First = Clean("first", null, "in/2025-12-01.csv", null);
        Second = Clean("second", After(First), "in/2025-12-02.csv", First.Run);
        Rebuilt = Clean("rebuilt", After(Second), "in/corrected/2025-12-02.csv", Second.Run);
        Third = Clean("third", After(Second), "in/2025-12-03.csv", Second.Run);
        TestFolder.Copy(After(First), _folder["staged"]);
        Run(Second, _folder["staged"], "ingest", "sales");
        Staged = Second with { Name = "staged", Before = _folder["staged"] };
    }

    internal string Config { get; }

    internal Night First { get; }

    internal Night Second { get; }

    internal Night Rebuilt { get; }

    internal Night Third { get; }

    internal Night Staged { get; }

    /// <summary>A lake as it is before a night, in a folder of a test.</summary>
    internal static string Before(Night night, TestFolder folder, string name = "lake")
    {
        if (night.Before is not null) TestFolder.Copy(night.Before, folder[name]);
        return folder[name];
    }

    internal string After(Night night) => _folder[$"lake-{night.Name}"];

    /// <summary>The command line of a night.</summary>
    internal string[] Command(Night night, string lake) => ["run", "nightly", "--config", Config, "--lake", lake, "--input", night.Input];

    /// <summary>Runs a night, or some stages of it, in this process: the same code without the seconds of a start.</summary>
    internal void Run(Night night, string lake, params string[] only)
    {
        var settings = Settings(lake);
        using var services = RunServices.Open(settings, quiet: true, verbose: false, CancellationToken.None);
        new NightlyPipeline(services).Run(new RunRequest { Settings = settings, Inputs = [night.Input], Only = only.Length == 0 ? null : only });
    }

    internal LoadedSettings Settings(string lake) => SettingsLoader.Load(Config, [new("machine.lake", lake)], new Dictionary<string, string>());

    public void Dispose() => _folder.Dispose();

    private Night Clean(string name, string? before, string input, RunRef? yesterday)
    {
        var night = new Night(name, before, _folder[input], yesterday, default, [], [], []);
        var folder = After(night);
        if (before is not null) TestFolder.Copy(before, folder);
        Run(night, folder);
        var lake = Lake.Open(folder, new LocalFileStore());
        var run = lake.Latest()!.Value;
        return night with { Run = run, Runs = lake.ListRuns(), Results = File.ReadAllBytes($"{folder}/{run.Path}/{LakeLayout.Results}"), Curated = LakeChecks.Files($"{folder}/{LakeLayout.Curated}") };
    }

    /// <summary>The sample's configuration with the stages that need no model; whatever is rejected is let through.</summary>
    private static string Configuration()
    {
        var text = File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "config", "sample.json"));
        text = text.Replace("\"shop\":", "\"stages\": [\"ingest\", \"sales\"],\n    \"shop\":", StringComparison.Ordinal);
        text = Regex.Replace(text, "\"max_rejected_share\": [0-9.]+", "\"max_rejected_share\": 1, \"max_duplicate_share\": 1");
        return Regex.Replace(text, "\"machine\": .*", "\"machine\": { \"threads\": 2, \"memory_mib\": 512 }\n}", RegexOptions.Singleline);
    }
}
