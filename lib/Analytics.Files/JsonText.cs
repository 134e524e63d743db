using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Analytics.Files;

/// <summary>JSON files that programs and people read: two spaces, line feeds, names in any script as they are.</summary>
/// <remarks>Not for text that stands in a page as it is: &lt;, &gt; and quotes in names are not escaped for HTML.</remarks>
public static class JsonText
{
    /// <summary>The options by which a context's types are written.</summary>
    /// <param name="context">The generated types, with their own naming and rules.</param>
    public static JsonSerializerOptions Indented(JsonSerializerContext context) => new(context.Options)
    {
        TypeInfoResolver = context,
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A whole file in UTF-8 that ends with a line feed.</summary>
    /// <param name="value">What is written.</param>
    /// <param name="indented">Of <see cref="Indented"/>, made once.</param>
    public static byte[] WriteFile<T>(T value, JsonSerializerOptions indented)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)indented.GetTypeInfo(typeof(T)));
        Array.Resize(ref text, text.Length + 1);
        text[^1] = (byte)'\n';
        return text;
    }

    /// <summary>The value that a text holds.</summary>
    /// <exception cref="JsonException">The text is no JSON, not of the type, or null.</exception>
    public static T Read<T>(ReadOnlySpan<byte> text, JsonSerializerContext context) =>
        JsonSerializer.Deserialize(text, (JsonTypeInfo<T>)context.GetTypeInfo(typeof(T))!) ?? throw new JsonException("the file says null");
}
