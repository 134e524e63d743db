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
    private int _next;

    public T Run<T>(string source, RenderedSql? sql, CancellationToken cancel, Func<T> work)
    {
        cancel.ThrowIfCancellationRequested();
        var group = string.Create(CultureInfo.InvariantCulture, $"{options.ApplicationName} {_next++}");
        using var ended = new ManualResetEventSlim();
        var watching = false;
        var watch = new JobWatch(session.Control.Progress, () => session.Control.Cancel(group), session.Gateway.Abort) { Tell = options.Progress, Grace = options.CancelGrace };
        var watcher = new Thread(() => watch.Run(ended, cancel)) { IsBackground = true, Name = "spark watch" };
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
}
