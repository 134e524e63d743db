using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Analytics.Telemetry.Otlp;

/// <summary>
/// Sends spans and measures by OTLP. The only place that knows OpenTelemetry's SDK, so that a run without it loads none of it. The
/// standard variables (OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS, OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME, ...) apply where nothing else is said.
/// </summary>
public sealed class OtlpExport : IDisposable
{
    // A receiver that is down holds up the end of a run no longer than this.
    private const int FlushMilliseconds = 3000;

    private readonly TracerProvider _traces;
    private readonly MeterProvider _measures;

    private OtlpExport(TracerProvider traces, MeterProvider measures) => (_traces, _measures) = (traces, measures);

    /// <summary>Begins to listen.</summary>
    /// <param name="endpoint">The receiver's address, such as http://localhost:4318 for HTTP; empty for the standard variables.</param>
    /// <param name="protocol">http (protobuf over HTTP) or grpc; empty for the standard variables.</param>
    /// <param name="version">The program's version.</param>
    public static OtlpExport Start(string endpoint, string protocol, string version)
    {
        // Attributes of the environment come last and win.
        var resource = ResourceBuilder.CreateEmpty().AddService("analytics", serviceVersion: version, autoGenerateServiceInstanceId: true).AddTelemetrySdk().AddEnvironmentVariableDetector();
        var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(RunTelemetry.Name)
            .AddOtlpExporter(options => Configure(options, endpoint, protocol, "v1/traces")).Build();
        var measures = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(RunTelemetry.Name)
            .AddOtlpExporter(options => Configure(options, endpoint, protocol, "v1/metrics")).Build();
        return new OtlpExport(traces, measures);
    }

    /// <summary>Sends what is left.</summary>
    /// <returns>False where the receiver did not take it in time.</returns>
    public bool Flush()
    {
        var traces = _traces.ForceFlush(FlushMilliseconds);
        return _measures.ForceFlush(FlushMilliseconds) && traces;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces.Dispose();
        _measures.Dispose();
    }

    private static void Configure(OtlpExporterOptions options, string endpoint, string protocol, string path)
    {
        if (protocol.Length > 0) options.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        else if (endpoint.Length > 0) options.Protocol = OtlpExportProtocol.HttpProtobuf;
        // An address that is set here is taken as it is; the receiver's paths belong to HTTP.
        if (endpoint.Length > 0) options.Endpoint = options.Protocol == OtlpExportProtocol.HttpProtobuf ? new Uri(endpoint.TrimEnd('/') + "/" + path) : new Uri(endpoint);
        options.TimeoutMilliseconds = FlushMilliseconds;
    }
}
