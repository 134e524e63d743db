using System.Diagnostics;
using System.Runtime.CompilerServices;
using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Schedule;
using Analytics.Publishing;
using Analytics.Telemetry;
using Analytics.Telemetry.Lineage;
using Serilog.Context;

namespace Analytics.Jobs.Telemetry;

/// <summary>
/// Tells others of the runs of this process: spans and measures, OpenLineage events, ids for the log. What nobody asked for is neither
/// loaded nor made, and nothing here can hold up or fail a run.
/// </summary>
internal sealed class RunObserver : IDisposable
{
    private readonly MachineSettings _machine;
    private readonly LineageSettings _lineage;
    private readonly TimeProvider _time;
    private readonly IDisposable? _export;
    private readonly LineageSender? _sender;
    private readonly Activity _process;
    private IDisposable? _runId;
    private Activity? _after;
    private Exception? _told;

    public RunObserver(MachineSettings machine, TimeProvider time)
    {
        (_machine, _lineage, _time) = (machine, machine.Lineage, time);
        if (machine.Telemetry.Otlp.Length > 0 || Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 }) _export = StartExport(machine.Telemetry);
        if (_lineage.Url.Length > 0 || _lineage.File.Length > 0)
            _sender = new LineageSender(new LineageTargets(_lineage.Url, _lineage.KeyFrom.Length > 0 ? Secrets.Read(_lineage.KeyFrom, "machine.lineage.key_from") : null, _lineage.File));
        // Its ids stand in every line of the log; a scheduler hands on its own.
        _process = RunTelemetry.StartRun("analytics", Environment.GetEnvironmentVariable("TRACEPARENT"));
    }

    /// <summary>A run of a date begins.</summary>
    public ObservedRun Begin(RunTarget target) => new(this, target);

    /// <summary>A run could not be planned: it failed before it began. What a run of this process told already is not told again.</summary>
    /// <param name="date">The business date; null where it is not known.</param>
    /// <param name="startedAt">When planning began.</param>
    /// <param name="error">Why.</param>
    public void NotPlanned(DateOnly? date, DateTimeOffset startedAt, Exception error)
    {
        if (ReferenceEquals(_told, error)) return;
        var now = _time.GetUtcNow();
        using (var span = RunTelemetry.Start("run nightly")) RunTelemetry.RunDone(span, "failed", (now - startedAt).TotalSeconds, error.Message);
        if (_sender is null) return;
        var events = EventsOf(date, startedAt);
        _sender.Send(events.Start([]));
        _sender.Send(events.Fail(error.Message, [], now));
    }

    private LineageRun EventsOf(DateOnly? date, DateTimeOffset startedAt) =>
        new(new LineageNames(_lineage.Namespace, "run_nightly", $"https://analytics.invalid/{PipelineVersion.Program}"), date, startedAt, _machine.Engine);

    /// <summary>Ends all of it: sends what is left, waiting some seconds at most.</summary>
    /// <param name="lake">The lake, whose roots are counted.</param>
    /// <returns>What did not get through; null where all did.</returns>
    public string? Finish(Lake lake)
    {
        if (_export is not null)
        {
            try
            {
                RunTelemetry.Chain(ChainSession.JournalOf(lake).ReadAll());
            }
            catch (Exception e) when (e is AnchoringException or FileStoreException)
            {
                // The chain's own step tells of a journal that cannot be read.
            }
        }
        _process.Stop();
        // The span has to be over before it is sent; the lines of the log that follow have its trace still.
        _after = RunTelemetry.Follow(_process);
        var lost = _sender?.Finish();
        return _export is not null && !Flush(_export) ? string.Join("; ", ((string?[])[lost, "the receiver of spans and measures did not take them (machine.telemetry.otlp); the run is not affected"]).OfType<string>()) : lost;
    }

    public void Dispose()
    {
        _runId?.Dispose();
        _after?.Dispose();
        _process.Dispose();
        _export?.Dispose();
        _sender?.Dispose();
    }

    // In methods of their own: the SDK's assemblies are loaded where these are compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IDisposable StartExport(TelemetrySettings settings) => Analytics.Telemetry.Otlp.OtlpExport.Start(settings.Otlp, settings.Protocol, PipelineVersion.Program);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Flush(IDisposable export) => ((Analytics.Telemetry.Otlp.OtlpExport)export).Flush();

    /// <summary>One run of a date.</summary>
    internal sealed class ObservedRun : IDisposable
    {
        private readonly RunObserver _observer;
        private readonly RunTarget _target;
        private readonly Activity? _span;
        private readonly LineageRun? _events;
        private readonly long _started;

        public ObservedRun(RunObserver observer, RunTarget target)
        {
            (_observer, _target) = (observer, target);
            _started = observer._time.GetTimestamp();
            // It stays for what comes behind the run, such as its summary and its root's way to the chain.
            observer._runId?.Dispose();
            observer._runId = LogContext.PushProperty("Run", target.Key[..RunIdDigits]);
            _span = RunTelemetry.Start("run nightly");
            RunTelemetry.Describe(_span, target.Key[..RunIdDigits], target.Date, observer._machine.Engine);
            if (observer._sender is null) return;
            _events = observer.EventsOf(target.Date, observer._time.GetUtcNow());
            observer._sender.Send(_events.Start(target.Changes.Put));
        }

        private const int RunIdDigits = 16;

        public void Ended(Lake lake, RunOutcome outcome)
        {
            var published = outcome.Publishing is null ? null : outcome.Published;
            // A manifest that nobody wants is not read again.
            var manifest = published is { } run && (_events is not null || _observer._export is not null) ? lake.ReadManifest(run) : null;
            if (manifest is not null) RunTelemetry.Published(manifest);
            RunTelemetry.RunDone(_span, published is not null ? "published" : outcome.NothingToDo ? "nothing_to_do" : "stages_done", Seconds);
            if (_events is null) return;
            var now = _observer._time.GetUtcNow();
            _observer._sender!.Send(manifest is not null ? _events.Complete(manifest, Checks(outcome), now) : _events.CompleteWithout(now));
        }

        public void Failed(Exception error)
        {
            _observer._told = error;
            RunTelemetry.RunDone(_span, "failed", Seconds, error.Message);
            if (_events is not null) _observer._sender!.Send(_events.Fail(error.Message, _target.Changes.Put, _observer._time.GetUtcNow()));
        }

        public void Dispose() => _span?.Dispose();

        private double Seconds => _observer._time.GetElapsedTime(_started).TotalSeconds;

        private static List<LineageCheck> Checks(RunOutcome outcome) => [.. outcome.Stages.Values.SelectMany(static stage => stage.Quality)
            .Select(static check => new LineageCheck(check.Stage, check.Check, check.Severity, check.Status != "fail", check.Observed, check.Expected, check.Message))];
    }
}
