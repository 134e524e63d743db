using Analytics.Proofs;
using Analytics.Publishing;
using Analytics.Sandbox;
using Analytics.Scheduling;

namespace Analytics.Web.Tests;

/// <summary>A program around the console that notes what it is asked to start.</summary>
internal sealed class FakeProgram(string folder) : IConsoleProgram
{
    private readonly List<StartedRuns> _started = [];

    public string Shop => "Shop " + WebShop.Script;

    public string Version => "0.1.0";

    public IReadOnlyList<ScheduleDefinition> Schedules { get; init; } = [];

    public SandboxProgram Sandbox { get; } = SandboxProgram.Own("Analytics.Web.Tests");

    public string? LocalPath(string path) => path.StartsWith(FarStore.Scheme, StringComparison.Ordinal) ? null : path;

    public ParquetInspector Inspect => WebShop.Inspect;

    public RowReader ReadRows => RowTree.ReadOwn;

    public List<RunOrder> Orders { get; } = [];

    public InputState LookAtInput(ScheduleDefinition schedule, DateOnly date, DateTimeOffset now) => InputState.NotYet("the marker is not there");

    public string CommandOf(string schedule, DateOnly date) => $"./analytics run nightly --date {date:yyyy-MM-dd}";

    public ChainStanding? Standing(RunRef run) => new("mined", "00", [("Note", WebShop.Script)]);

    public string? Describe(string table, string column) => WebShop.Script;

    public StartedRuns Start(RunOrder order)
    {
        Orders.Add(order);
        var log = Path.Combine(folder, $"run{Orders.Count}.log");
        File.WriteAllText(log, $"$ run nightly\n{WebShop.Controls}\n{WebShop.Script}\n");
        var now = TimeProvider.System.GetUtcNow();
        var started = new StartedRuns($"r{Orders.Count}", order, now, now, "done", false, log);
        _started.Insert(0, started);
        return started;
    }

    public IReadOnlyList<StartedRuns> Started() => _started;

    public string? AttemptLog(string schedule, DateOnly date, int attempt) => null;

    public static ScheduleDefinition Nightly() => new()
    {
        Name = "nightly", Cron = CronCalendar.Parse("0 30 2 * * ?"), Zone = TimeZoneInfo.Utc, DaysBack = 1,
    };
}
