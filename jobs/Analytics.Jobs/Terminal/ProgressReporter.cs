using Analytics.Publishing;

namespace Analytics.Jobs.Terminal;

/// <summary>
/// Passes everything on, and writes how far the run is beside it, for the console: a few times a second at most, and never so that the
/// run would end over it. The file belongs to no step of the run and goes with its folder.
/// </summary>
internal sealed class ProgressReporter(IRunReporter inner, string folder, IReadOnlyList<string> stages, TimeProvider time) : IRunReporter
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private RunProgress _now = new(stages, "", default, 0, "", default);
    private bool _hasGivenUp;

    public void Run(Action action) => inner.Run(action);

    public void StageStarted(string run, string stage)
    {
        inner.StageStarted(run, stage);
        Write(now => now with { Stage = stage, StageStartedAt = time.GetUtcNow(), Share = 0, Doing = "" }, always: true);
    }

    public void StageProgress(string stage, double share, string doing)
    {
        inner.StageProgress(stage, share, doing);
        Write(now => now.Stage == stage ? now with { Share = share, Doing = doing } : now, always: false);
    }

    public void JobProgress(double share, string doing)
    {
        inner.JobProgress(share, doing);
        Write(now => now with { Doing = doing }, always: false);
    }

    public void StageEnded(string stage, string outcome, TimeSpan took, bool skipped)
    {
        inner.StageEnded(stage, outcome, took, skipped);
        Write(static now => now with { Stage = "", Share = 0, Doing = "" }, always: true);
    }

    public void Warn(string message) => inner.Warn(message);

    public void Say(string message) => inner.Say(message);

    private void Write(Func<RunProgress, RunProgress> change, bool always)
    {
        lock (_lock)
        {
            var at = time.GetUtcNow();
            var next = change(_now);
            var isDue = always || at - _now.At >= Least;
            _now = next with { At = isDue ? at : _now.At };
            if (!isDue || _hasGivenUp) return;
            try
            {
                _now.Write(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk will end the run where it matters; who watches sees less.
                _hasGivenUp = true;
            }
        }
    }
}
