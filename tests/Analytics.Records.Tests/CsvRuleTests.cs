using System.Text;

namespace Analytics.Records.Tests;

/// <summary>One example of every rule, worked out by hand.</summary>
public sealed class CsvRuleTests
{
    private static readonly RecordMapping Mapping = Mappings.Positions(',', '"') with { DateTo = new DateOnly(2020, 1, 1) };

    private static string[] Rejects(string text, ParseOptions? options = null) => [.. Harness.Run(Encoding.UTF8.GetBytes("x,i,1,2010-12-01,1\n" + text), Mapping, options).Rejects];

    [Theory]
    [InlineData(",i,1,2010-12-01,1", "missing|order_id|NULL")]
    [InlineData("o, \u00A0,1,2010-12-01,1", "missing|item_id|' \u00A0'")]
    [InlineData("o,i,1e3,2010-12-01,1", "number|quantity|'1e3'")]
    [InlineData("o,i,1_000,2010-12-01,1", "number|quantity|'1_000'")]
    [InlineData("o,i, 1,2010-12-01,1", "number|quantity|' 1'")]
    [InlineData("o,i,.5,2010-12-01,1", "number|quantity|'.5'")]
    [InlineData("o,i,5.,2010-12-01,1", "number|quantity|'5.'")]
    [InlineData("o,i,\"1,000\",2010-12-01,1", "number|quantity|'1,000'")]
    [InlineData("o,i,\u0661,2010-12-01,1", "number|quantity|'\u0661'")]
    [InlineData("o,i,1.0000,2010-12-01,1", "precision|quantity|'1.0000'")]
    [InlineData("o,i,1000000000000000,2010-12-01,1", "precision|quantity|'1000000000000000'")]
    [InlineData("o,i,1,2010-12-01,0.00001", "precision|unit_price|'0.00001'")]
    [InlineData("o,i,-999999999999999.999,2010-12-01,99999999999999.9999", "precision|amount|NULL")]
    [InlineData("o,i,1,2010-12-01,-0.01", "negative|unit_price|'-0.01'")]
    [InlineData("o,i,1,2010-12-1,1", "time|ordered_at|'2010-12-1'")]
    [InlineData("o,i,1,2011-02-29,1", "time|ordered_at|'2011-02-29'")]
    [InlineData("o,i,1,1989-12-31,1", "window|ordered_at|'1989-12-31'")]
    [InlineData("o,i,1,2020-01-02,1", "window|ordered_at|'2020-01-02'")]
    [InlineData("o,i,x,,y", "number|quantity|'x'")]
    [InlineData("o,i,1,,y", "missing|ordered_at|NULL")]
    [InlineData("o,i,1,2010-12-01", "columns|NULL|NULL")]
    [InlineData("o,i,1,2010-12-01,1,", "columns|NULL|NULL")]
    [InlineData(" ", "columns|NULL|NULL")]
    [InlineData("o,\"i\"x,1,2010-12-01,1", "quote|NULL|NULL")]
    [InlineData("o,\"i,1,2010-12-01,1", "quote|NULL|NULL")]
    [InlineData("o,i,1,2010-12-01,\"1\"\r\r", "quote|NULL|NULL")]
    public void RejectsByTheFirstRuleThatFails(string line, string expected)
    {
        var raw = line.EndsWith("\r\r", StringComparison.Ordinal) ? line[..^1] : line;
        Assert.Equal([$"2|{expected}|'{raw}'|{Encoding.UTF8.GetByteCount(raw)}"], Rejects(line + "\n"));
    }

    [Theory]
    [InlineData("o,i,+007.125,2010-12-01,-0", "'o'|'i'|NULL|7125|0|0")]
    [InlineData("o,i,-999999999999999.999,2010-12-01,0.0001", "'o'|'i'|NULL|-999999999999999999|1|-999999999999999999")]
    [InlineData("0000o ,\" i\"\"\",00000000000000000000001,2010-12-01,2.5", "'0000o '|' i\"'|NULL|1000|25000|25000000")]
    [InlineData("o\"\"x\",i,1,2010-12-01,1", "'o\"\"x\"'|'i'|NULL|1000|10000|10000000")]
    public void ReadsNumbersAndIdsExactly(string line, string expected)
        => Assert.StartsWith(expected + "|1291161600000000|14944|", Harness.Run(Encoding.UTF8.GetBytes(line), Mapping).Rows.Single(), StringComparison.Ordinal);

    [Fact]
    public void CountsPhysicalLines()
    {
        var outcome = Harness.Run("\n\na,\"i\n\n\",1,2010-12-01,1\r\n\r\nb,i,1,2010-12-01,1\n\"c,i\nd,i,1,2010-12-01,1\n\"e\",\"i\",\"x\",\"2010-12-01\",\"1\""u8.ToArray(), Mapping);
        Assert.Equal(["3", "7", "9"], outcome.Rows.Select(row => row.Split('|')[18]));
        Assert.Equal(["8|quote|NULL|NULL|'\"c,i'|4", "10|number|quantity|'x'|'\"e\",\"i\",\"x\",\"2010-12-01\",\"1\"'|28"], outcome.Rejects);
    }

    [Fact]
    public void OneBrokenQuoteCostsOneLine()
    {
        var text = "o,\"broken,1,2010-12-01,1\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"o{i},i,1,2010-12-01,{i}\n"));
        foreach (var most in (int[])[1_000, 16 << 20])
        {
            var outcome = Harness.Run(Encoding.UTF8.GetBytes("x,i,1,2010-12-01,1\n" + text), Mapping, new ParseOptions { ChunkBytes = 1000, Threads = 2, MaxRecordBytes = most });
            Assert.Equal(5_001, outcome.Rows.Count);
            Assert.Equal(["2|quote|NULL|NULL|'o,\"broken,1,2010-12-01,1'|24"], outcome.Rejects);
        }
    }

    [Fact]
    public void ShowsWhatIsNoTextInHex()
    {
        var outcome = Harness.Run([.. "x,i,1,2010-12-01,1\no,\xE9\xFF\0,1,2010-12-01,1\né,i,x\xC3,1,2\n".Select(c => (byte)c)], Mapping);
        Assert.Equal(["2|encoding|NULL|NULL|'o,\\xE9\\xFF\\x00,1,2010-12-01,1'|20", "3|encoding|NULL|NULL|'\\xE9,i,x\\xC3,1,2'|10"], outcome.Rejects);
    }

    [Fact]
    public void ReadsCodePages()
    {
        byte[] data = [.. "x,i,1,2010-12-01,1\n\x80\xA3\xE9,\x93i\x94,1,2010-12-01,1\nb\x81,i,1,2010-12-01,1\n\xA3,i,1,2010-12-01\n".Select(c => (byte)c)];
        var outcome = Harness.Run(data, Mapping with { Encoding = "windows-1252", ProductPattern = null }, new ParseOptions { ChunkBytes = 8 });
        Assert.StartsWith("'€£é'|'“i”'|NULL|1000|", outcome.Rows[1], StringComparison.Ordinal);
        Assert.Equal(["3|encoding|NULL|NULL|'b\\x81,i,1,2010-12-01,1'|19", "4|columns|NULL|NULL|'£,i,1,2010-12-01'|16"], outcome.Rejects);
        var latin = Harness.Run(data, Mapping with { Encoding = "iso-8859-1", ProductPattern = null });
        Assert.StartsWith("'\u0080£é'|'\u0093i\u0094'|NULL|1000|", latin.Rows[1], StringComparison.Ordinal);
        Assert.StartsWith("'b\u0081'", latin.Rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void CutsTheRawTextOfAHugeLine()
    {
        const int length = 40 << 20;
        var path = Harness.NewFile([.. "x,i,1,2010-12-01,1\n"u8, .. Enumerable.Repeat((byte)'y', length), .. "\r\nz,i,1,2010-12-01,1\n"u8]);
        var before = GC.GetTotalAllocatedBytes();
        var outcome = Harness.RunFile(path, Mapping);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 150L << 20);
        Assert.Equal(2, outcome.Rows.Count);
        Assert.Equal("3", outcome.Rows[1].Split('|')[18]);
        Assert.Equal($"2|size|NULL|NULL|'{new string('y', 64 << 10)}'|{length}", outcome.Rejects.Single());
        Directory.Delete(Path.GetDirectoryName(path)!, true);
    }

    [Fact]
    public void FingerprintsDoNotDependOnTheOrderOfColumns()
    {
        var mapping = Mappings.OnlineRetail;
        var one = Harness.Run("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,22222,\"a\",2,2010-12-01 08:26:00,2.5,,UK\n1,22222,a ,2,2010-12-01 08:26:00,2.5,,UK\n"u8.ToArray(), mapping);
        var other = Harness.Run("Country,InvoiceDate,InvoiceNo,StockCode,UnitPrice,Description,Quantity,CustomerID\nUK,2010-12-01 08:26:00,1,22222,2.5,a,2,\"\"\n"u8.ToArray(), mapping);
        static string Print(string row) => string.Join('|', row.Split('|')[19..]);
        Assert.Equal(Print(one.Rows[0]), Print(other.Rows[0]));
        Assert.NotEqual(Print(one.Rows[0]), Print(one.Rows[1]));
    }
}
