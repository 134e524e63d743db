using System.IO.Compression;
using System.Text;
using Analytics.Columns;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Mining;

namespace Analytics.Jobs.Tests.Mining;

public sealed class BasketFileReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("baskets").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private BasketFile Read(string name, string text, BasketFileOptions? options = null) => Read(name, Encoding.UTF8.GetBytes(text), options);

    private BasketFile Read(string name, byte[] bytes, BasketFileOptions? options = null) =>
        BasketFileReader.Read(Write(name, bytes), options ?? new BasketFileOptions(), TestContext.Current.CancellationToken);

    private static string[] Texts(BasketFile file) => [.. Enumerable.Range(0, file.Baskets.Count).Select(basket =>
        string.Join(' ', file.Baskets[basket].ToArray().Select(code => file.Ids[code])))];

    private string Error(string name, byte[] bytes, BasketFileOptions? options = null)
    {
        var error = Assert.Throws<UserException>(() => Read(name, bytes, options));
        Assert.Equal(ExitCode.Data, error.Code);
        return error.Message;
    }

    [Fact]
    public void Items_are_apart_by_white_space_and_sorted_by_their_bytes()
    {
        var file = Read("b.dat", "\uFEFF10 9\t10\r\n\n  \nébène a_very_long_item_id 9 -5\n7");
        Assert.Equal(["10 9", "-5 9 a_very_long_item_id ébène", "7"], Texts(file));
        Assert.Equal(2, file.BlankLines);
        Assert.Equal(file.Ids.OrderBy(id => id, StringComparer.Ordinal), file.Ids);
    }

    [Fact]
    public void A_line_of_ten_megabytes_is_one_basket()
    {
        var random = new Random(1);
        var items = Enumerable.Range(0, 1_600_000).Select(_ => random.Next(900_000)).ToArray();
        var file = Read("long.dat", "1 2\n" + string.Join(' ', items) + "\n3\n");
        Assert.Equal(3, file.Baskets.Count);
        Assert.Equal(items.Distinct().Count(), file.Baskets[1].Length);
        Assert.Equal(items.Distinct().Select(item => item.ToString()).Order(StringComparer.Ordinal), file.Baskets[1].ToArray().Select(code => file.Ids[code]));
    }

    [Fact]
    public void Items_across_blocks_are_whole()
    {
        // Items of every length up to 300 bytes, so that block ends fall everywhere.
        var items = Enumerable.Range(1, 20_000).Select(i => new string((char)('a' + i % 26), i % 300 + 1)).ToArray();
        var file = Read("blocks.dat", string.Join('\n', items));
        Assert.Equal(items, Texts(file));
    }

    [Theory]
    [InlineData("p.csv", "order_id,item_id\r\n1,a\r\n2,\"b \"\"x\"\"\nnew\"\r\n1,c\r\n")]
    [InlineData("p.tsv", "item_id\tnote\torder_id\na\t\t1\n\"b \"\"x\"\"\nnew\"\t\"\"\t2\nc\tz\t1")]
    public void Pairs_come_together_by_order(string name, string text) =>
        Assert.Equal(["a c", "b \"x\"\nnew"], Texts(Read(name, text)));

    [Fact]
    public void Columns_of_pairs_have_names() =>
        Assert.Equal(["x y"], Texts(Read("n.csv", "a;InvoiceNo;StockCode\n1;7;y\n2;7;x\n", new BasketFileOptions { OrderColumn = "InvoiceNo", ItemColumn = "StockCode" })));

    [Fact]
    public void Pairs_in_parquet_are_texts_or_numbers()
    {
        Column[] columns = [new("item_id", ColumnType.Text), new("order_id", ColumnType.Int64, Nullable: true)];
        byte[] File(params (string Item, long? Order)[] rows)
        {
            var batch = new ColumnBatch(columns);
            foreach (var (item, order) in rows)
            {
                batch.Texts(0).Append(item);
                if (order is { } number) batch.Longs(1).Append(number);
                else batch[1].AppendNull();
            }
            using var stream = new MemoryStream();
            using var writer = new ParquetWriter(columns);
            writer.Begin(stream);
            writer.Append(batch);
            writer.End();
            return stream.ToArray();
        }
        Assert.Equal(["a ü", "b"], Texts(Read("p.parquet", File(("ü", 5), ("b", -1), ("a", 5)))));
        Assert.Contains("row 2: order_id is NULL", Error("n.parquet", File(("a", 1), ("b", null))), StringComparison.Ordinal);
        var whole = File(("a", 1), ("b", 2));
        Assert.Contains("damaged or cut off", Error("c.parquet", whole[..(whole.Length / 2)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_what_they_say_are_refused_with_their_place()
    {
        Assert.Contains("line 2: a byte 0x00 is no text", Error("b.dat", [.. "1 2\n3 "u8, 0, .. " 4\n"u8]), StringComparison.Ordinal);
        Assert.Contains("line 3: an item is not UTF-8", Error("l.dat", [.. "1\n2\n3 "u8, 0xE9, .. " 4\n"u8]), StringComparison.Ordinal);
        Assert.Contains("line 2: an item of more than 65536 bytes", Error("w.dat", Encoding.ASCII.GetBytes("1\n" + new string('x', 3_000_000))), StringComparison.Ordinal);
        Assert.Contains("line 3: a quote is never closed", Error("q.csv", "o,i\n1,a\n2,\"b\n3,c\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("line 3: 3 fields; expected 2", Error("r.csv", "o,i\n1,a\n2,b,c\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("line 2: i is empty", Error("e.csv", "o,i\n1,\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("the header is missing", Error("h.csv", []), StringComparison.Ordinal);
        Assert.Contains("is no Parquet file", Error("t.parquet", "order,item\n"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_packed_file_that_is_cut_off_is_refused_and_a_whole_one_read()
    {
        var text = string.Join('\n', Enumerable.Range(0, 50_000).Select(i => $"{i * 7919 % 1000} {i * 104729 % 997}"));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.ASCII.GetBytes(text));
        var bytes = packed.ToArray();
        Assert.Equal(50_000, Read("b.dat.gz", bytes).Baskets.Count);
        foreach (var length in new[] { bytes.Length - 1, bytes.Length - 9, bytes.Length / 2 })
            Assert.Contains("damaged or cut off", Error("c.dat.gz", bytes[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_and_never_crash()
    {
        var random = new Random(7);
        foreach (var (name, text) in new[] { ("m.dat", "1 2 3\n2 3\n\n10 20 30\n"), ("m.csv", "order_id,item_id\n1,a\n1,\"b,c\"\n2,a\n") })
            for (var round = 0; round < 500; round++)
            {
                var bytes = Encoding.ASCII.GetBytes(text).ToList();
                for (var change = random.Next(1, 4); change > 0; change--)
                    switch (random.Next(3))
                    {
                        case 0: bytes[random.Next(bytes.Count)] = (byte)random.Next(256); break;
                        case 1: bytes.RemoveAt(random.Next(bytes.Count)); break;
                        default: bytes.Insert(random.Next(bytes.Count), (byte)"\"\n\r, ;\0"[random.Next(7)]); break;
                    }
                try
                {
                    var file = Read(name, [.. bytes]);
                    Assert.All(file.Baskets.Items, code => Assert.InRange(code, 0, file.Ids.Length - 1));
                }
                catch (UserException refused)
                {
                    Assert.Contains(name, refused.Message, StringComparison.Ordinal);
                }
            }
    }
}
