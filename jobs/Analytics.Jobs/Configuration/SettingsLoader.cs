using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Analytics.Jobs.Configuration;

/// <summary>One effective value and where it came from.</summary>
internal sealed record SettingValue(string Key, string? Value, string Origin);

/// <summary>The settings with the origin of each value.</summary>
internal sealed record LoadedSettings(Settings Settings, string? File, IReadOnlyList<SettingValue> Values);

/// <summary>
/// Reads the configuration in the .NET way: defaults, then the file, then environment variables (ANALYTICS_ and the key with
/// __ for each level, such as ANALYTICS_results__mine__min_support), then options. Later ones win. Unknown keys are errors.
/// </summary>
internal static class SettingsLoader
{
    public const string EnvironmentPrefix = "ANALYTICS_";

    /// <summary>Loads and checks. All mistakes are reported at once.</summary>
    /// <param name="file">The configuration file, or null for defaults alone.</param>
    /// <param name="options">Keys (with dots) and values from the command line.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <exception cref="UserException">Code 2: the file is missing or no JSON, or a key or value is wrong.</exception>
    public static LoadedSettings Load(string? file, IEnumerable<KeyValuePair<string, string>> options, IReadOnlyDictionary<string, string> environment)
    {
        var errors = new List<string>();
        var layers = new List<(string Origin, SortedDictionary<string, string?> Values)>();
        if (file is not null) layers.Add((Path.GetFileName(file), ReadFile(file, errors)));
        layers.Add(("environment", Flatten(environment
            .Where(variable => variable.Key.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)
                && variable.Key.Contains("__", StringComparison.Ordinal))
            .Select(variable => new KeyValuePair<string, string?>(variable.Key[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), variable.Value)))));
        layers.Add(("option", Flatten(options.Select(option => new KeyValuePair<string, string?>(option.Key.Replace('.', ':'), option.Value)))));

        var builder = new ConfigurationBuilder();
        foreach (var (_, values) in layers) builder.AddInMemoryCollection(values);
        var root = builder.Build();

        string Origin(string key)
        {
            for (var i = layers.Count - 1; i >= 0; i--)
                if (layers[i].Values.ContainsKey(key) || layers[i].Values.Keys.Any(k => k.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase))) return layers[i].Origin;
            return "default";
        }

        var lines = file is null ? [] : KeyLines.Of(File.ReadAllBytes(file));
        var binder = new SettingsBinder(errors, Origin, key => lines.TryGetValue(key, out var line) && file is not null
            && Origin(key) == layers[0].Origin ? $"{file}, line {line.ToString(CultureInfo.InvariantCulture)}" : Origin(key));
        var settings = (Settings)binder.Bind(typeof(Settings), root, "");
        if (errors.Count == 0) SettingsRules.Check(settings, errors);
        if (errors.Count > 0)
            throw new UserException(ExitCode.Usage, string.Join(Environment.NewLine, errors.Distinct()));
        return SettingsPaths.Resolve(new LoadedSettings(settings, file, binder.Values));
    }

    private static SortedDictionary<string, string?> ReadFile(string file, List<string> errors)
    {
        if (!File.Exists(file))
            throw new UserException(ExitCode.Usage, $"configuration file {file} does not exist: name an existing file with --config, or leave the option out to run the sample");
        try
        {
            using var stream = File.OpenRead(file);
            var root = new ConfigurationBuilder().AddJsonStream(stream).Build();
            return Flatten(root.AsEnumerable().Where(entry => entry.Value is not null && !entry.Key.Equals("$schema", StringComparison.Ordinal))!);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException)
        {
            var reason = e.InnerException?.Message ?? e.Message;
            throw new UserException(ExitCode.Usage, $"configuration file {file} is no JSON: {reason}", e);
        }
    }

    private static SortedDictionary<string, string?> Flatten(IEnumerable<KeyValuePair<string, string?>> entries)
    {
        var values = new SortedDictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in entries) values[key] = value;
        return values;
    }
}

/// <summary>The line of each key in a JSON file, so that an error can name it.</summary>
internal static class KeyLines
{
    public static Dictionary<string, int> Of(byte[] json)
    {
        var lines = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        if (json.AsSpan().StartsWith("\uFEFF"u8)) json = json[3..];
        var path = new List<string>();
        var indices = new Stack<int>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        int LineAt(long offset) => 1 + json.AsSpan(0, (int)offset).Count((byte)'\n');
        string? name = null;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = reader.GetString();
                        lines.TryAdd(Join(path, name!), LineAt(reader.TokenStartIndex));
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        path.Add(name ?? (indices.Count > 0 && indices.Peek() >= 0 ? indices.Peek().ToString(CultureInfo.InvariantCulture) : ""));
                        indices.Push(reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
                        name = null;
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        path.RemoveAt(path.Count - 1);
                        indices.Pop();
                        name = null;
                        break;
                    default:
                        if (name is null && indices.Count > 0 && indices.Peek() >= 0)
                        {
                            var index = indices.Pop();
                            lines.TryAdd(Join(path, index.ToString(CultureInfo.InvariantCulture)), LineAt(reader.TokenStartIndex));
                            indices.Push(index + 1);
                        }
                        name = null;
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // The configuration's own reader has reported it with its place.
        }
        return lines;
    }

    private static string Join(List<string> path, string name)
    {
        var text = new StringBuilder();
        foreach (var part in path.Where(part => part.Length > 0)) text.Append(part).Append(':');
        return text.Append(name).ToString();
    }
}
