using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Analytics.Jobs.Configuration;

/// <summary>The JSON Schema of the configuration, made from the settings' types so that it cannot fall behind; config/analytics.schema.json is its committed copy.</summary>
internal static class SettingsSchema
{
    public static string Text()
    {
        var root = Section(typeof(Settings), new Settings());
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        root["title"] = "Analytics configuration";
        root["properties"]!["$schema"] = new JsonObject { ["type"] = "string" };
        // The file is read by people and editors, never put into a page: an apostrophe may stay one.
        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private static JsonObject Section(Type type, object defaults)
    {
        var properties = new JsonObject();
        foreach (var (key, property) in SettingsNode.Properties(type))
        {
            var node = Property(property.PropertyType, property.GetValue(defaults));
            node["description"] = SettingsNode.Describe(property);
            properties[key] = node;
        }
        return new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static JsonObject Property(Type type, object? value)
    {
        if (SettingsNode.IsSection(type)) return Section(type, value!);
        if (SettingsNode.DictionaryValue(type) is { } valueType)
            return new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject
                {
                    ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, Section(valueType, Activator.CreateInstance(valueType)!)),
                },
            };
        if (SettingsNode.IsList(type))
            return new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = "string" },
                ["default"] = new JsonArray(((IReadOnlyList<string>)value!).Select(item => (JsonNode)item).ToArray()),
            };
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var node = new JsonObject
        {
            ["type"] = bare == typeof(bool) ? "boolean" : bare == typeof(int) || bare == typeof(long) ? "integer" : bare == typeof(decimal) ? "number" : "string",
        };
        if (bare == typeof(DateOnly)) node["format"] = "date";
        // A text that holds a number may be written as one.
        if (value is string text && decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _)) node["type"] = new JsonArray("number", "string");
        node["default"] = value switch
        {
            null => null,
            bool flag => flag,
            int number => number,
            long number => number,
            decimal number => number,
            _ => SettingsBinder.Format(value),
        };
        return node;
    }
}
