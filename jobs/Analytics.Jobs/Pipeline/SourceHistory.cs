using Analytics.Files;
using Analytics.Publishing;

namespace Analytics.Jobs.Pipeline;

/// <summary>Which files a run rests on: its base's, and what it takes in or away. Pure functions of names and hashes.</summary>
internal static class SourceHistory
{
    /// <summary>The names and hashes of a run's sources, other names of the same bytes included.</summary>
    public static SortedDictionary<string, string> NamesOf(Manifest? manifest)
    {
        var names = NewNames();
        if (manifest is null) return names;
        foreach (var input in manifest.KeyParts.Inputs) names.Add(input.Name, input.Sha256);
        return names;
    }

    /// <summary>base ⊕ changes.</summary>
    public static SortedDictionary<string, string> Apply(IReadOnlyDictionary<string, string> names, RunChanges changes)
    {
        var result = NewNames();
        foreach (var (name, hash) in names) result[name] = hash;
        foreach (var put in changes.Put) result[put.Name] = put.Sha256;
        foreach (var name in changes.Retracted) result.Remove(name);
        return result;
    }

    /// <summary>First one set of changes, then another.</summary>
    public static RunChanges Then(RunChanges first, RunChanges second)
    {
        var put = NewNames();
        var gone = new SortedSet<string>(Utf8Order.Comparer);
        foreach (var changes in (RunChanges[])[first, second])
        {
            foreach (var entry in changes.Put)
            {
                put[entry.Name] = entry.Sha256;
                gone.Remove(entry.Name);
            }
            foreach (var name in changes.Retracted)
            {
                put.Remove(name);
                gone.Add(name);
            }
        }
        return new RunChanges(put.Select(entry => new RunInput(entry.Key, entry.Value)).ToArray(), gone.ToArray());
    }

    /// <summary>The changes without those that change nothing on this base.</summary>
    public static RunChanges Against(IReadOnlyDictionary<string, string> names, RunChanges changes) => new(
        changes.Put.Where(put => !names.TryGetValue(put.Name, out var hash) || hash != put.Sha256).ToArray(),
        changes.Retracted.Where(names.ContainsKey).ToArray());

    /// <summary>The label of each content: the least of its names by UTF-8 bytes. The lines of a file that is known under two names count once, under this one.</summary>
    public static Dictionary<string, string> Labels(SortedDictionary<string, string> names)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, hash) in names) labels.TryAdd(hash, name);
        return labels;
    }

    private static SortedDictionary<string, string> NewNames() => new(Utf8Order.Comparer);
}
