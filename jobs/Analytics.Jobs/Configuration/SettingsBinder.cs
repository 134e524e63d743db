using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Analytics.Jobs.Configuration;

/// <summary>Turns configuration keys into settings, exactly: unknown keys and values of another type are errors that say where.</summary>
internal sealed class SettingsBinder(List<string> errors, Func<string, string> origin, Func<string, string> place)
{
    private readonly List<SettingValue> _values = [];

    /// <summary>Every effective value, in the order of declaration.</summary>
    public IReadOnlyList<SettingValue> Values => _values;

    public object Bind(Type type, IConfiguration section, string path)
    {
        var target = Activator.CreateInstance(type)!;
        var known = SettingsNode.Properties(type).ToList();
        foreach (var child in section.GetChildren())
        {
            if (known.Any(entry => entry.Key.Equals(child.Key, StringComparison.OrdinalIgnoreCase))) continue;
            var nearest = Nearest.Of(child.Key, known.Select(entry => entry.Key));
            errors.Add($"{place(child.Path)}: unknown key '{Dotted(child.Path)}'; "
                + (nearest is null ? $"known here are {string.Join(", ", known.Select(entry => entry.Key))}" : $"the nearest known one is '{Dotted(Join(path, nearest))}'"));
        }
        foreach (var (key, property) in known)
        {
            var childPath = Join(path, key);
            var child = section.GetSection(key);
            property.SetValue(target, Value(property.PropertyType, child, childPath, property.GetValue(target)));
        }
        return target;
    }

    private object? Value(Type type, IConfigurationSection section, string path, object? fallback)
    {
        if (SettingsNode.IsSection(type))
        {
            if (section.Value is not { Length: > 0 }) return Bind(type, section, path);
            errors.Add($"{place(path)}: '{Dotted(path)}' is a section with keys of its own, not a value");
            return fallback;
        }
        if (SettingsNode.DictionaryValue(type) is { } valueType) return Dictionary(valueType, section, path);
        if (SettingsNode.IsList(type)) return List(section, path, fallback);
        if (section.GetChildren().Any())
        {
            errors.Add($"{place(path)}: '{Dotted(path)}' takes one value, not an object or a list");
            return fallback;
        }
        var value = fallback;
        if (section.Value is { } text)
        {
            if (TryParse(Nullable.GetUnderlyingType(type) ?? type, text, out var parsed)) value = text.Length == 0 && type == typeof(string) && fallback is null ? null : parsed;
            else errors.Add($"{place(path)}: '{Dotted(path)}' is '{text}', but {Expected(type)} is expected");
        }
        _values.Add(new SettingValue(Dotted(path), Format(value), origin(path)));
        return value;
    }

    private object List(IConfigurationSection section, string path, object? fallback)
    {
        var children = section.GetChildren().ToList();
        var list = (IReadOnlyList<string>?)fallback ?? [];
        if (section.Value is { Length: > 0 } text) list = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        else if (children.Count > 0)
            list = children.OrderBy(child => int.TryParse(child.Key, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue).Select(child => child.Value ?? "").ToList();
        _values.Add(new SettingValue(Dotted(path), string.Join(", ", list), origin(path)));
        return list;
    }

    private object Dictionary(Type valueType, IConfigurationSection section, string path)
    {
        var result = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
        foreach (var child in section.GetChildren().OrderBy(child => child.Key, StringComparer.Ordinal))
        {
            // "order_id": "InvoiceNo" is short for "order_id": { "source": "InvoiceNo" }: the first key of the section.
            if (child.Value is { } brief && !child.GetChildren().Any())
            {
                var value = Activator.CreateInstance(valueType)!;
                SettingsNode.Properties(valueType).First().Property.SetValue(value, brief);
                result[child.Key] = value;
                _values.Add(new SettingValue(Dotted(child.Path), brief, origin(child.Path)));
            }
            else result[child.Key] = Bind(valueType, child, child.Path);
        }
        return result;
    }

    private static bool TryParse(Type type, string text, out object? value)
    {
        var culture = CultureInfo.InvariantCulture;
        (var done, value) = type switch
        {
            _ when type == typeof(string) => (true, text),
            _ when type == typeof(bool) => (bool.TryParse(text, out var flag), flag),
            _ when type == typeof(int) => (int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var number), number),
            _ when type == typeof(long) => (long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var number), number),
            _ when type == typeof(decimal) => (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, culture, out var number), number),
            _ when type == typeof(DateOnly) => (DateOnly.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out var date), date),
            _ => (false, (object?)null),
        };
        return done;
    }

    private static string Expected(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(int) || t == typeof(long) => "a whole number",
        var t when t == typeof(decimal) => "a number such as 0.01",
        var t when t == typeof(DateOnly) => "a date such as 2025-12-31",
        _ => "a text",
    };

    /// <summary>A value as the configuration writes it.</summary>
    public static string? Format(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";

    private static string Dotted(string path) => path.Replace(':', '.');
}
