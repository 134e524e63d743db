using Analytics.Columns;
using Analytics.Engine.Spark.Internals;

namespace Analytics.Engine.Spark.Tests;

/// <summary>Merging parts that are sorted each is sorting all of their rows.</summary>
public sealed class SortedPartsTests
{
    private static readonly Column[] Columns =
    [
        new("text", ColumnType.Text, true), new("day", ColumnType.Date, true), new("big", ColumnType.Int64, true), new("amount", ColumnType.Amount, true), new("flag", ColumnType.Boolean, true), new("id", ColumnType.Int64),
    ];

    private static readonly string[] Texts = ["", "\0", "a", "ab", "b", "é", "日本", "😀", "\uffff"];

    [Fact]
    public void MergedPartsAreTheSortedRows()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int[] keys = [.. Enumerable.Range(0, 5).OrderBy(_ => random.Next()).Take(random.Next(1, 6)), 5];
            var all = new ColumnBatch(Columns);
            for (var row = random.Next(seed % 10 == 0 ? 20_000 : 60); row > 0; row--) Append(all, random);
            var order = Enumerable.Range(0, all.Count).Order(Comparer<int>.Create((a, b) => Compare(all, keys, a, b))).ToArray();
            var parts = Enumerable.Range(0, random.Next(1, 9)).Select(_ => new List<int>()).ToArray();
            foreach (var row in order) parts[random.Next(parts.Length)].Add(row);
            var merged = SortedParts.Merge(parts.Select(part => Batches(all, part, random.Next(1, 40))), Columns, keys).SelectMany(EngineTests.Dump).ToList();
            Assert.Equal(Batches(all, order, 100).SelectMany(EngineTests.Dump), merged);
        }
    }

    [Fact]
    public void DoublesAndListsAreLeftToSpark()
    {
        Assert.True(SortedParts.CanMerge(Columns));
        Assert.False(SortedParts.CanMerge([new("id", ColumnType.Int64), new("x", ColumnType.Double)]));
        Assert.False(SortedParts.CanMerge([new("items", ColumnType.TextList)]));
    }

    private static void Append(ColumnBatch batch, Random random)
    {
        if (random.Next(5) == 0) batch[0].AppendNull();
        else batch.Texts(0).Append(Texts[random.Next(Texts.Length)]);
        if (random.Next(5) == 0) batch[1].AppendNull();
        else batch.Ints(1).Append(random.Next(-3, 3));
        if (random.Next(5) == 0) batch[2].AppendNull();
        else batch.Longs(2).Append(random.Next(3) switch { 0 => long.MinValue, 1 => long.MaxValue, _ => random.Next(3) });
        if (random.Next(5) == 0) batch[3].AppendNull();
        else batch.Int128s(3).Append(random.Next(-2, 3) * (Int128)1_000_000_000_000 * 1_000_000_000);
        if (random.Next(5) == 0) batch[4].AppendNull();
        else batch.Booleans(4).Append(random.Next(2) == 0);
        batch.Longs(5).Append(batch.Count);
    }

    /// <summary>In parts of so many rows, an empty one now and then; each batch is reused.</summary>
    private static IEnumerable<ColumnBatch> Batches(ColumnBatch all, IReadOnlyList<int> rows, int size)
    {
        var batch = new ColumnBatch(Columns);
        for (var at = 0; at < rows.Count; at++)
        {
            batch.AppendRow(all, rows[at]);
            if (batch.Count < size) continue;
            yield return batch;
            batch.Clear();
            if (at % 3 == 0) yield return batch;
        }
        yield return batch;
    }

    /// <summary>The order by the values as texts of fixed length, NULL as the empty one.</summary>
    private static int Compare(ColumnBatch all, int[] keys, int a, int b)
    {
        foreach (var key in keys)
        {
            var order = string.CompareOrdinal(Sortable(all, key, a), Sortable(all, key, b));
            if (order != 0) return order;
        }
        return 0;
    }

    private static string Sortable(ColumnBatch all, int key, int row)
    {
        if (all[key].IsNull(row)) return "";
        var zero = (Int128)1 << 100;
        return all[key] switch
        {
            TextVector texts => "v" + Convert.ToHexStringLower(texts[row]),
            ValueVector<bool> flags => flags[row] ? "v1" : "v0",
            ValueVector<int> ints => (zero + ints[row]).ToString("x32", System.Globalization.CultureInfo.InvariantCulture),
            ValueVector<long> longs => (zero + longs[row]).ToString("x32", System.Globalization.CultureInfo.InvariantCulture),
            ValueVector<Int128> wide => (zero + wide[row]).ToString("x32", System.Globalization.CultureInfo.InvariantCulture),
            _ => throw new InvalidOperationException(),
        };
    }
}
