
namespace Analytics.Mining.Tests;

/// <summary>Itemsets by their definition: every subset of every basket is counted.</summary>
internal static class NaiveMiner
{
    public static SortedDictionary<string, int> Mine(IEnumerable<int[]> baskets, int minimumSupport, int maximumLength = 0)
    {
        var counts = new Dictionary<string, int>();
        foreach (var group in baskets.GroupBy(basket => string.Join(' ', basket.Distinct().Order())))
        {
            var items = group.First().Distinct().Order().ToArray();
            var copies = group.Count();
            for (var mask = 1L; mask < 1L << items.Length; mask++)
            {
                if (maximumLength > 0 && long.PopCount(mask) > maximumLength) continue;
                var key = string.Join(' ', items.Where((_, i) => (mask >> i & 1) == 1));
                counts[key] = counts.GetValueOrDefault(key) + copies;
            }
        }
        return new SortedDictionary<string, int>(
            counts.Where(entry => entry.Value >= minimumSupport).ToDictionary(), StringComparer.Ordinal);
    }

    public static SortedDictionary<string, int> ToDictionary(ItemsetTable table)
    {
        var result = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < table.Count; i++) result.Add(string.Join(' ', table[i].ToArray()), table.Supports[i]);
        return result;
    }

    public static BasketSet Baskets(IReadOnlyCollection<int[]> baskets, int itemCount)
    {
        var offsets = new int[baskets.Count + 1];
        var next = 0;
        foreach (var basket in baskets) offsets[next + 1] = offsets[next++] + basket.Length;
        return BasketSet.Create(offsets, baskets.SelectMany(basket => basket).ToArray(), itemCount);
    }
}
