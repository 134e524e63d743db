using System.Globalization;
using Serilog;

namespace Analytics.Jobs.Terminal;

/// <summary>One line an event: for files, pipes and schedulers. Warnings go to standard error even when quiet.</summary>
internal sealed class PlainReporter(TextWriter output, TextWriter errors, bool quiet, ILogger log) : IRunReporter
{
    public void Run(Action action) => action();

    public void StageStarted(string run, string stage) => log.Information("stage {Stage} of run {Run} started", stage, run);

    public void StageProgress(string stage, double share, string doing) => log.Debug("stage {Stage} {Share:P0} {Doing}", stage, share, doing);

    public void JobProgress(double share, string doing) => log.Debug("jobs {Share:P0} {Doing}", share, doing);

    public void StageEnded(string stage, string outcome, TimeSpan took, bool skipped)
    {
        log.Information("stage {Stage} ended in {Seconds:F3} s, skipped {Skipped}: {Outcome}", stage, took.TotalSeconds, skipped, outcome);
        if (!quiet) output.WriteLine(Line(stage, outcome, took, skipped));
    }

    public void Warn(string message)
    {
        log.Warning("{Message}", message);
        errors.WriteLine($"warning: {message}");
    }

    public void Say(string message)
    {
        log.Information("{Message}", message);
        if (!quiet) output.WriteLine(message);
    }

    /// <summary>A stage's line, the same on a terminal and in a file.</summary>
    public static string Line(string stage, string outcome, TimeSpan took, bool skipped) =>
        string.Create(CultureInfo.InvariantCulture, $"{stage,-9} {(skipped ? "   kept" : $"{took.TotalSeconds,5:F2} s")}  {outcome}");
}
