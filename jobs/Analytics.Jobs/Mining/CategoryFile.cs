using System.Text;
using Analytics.Jobs.Configuration;
using Analytics.Mining;

namespace Analytics.Jobs.Mining;

/// <summary>
/// Categories of items from a CSV file with a header: a row an item, its id first, then its category, the category above that,
/// and so on. A category's id is its column and its name (level2:sausage), so that it is never taken for an item.
/// </summary>
internal static class CategoryFile
{
    /// <summary>The baskets over items and categories as one set of codes in UTF-8 order, and what lies above what.</summary>
    public static (BasketFile File, Hierarchy Hierarchy) Apply(string path, BasketFile file)
    {
        if (!File.Exists(path)) throw new UserException(ExitCode.Usage, $"there is no file {path}");
        using var stream = File.OpenRead(path);
        var reader = CsvPairs.Open(path, stream, "item,category", out var names);
        if (names.Count < 2) throw new UserException(ExitCode.Data, $"{path}, line 1: one column; expected an item's id and at least one category behind it");
        var parentOf = new Dictionary<string, (string Parent, long Line)>(StringComparer.Ordinal);
        while (reader.NextLine())
        {
            var line = reader.Line;
            var row = new List<string>();
            do row.Add(Encoding.UTF8.GetString(reader.Next()));
            while (!reader.AtLineEnd);
            if (row.Count != names.Count) throw new UserException(ExitCode.Data, $"{path}, line {line}: {row.Count} fields; expected {names.Count} as in the header");
            for (var level = 0; level + 1 < row.Count && row[level + 1].Length > 0; level++)
            {
                var child = level == 0 ? row[0] : $"{names[level]}:{row[level]}";
                var parent = $"{names[level + 1]}:{row[level + 1]}";
                if (!parentOf.TryAdd(child, (parent, line)) && parentOf[child].Parent != parent)
                    throw new UserException(ExitCode.Data, $"{path}, line {line}: {child} lies in {parent}, on line {parentOf[child].Line} it lay in {parentOf[child].Parent}; expected one category each");
            }
        }

        var bytes = file.Ids.Concat(parentOf.Keys).Concat(parentOf.Values.Select(above => above.Parent)).Distinct(StringComparer.Ordinal)
            .Select(Encoding.UTF8.GetBytes).ToArray();
        Array.Sort(bytes, (a, b) => a.AsSpan().SequenceCompareTo(b));
        var ids = Array.ConvertAll(bytes, Encoding.UTF8.GetString);
        var codes = ids.Select((id, code) => (id, code)).ToDictionary(pair => pair.id, pair => pair.code, StringComparer.Ordinal);
        var parents = Array.ConvertAll(ids, id => parentOf.TryGetValue(id, out var above) ? codes[above.Parent] : -1);
        var place = Array.ConvertAll(file.Ids, id => codes[id]);
        var baskets = BasketSet.Create((int[])file.Baskets.Offsets.Clone(), Array.ConvertAll(file.Baskets.Items, item => place[item]), ids.Length);
        return (file with { Baskets = baskets, Ids = ids }, new Hierarchy(parents));
    }
}
