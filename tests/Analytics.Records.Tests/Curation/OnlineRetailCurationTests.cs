using Analytics.Columns;
using Analytics.Records.Curation;
using Analytics.Tests;

namespace Analytics.Records.Tests.Curation;

public sealed class OnlineRetailCurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-curation-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void GivesTheContractsFatesWithAndWithoutSpilling()
    {
        var path = SharedData.Path("data/online_retail/online_retail.csv.gz");
        var one = Curate(path, "one", 1 << 30, 2);
        var two = Curate(path, "two", 30_000_000, 1);
        Assert.Equal(new FateCounts(522_568, 8_668, 5_403, 5_268), one.Fates.Aggregate(default(FateCounts), (sum, f) => sum + f.After));
        Assert.Equal(305, one.Dates.Count);
        Assert.Equal(541_907 - 5_268, one.Dates.Sum(d => d.Transactions!.Rows));
        Assert.Equal(541_907, one.Dates.Sum(d => d.Evidence!.Rows));
        Assert.Equal(one.Dates.Select(d => (d.Transactions!.Sha256, d.Evidence!.Sha256)), two.Dates.Select(d => (d.Transactions!.Sha256, d.Evidence!.Sha256)));

        // The sales' sum, from the files.
        using var reader = new ParquetFileReader();
        Int128 sales = 0;
        foreach (var date in one.Dates)
        {
            reader.Open(date.Transactions!.Path);
            var rows = new ColumnBatch(CuratedColumns.Transactions);
            reader.ReadAll(rows);
            for (var row = 0; row < rows.Count; row++)
                if (rows.Texts(CuratedColumns.TransactionKind)[row].SequenceEqual("sale"u8)) sales += rows.Int128s(RecordColumns.Amount)[row];
        }
        Assert.Equal((Int128)102_479_051_300_000, sales);
    }

    private CurationResult Curate(string path, string name, long memory, int threads)
    {
        using var curator = new Curator(new CurationOptions
        {
            SpillFolder = Path.Combine(_folder, "spill"), MemoryBytes = memory, Threads = threads,
        });
        var sha256 = new string('0', 64);
        var sink = curator.AddSource(sha256);
        RecordParser.Parse(path, "online_retail.csv.gz", Mappings.OnlineRetail, new ParseOptions { Threads = threads }, sink, TestContext.Current.CancellationToken);
        Assert.Equal(memory < 100_000_000, curator.SpillCount > 0);
        return curator.Finish(new CurationPlan { Folder = Path.Combine(_folder, name), Labels = new Dictionary<string, string> { [sha256] = "online_retail.csv.gz" } }, TestContext.Current.CancellationToken);
    }
}
