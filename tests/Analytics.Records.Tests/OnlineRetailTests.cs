using Analytics.Tests;


namespace Analytics.Records.Tests;

public sealed class OnlineRetailTests
{
    [Fact]
    public void GivesTheContractsNumbers()
    {
        var path = SharedData.Path("data/online_retail/online_retail.csv.gz");
        var sink = new CollectingSink();
        var summary = RecordParser.Parse(path, "online_retail.csv.gz", Mappings.OnlineRetail, new ParseOptions(), sink, TestContext.Current.CancellationToken);
        var rows = sink.Rows();
        var rejects = sink.Rejects();

        Assert.Equal(541_909, summary.Records);
        Assert.Equal(2, summary.Rejected);
        Assert.Equal(2, rejects.Count);
        Assert.Equal(summary.Rows, rows.Count);
        Assert.Equal(new DateOnly(2010, 12, 1), summary.FirstDate);
        Assert.Equal(new DateOnly(2011, 12, 9), summary.LastDate);
        Assert.Equal(305, summary.Dates.Count);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("negative", rejects.Texts(RejectColumns.Rule).GetString(i));
            Assert.Equal("unit_price", rejects.Texts(RejectColumns.Column).GetString(i));
            Assert.Equal("-11062.06", rejects.Texts(RejectColumns.Value).GetString(i));
        }

        // With duplicates dropped: the fates of the contract.
        var seen = new HashSet<(int, long, long)>();
        var counts = new long[3];
        var sums = new Int128[3];
        var duplicates = 0;
        Int128 units = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            if (!seen.Add((rows.Ints(RecordColumns.OrderDate)[i], rows.Longs(RecordColumns.FingerprintHigh)[i], rows.Longs(RecordColumns.FingerprintLow)[i])))
            {
                duplicates++;
                continue;
            }
            var kind = rows.Ints(RecordColumns.Kind)[i];
            counts[kind]++;
            sums[kind] += rows.Int128s(RecordColumns.Amount)[i];
            if (kind == (int)RecordKind.Sale) units += rows.Longs(RecordColumns.Quantity)[i];
        }
        Assert.Equal(5_268, duplicates);
        Assert.Equal([522_568, 8_668, 5_403], counts);
        Assert.Equal((Int128)102_479_051_300_000, sums[0]);
        Assert.Equal((Int128)(-4_759_011_600_000), sums[1]);
        Assert.Equal((Int128)5_561_417_000, units);
    }
}
