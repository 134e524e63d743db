using System.Globalization;
using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// Runs what calls Spark: as a job group of its own that a cancelled token cancels through the second connection, with progress, and with
/// Java's exceptions as the engine's. Where Spark does not let go in time, the connection is broken off: a cancelled run ends either way.
/// </summary>
internal sealed class Jobs(SparkSession session, SparkOptions options, Func<string> whyGone)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CancelEvery = TimeSpan.FromMilliseconds(200);
    private int _next;

    public T Run<T>(string source, RenderedSql? sql, CancellationToken cancel, Func<T> work)
    {
        cancel.ThrowIfCancellationRequested();
        var group = string.Create(CultureInfo.InvariantCulture, $"{options.ApplicationName} {_next++}");
        using var ended = new ManualResetEventSlim();
        var watching = false;
        var watcher = new Thread(() => Watch(group, ended, cancel)) { IsBackground = true, Name = "spark watch" };
        try
        {
            session.SetJobGroup(group, source);
            watcher.Start();
            watching = true;
            var result = work();
            // A job that was cancelled late, or whose stages were, may still give an answer: nobody is to take it for whole.
            cancel.ThrowIfCancellationRequested();
            return result;
        }
        catch (Exception wrong) when (cancel.IsCancellationRequested && wrong is JavaException or GatewayException)
        {
            throw new OperationCanceledException($"{source} was cancelled", wrong, cancel);
        }
        catch (GatewayException gone) when (gone.Fault is GatewayFault.Closed)
        {
            throw new EngineException($"{gone.Message} ({source}); {whyGone()}", source, inner: gone, kind: EngineErrorKind.Io);
        }
        catch (Exception wrong) when (wrong is JavaException or GatewayException)
        {
            throw SparkErrors.Translate(wrong, source, sql);
        }
        finally
        {
            ended.Set();
            if (watching) watcher.Join();
        }
    }

    public void Run(string source, RenderedSql? sql, CancellationToken cancel, Action work) => Run(source, sql, cancel, () =>
    {
        work();
        return 0;
    });

    private void Watch(string group, ManualResetEventSlim ended, CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                if (WaitHandle.WaitAny([ended.WaitHandle, cancel.WaitHandle], ProgressEvery) == 0) return;
                if (options.Progress is { } tell && !cancel.IsCancellationRequested && session.Control.Progress() is { } progress) tell(progress);
            }
            // A statement runs several jobs: each that starts after the first was cancelled is cancelled too.
            var since = Environment.TickCount64;
            while (!ended.IsSet && Environment.TickCount64 - since < options.CancelGrace.TotalMilliseconds)
            {
                session.Control.Cancel(group);
                if (ended.Wait(CancelEvery, CancellationToken.None)) return;
            }
            if (!ended.IsSet) session.Gateway.Abort();
        }
        catch (Exception wrong) when (wrong is JavaException or GatewayException)
        {
            // The first connection sees the same and reports it; only a cancelled call must not wait for a Spark that does not listen.
            if (cancel.IsCancellationRequested && !ended.IsSet) session.Gateway.Abort();
        }
    }
}
