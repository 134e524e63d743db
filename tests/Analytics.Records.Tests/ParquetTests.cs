using Parquet;
using Parquet.Schema;

namespace Analytics.Records.Tests;

public sealed class ParquetTests
{
    private static readonly RecordMapping Mapping = new()
    {
        TimeZone = "Europe/London",
        Columns = new Dictionary<string, ColumnMapping>
        {
            ["order_id"] = new() { Source = "order" },
            ["item_id"] = new() { Source = "item" },
            ["quantity"] = new() { Source = "qty" },
            ["ordered_at"] = new() { Source = "at", Formats = ["yyyy-MM-dd"] },
            ["unit_price"] = new() { Source = "price" },
            ["customer_id"] = new() { Source = "customer" },
        },
    };

    private static readonly DateTime Noon = new(2011, 7, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task ReadsTypedColumns()
    {
        var data = await Write(new DateTimeDataField("at", DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Micros), 2);
        var outcome = Harness.Run(data, Mapping, new ParseOptions { ChunkRows = 3, Threads = 2 }, "lines.parquet");
        Assert.Null(outcome.Error);
        Assert.Equal(14, outcome.Rows.Count);
        Assert.Equal(6, outcome.Rejects.Count);
        Assert.StartsWith($"'ö0'|'0'|NULL|0|0|0|{(Noon - DateTime.UnixEpoch).Ticks / 10}|15156|NULL|", outcome.Rows[0], StringComparison.Ordinal);
        Assert.StartsWith($"'ö1'|'1'|NULL|1500|12500|18750000|{(Noon - DateTime.UnixEpoch).Ticks / 10}|15156|'17851'|", outcome.Rows[1], StringComparison.Ordinal);
        Assert.Equal(["3", "6", "9", "13", "16", "19"], outcome.Rejects.Select(reject => reject.Split('|')[0]));
        Assert.Equal("3|missing|item_id|NULL|'{\"order\":\"ö2\",\"item\":null,\"qty\":3,\"at\":\"2011-07-01T12:00:00Z\",\"price\":2.5,\"customer\":17852}'|0".Replace("\"qty\":3", "\"qty\":\"3\"").Replace(":2.5,", ":\"2.5\",").Replace(":17852", ":\"17852\""), outcome.Rejects[0]);
    }

    [Fact]
    public async Task LocalTimesGoThroughTheZone()
    {
        var data = await Write(new DateTimeDataField("at", DateTimeFormat.Timestamp, false, DateTimeTimeUnit.Micros), 1);
        var outcome = Harness.Run(data, Mapping, null, "lines.parquet");
        Assert.Contains($"|{(Noon.AddHours(-1) - DateTime.UnixEpoch).Ticks / 10}|15156|", outcome.Rows[0], StringComparison.Ordinal);
        var error = Harness.Run(data, Mapping with { Columns = new Dictionary<string, ColumnMapping>(Mapping.Columns) { ["item_id"] = new() { Source = "itm" } } }, null, "lines.parquet").Error;
        Assert.Contains("there is no column 'itm', from which item_id comes; did you mean 'item'", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamagedFilesEndInRowsOrAnError()
    {
        var good = await Write(new DateTimeDataField("at", DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Micros), 2);
        for (var seed = 0; seed < LongTests.Times(150); seed++)
        {
            var random = new Random(seed);
            var data = (byte[])good.Clone();
            for (var i = random.Next(1, 4); i > 0; i--) data[random.Next(data.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(3) == 0) data = data[..random.Next(data.Length)];
            Harness.Run(data, Mapping, null, "lines.parquet");
        }
    }

    /// <summary>Ten rows a group; every third item is NULL from row 3.</summary>
    private static async Task<byte[]> Write(DateTimeDataField at, int groups)
    {
        DataField[] fields = [new DataField<string>("order"), new DataField<int?>("item"), new DecimalDataField("qty", 10, 4), at, new DataField<double>("price"), new DataField<double?>("customer")];
        var schema = new ParquetSchema(fields);
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: TestContext.Current.CancellationToken))
        {
            for (var group = 0; group < groups; group++)
            {
                using var rows = writer.CreateRowGroup();
                var all = Enumerable.Range(0, 10).ToArray();
                await rows.WriteAsync(schema.DataFields[0], all.Select(i => "ö" + i).ToArray());
                await rows.WriteAsync<int>(schema.DataFields[1], all.Select(i => i % 3 == 2 ? (int?)null : i).ToArray());
                await rows.WriteAsync<decimal>(schema.DataFields[2], all.Select(i => i * 1.5m).ToArray());
                await rows.WriteAsync<DateTime>(schema.DataFields[3], all.Select(_ => Noon).ToArray());
                await rows.WriteAsync<double>(schema.DataFields[4], all.Select(i => i * 1.25).ToArray());
                await rows.WriteAsync<double>(schema.DataFields[5], all.Select(i => i == 0 ? (double?)null : 17850 + i).ToArray());
            }
        }
        return stream.ToArray();
    }
}
