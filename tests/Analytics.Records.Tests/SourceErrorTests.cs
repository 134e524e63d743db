using System.Text;
using Analytics.Columns;

namespace Analytics.Records.Tests;

/// <summary>Files that cannot be read as a whole: one clear error each.</summary>
public sealed class SourceErrorTests
{
    private const string Header = "o,i,q,at,p\n";
    private const string Line = "1,a,2,2010-12-01,2.5\n";

    private static readonly RecordMapping Mapping = Mappings.Positions(',', '"') with
    {
        Format = SourceFormat.Auto,
        Header = true,
        Columns = new Dictionary<string, ColumnMapping>
        {
            ["order_id"] = new() { Source = "o" },
            ["item_id"] = new() { Source = "i" },
            ["quantity"] = new() { Source = "q" },
            ["ordered_at"] = new() { Source = "at", Formats = ["yyyy-MM-dd"] },
            ["unit_price"] = new() { Source = "p" },
        },
    };

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("\n\r\n\n", "it has no lines; expected a header with 'o', 'i', 'q', 'at', 'p'")]
    [InlineData("\uFEFF", "it has no lines")]
    [InlineData("1,a,2,2010-12-01,2.5\n", "line 1: the header has no column 'o', from which order_id comes")]
    [InlineData("\n\no,i,Q,at,price\n", "line 3: the header has no column 'q', from which quantity comes; did you mean 'Q'")]
    [InlineData("o,i,q,at,p,o\n", "line 1: the header has the column 'o' twice, as field 1 and as field 6")]
    [InlineData("o,i,q,at,\"p\n1,a,2,2010-12-01,2.5\n", "line 1: the header has a broken quote")]
    [InlineData("o,i,q,at,p\r1,a,2,2010-12-01,2.5\r", "line 1: lines end with CR alone")]
    [InlineData("PAR1xxxxx", "it is Parquet; its name should end with .parquet")]
    public void RefusesAndSaysWhy(string text, string message)
    {
        var error = Harness.Run(Encoding.UTF8.GetBytes(text), Mapping).Error;
        Assert.NotNull(error);
        Assert.StartsWith("lines.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesOtherKindsOfFiles()
    {
        Assert.Contains("UTF-16", Harness.Run(Encoding.Unicode.GetPreamble(), Mapping).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("is no utf-8 text", Harness.Run([.. "o,i,q,at,p\xE9\n".Select(c => (byte)c)], Mapping).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("its name should end with .gz", Harness.Run(Packing.Gzip("x"u8.ToArray()), Mapping).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("its name should end with .zst", Harness.Run(Packing.Zstandard("x"u8.ToArray()), Mapping).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("does not tell its format ('.dat')", Harness.Run("x"u8.ToArray(), Mapping, name: "lines.dat").Error!.Message, StringComparison.Ordinal);
        Assert.Contains("no gzip data", Harness.Run("o,i,q,at,p\n"u8.ToArray(), Mapping, name: "lines.csv.gz").Error!.Message, StringComparison.Ordinal);
        Assert.Contains("no Zstandard data", Harness.Run("o,i,q,at,p\n"u8.ToArray(), Mapping, name: "lines.csv.zst").Error!.Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Harness.Run([], Mapping, name: "lines.jsonl").Error!.Message, StringComparison.Ordinal);
        Assert.Contains("starts with a JSON array", Harness.Run("\n [{}]"u8.ToArray(), Mapping, name: "lines.json").Error!.Message, StringComparison.Ordinal);
        Assert.Contains("no Parquet file", Harness.Run("PAR1 and no more PAR1"u8.ToArray(), Mapping, name: "lines.parquet").Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Header, 0)]
    [InlineData("o,i,q,at,p", 0)]
    [InlineData("\uFEFF" + Header + Line, 1)]
    [InlineData(Header + "1,a,2,2010-12-01,2.5", 1)]
    [InlineData("\r\n" + Header + "\n\n" + Line + "\n", 1)]
    [InlineData("\"o\",i,\"q\",at,p\r\n" + Line, 1)]
    public void TakesWhatIsUnusualButWhole(string text, int rows) => Assert.Equal(rows, Harness.Run(Encoding.UTF8.GetBytes(text), Mapping).Rows.Count);

    [Fact]
    public void NoticesEveryCutOfAPackedFile()
    {
        var text = Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * 7919 % 1000},a,2,2010-12-01,{i}.5\n")));
        foreach (var (packed, name) in ((byte[], string)[])[(Packing.Gzip(text), "lines.csv.gz"), ([.. Packing.Gzip(text[..50]), .. Packing.Gzip(text[50..])], "lines.csv.gz"), (Packing.Zstandard(text), "lines.csv.zst")])
        {
            Assert.Equal(300, Harness.Run(packed, Mapping, name: name).Rows.Count);
            // Between two members a gzip file may end.
            var border = name == "lines.csv.gz" ? Packing.Gzip(text[..50]).Length : -1;
            for (var length = 0; length < packed.Length; length += length < 20 || length > packed.Length - 20 ? 1 : 7)
                if (length != border) Assert.True(Harness.Run(packed[..length], Mapping, name: name).Error is not null, $"{name} cut to {length} of {packed.Length}");
            Assert.NotNull(Harness.Run([.. packed, .. "and more"u8], Mapping, name: name).Error);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoticesAFileThatChangesMeanwhile(bool removed)
    {
        var path = Harness.NewFile(Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat(Line, 100))));
        var sink = new Interfering(() =>
        {
            if (removed) File.Delete(path);
            else File.AppendAllText(path, Line);
        });
        var error = Assert.Throws<RecordFormatException>(() => RecordParser.Parse(path, "lines.csv", Mapping, new ParseOptions { ChunkBytes = 500 }, sink, CancellationToken.None));
        Assert.Contains(removed ? "it was removed" : "changed while it was read: it had", error.Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, true);
    }

    [Fact]
    public void FollowsLinks()
    {
        var path = Harness.NewFile(Encoding.UTF8.GetBytes(Header + Line));
        var link = Path.Combine(Path.GetDirectoryName(path)!, "link.csv");
        File.CreateSymbolicLink(link, path);
        Assert.Single(Harness.RunFile(link, Mapping).Rows);
        Directory.Delete(Path.GetDirectoryName(path)!, true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void PassesOnWhatTheSinkThrowsAndStops(int threads)
    {
        var path = Harness.NewFile(Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat(Line, 1000))));
        var calls = 0;
        var sink = new Interfering(() => throw new InvalidDataException($"disk full {Interlocked.Increment(ref calls)}"));
        var error = Assert.Throws<InvalidDataException>(() => RecordParser.Parse(path, "lines.csv", Mapping, new ParseOptions { ChunkBytes = 100, Threads = threads }, sink, CancellationToken.None));
        Assert.StartsWith("disk full", error.Message, StringComparison.Ordinal);
        Assert.InRange(calls, 1, threads);
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => RecordParser.Parse(path, "lines.csv", Mapping, new ParseOptions { ChunkBytes = 100, Threads = threads }, new Interfering(cancel.Cancel), cancel.Token));
        Directory.Delete(Path.GetDirectoryName(path)!, true);
    }

    [Fact]
    public void RefusesAMappingThatIsNotValid()
    {
        var error = Assert.Throws<ArgumentException>(() => RecordParser.Parse("none.csv", "none.csv", new RecordMapping(), new ParseOptions(), new CollectingSink(), CancellationToken.None));
        Assert.Contains("columns.order_id", error.Message, StringComparison.Ordinal);
    }

    private sealed class Interfering(Action action) : IRecordSink
    {
        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects) => action();
    }
}
