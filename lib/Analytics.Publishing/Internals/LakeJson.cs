using System.Text.Json;
using System.Text.Json.Serialization;
using Analytics.Files;

namespace Analytics.Publishing.Internals;

/// <summary>The lake's own JSON files: snake_case, two spaces, line feeds, members in the order in which the types declare them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(RunHeader))]
[JsonSerializable(typeof(RootFile))]
[JsonSerializable(typeof(ResultsFile))]
[JsonSerializable(typeof(OpenRunFile))]
[JsonSerializable(typeof(PublishingIntent))]
[JsonSerializable(typeof(StageMark))]
[JsonSerializable(typeof(LockOwner))]
[JsonSerializable(typeof(LeaseFile))]
internal sealed partial class LakeJson : JsonSerializerContext
{
    public static byte[] Write<T>(T value) => JsonText.WriteFile(value, Indented.Options);

    public static T Read<T>(ReadOnlySpan<byte> text) => JsonText.Read<T>(text, Default);

    // A class of its own, so that it is made after the generated half of the context, whatever order the compiler takes.
    private static class Indented
    {
        public static readonly JsonSerializerOptions Options = JsonText.Indented(Default);
    }
}

/// <summary>root.json: the Merkle root and how it was made.</summary>
internal sealed record RootFile(string Algorithm, int Leaves, string Root)
{
    public const string Rfc6962Sha256 = "rfc6962-sha256-path";
}

/// <summary>results.json: the result tables' files alone.</summary>
internal sealed record ResultsFile(int ResultsVersion, DateOnly BusinessDate, IReadOnlyList<ResultsTable> Tables)
{
    public const int CurrentVersion = 1;
}

/// <summary>A table in results.json; its hash is over its files' lines <c>path LF rows LF sha256 LF</c>.</summary>
internal sealed record ResultsTable(string Name, int Version, long Rows, string Sha256, IReadOnlyList<TableFile> Files);

/// <summary>staging/[key]/run.json: what an open run will be.</summary>
internal sealed record OpenRunFile(int OpenRunVersion, string Key, DateTimeOffset StartedAt, RunPlan Plan)
{
    public const int CurrentVersion = 1;
}

/// <summary>staging/[key]/publishing.json: written before the move into runs/, so that whoever starts after a crash finishes the switch.</summary>
internal sealed record PublishingIntent(DateOnly BusinessDate, string Id);
