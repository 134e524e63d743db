using System.Globalization;
using Analytics.Columns;
using Analytics.Tasks;

namespace Analytics.Worker.Tests;

/// <summary>Daily sales of a date's file, as a worker sums them, beside sums that are taken line by line with sets of texts.</summary>
[Collection(WorkerCollection.Name)]
public sealed class DailySalesTests(WorkerProgram worker)
{
    private const int Day = 20_000;

    private static readonly Column[] File =
    [
        new("order_id", ColumnType.Text), new("item_id", ColumnType.Text), new("quantity", ColumnType.Quantity), new("amount", ColumnType.Amount),
        new("customer_id", ColumnType.Text, true), new("country", ColumnType.Text, true), new("category", ColumnType.Text, true), new("store_id", ColumnType.Text, true), new("kind", ColumnType.Text),
    ];

    private sealed record Line(string Order, string Item, long Quantity, Int128 Amount, string? Customer, string? Country, string? Category, string? Store, string Kind);

    private sealed record Row(string Level, string Key, long Orders, long Lines, long Units, Int128 Gross, long Customers, Int128 Returned, Int128 Net);

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void AreThoseThatAreSummedLineByLine(bool countries, bool categories, bool stores)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var days = new List<List<Line>>();
            for (var day = 0; day < 3; day++) days.Add(Lines(seed * 3 + day, stores));
            var task = new DailySalesTask(countries, categories);
            var (outcome, rows) = Retail.Read(task, seed == 0
                ? worker.Run(task, Retail.Lines(task.Input, Input(task, days.Select(Bytes))))
                : Retail.InProcess(task, Retail.Lines(task.Input, Input(task, days.Select(Bytes)))));
            Assert.Empty(outcome.Failures);
            for (var day = 0; day < days.Count; day++)
                Assert.Equal(Naive(days[day], countries, categories).OrderBy(row => (row.Level, row.Key), Order), Read(rows, Day + day).OrderBy(row => (row.Level, row.Key), Order));
        }
    }

    [Fact]
    public void ADayWithoutASaleOrReturnHasNoRow()
    {
        var task = new DailySalesTask(true, true);
        var (outcome, rows) = Retail.Read(task, Retail.InProcess(task, Retail.Lines(task.Input, Input(task, [Bytes([new("o", "i", 1000, 1, null, null, null, null, "adjustment")]), Bytes([])]))));
        Assert.Empty(outcome.Failures);
        Assert.Empty(Read(rows, Day));
        Assert.Empty(Read(rows, Day + 1));
    }

    [Fact]
    public void WhatDoesNotFitOrCannotBeReadFailsItsDateAlone()
    {
        var most = Int128.Parse("9999999999999999999999999999", CultureInfo.InvariantCulture);
        Line Sale(string item, Int128 amount, long quantity = 1) => new("o", item, quantity, amount, null, null, null, null, "sale");
        var damaged = Bytes(Lines(1, false));
        damaged[^1]++;
        var task = new DailySalesTask(false, false);
        var (outcome, rows) = Retail.Read(task, Retail.InProcess(task, Retail.Lines(task.Input, Input(task,
            [Bytes([Sale("a", most), Sale("b", 1)]), Bytes([Sale("a", 1, 999_999_999_999_999_999), Sale("b", 1)]), damaged, Bytes([Sale("a", most), Sale("b", -1)])]))));
        Assert.Equal(3, outcome.Failures.Count);
        foreach (var failure in outcome.Failures.Take(2))
            Assert.StartsWith("OverflowException: total *: the sums of its lines do not fit DECIMAL(18,3) units and DECIMAL(28,7) amounts", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("InvalidDataException: /lake/2 cannot be read: it does not begin and end with PAR1", outcome.Failures[2].Message, StringComparison.Ordinal);
        Assert.Equal(most - 1, Read(rows, Day + 3).Single(row => row.Level == "total").Net);
    }

    [Fact]
    public void ATaskOfItsParametersIsTheSame()
    {
        foreach (var (countries, categories) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
        {
            var task = new DailySalesTask(countries, categories);
            Assert.Equal(task.Parameters.ToArray(), TaskCatalog.Create(task.Name, task.Parameters, default).Parameters.ToArray());
        }
        Assert.Contains("'shop' is no level", Assert.Throws<ArgumentException>(() => DailySalesTask.Create("shop"u8)).Message, StringComparison.Ordinal);
    }

    private static Comparer<(string Level, string Key)> Order { get; } = Comparer<(string Level, string Key)>.Create((a, b) =>
        string.CompareOrdinal(a.Level, b.Level) is not 0 and var level ? level : string.CompareOrdinal(a.Key, b.Key));

    /// <summary>Few different texts, so that they meet in many ways; some are the names that stand for none.</summary>
    private static List<Line> Lines(int seed, bool stores)
    {
        var random = new Random(seed);
        string? Some(string name, int different, double none) => random.NextDouble() < none ? null : random.Next(different) == 0 ? "(unknown)" : $"{name}{random.Next(different)}";
        return [.. Enumerable.Range(0, random.Next(0, 300)).Select(_ => new Line(Some("1", 9, 0)!, Some("häuschen ", 12, 0)!, random.Next(-5000, 90_000), random.NextInt64(-1_000_000_000_000, 1_000_000_000_000_000),
            Some("c", 6, 0.3), Some("", 4, 0.2), Some("kind/", 3, 0.4), stores ? Some("1", 3, 0.3) : null, random.Next(6) switch { 0 => "adjustment", 1 => "return", _ => "sale" }))];
    }

    private static List<Row> Naive(List<Line> lines, bool countries, bool categories)
    {
        var rows = new List<Row>();
        void Add(string level, Func<Line, string> key)
        {
            foreach (var group in lines.Where(line => line.Kind != "adjustment").GroupBy(key))
            {
                var sales = group.Where(line => line.Kind == "sale").ToList();
                Int128 Sum(IEnumerable<Line> some) => some.Aggregate(Int128.Zero, (sum, line) => sum + line.Amount);
                var (gross, returned) = (Sum(sales), Sum(group.Where(line => line.Kind == "return")));
                rows.Add(new Row(level, group.Key, sales.Select(line => (line.Store, line.Order)).Distinct().Count(), sales.Count, sales.Sum(line => line.Quantity), gross,
                    sales.Where(line => line.Customer is not null).Select(line => line.Customer).Distinct().Count(), returned, gross + returned));
            }
        }
        Add("total", _ => "*");
        if (countries) Add("country", line => line.Country ?? "(unknown)");
        if (categories) Add("category", line => line.Category ?? "(unknown)");
        Add("item", line => line.Item);
        return rows;
    }

    private static byte[] Bytes(List<Line> lines)
    {
        var batch = new ColumnBatch(File);
        foreach (var line in lines)
        {
            batch.Texts(0).Append(line.Order);
            batch.Texts(1).Append(line.Item);
            batch.Longs(2).Append(line.Quantity);
            batch.Int128s(3).Append(line.Amount);
            batch.Texts(4).Append(line.Customer);
            batch.Texts(5).Append(line.Country);
            batch.Texts(6).Append(line.Category);
            batch.Texts(7).Append(line.Store);
            batch.Texts(8).Append(line.Kind);
        }
        using var stream = new MemoryStream();
        using var writer = new ParquetWriter(File);
        writer.Begin(stream);
        writer.Append(batch);
        writer.End();
        return stream.ToArray();
    }

    /// <summary>The files of consecutive dates, each in parts of 999 bytes.</summary>
    private static ColumnBatch Input(DailySalesTask task, IEnumerable<byte[]> files)
    {
        var input = new ColumnBatch(task.Input);
        foreach (var (file, index) in files.Select((file, index) => (file, index)))
            for (var at = 0; at < file.Length; at += 999)
            {
                input.Ints(0).Append(Day + index);
                input.Texts(1).Append(string.Create(CultureInfo.InvariantCulture, $"/lake/{index}"));
                input.Longs(2).Append(at / 999);
                input.Texts(3).Append(Convert.ToBase64String(file.AsSpan(at, Math.Min(999, file.Length - at))));
            }
        return input;
    }

    private static List<Row> Read(ColumnBatch answer, int day)
    {
        using var reader = new ParquetFileReader();
        var rows = new ColumnBatch(DailySalesTask.RowColumns);
        var at = Enumerable.Range(0, answer.Count).Single(row => answer.Ints(0)[row] == day);
        reader.Open(Convert.FromBase64String(answer.Texts(2).GetString(at)!), "rows");
        reader.ReadAll(rows);
        Assert.Equal(answer.Longs(1)[at], rows.Count);
        Assert.All(rows.Ints(2).Values.ToArray(), date => Assert.Equal(day, date));
        return [.. Enumerable.Range(0, rows.Count).Select(row => new Row(
            rows.Texts(0).GetString(row)!, rows.Texts(1).GetString(row)!, rows.Longs(3)[row], rows.Longs(4)[row], rows.Longs(5)[row], rows.Int128s(6)[row], rows.Longs(7)[row], rows.Int128s(8)[row], rows.Int128s(9)[row]))];
    }
}
