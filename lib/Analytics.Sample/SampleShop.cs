using System.Text;

namespace Analytics.Sample;

/// <summary>
/// A small synthetic shop: two stores, two years, some forty thousand transaction lines with planted truths. The same seed gives the
/// same bytes on every machine: own generator, whole-number and decimal arithmetic only, own gzip, no clock and no culture.
/// </summary>
public static class SampleShop
{
    /// <summary>The seed of the committed sample.</summary>
    public const ulong DefaultSeed = 20_240_101;

    /// <summary>The folder of input files; they are named relative to it.</summary>
    public const string TransactionsFolder = "transactions";

    private static readonly DateOnly BasketsFrom = new(2025, 10, 1);

    /// <summary>
    /// Writes <c>transactions/</c>, <c>baskets.txt</c> (the sale baskets from October 2025 on, one a line) and <c>truths.json</c>.
    /// </summary>
    /// <param name="folder">Made where it is missing. Files of the same names are replaced, others are left.</param>
    /// <param name="seed">The generator's seed.</param>
    /// <returns>What was planted.</returns>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static SampleTruths Write(string folder, ulong seed = DefaultSeed)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var (lines, customers) = OrderBook.Write(seed);
        var files = SourceFolder.Lay(lines, seed);

        var transactions = Path.Combine(folder, TransactionsFolder);
        Directory.CreateDirectory(transactions);
        var starts = new Dictionary<SourceFile, int[]>();
        foreach (var file in files)
        {
            (var content, starts[file]) = file.Compose();
            File.WriteAllBytes(Path.Combine(transactions, file.Name), file.Pack(content));
        }
        File.WriteAllBytes(Path.Combine(folder, "baskets.txt"), Encoding.UTF8.GetBytes(BasketLines(lines)));
        var truths = TruthCollector.Collect(seed, files, starts, customers);
        File.WriteAllBytes(Path.Combine(folder, "truths.json"), Encoding.UTF8.GetBytes(TruthsText.Write(truths)));
        return truths;
    }

    private static string BasketLines(List<ShopLine> lines)
    {
        var slugs = Catalog.Products.ToDictionary(product => product.Id, product => product.Slug);
        var baskets = lines.Where(line => line.NaturalFate == Fate.Sale && line.Date >= BasketsFrom)
            .GroupBy(line => (line.StoreId, line.OrderId))
            .Select(basket => string.Join(' ', basket.Select(line => slugs[line.ItemId])));
        return string.Concat(baskets.Select(basket => basket + "\n"));
    }
}
