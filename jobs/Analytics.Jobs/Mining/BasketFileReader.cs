using Analytics.Jobs.Configuration;
using Analytics.Mining;
using Analytics.Records.Internals;
using ZstdSharp;

namespace Analytics.Jobs.Mining;

/// <summary>Reads baskets from a plain file: baskets of items a line, or order/item pairs in CSV or Parquet.</summary>
internal static class BasketFileReader
{
    /// <exception cref="UserException">The file is not there or not what it says; the message says where.</exception>
    public static BasketFile Read(string path, BasketFileOptions options, CancellationToken cancel)
    {
        if (Directory.Exists(path)) throw new UserException(ExitCode.Usage, $"{path} is a folder; name a file of baskets");
        if (!File.Exists(path)) throw new UserException(ExitCode.Usage, $"there is no file {path}");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        Span<byte> magic = stackalloc byte[4];
        magic = magic[..file.ReadAtLeast(magic, 4, throwOnEndOfStream: false)];
        file.Position = 0;
        var isParquet = magic.SequenceEqual("PAR1"u8);
        var format = options.Format == BasketFormat.Auto ? FormatOf(path) : options.Format;
        if (isParquet != (format == BasketFormat.Parquet))
            throw new UserException(ExitCode.Data, isParquet
                ? $"{path} is a Parquet file; read it with --format parquet"
                : $"{path} is no Parquet file: it does not begin with PAR1; name its layout with --format baskets or --format csv");
        if (options.PartColumn is not null && format == BasketFormat.Baskets)
            throw new UserException(ExitCode.Usage, $"{path} holds one basket a line, so there is no column to contrast by; order/item pairs in CSV or Parquet are needed for --contrast-column");
        if (format == BasketFormat.Parquet) return ParquetPairs.Read(path, file, options, cancel);

        using var text = magic switch
        {
            [0x1F, 0x8B, ..] => new GzipText(file),
            [0x28, 0xB5, 0x2F, 0xFD] => new DecompressionStream(file, leaveOpen: true),
            _ => (Stream)file,
        };
        try
        {
            return format == BasketFormat.Csv ? CsvPairs.Read(path, text, options, cancel) : BasketLines.Read(path, text, options, cancel);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or ZstdException)
        {
            throw new UserException(ExitCode.Data, $"{path}: after {file.Position} bytes it cannot be unpacked, it is damaged or cut off ({damaged.Message}); fetch or write it again", damaged);
        }
    }

    private static BasketFormat FormatOf(string path)
    {
        var name = path;
        foreach (var packing in new[] { ".gz", ".zst" })
            if (name.EndsWith(packing, StringComparison.OrdinalIgnoreCase)) name = name[..^packing.Length];
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" => BasketFormat.Csv,
            ".parquet" => BasketFormat.Parquet,
            _ => BasketFormat.Baskets,
        };
    }

    /// <summary>Baskets of pairs: those of one order together, orders in the order of their first pair.</summary>
    public static BasketFile FromPairs(
        string path, ItemCoder items, int orders, List<int> orderOf, List<int> itemOf, BasketFileOptions options, ItemCoder? parts = null, List<int>? partOf = null)
    {
        var (ids, place) = items.Sort(path, "an item id");
        var offsets = new int[orders + 1];
        foreach (var order in orderOf) offsets[order + 1]++;
        for (var i = 0; i < orders; i++) offsets[i + 1] += offsets[i];
        var next = offsets.AsSpan(0, orders).ToArray();
        var sorted = new int[orderOf.Count];
        for (var i = 0; i < sorted.Length; i++) sorted[next[orderOf[i]]++] = place[itemOf[i]];
        return new BasketFile(BasketSet.Create(offsets, sorted, ids.Length, options.MaximumBasketSize), ids, 0, Parts(path, orders, orderOf, parts, partOf));
    }

    private static FileParts? Parts(string path, int orders, List<int> orderOf, ItemCoder? parts, List<int>? partOf)
    {
        if (parts is null) return null;
        var (names, place) = parts.Sort(path, "what baskets are contrasted by");
        var of = new int[orders];
        // From the last pair to the first, which so has the last word.
        for (var pair = orderOf.Count - 1; pair >= 0; pair--) of[orderOf[pair]] = place[partOf![pair]];
        return new FileParts(names, of);
    }
}
