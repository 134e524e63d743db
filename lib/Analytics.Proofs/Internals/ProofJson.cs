using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Analytics.Files;

namespace Analytics.Proofs.Internals;

/// <summary>Proofs as JSON: snake_case, two spaces, line feeds, members in the order in which the types declare them, no unknown ones.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    Converters = [typeof(SecondsConverter)])]
[JsonSerializable(typeof(Proof))]
[JsonSerializable(typeof(RowsFile))]
internal sealed partial class ProofJson : JsonSerializerContext
{
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, (JsonTypeInfo<T>)Indented.Options.GetTypeInfo(typeof(T)));

    public static T Read<T>(ReadOnlySpan<byte> text) => JsonText.Read<T>(text, Default);

    private static class Indented
    {
        public static readonly JsonSerializerOptions Options = JsonText.Indented(Default);
    }
}

/// <summary>A block's time in whole seconds UTC: <c>2011-12-10T02:03:04Z</c>, one form for one time.</summary>
internal sealed class SecondsConverter : JsonConverter<DateTimeOffset>
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.TryParseExact(reader.GetString(), Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : throw new JsonException($"'{reader.GetString()}' is no time such as 2011-12-10T02:03:04Z");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture));
}
