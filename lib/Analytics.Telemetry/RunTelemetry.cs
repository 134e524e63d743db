using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Analytics.Telemetry;

/// <summary>What a stage did, in numbers.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="RowsIn">Rows that it read.</param>
/// <param name="RowsOut">Rows that it gave.</param>
/// <param name="RowsRejected">Rows that it rejected.</param>
/// <param name="PeakMemoryBytes">The process's peak resident memory at its end.</param>
public readonly record struct StageNumbers(string Stage, double Seconds, long RowsIn, long RowsOut, long RowsRejected, long PeakMemoryBytes);

/// <summary>
/// A run's spans and measures, by .NET's own instruments alone: nothing is sent, and next to nothing is spent, where nobody listens.
/// Names follow OpenTelemetry's conventions; units are UCUM's.
/// </summary>
public static class RunTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Analytics";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("analytics.runs", "{run}", "Runs that ended, by outcome: published, nothing_to_do, failed.");
    private static readonly Histogram<double> RunSeconds = Meter.CreateHistogram<double>("analytics.run.duration", "s", "How long a run took.");
    private static readonly Histogram<double> StageSeconds = Meter.CreateHistogram<double>("analytics.stage.duration", "s", "How long a stage took.");
    private static readonly Counter<long> StageRows = Meter.CreateCounter<long>("analytics.stage.rows", "{row}", "Rows of a stage, by direction: in, out, rejected.");
    private static readonly Counter<long> Records = Meter.CreateCounter<long>("analytics.records", "{record}", "Records of the files that came with a run, by fate.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("analytics.run.table_bytes", "By", "Bytes of published tables.");
    private static readonly Gauge<long> Memory = Meter.CreateGauge<long>("analytics.run.peak_memory", "By", "The process's peak resident memory.");
    private static readonly Gauge<long> Roots = Meter.CreateGauge<long>("analytics.chain.roots", "{root}", "Roots by their state on the chain.");

    /// <summary>Begins a run's span. It is there where nobody listens, too, because its ids stand in the log.</summary>
    /// <param name="name">What is run.</param>
    /// <param name="parent">The W3C traceparent of who started the process; null or empty for none.</param>
    public static Activity StartRun(string name, string? parent)
    {
        _ = ActivityContext.TryParse(parent, null, isRemote: true, out var context);
        return Source.StartActivity(name, ActivityKind.Internal, context) ?? Plain(name, context);
    }

    /// <summary>Begins a span; null where nobody listens.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>An activity of the same trace as one that is over, for the ids alone.</summary>
    public static Activity Follow(Activity ended) => Plain(ended.OperationName, ended.Context);

    /// <summary>Names the run within its span.</summary>
    public static void Describe(Activity? run, string id, DateOnly date, string engine)
    {
        run?.SetTag("analytics.run.id", id);
        run?.SetTag("analytics.run.business_date", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        run?.SetTag("analytics.run.engine", engine);
    }

    /// <summary>Begins a stage's span; null where nobody listens.</summary>
    public static Activity? StartStage(string stage) => Source.StartActivity("stage " + stage);

    /// <summary>Notes what a stage did.</summary>
    public static void StageDone(Activity? span, StageNumbers done)
    {
        var stage = new KeyValuePair<string, object?>("analytics.stage", done.Stage);
        StageSeconds.Record(done.Seconds, stage);
        StageRows.Add(done.RowsIn, stage, Direction("in"));
        StageRows.Add(done.RowsOut, stage, Direction("out"));
        StageRows.Add(done.RowsRejected, stage, Direction("rejected"));
        Memory.Record(done.PeakMemoryBytes);
        span?.SetTag("analytics.stage", done.Stage);
        span?.SetTag("analytics.stage.rows_in", done.RowsIn);
        span?.SetTag("analytics.stage.rows_out", done.RowsOut);
        span?.SetTag("analytics.stage.rows_rejected", done.RowsRejected);
        span?.SetTag("analytics.stage.peak_memory", done.PeakMemoryBytes);
    }

    /// <summary>Notes what a run published.</summary>
    /// <param name="manifest">Its manifest.</param>
    public static void Published(Publishing.Manifest manifest)
    {
        foreach (var (fate, records) in Fates(manifest.Sources.Where(static source => source.Origin == Publishing.SourceOrigin.New)))
            Records.Add(records, new KeyValuePair<string, object?>("analytics.fate", fate));
        Bytes.Add(manifest.Run.TableBytes);
    }

    /// <summary>Notes how many roots stand where on the chain.</summary>
    public static void Chain(IEnumerable<Anchoring.AnchorEntry> entries)
    {
        foreach (var (state, count) in States(entries)) Roots.Record(count, new KeyValuePair<string, object?>("analytics.chain.state", state));
    }

    /// <summary>Notes how a run ended.</summary>
    /// <param name="run">Its span.</param>
    /// <param name="outcome">published, nothing_to_do or failed.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="error">What failed; null where nothing did.</param>
    public static void RunDone(Activity? run, string outcome, double seconds, string? error = null)
    {
        var tag = new KeyValuePair<string, object?>("analytics.outcome", outcome);
        Runs.Add(1, tag);
        RunSeconds.Record(seconds, tag);
        run?.SetTag("analytics.outcome", outcome);
        if (error is not null) run?.SetStatus(ActivityStatusCode.Error, error);
    }

    /// <summary>The five fates of files' records, by name.</summary>
    internal static IEnumerable<(string Fate, long Records)> Fates(IEnumerable<Publishing.SourceFile> sources)
    {
        long sale = 0, @return = 0, adjustment = 0, duplicate = 0, rejected = 0;
        foreach (var source in sources)
        {
            sale += source.Fates.Sale;
            @return += source.Fates.Return;
            adjustment += source.Fates.Adjustment;
            duplicate += source.Fates.Duplicate;
            rejected += source.Fates.Rejected;
        }
        return [("sale", sale), ("return", @return), ("adjustment", adjustment), ("duplicate", duplicate), ("rejected", rejected)];
    }

    /// <summary>How many roots stand in each state, those with none included.</summary>
    internal static IEnumerable<(string State, int Count)> States(IEnumerable<Anchoring.AnchorEntry> entries)
    {
        var all = entries.Where(static entry => entry.Kind == Anchoring.AnchorKind.Anchor).ToList();
        foreach (var state in Enum.GetValues<Anchoring.AnchorState>())
            yield return (state.ToString().ToLowerInvariant(), all.Count(entry => entry.State == state));
    }

    private static KeyValuePair<string, object?> Direction(string direction) => new("analytics.direction", direction);

    private static Activity Plain(string name, ActivityContext parent)
    {
        var activity = new Activity(name);
        activity.SetIdFormat(ActivityIdFormat.W3C);
        if (parent != default) activity.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        return activity.Start();
    }
}
