using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Analytics.Tests;


namespace Analytics.Records.Tests;

public sealed class OnlineRetailTests
{
    [Fact]
    public void EqualsANaiveReadingLineByLine()
    {
        var path = SharedData.Path("data/online_retail/online_retail.csv.gz");
        var sink = new CollectingSink();
        var summary = RecordParser.Parse(path, "online_retail.csv.gz", Mappings.OnlineRetail, new ParseOptions { Threads = 2, ChunkBytes = 100_000 }, sink, TestContext.Current.CancellationToken);
        var rows = sink.Rows();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), summary.Sha256);

        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
        Assert.StartsWith("InvoiceNo,StockCode", reader.ReadLine(), StringComparison.Ordinal);
        var row = 0;
        var line = 1L;
        var sums = new decimal[3];
        while (reader.ReadLine() is { } text)
        {
            line++;
            // No record of this file spans lines, and none has a delimiter outside quotes that is text.
            var fields = Regex.Matches(text, "(?:^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,]*))").Select(match => match.Groups[1].Success ? match.Groups[1].Value.Replace("\"\"", "\"") : match.Groups[2].Value).ToArray();
            var price = decimal.Parse(fields[5], CultureInfo.InvariantCulture);
            if (price < 0) continue;
            var quantity = decimal.Parse(fields[3], CultureInfo.InvariantCulture);
            var kind = price == 0 || !Regex.IsMatch(fields[1], @"^(\d{5}|DCGS|gift_)") ? 2 : quantity < 0 || fields[0].StartsWith('C') ? 1 : 0;
            sums[kind] += quantity * price;
            var local = DateTime.Parse(fields[4], CultureInfo.InvariantCulture);
            if (fields[0] != rows.Texts(RecordColumns.OrderId).GetString(row) || fields[1] != rows.Texts(RecordColumns.ItemId).GetString(row)
                || fields[2].Trim() != (rows.Texts(RecordColumns.ItemName).GetString(row) ?? "") || fields[6] != (rows.Texts(RecordColumns.CustomerId).GetString(row) ?? "")
                || fields[7] != rows.Texts(RecordColumns.Country).GetString(row) || quantity * 1000 != rows.Longs(RecordColumns.Quantity)[row]
                || price * 10_000 != rows.Longs(RecordColumns.UnitPrice)[row] || quantity * price * 10_000_000 != (decimal)rows.Int128s(RecordColumns.Amount)[row]
                || (TimeZoneInfo.ConvertTimeToUtc(local, zone) - DateTime.UnixEpoch).Ticks / 10 != rows.Longs(RecordColumns.OrderedAt)[row]
                || (local.Date - DateTime.UnixEpoch).Days != rows.Ints(RecordColumns.OrderDate)[row]
                || kind != rows.Ints(RecordColumns.Kind)[row] || line != rows.Longs(RecordColumns.SourceLine)[row])
                Assert.Fail($"line {line}: {text}");
            row++;
        }
        Assert.Equal(row, rows.Count);
        var parsed = new Int128[3];
        for (var i = 0; i < rows.Count; i++) parsed[rows.Ints(RecordColumns.Kind)[i]] += rows.Int128s(RecordColumns.Amount)[i];
        for (var kind = 0; kind < 3; kind++) Assert.Equal(sums[kind] * 10_000_000, (decimal)parsed[kind]);
    }

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
