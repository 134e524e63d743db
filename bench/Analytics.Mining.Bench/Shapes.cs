namespace Analytics.Mining.Bench;

/// <summary>
/// Made-up baskets in the shape of files that are not in the shared folder: as many baskets, items and items a basket, and as dense.
/// They show that no shape is a bad case, not what those files take.
/// </summary>
internal static class Shapes
{
    /// <summary>The shapes with a support low enough to hurt.</summary>
    public static readonly (string Name, int Support)[] Cases =
    [
        ("like-pumsb", 36_000), ("like-pumsb_star", 12_000), ("like-connect", 50_000), ("like-accidents", 100_000), ("like-kosarak", 1_000), ("like-webview", 30), ("like-webdocs", 100_000),
    ];

    public static BasketSet? Make(string name) => name switch
    {
        // Census records: a value each of 74 attributes, many of them nearly always the same.
        "like-pumsb" => Records(49_046, 74, 40, 0.9, 0, 11),
        "like-pumsb_star" => Records(49_046, 50, 40, 0.55, 0, 12),
        // Positions of a game: a value each of 43 attributes, three values an attribute.
        "like-connect" => Records(67_557, 43, 3, 0.9, 0, 13),
        // Road accidents: attributes with a few frequent values, some of them missing.
        "like-accidents" => Records(340_183, 45, 10, 0.75, 0.25, 14),
        // Click streams: short on average with a long tail, items by a power law.
        "like-kosarak" => Sessions(990_002, 41_270, 8.1, 1.35, 15),
        "like-webview" => Sessions(77_512, 3_340, 4.6, 0.9, 16),
        // Words of web pages: very long baskets, words by a power law.
        "like-webdocs" => Sessions(150_000, 500_000, 177, 1.05, 17),
        _ => null,
    };

    private static BasketSet Records(int baskets, int attributes, int values, double usual, double missing, int seed)
    {
        var random = new Random(seed);
        // Each attribute has a share of its own with which its first value comes; a hidden group of the record shifts it.
        var share = Enumerable.Range(0, attributes).Select(_ => Math.Pow(random.NextDouble(), (1 - usual) / usual)).ToArray();
        var tilt = Enumerable.Range(0, attributes).Select(_ => Enumerable.Range(0, 6).Select(_ => 0.6 + 0.8 * random.NextDouble()).ToArray()).ToArray();
        var offsets = new int[baskets + 1];
        var items = new List<int>(baskets * attributes);
        for (var basket = 0; basket < baskets; basket++)
        {
            var group = random.Next(6);
            for (var attribute = 0; attribute < attributes; attribute++)
            {
                if (missing > 0 && random.NextDouble() < missing * 2 * attribute / attributes) continue;
                var value = random.NextDouble() < Math.Min(0.998, share[attribute] * tilt[attribute][group]) ? 0 : 1 + (int)((values - 1) * Math.Pow(random.NextDouble(), 2));
                items.Add(attribute * values + Math.Min(value, values - 1));
            }
            offsets[basket + 1] = items.Count;
        }
        return BasketSet.Create(offsets, [.. items], attributes * values);
    }

    private static BasketSet Sessions(int baskets, int itemCount, double length, double exponent, int seed)
    {
        var random = new Random(seed);
        var cumulative = new double[itemCount];
        var sum = 0.0;
        for (var item = 0; item < itemCount; item++) cumulative[item] = sum += Math.Pow(item + 3, -exponent);
        int Pick()
        {
            var found = Array.BinarySearch(cumulative, random.NextDouble() * sum);
            return found < 0 ? Math.Min(~found, itemCount - 1) : found;
        }
        // Some groups of items are often taken together.
        var groups = Enumerable.Range(0, 400).Select(_ => Enumerable.Range(0, 2 + random.Next(6)).Select(_ => Pick()).ToArray()).ToArray();
        var offsets = new int[baskets + 1];
        var items = new List<int>((int)(baskets * length));
        for (var basket = 0; basket < baskets; basket++)
        {
            // A geometric length with a heavy tail.
            var most = 1 + (int)(-Math.Log(1 - random.NextDouble()) * length * (random.Next(20) == 0 ? 4 : 0.85));
            for (var taken = 0; taken < most;)
            {
                if (random.Next(4) == 0)
                {
                    var group = groups[(int)(groups.Length * Math.Pow(random.NextDouble(), 2))];
                    foreach (var item in group) items.Add(item);
                    taken += group.Length;
                }
                else
                {
                    items.Add(Pick());
                    taken++;
                }
            }
            offsets[basket + 1] = items.Count;
        }
        return BasketSet.Create(offsets, [.. items], itemCount);
    }
}
