using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

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
    public static byte[] Write<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)Indented.Options.GetTypeInfo(typeof(T))), (byte)'\n'];

    public static T Read<T>(ReadOnlySpan<byte> text) =>
        JsonSerializer.Deserialize(text, (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!)! ?? throw new JsonException("the file says null");

    private static class Indented
    {
        public static readonly JsonSerializerOptions Options = new(Default.Options)
        {
            TypeInfoResolver = Default,
            WriteIndented = true,
            IndentSize = 2,
            NewLine = "\n",
            // The files are read by people and never put into a page as they are.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
    }
}
