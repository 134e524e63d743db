using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Tests;

public sealed class GroupedTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Sums a group, gives one row, and throws where told.</summary>
    private sealed class SumTask(long throwOn = -1) : GroupedTask
    {
        public override string Name => "sum";
        public override IReadOnlyList<Column> Input { get; } = [new("k", ColumnType.Text, true), new("n", ColumnType.Int64), new("v", ColumnType.Amount)];
        public override int KeyColumns => 1;
        public override IReadOnlyList<string> OrderBy { get; } = ["n"];
        public override IReadOnlyList<Column> Output { get; } = [new("rows", ColumnType.Int64), new("sum", ColumnType.Amount), new("first", ColumnType.Int64), new("last", ColumnType.Int64), new("ordered", ColumnType.Boolean)];

        public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel)
        {
            long count = 0, first = long.MinValue, last = long.MinValue;
            Int128 sum = 0;
            var ordered = true;
            foreach (var batch in rows)
                for (var i = 0; i < batch.Count; i++)
                {
                    var n = batch.Longs(1)[i];
                    if (n == throwOn) throw new InvalidOperationException($"{n} is not wanted");
                    if (count++ == 0) first = n;
                    ordered &= n >= last;
                    last = n;
                    sum += batch.Int128s(2)[i];
                }
            output.Longs(0).Append(count);
            output.Int128s(1).Append(sum);
            output.Longs(2).Append(first);
            output.Longs(3).Append(last);
            output.Booleans(4).Append(ordered);
        }
    }

    [Theory]
    [InlineData(1, 50_000, 5)]
    [InlineData(3, 50_000, 20_000)]
    [InlineData(2, 300_000, 3)]
    [InlineData(2, 0, 1)]
    public void GroupsAreThoseOfSql(int threads, int rows, int groups)
    {
        using var test = new TestEngine(threads);
        test.Table("input", $"select case when g = 0 then null else 'key' || g end as k, n, cast(v as decimal(28,7)) as v from (select (range * 7919) % {groups} as g, range as n, range / 7 as v from range({rows}))");
        var outcome = test.Engine.RunGrouped("input", new SumTask(), "output", None);
        Assert.Equal(rows, outcome.RowsIn);
        Assert.Empty(outcome.Failures);
        var expected = test.Texts("select concat_ws(' ', coalesce(k, 'NULL'), count(*), sum(v), min(n), max(n), true) as x from input group by k order by k nulls first");
        Assert.Equal(expected, test.Texts("select concat_ws(' ', coalesce(k, 'NULL'), rows, sum, first, last, ordered) as x from output"));
        Assert.Equal(expected.Count, outcome.Groups);
        Assert.Equal(expected.Count, outcome.RowsOut);
    }
}
