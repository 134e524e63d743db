using System.IO.Compression;
using System.Text;

namespace Analytics.Mining.Bench;

/// <summary>The basket files of the benches: those of the shared folder and made-up ones in the shape of well-known files.</summary>
internal static class Files
{
    /// <summary>Files with a support low enough to hurt.</summary>
    public static IEnumerable<(string Name, int Support)> Cases(string shared) =>
    [
        ("chess", 1200), ("chess", 1000), ("mushroom", 500), ("retail", 10), ("retail", 5), ("T10I4D100K", 10), ("T10I4D100K", 5),
        ("groceries", 5), ("groceries", 3), ("online_retail", 100), ("online_retail", 60),
        .. Shapes.Cases,
    ];

    /// <summary>A file of the shared folder, of <see cref="Shapes"/>, or by its path.</summary>
    public static BasketSet Read(string shared, string name)
    {
        if (Shapes.Make(name) is { } made) return made;
        if (File.Exists(name)) return BasketText.Read(name);
        return name switch
        {
            "groceries" => Named(Lines(Path.Combine(shared, "data/groceries/groceries_baskets.csv.gz")).Select(line => line.Split(','))),
            "online_retail" => OnlineRetail(Path.Combine(shared, "data/online_retail/online_retail.csv.gz")),
            _ => BasketText.Read(Path.Combine(shared, "data/fimi", name + ".dat.gz")),
        };
    }

    // All lines that are no cancellation; invoice and item are the first two fields and never quoted.
    private static BasketSet OnlineRetail(string path) => Named(Lines(path).Skip(1)
        .Where(line => line.Count(c => c == ',') >= 7 && line[0] != 'C')
        .Select(line => line.Split(',', 3))
        .GroupBy(fields => fields[0], fields => fields[1], StringComparer.Ordinal)
        .Select(basket => basket.ToArray()));

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line;
    }

    private static BasketSet Named(IEnumerable<string[]> baskets)
    {
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        var offsets = new List<int> { 0 };
        var items = new List<int>();
        foreach (var basket in baskets)
        {
            foreach (var item in basket)
            {
                if (!codes.TryGetValue(item, out var code)) codes.Add(item, code = codes.Count);
                items.Add(code);
            }
            offsets.Add(items.Count);
        }
        return BasketSet.Create([.. offsets], [.. items], codes.Count);
    }
}
