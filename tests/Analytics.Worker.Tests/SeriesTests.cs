using Analytics.Columns;
using Analytics.Engine;
using Analytics.Engine.DuckDb;
using Analytics.Records;
using Analytics.Tasks;

namespace Analytics.Worker.Tests;

/// <summary>Forecasts in the worker are those of the process, bit by bit, and those of the embedded engine.</summary>
[Collection(WorkerCollection.Name)]
public sealed class SeriesTests(WorkerProgram worker)
{
    /// <summary>Units and amounts a day: of all items together and of some, the well sold and the rare ones alike.</summary>
    private static (SeriesTask Task, ColumnBatch Rows) Series(ColumnBatch records, int most, int horizon)
    {
        var sums = new SortedDictionary<(string Level, string Key, string Measure, int Day), Int128>(Comparer<(string, string, string, int)>.Create((a, b) =>
            string.CompareOrdinal(a.Item1, b.Item1) is var x and not 0 ? x : string.CompareOrdinal(a.Item2, b.Item2) is var y and not 0 ? y
            : string.CompareOrdinal(a.Item3, b.Item3) is var z and not 0 ? z : a.Item4.CompareTo(b.Item4)));
        var orders = new SortedDictionary<int, long>();
        void Add(string level, string key, string measure, int day, Int128 value) => sums[(level, key, measure, day)] = sums.GetValueOrDefault((level, key, measure, day)) + value;
        for (var row = 0; row < records.Count; row++)
        {
            var day = records.Ints(RecordColumns.OrderDate)[row];
            orders[day] = orders.GetValueOrDefault(day) + 1;
            var item = records.Texts(RecordColumns.ItemId).GetString(row)!;
            foreach (var (level, key) in ((string, string)[])[("item", item), ("total", "*")])
            {
                Add(level, key, "net_amount", day, records.Int128s(RecordColumns.Amount)[row]);
                Add(level, key, "units", day, (Int128)records.Longs(RecordColumns.Quantity)[row] * 10_000);
            }
        }
        var chosen = sums.Keys.Where(key => key.Level == "item").GroupBy(key => key.Key).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).ToArray();
        var step = Math.Max(1, chosen.Length / most);
        var keys = chosen.Where((_, i) => i < 3 || i % step == 0).Append("*").ToHashSet(StringComparer.Ordinal);
        var task = new SeriesTask(ShopCalendar.Of(orders, orders.Keys.Max(), horizon).ToBytes());
        var rows = new ColumnBatch(task.Input);
        foreach (var ((level, key, measure, day), sum) in sums)
        {
            if (!keys.Contains(key)) continue;
            rows.Texts(0).Append(level);
            rows.Texts(1).Append(key);
            rows.Texts(2).Append(measure);
            rows.Ints(3).Append(day);
            rows.Doubles(4).Append((double)sum / 1e7);
        }
        return (task, rows);
    }

    private void Equal(SeriesTask task, ColumnBatch rows)
    {
        var input = Retail.Lines(task.Input, rows);
        var answer = worker.Run(task, input);
        Assert.Equal(Retail.InProcess(task, input), answer);
        var (outcome, forecasts) = Retail.Read(task, answer);
        Assert.Empty(outcome.Failures);
        Assert.True(outcome.Groups > 20);
        Assert.True(forecasts.Count > 14 * outcome.Groups);

        using var engine = new DuckDbEngine(new DuckDbOptions(512L << 20, 2, Path.GetTempPath()));
        engine.DefineRows("series", task.Input, [rows], CancellationToken.None);
        var embedded = engine.RunGrouped("series", task, "forecasts", CancellationToken.None);
        Assert.Equal((embedded.Groups, embedded.RowsIn, embedded.RowsOut), (outcome.Groups, outcome.RowsIn, outcome.RowsOut));
        var columns = task.OutputRelation;
        // Read in the order in which they were appended: that of the groups.
        var expected = Retail.Lines(columns, engine.Read(new SqlText("test", "select * from forecasts"), SqlParameters.None, columns, CancellationToken.None));
        Assert.Equal(expected, Retail.Lines(columns, forecasts));
    }

    [Fact]
    public void OfTheSampleShop()
    {
        var records = new ColumnBatch(RecordColumns.All);
        foreach (var file in Retail.SampleFiles)
        {
            var rows = Retail.Parse(file, Retail.SampleMapping).Rows;
            records.AppendRows(rows, 0, rows.Count);
        }
        var (task, series) = Series(records, 12, 28);
        Equal(task, series);
    }

    [Fact]
    public void OfTheRealShop()
    {
        var (task, series) = Series(Retail.Parse(Retail.File, Retail.Mapping).Rows, 60, 14);
        Equal(task, series);
    }
}
