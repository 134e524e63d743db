using System.Buffers;
using System.Text.Json;

namespace Analytics.Jobs.Configuration;

/// <summary>A part of the effective configuration as JSON: every key, defaults included. Publishing brings it into canonical form and hashes it.</summary>
internal static class ResultsJson
{
    public static JsonElement Of(object section)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, section);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case string or DateOnly: writer.WriteStringValue(SettingsBinder.Format(value)); break;
            case IReadOnlyList<string> list:
                writer.WriteStartArray();
                foreach (var item in list) writer.WriteStringValue(item);
                writer.WriteEndArray();
                break;
            case IReadOnlyDictionary<string, ColumnSettings> columns:
                writer.WriteStartObject();
                foreach (var (key, column) in columns.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    Write(writer, column);
                }
                writer.WriteEndObject();
                break;
            default:
                writer.WriteStartObject();
                foreach (var (key, property) in SettingsNode.Properties(value.GetType()))
                {
                    writer.WritePropertyName(key);
                    Write(writer, property.GetValue(value));
                }
                writer.WriteEndObject();
                break;
        }
    }
}
