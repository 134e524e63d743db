using System.Text.Json.Serialization;
using Analytics.Customers;
using Analytics.Jobs.Stages;

namespace Analytics.Jobs.Pipeline;

/// <summary>How facts and states are written. Generated: looking at the types at run time was a tenth of a night that brings one file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StageFacts))]
[JsonSerializable(typeof(IngestState))]
[JsonSerializable(typeof(IngestHandover))]
[JsonSerializable(typeof(SalesTotals))]
[JsonSerializable(typeof(SegmentHistory))]
internal sealed partial class FactsJson : JsonSerializerContext;
