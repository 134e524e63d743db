using System.Globalization;
using System.Text;
using Analytics.Anchoring;
using Analytics.Columns;
using Analytics.Files;
using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Telemetry;

/// <summary>
/// The metrics of a service beside a lake. A night is a process of its own and gone when somebody asks, so all about runs comes from what
/// they left: the newest run's manifest and lineage table, the alerts, the chain's journal.
/// </summary>
/// <param name="lake">The lake.</param>
/// <param name="version">The program's version.</param>
public sealed class LakeMetrics(Lake lake, string version)
{
    private readonly Lock _gate = new();
    private readonly PublishedDates _dates = new(lake);
    private (RunRef Run, Manifest Manifest, IReadOnlyList<StageNumbers> Stages)? _newest;

    /// <summary>All of them.</summary>
    /// <param name="schedule">The nights by schedule, as the scheduler in this process decided at its last look; null where there is none.</param>
    /// <exception cref="IOException">The lake cannot be read.</exception>
    public string Write(IReadOnlyDictionary<string, IReadOnlyList<NightDecision>>? schedule)
    {
        lock (_gate)
        {
            var text = new PrometheusText();
            text.Family("analytics_build_info", "gauge", "The program.").Value(1, ("version", version));
            Process(text);
            Runs(text);
            Alerts(text);
            Chain(text);
            if (schedule is not null) Schedule(text, schedule);
            return text.ToString();
        }
    }

    private static void Process(PrometheusText text)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        text.Family("process_cpu_seconds_total", "counter", "Processor time of the service.").Value(process.TotalProcessorTime.TotalSeconds);
        text.Family("process_resident_memory_bytes", "gauge", "Resident memory of the service.").Value(process.WorkingSet64);
        text.Family("process_start_time_seconds", "gauge", "When the service began, seconds since 1970.").Value(new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        text.Family("dotnet_gc_heap_bytes", "gauge", "Managed memory of the service.").Value(GC.GetTotalMemory(forceFullCollection: false));
    }

    private void Runs(PrometheusText text)
    {
        var dates = _dates.Look();
        text.Family("analytics_published_dates", "gauge", "Business dates with a run.").Value(dates.Count);
        text.Family("analytics_open_runs", "gauge", "Runs that were begun and are not published.").Value(lake.ListStaging().Count);
        if (lake.Files.FreeBytes(lake.Root) is { } free) text.Family("analytics_lake_free_bytes", "gauge", "Free room of the lake's disk.").Value(free);
        if (lake.Latest() is not { } run) return;
        if (_newest is not { } known || known.Run != run)
        {
            var read = lake.ReadManifest(run);
            _newest = known = (run, read, Stages(run, read));
        }
        var manifest = known.Manifest;
        text.Family("analytics_latest_run_info", "gauge", "The run that latest points to.")
            .Value(1, ("run", run.Id), ("date", run.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("engine", manifest.Run.Engine));
        text.Family("analytics_latest_business_date_seconds", "gauge", "Its business date, seconds since 1970 at 00:00 UTC.")
            .Value(new DateTimeOffset(run.Date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds());
        text.Family("analytics_latest_published_seconds", "gauge", "When it was published, seconds since 1970.").Value(manifest.Run.FinishedAt.ToUnixTimeMilliseconds() / 1000.0);
        text.Family("analytics_latest_duration_seconds", "gauge", "How long it took.").Value((manifest.Run.FinishedAt - manifest.Run.StartedAt).TotalSeconds);
        text.Family("analytics_latest_table_bytes", "gauge", "Bytes of its tables.").Value(manifest.Run.TableBytes);
        text.Family("analytics_latest_table_rows", "gauge", "Rows of its tables.");
        foreach (var table in manifest.Tables) text.Value(table.Rows, ("table", table.Name));
        text.Family("analytics_latest_new_records", "gauge", "Records of the files that came with it, by fate.");
        foreach (var (fate, records) in RunTelemetry.Fates(manifest.Sources.Where(static source => source.Origin == SourceOrigin.New))) text.Value(records, ("fate", fate));
        text.Family("analytics_latest_records", "gauge", "Records of all files that it rests on, by fate.");
        foreach (var (fate, records) in RunTelemetry.Fates(manifest.Sources)) text.Value(records, ("fate", fate));
        text.Family("analytics_latest_stage_seconds", "gauge", "How long its stages took.");
        foreach (var stage in known.Stages) text.Value(stage.Seconds, ("stage", stage.Stage));
        text.Family("analytics_latest_stage_rows", "gauge", "Rows of its stages, by direction.");
        foreach (var stage in known.Stages)
            text.Value(stage.RowsIn, ("stage", stage.Stage), ("direction", "in")).Value(stage.RowsOut, ("stage", stage.Stage), ("direction", "out")).Value(stage.RowsRejected, ("stage", stage.Stage), ("direction", "rejected"));
        text.Family("analytics_latest_stage_peak_memory_bytes", "gauge", "The run's peak resident memory at the end of its stages.");
        foreach (var stage in known.Stages) text.Value(stage.PeakMemoryBytes, ("stage", stage.Stage));
    }

    private void Alerts(PrometheusText text)
    {
        var open = new AlertBook(lake, [], lake.Options.Time).Open();
        text.Family("analytics_open_alerts", "gauge", "Calls for help that are not over, by kind.");
        foreach (var kind in Enum.GetValues<AlertKind>())
            text.Value(open.Count(alert => alert.Condition.Kind == kind), ("kind", System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())));
    }

    private void Chain(PrometheusText text)
    {
        text.Family("analytics_chain_roots", "gauge", "Roots by their state on the chain.");
        foreach (var (state, count) in RunTelemetry.States(new AnchorJournal(lake.Files, lake.Full(LakeLayout.Chain + "/journal")).ReadAll())) text.Value(count, ("state", state));
    }

    private static void Schedule(PrometheusText text, IReadOnlyDictionary<string, IReadOnlyList<NightDecision>> schedule)
    {
        text.Family("analytics_nights", "gauge", "Due nights by schedule and state, as of the last look; published ones but the newest do not count.");
        foreach (var (name, decisions) in schedule.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            foreach (var state in Enum.GetValues<NightState>())
                text.Value(decisions.Count(decision => decision.State == state), ("schedule", name), ("state", System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString())));
    }

    /// <summary>The run's lineage table; empty where it has none.</summary>
    private List<StageNumbers> Stages(RunRef run, Manifest manifest)
    {
        var stages = new List<StageNumbers>();
        if (manifest.Tables.FirstOrDefault(static table => table.Name == "lineage") is not { } lineage) return stages;
        using var reader = new ParquetFileReader();
        foreach (var file in lineage.Files)
        {
            var path = lake.Full($"{run.Path}/{file.Path}");
            reader.Open(lake.Files.ReadAllBytes(path), path);
            var batch = new ColumnBatch(reader.Columns);
            reader.ReadAll(batch);
            int Of(string name) => reader.Columns.Select(static column => column.Name).ToList().IndexOf(name);
            for (var i = 0; i < batch.Count; i++)
                stages.Add(new StageNumbers(Encoding.UTF8.GetString(batch.Texts(Of("stage"))[i]), batch.Doubles(Of("seconds"))[i], batch.Longs(Of("rows_in"))[i], batch.Longs(Of("rows_out"))[i],
                    batch.Longs(Of("rows_rejected"))[i], batch.Longs(Of("peak_memory_bytes"))[i]));
        }
        return stages;
    }
}
