using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Analytics.Anchoring;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Schedule;
using Analytics.Proofs;
using Analytics.Publishing;
using Analytics.Sandbox;
using Analytics.Scheduling;
using Analytics.Web;

namespace Analytics.Jobs.Web;

/// <summary>What the console needs of this program.</summary>
internal sealed class ConsoleProgram(LoadedSettings loaded, Lake lake, TimeProvider time) : IConsoleProgram
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Descriptions = new(ReadDescriptions);

    private readonly InputProbe _input = new(loaded.Settings);

    /// <summary>What was started from the console.</summary>
    public ConsoleRuns Runs { get; } = new(loaded, lake, time);

    public string Shop => loaded.Settings.Results.Shop;

    public string Version { get; } = typeof(ConsoleProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public IReadOnlyList<ScheduleDefinition> Schedules { get; } = loaded.Settings.Machine.Schedules.Count > 0 ? ScheduleDefinitions.Of(loaded.Settings) : [];

    public string? LocalPath(string path) => FileSystems.IsUri(path) ? null : path;

    public ParquetInspector Inspect => path => ParquetFooter.Inspect(lake.Files, path);

    public SandboxProgram Sandbox { get; } = SandboxProgram.Own("analytics");

    public RowReader ReadRows => RowTree.ReadOwn(lake.Files);

    public InputState LookAtInput(ScheduleDefinition schedule, DateOnly date, DateTimeOffset now) => _input.Look(schedule, date, now);

    public string CommandOf(string schedule, DateOnly date) => NightProcess.ByHand(loaded, schedule, date);

    public ChainStanding? Standing(RunRef run)
    {
        AnchorEntry? entry;
        try
        {
            entry = ChainSession.JournalOf(lake).Find(run.Date, run.Id);
        }
        catch (AnchoringException e)
        {
            return new ChainStanding("unknown", "", [("Why", e.Message)]);
        }
        if (entry is not { Run: { } queued }) return null;
        var facts = new List<(string, string)> { ("Queued", AlertTime(entry.QueuedAt)) };
        if (entry.ChainId is { } chain) facts.Add(("Chain", ChainSession.NameOf(chain)));
        if (entry.Contract is { } contract) facts.Add(("Contract", contract));
        var transaction = entry.Receipt?.Transaction ?? (entry.Attempts.Count > 0 ? entry.Attempts[^1].Transaction : null);
        if (transaction is not null) facts.Add(("Transaction", transaction));
        if (entry.Receipt is { } receipt)
        {
            facts.Add(("Block", string.Create(CultureInfo.InvariantCulture, $"{receipt.Block} of {AlertTime(receipt.BlockTime)}, {receipt.BlockHash}")));
            facts.Add(("Confirmations", receipt.Confirmations.ToString(CultureInfo.InvariantCulture)));
        }
        if (entry.Note is { } note) facts.Add(("Note", note));
        return new ChainStanding(AnchorTable.StateName(entry.State), queued.Root, facts);
    }

    public string? Describe(string table, string column) => Descriptions.Value.GetValueOrDefault($"{table}.{column}");

    public StartedRuns Start(RunOrder order) => Runs.Start(order);

    public IReadOnlyList<StartedRuns> Started() => Runs.Started();

    public string? AttemptLog(string schedule, DateOnly date, int attempt) =>
        loaded.Settings.Machine.Schedules.ContainsKey(schedule) && NightProcess.LogPath(lake, schedule, date, attempt) is var path && File.Exists(path) ? path : null;

    private static string AlertTime(DateTimeOffset at) => Alerts.AlertText.Time(at);

    private static Dictionary<string, string> ReadDescriptions()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in TableSchemas.Names)
        {
            using var stream = typeof(TableSchemas).Assembly.GetManifestResourceStream($"schema.{table}.json")!;
            using var json = JsonDocument.Parse(stream);
            foreach (var column in json.RootElement.GetProperty("columns").EnumerateArray())
                texts[$"{table}.{column.GetProperty("name").GetString()}"] = column.GetProperty("description").GetString() ?? "";
        }
        return texts;
    }
}
