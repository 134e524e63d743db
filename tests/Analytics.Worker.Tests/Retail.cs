using System.Collections.Concurrent;
using System.IO.Compression;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Engine.Wire;
using Analytics.Mining;
using Analytics.Records;
using Analytics.Tests;

namespace Analytics.Worker.Tests;

/// <summary>Records of real files, and what tasks are fed with.</summary>
internal static class Retail
{
    public static RecordMapping Mapping { get; } = new()
    {
        TimeZone = "Europe/London",
        CancellationPattern = "^C",
        ProductPattern = @"^(\d{5}|DCGS|gift_)",
        Columns = new Dictionary<string, ColumnMapping>
        {
            ["order_id"] = new() { Source = "InvoiceNo" }, ["item_id"] = new() { Source = "StockCode" }, ["item_name"] = new() { Source = "Description" },
            ["quantity"] = new() { Source = "Quantity" }, ["ordered_at"] = new() { Source = "InvoiceDate", Formats = ["yyyy-MM-dd HH:mm:ss"] },
            ["unit_price"] = new() { Source = "UnitPrice" }, ["customer_id"] = new() { Source = "CustomerID" }, ["country"] = new() { Source = "Country" },
        },
    };

    /// <summary>The sample shop's mapping, as config/sample.json has it.</summary>
    public static RecordMapping SampleMapping { get; } = new()
    {
        TimeZone = "Europe/Berlin",
        Currency = "EUR",
        CancellationPattern = "^C",
        ProductPattern = "^[0-9]{4}$",
        Columns = new[]
        {
            "order_id", "item_id", "item_name", "quantity", "unit_price", "customer_id", "country", "category", "store_id", "unit_cost", "promotion", "discount_amount", "tax_amount", "currency",
        }.ToDictionary(name => name, name => new ColumnMapping { Source = name }).Append(new("ordered_at", new ColumnMapping { Source = "ordered_at", Formats = ["yyyy-MM-dd HH:mm:ss"] })).ToDictionary(),
    };

    public static string File => SharedData.Path("online_retail/online_retail.csv.gz");

    public static string[] SampleFiles => [.. Directory.GetFiles(Path.Combine(SharedData.ProjectRoot, "data", "sample", "transactions")).Order(StringComparer.Ordinal)];

    public static byte[] Unpacked()
    {
        using var gzip = new GZipStream(System.IO.File.OpenRead(File), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static (ColumnBatch Rows, ColumnBatch Rejects, ParseSummary Summary) Parse(string path, RecordMapping mapping)
    {
        var sink = new Sink();
        var summary = RecordParser.Parse(path, Path.GetFileName(path), mapping, new ParseOptions(), sink, CancellationToken.None);
        return (sink.Join(RecordColumns.All, chunk => chunk.Rows), sink.Join(RejectColumns.All, chunk => chunk.Rejects), summary);
    }

    /// <summary>Baskets of item codes: the distinct items of each order's sales.</summary>
    public static BasketSet Baskets()
    {
        var rows = Parse(File, Mapping).Rows;
        var items = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var orders = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Ints(RecordColumns.Kind)[row] != (int)RecordKind.Sale) continue;
            var item = rows.Texts(RecordColumns.ItemId).GetString(row)!;
            items.TryAdd(item, 0);
            var order = rows.Texts(RecordColumns.OrderId).GetString(row)!;
            if (!orders.TryGetValue(order, out var list)) orders[order] = list = [];
            list.Add(item);
        }
        var code = 0;
        foreach (var item in items.Keys.ToArray()) items[item] = code++;
        var offsets = new List<int> { 0 };
        var codes = new List<int>();
        foreach (var (_, list) in orders.OrderBy(order => order.Key, StringComparer.Ordinal))
        {
            codes.AddRange(list.Select(item => items[item]).Distinct());
            offsets.Add(codes.Count);
        }
        return BasketSet.Create([.. offsets], [.. codes], items.Count);
    }

    /// <summary>The wire's lines of rows, in their order.</summary>
    public static byte[] Lines(IReadOnlyList<Column> columns, params IEnumerable<ColumnBatch> batches)
    {
        using var bytes = new MemoryStream();
        var writer = new WireRowWriter(columns, bytes);
        foreach (var batch in batches) writer.Write(batch);
        return bytes.ToArray();
    }

    /// <summary>The answer of the same code in this process.</summary>
    public static byte[] InProcess(GroupedTask task, byte[] input)
    {
        using var output = new MemoryStream();
        WorkerHost.Run(task, new MemoryStream(input), output, Path.GetTempPath());
        return output.ToArray();
    }

    public static (GroupedOutcome Outcome, ColumnBatch Rows) Read(GroupedTask task, byte[] answer)
    {
        var rows = new ColumnBatch(WireAnswer.Columns(task));
        return (WireAnswer.Read(task, new MemoryStream(answer), batch => rows.AppendRows(batch, 0, batch.Count)), rows);
    }

    internal sealed class Sink : IRecordSink
    {
        private readonly ConcurrentDictionary<int, (ColumnBatch Rows, ColumnBatch Rejects)> _chunks = new();

        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects) => Assert.True(_chunks.TryAdd(sequence, (rows, rejects)));

        public ColumnBatch Join(IReadOnlyList<Column> columns, Func<(ColumnBatch Rows, ColumnBatch Rejects), ColumnBatch> part)
        {
            var all = new ColumnBatch(columns);
            for (var i = 0; i < _chunks.Count; i++) all.AppendRows(part(_chunks[i]), 0, part(_chunks[i]).Count);
            return all;
        }
    }
}
