using System.Globalization;
using System.IO.Compression;
using Analytics.Tests;

namespace Analytics.Mining.Tests;

/// <summary>Basket files for tests; codes follow the ordinal order of the ids.</summary>
internal static class TestFiles
{
    public static (BasketSet Baskets, string[] Ids) Read(string relative, char separator)
    {
        var path = Locate(relative);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var rows = new List<string[]>();
        while (reader.ReadLine() is { } line)
            rows.Add(line.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var ids = rows.SelectMany(row => row).Distinct().Order(StringComparer.Ordinal).ToArray();
        var codes = ids.Select((id, code) => (id, code)).ToDictionary(pair => pair.id, pair => pair.code);
        return (NaiveMiner.Baskets(rows.Select(row => row.Select(id => codes[id]).ToArray()).ToArray(), ids.Length), ids);
    }

    public static (BasketSet Baskets, string[] Ids) Groceries() => Read("groceries/groceries_baskets.csv.gz", ',');

    public static BasketSet Fimi(string name)
    {
        var path = Locate($"fimi/{name}.dat.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var offsets = new List<int> { 0 };
        var items = new List<int>();
        while (reader.ReadLine() is { } line)
        {
            foreach (var range in line.AsSpan().Split(' '))
                if (!line.AsSpan()[range].IsWhiteSpace()) items.Add(int.Parse(line.AsSpan()[range], CultureInfo.InvariantCulture));
            offsets.Add(items.Count);
        }
        return BasketSet.Create([.. offsets], [.. items], items.Max() + 1);
    }

    private static string Locate(string relative) => SharedData.Path(
        SharedData.Root is { } root && Directory.Exists(Path.Combine(root, "data")) ? "data/" + relative : relative);
}
