using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Analytics.Publishing;

namespace Analytics.Telemetry.Lineage;

/// <summary>The events' JSON after OpenLineage 2-0-2; its own JSON Schemas judge it in the tests.</summary>
internal static class LineageJson
{
    private const string Spec = "https://openlineage.io/spec/";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public sealed record Event(string Type, DateTimeOffset At, Guid Id, LineageNames Names, DateOnly? Date, string Engine, string? EngineVersion, string? Error,
        IReadOnlyList<Dataset> Inputs, IReadOnlyList<Dataset> Outputs);

    public sealed record Dataset(string Namespace, string Name)
    {
        public string? Version { get; init; }
        public IReadOnlyList<TableColumn>? Columns { get; init; }
        public (long Rows, long Bytes, int Files)? Read { get; init; }
        public (long Rows, long Bytes, int Files)? Written { get; init; }
        public IReadOnlyList<LineageCheck> Checks { get; init; } = [];
    }

    /// <summary>One event in one line, without its end.</summary>
    public static byte[] Write(Event of)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("eventType", of.Type);
            json.WriteString("eventTime", Time(of.At));
            json.WriteString("producer", of.Names.Producer);
            json.WriteString("schemaURL", Spec + "2-0-2/OpenLineage.json#/$defs/RunEvent");
            WriteRun(json, of);
            WriteJob(json, of.Names);
            WriteDatasets(json, "inputs", of.Inputs, of.Names.Producer);
            WriteDatasets(json, "outputs", of.Outputs, of.Names.Producer);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static void WriteRun(Utf8JsonWriter json, Event of)
    {
        json.WriteStartObject("run");
        json.WriteString("runId", of.Id.ToString("D"));
        json.WriteStartObject("facets");
        if (of.Date is { } date)
        {
            Facet(json, "nominalTime", "1-0-1/NominalTimeRunFacet", of.Names.Producer);
            json.WriteString("nominalStartTime", Day(date));
            json.WriteString("nominalEndTime", Day(date.AddDays(1)));
            json.WriteEndObject();
        }
        Facet(json, "processing_engine", "1-1-1/ProcessingEngineRunFacet", of.Names.Producer);
        json.WriteString("name", of.Engine);
        json.WriteString("version", of.EngineVersion ?? "unknown");
        json.WriteEndObject();
        if (of.Error is not null)
        {
            Facet(json, "errorMessage", "1-0-1/ErrorMessageRunFacet", of.Names.Producer);
            json.WriteString("message", of.Error);
            json.WriteString("programmingLanguage", "C#");
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteJob(Utf8JsonWriter json, LineageNames names)
    {
        json.WriteStartObject("job");
        json.WriteString("namespace", names.Namespace);
        json.WriteString("name", names.Job);
        json.WriteStartObject("facets");
        Facet(json, "jobType", "2-0-4/JobTypeJobFacet", names.Producer);
        json.WriteString("processingType", "BATCH");
        json.WriteString("integration", "ANALYTICS");
        json.WriteString("jobType", "JOB");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDatasets(Utf8JsonWriter json, string name, IReadOnlyList<Dataset> datasets, string producer)
    {
        json.WriteStartArray(name);
        foreach (var dataset in datasets)
        {
            json.WriteStartObject();
            json.WriteString("namespace", dataset.Namespace);
            json.WriteString("name", dataset.Name);
            WriteFacets(json, dataset, producer);
            if (dataset.Read is not null || dataset.Checks.Count > 0) WriteInputFacets(json, dataset, producer);
            if (dataset.Written is { } written)
            {
                json.WriteStartObject("outputFacets");
                Facet(json, "outputStatistics", "1-0-2/OutputStatisticsOutputDatasetFacet", producer);
                Counts(json, written);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFacets(Utf8JsonWriter json, Dataset dataset, string producer)
    {
        json.WriteStartObject("facets");
        if (dataset.Version is { } version)
        {
            Facet(json, "version", "1-0-1/DatasetVersionDatasetFacet", producer);
            json.WriteString("datasetVersion", version);
            json.WriteEndObject();
        }
        if (dataset.Columns is { } columns)
        {
            Facet(json, "schema", "1-2-0/SchemaDatasetFacet", producer);
            json.WriteStartArray("fields");
            for (var i = 0; i < columns.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("name", columns[i].Name);
                json.WriteString("type", columns[i].Type);
                json.WriteNumber("ordinal_position", i + 1);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteInputFacets(Utf8JsonWriter json, Dataset dataset, string producer)
    {
        json.WriteStartObject("inputFacets");
        if (dataset.Read is { } read)
        {
            Facet(json, "inputStatistics", "1-0-0/InputStatisticsInputDatasetFacet", producer);
            Counts(json, read);
            json.WriteEndObject();
        }
        if (dataset.Checks.Count > 0)
        {
            Facet(json, "dataQualityAssertions", "1-1-0/DataQualityAssertionsDatasetFacet", producer);
            json.WriteStartArray("assertions");
            foreach (var check in dataset.Checks)
            {
                json.WriteStartObject();
                json.WriteString("assertion", check.Check);
                json.WriteBoolean("success", check.Passed);
                json.WriteString("severity", check.Severity == "error" ? "error" : "warn");
                json.WriteString("name", $"{check.Stage}.{check.Check}");
                json.WriteString("description", check.Message);
                json.WriteString("expected", check.Expected);
                json.WriteString("actual", check.Observed);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter json, (long Rows, long Bytes, int Files) counts)
    {
        json.WriteNumber("rowCount", counts.Rows);
        json.WriteNumber("size", counts.Bytes);
        json.WriteNumber("fileCount", counts.Files);
    }

    private static void Facet(Utf8JsonWriter json, string name, string schema, string producer)
    {
        json.WriteStartObject(name);
        json.WriteString("_producer", producer);
        json.WriteString("_schemaURL", $"{Spec}facets/{schema}.json#/$defs/{schema[(schema.IndexOf('/', StringComparison.Ordinal) + 1)..]}");
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture);
}
