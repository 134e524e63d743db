using System.ComponentModel;

namespace Analytics.Jobs.Configuration;

/// <summary>Metrics and traces.</summary>
internal sealed record TelemetrySettings
{
    [Description("Where spans and measures go by OTLP, such as http://localhost:4318; empty for none, unless OTEL_EXPORTER_OTLP_ENDPOINT is set. Nothing of it is loaded without an address.")]
    public string Otlp { get; init; } = "";

    [Description("http (protobuf over HTTP, usually port 4318) or grpc (4317); empty for OTEL_EXPORTER_OTLP_PROTOCOL, else http.")]
    public string Protocol { get; init; } = "";

    [Description("Where the bearer token stands that /metrics asks for: env:NAME or file:PATH; empty: /metrics is behind the console's login.")]
    public string MetricsTokenFrom { get; init; } = "";
}

/// <summary>OpenLineage events.</summary>
internal sealed record LineageSettings
{
    [Description("The receiver's whole address, such as http://marquez:5000/api/v1/lineage; empty for none.")]
    public string Url { get; init; } = "";

    [Description("Where the receiver's key stands, which is sent as bearer token: env:NAME or file:PATH; empty for none.")]
    public string KeyFrom { get; init; } = "";

    [Description("A file to which events are appended, one JSON object a line; empty for none.")]
    public string File { get; init; } = "";

    [Description("The namespace of the job and of the datasets.")]
    public string Namespace { get; init; } = "analytics";
}
