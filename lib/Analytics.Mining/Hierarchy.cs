namespace Analytics.Mining;

/// <summary>
/// Items and the categories above them, as one set of codes: each code has at most one parent. Codes of items and categories
/// together should follow the UTF-8 order of their ids.
/// </summary>
public sealed class Hierarchy
{
    private readonly int[] _parents;

    /// <summary>Takes the parent of each code, -1 for none.</summary>
    /// <exception cref="ArgumentException">A parent is no code, or a code is its own ancestor; the message names it.</exception>
    public Hierarchy(int[] parents)
    {
        ArgumentNullException.ThrowIfNull(parents);
        _parents = (int[])parents.Clone();
        for (var code = 0; code < parents.Length; code++)
        {
            if (parents[code] < -1 || parents[code] >= parents.Length)
                throw new ArgumentException($"code {code} has the parent {parents[code]}; expected -1 to {parents.Length - 1}", nameof(parents));
            var steps = 0;
            for (var up = parents[code]; up >= 0; up = parents[up])
                if (++steps > parents.Length) throw new ArgumentException($"code {code} is its own ancestor", nameof(parents));
        }
    }

    /// <summary>The number of codes.</summary>
    public int Count => _parents.Length;

    /// <summary>The code above, or -1.</summary>
    public int Parent(int code) => _parents[code];

    /// <summary>Whether one of two codes lies above the other.</summary>
    public bool AreRelated(int a, int b) => IsAncestor(a, b) || IsAncestor(b, a);

    /// <summary>Whether a code lies above another.</summary>
    public bool IsAncestor(int ancestor, int code)
    {
        for (var up = _parents[code]; up >= 0; up = _parents[up])
            if (up == ancestor) return true;
        return false;
    }

    /// <summary>The baskets with all categories of their items.</summary>
    /// <param name="baskets">Baskets over this hierarchy's codes.</param>
    public BasketSet Generalise(BasketSet baskets)
    {
        ArgumentNullException.ThrowIfNull(baskets);
        if (baskets.ItemCount > Count)
            throw new ArgumentException($"baskets of {baskets.ItemCount} codes for a hierarchy of {Count}", nameof(baskets));
        var offsets = new int[baskets.Count + 1];
        var items = new List<int>(2 * baskets.Items.Length);
        for (var basket = 0; basket < baskets.Count; basket++)
        {
            foreach (var item in baskets[basket])
                for (var code = item; code >= 0; code = _parents[code]) items.Add(code);
            offsets[basket + 1] = items.Count;
        }
        return BasketSet.Create(offsets, [.. items], Count);
    }
}
