using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// What a thread of its own does while a job runs: it tells how far the job is, and ends it when it is cancelled. To look at the progress may
/// fail; that it is seen no more must not keep a job from being cancelled.
/// </summary>
/// <param name="look">How far the job is; null where no stage runs.</param>
/// <param name="cancel">Asks Spark to cancel the job.</param>
/// <param name="abort">Breaks the job's connection off.</param>
internal sealed class JobWatch(Func<SparkProgress?> look, Action cancel, Action abort)
{
    /// <summary>How often is looked.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often Spark is asked to cancel.</summary>
    public TimeSpan CancelEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long Spark may take to end a cancelled job.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Who is told of the progress; null for nobody.</summary>
    public Action<SparkProgress>? Tell { get; init; }

    /// <summary>Watches until the job has ended, or was cancelled and let go.</summary>
    /// <param name="ended">Set when the job has ended.</param>
    /// <param name="token">Cancels it.</param>
    public void Run(ManualResetEventSlim ended, CancellationToken token)
    {
        var sees = Tell is not null;
        while (!token.IsCancellationRequested)
        {
            if (WaitHandle.WaitAny([ended.WaitHandle, token.WaitHandle], Every) == 0) return;
            if (sees && !token.IsCancellationRequested) sees = Look();
        }
        try
        {
            // A statement runs several jobs: each that starts after the first was cancelled is cancelled too.
            var since = Environment.TickCount64;
            while (!ended.IsSet && Environment.TickCount64 - since < Grace.TotalMilliseconds)
            {
                cancel();
                if (ended.Wait(CancelEvery, CancellationToken.None)) return;
            }
        }
        catch (Exception wrong) when (wrong is JavaException or GatewayException)
        {
            // A cancelled call must not wait for a Spark that does not listen.
        }
        if (!ended.IsSet) abort();
    }

    /// <summary>Tells of the progress once. Whether there is any use in looking again: Spark's own lists change while it reads them, a connection that broke stays so.</summary>
    private bool Look()
    {
        try
        {
            if (look() is { } progress) Tell!(progress);
            return true;
        }
        catch (JavaException)
        {
            return true;
        }
        catch (GatewayException)
        {
            // The job's own connection sees the same and reports it.
            return false;
        }
    }
}
