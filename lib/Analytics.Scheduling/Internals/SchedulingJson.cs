using System.Text.Json;
using System.Text.Json.Serialization;
using Analytics.Files;

namespace Analytics.Scheduling.Internals;

/// <summary>The journal's JSON files: snake_case, two spaces, line feeds.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Attempt))]
[JsonSerializable(typeof(OpenAlert))]
[JsonSerializable(typeof(ChannelHealth))]
internal sealed partial class SchedulingJson : JsonSerializerContext
{
    public static byte[] Write<T>(T value) => JsonText.WriteFile(value, Indented.Options);

    public static T Read<T>(ReadOnlySpan<byte> text) => JsonText.Read<T>(text, Default);

    private static class Indented
    {
        public static readonly JsonSerializerOptions Options = JsonText.Indented(Default);
    }
}
