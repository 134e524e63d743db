namespace Analytics.Jobs.Terminal;

/// <summary>What a run tells while it goes on. Each call also stands in the JSON log.</summary>
internal interface IRunReporter
{
    /// <summary>Draws what follows as one display; the action runs on the calling thread.</summary>
    void Run(Action action);

    /// <summary>A stage begins.</summary>
    void StageStarted(string run, string stage);

    /// <summary>How far the running stage is, 0 to 1, and what it is doing.</summary>
    void StageProgress(string stage, double share, string doing);

    /// <summary>How far the jobs of a cluster are that run for the stage, 0 to 1. Comes from a thread of its own, about twice a second.</summary>
    void JobProgress(double share, string doing);

    /// <summary>A stage is over: what came of it, in a few words.</summary>
    void StageEnded(string stage, string outcome, TimeSpan took, bool skipped);

    /// <summary>Something that the user should know and the run survives.</summary>
    void Warn(string message);

    /// <summary>A line worth reading.</summary>
    void Say(string message);
}
