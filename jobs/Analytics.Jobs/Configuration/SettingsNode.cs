using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Text;

namespace Analytics.Jobs.Configuration;

/// <summary>How the settings' types are seen as keys: names in snake_case, lists and dictionaries as such.</summary>
internal static class SettingsNode
{
    /// <summary>The properties of a settings type with their keys, in the order of declaration.</summary>
    public static IEnumerable<(string Key, PropertyInfo Property)> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .OrderBy(property => property.MetadataToken)
            .Select(property => (Snake(property.Name), property));

    /// <summary>What a key is for.</summary>
    public static string Describe(PropertyInfo property) => property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";

    /// <summary>Whether a type is a section with keys of its own.</summary>
    public static bool IsSection(Type type) => type.IsClass && type != typeof(string) && !IsList(type) && DictionaryValue(type) is null;

    /// <summary>Whether a type is a list of texts.</summary>
    public static bool IsList(Type type) => type == typeof(IReadOnlyList<string>);

    /// <summary>The value type of a dictionary, or null where it is none.</summary>
    public static Type? DictionaryValue(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    /// <summary>The entries of a dictionary property, sorted by key.</summary>
    public static IEnumerable<(string Key, object Value)> Entries(object dictionary)
    {
        var entries = new List<(string, object)>();
        foreach (var entry in (IEnumerable)dictionary)
        {
            var type = entry.GetType();
            entries.Add(((string)type.GetProperty("Key")!.GetValue(entry)!, type.GetProperty("Value")!.GetValue(entry)!));
        }
        entries.Sort((a, b) => string.CompareOrdinal(a.Item1, b.Item1));
        return entries;
    }

    /// <summary>MinSupport -> min_support.</summary>
    public static string Snake(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetterUpper(name[i]) && i > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
