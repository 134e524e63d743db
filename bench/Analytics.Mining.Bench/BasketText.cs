using System.IO.Compression;

namespace Analytics.Mining.Bench;

/// <summary>Reads baskets of whole-number items, one basket a line.</summary>
internal static class BasketText
{
    public static BasketSet Read(string path)
    {
        using Stream file = File.OpenRead(path);
        using var stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        var offsets = new List<int> { 0 };
        var items = new List<int>();
        int value = -1, largest = -1;
        foreach (var b in bytes)
        {
            if (b is >= (byte)'0' and <= (byte)'9')
            {
                value = (value < 0 ? 0 : value * 10) + (b - '0');
                continue;
            }
            if (value >= 0)
            {
                items.Add(value);
                largest = Math.Max(largest, value);
                value = -1;
            }
            if (b == '\n') offsets.Add(items.Count);
        }
        if (value >= 0)
        {
            items.Add(value);
            largest = Math.Max(largest, value);
        }
        if (offsets[^1] != items.Count) offsets.Add(items.Count);
        return BasketSet.Create([.. offsets], [.. items], largest + 1);
    }
}
