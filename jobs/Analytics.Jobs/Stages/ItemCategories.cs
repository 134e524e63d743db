using System.Text;
using Analytics.Jobs.Configuration;
using Analytics.Mining;

namespace Analytics.Jobs.Stages;

/// <summary>Items and their categories as one set of codes, in the order of the ids' UTF-8 bytes.</summary>
internal sealed class ItemCategories
{
    private const string Prefix = "category:";

    private ItemCategories(string[] ids, string?[] names, Hierarchy hierarchy, BasketSet baskets) =>
        (Ids, Names, Hierarchy, Baskets) = (ids, names, hierarchy, baskets);

    public string[] Ids { get; }

    /// <summary>Items' names, or their ids where they have none; null for categories.</summary>
    public string?[] Names { get; }

    public Hierarchy Hierarchy { get; }

    /// <summary>The baskets over these codes, without categories.</summary>
    public BasketSet Baskets { get; }

    /// <summary>Whether any of some codes is a category.</summary>
    public bool HasCategory(ReadOnlySpan<int> codes)
    {
        foreach (var code in codes)
            if (Names[code] is null) return true;
        return false;
    }

    public static ItemCategories Create(IReadOnlyList<string> itemIds, IReadOnlyList<string?> itemNames, IReadOnlyList<string?> itemCategories, BasketSet baskets)
    {
        var ids = itemIds.Concat(itemCategories.OfType<string>().Distinct(StringComparer.Ordinal).Select(name => Prefix + name)).ToArray();
        var keys = Array.ConvertAll(ids, Encoding.UTF8.GetBytes);
        var order = Enumerable.Range(0, ids.Length).ToArray();
        Array.Sort(order, (a, b) => keys[a].AsSpan().SequenceCompareTo(keys[b]));
        var place = new int[ids.Length];
        var codeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var code = 0; code < order.Length; code++)
        {
            place[order[code]] = code;
            if (order[code] < itemIds.Count) continue;
            codeOf.Add(ids[order[code]], code);
            if ((code > 0 && ids[order[code - 1]] == ids[order[code]]) || (code + 1 < order.Length && ids[order[code + 1]] == ids[order[code]]))
                throw new UserException(ExitCode.Data, $"item_id '{ids[order[code]]}' is written like the category of that name; rename one of them, or set results.mine.categories to false");
        }
        var parents = new int[ids.Length];
        Array.Fill(parents, -1);
        var names = new string?[ids.Length];
        for (var item = 0; item < itemIds.Count; item++)
        {
            names[place[item]] = itemNames[item] ?? itemIds[item];
            if (itemCategories[item] is { } category) parents[place[item]] = codeOf[Prefix + category];
        }
        var moved = BasketSet.Create((int[])baskets.Offsets.Clone(), Array.ConvertAll(baskets.Items, item => place[item]), ids.Length);
        return new ItemCategories(Array.ConvertAll(order, from => ids[from]), names, new Hierarchy(parents), moved);
    }
}
