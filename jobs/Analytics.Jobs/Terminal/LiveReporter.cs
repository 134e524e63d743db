using Serilog;
using Spectre.Console;

namespace Analytics.Jobs.Terminal;

/// <summary>A bar a stage, on a terminal; finished stages leave their line behind.</summary>
internal sealed class LiveReporter(IAnsiConsole console, ILogger log) : IRunReporter
{
    private readonly Dictionary<string, ProgressTask> _bars = new(StringComparer.Ordinal);
    private readonly List<string> _after = [];
    private ProgressContext? _context;
    private ProgressTask? _jobs;

    public void Run(Action action)
    {
        if (_context is not null)
        {
            action();
            return;
        }
        try
        {
            console.Progress().AutoClear(true).HideCompleted(true)
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
                .Start(context =>
                {
                    _context = context;
                    action();
                });
        }
        finally
        {
            _context = null;
            _jobs = null;
            foreach (var line in _after) Console.Out.WriteLine(line);
            _after.Clear();
            _bars.Clear();
        }
    }

    public void StageStarted(string run, string stage)
    {
        log.Information("stage {Stage} of run {Run} started", stage, run);
        if (_context is not null) _bars[stage] = _context.AddTask(Markup.Escape(stage), maxValue: 1);
    }

    public void StageProgress(string stage, double share, string doing)
    {
        log.Debug("stage {Stage} {Share:P0} {Doing}", stage, share, doing);
        if (!_bars.TryGetValue(stage, out var bar)) return;
        bar.Value = Math.Clamp(share, 0, 0.999);
        bar.Description = Markup.Escape($"{stage}: {doing}");
    }

    public void JobProgress(double share, string doing)
    {
        // One bar for all jobs; it is drawn from the first of them on.
        if (_context is not { } context) return;
        var bar = _jobs ??= context.AddTask("jobs", maxValue: 1);
        bar.Value = Math.Clamp(share, 0, 0.999);
        bar.Description = Markup.Escape(doing);
    }

    public void StageEnded(string stage, string outcome, TimeSpan took, bool skipped)
    {
        log.Information("stage {Stage} ended in {Seconds:F3} s, skipped {Skipped}: {Outcome}", stage, took.TotalSeconds, skipped, outcome);
        if (_bars.Remove(stage, out var bar))
        {
            bar.Value = 1;
            bar.StopTask();
        }
        Later(PlainReporter.Line(stage, outcome, took, skipped));
    }

    public void Warn(string message)
    {
        log.Warning("{Message}", message);
        Later($"warning: {message}");
    }

    public void Say(string message)
    {
        log.Information("{Message}", message);
        Later(message);
    }

    private void Later(string line)
    {
        // Past the display itself lines are written as they are: the terminal wraps them, and they can be copied whole.
        if (_context is null) Console.Out.WriteLine(line);
        else _after.Add(line);
    }
}
