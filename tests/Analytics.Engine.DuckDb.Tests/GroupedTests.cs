using System.Diagnostics;
using System.Globalization;
using Analytics.Columns;
using CsCheck;

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

    /// <summary>A task made of a delegate: key (k1, k2), order (n), gives (line, seen).</summary>
    private sealed class AnyTask(Action<IEnumerable<ColumnBatch>, ColumnBatch, object?, CancellationToken> run) : GroupedTask
    {
        public override string Name => "any";
        public override IReadOnlyList<Column> Input { get; } = [new("k1", ColumnType.Text, true), new("k2", ColumnType.Int32, true), new("n", ColumnType.Int64), new("t", ColumnType.Text, true)];
        public override int KeyColumns => 2;
        public override IReadOnlyList<string> OrderBy { get; } = ["n"];
        public override IReadOnlyList<Column> Output { get; } = [new("line", ColumnType.Int64), new("seen", ColumnType.Text, true)];
        public override object? CreateScratch() => new List<string>();
        public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel) => run(rows, output, scratch, cancel);
    }

    private static readonly AnyTask Everything = new((rows, output, scratch, _) =>
    {
        var seen = (List<string>)scratch!;
        seen.Clear();
        foreach (var batch in rows)
            for (var i = 0; i < batch.Count; i++)
                seen.Add($"{batch.Texts(0).GetString(i) ?? "NULL"}/{(batch[1].IsNull(i) ? "NULL" : batch.Ints(1)[i])}/{batch.Longs(2)[i]}/{batch.Texts(3).GetString(i) ?? "NULL"}");
        for (var i = 0; i < seen.Count; i += 2)
        {
            output.Longs(0).Append(i);
            output.Texts(1).Append(seen[i]);
        }
    });

    [Fact]
    public void AnyRowsGiveWhatANaiveGroupingGives()
    {
        using var one = new TestEngine(1);
        using var three = new TestEngine(3);
        var run = 0;
        var row = Gen.Select(Gen.Int[0, 6], Gen.Int[-1, 2], Gen.Int[0, 40], Gen.Int[0, 3]);
        string?[] names = [null, "", "a", "B", "é", "😀", "a key longer than twelve bytes"];
        Gen.Select(row.Array[0, 300], Gen.Int[1, 60]).Sample((rows, repeat) =>
        {
            var table = new ColumnBatch(Everything.Input);
            for (var copy = 0; copy < repeat; copy++)
                foreach (var (k1, k2, n, t) in rows)
                {
                    table.Texts(0).Append(names[k1]);
                    if (k2 < 0) table[1].AppendNull();
                    else table.Ints(1).Append(k2);
                    table.Longs(2).Append(n + 41 * copy);
                    table.Texts(3).Append(t == 0 ? null : new string('t', t * 7));
                }
            var expected = Naive(table);
            foreach (var test in new[] { one, three })
            {
                var (input, output) = ($"i{run}", $"o{run++}");
                test.Engine.DefineRows(input, Everything.Input, [table], None);
                var outcome = test.Engine.RunGrouped(input, Everything, output, None);
                var actual = test.Texts($"select concat_ws(' ', coalesce(k1, 'NULL'), coalesce(cast(k2 as varchar), 'NULL'), line, seen) as x from {output}");
                Assert.Equal(expected, actual);
                Assert.Equal((table.Count, expected.Count), (outcome.RowsIn, outcome.RowsOut));
                test.Engine.Drop(input);
                test.Engine.Drop(output);
            }
        }, iter: 40, threads: 1);
    }

    private static List<string?> Naive(ColumnBatch table)
    {
        static int CompareTexts(byte[]? a, byte[]? b) => a is null || b is null ? (a is null ? 0 : 1) - (b is null ? 0 : 1) : a.AsSpan().SequenceCompareTo(b);
        var rows = Enumerable.Range(0, table.Count).Select(i => (
            K1: table[0].IsNull(i) ? null : table.Texts(0)[i].ToArray(), K2: table[1].IsNull(i) ? (int?)null : table.Ints(1)[i],
            N: table.Longs(2)[i], T: table[3].IsNull(i) ? null : table.Texts(3)[i].ToArray())).ToList();
        static string Name(byte[]? text) => text is null ? "NULL" : System.Text.Encoding.UTF8.GetString(text);
        var lines = new List<string?>();
        foreach (var group in rows.GroupBy(row => (Name(row.K1), row.K2)).Select(group => group.ToList())
            .OrderBy(group => group[0].K1, Comparer<byte[]?>.Create(CompareTexts)).ThenBy(group => group[0].K2 ?? long.MinValue))
        {
            var sorted = group.OrderBy(row => row.N).ThenBy(row => row.T, Comparer<byte[]?>.Create(CompareTexts)).ToList();
            for (var i = 0; i < sorted.Count; i += 2)
            {
                var (k1, k2) = (Name(sorted[i].K1), sorted[i].K2?.ToString(CultureInfo.InvariantCulture) ?? "NULL");
                lines.Add($"{k1} {k2} {i} {k1}/{k2}/{sorted[i].N}/{Name(sorted[i].T)}");
            }
        }
        return lines;
    }

    [Fact]
    public void AFailureIsARowAndNothingElseIsLost()
    {
        using var test = new TestEngine(3);
        test.Table("input", "select case when range % 1000 = 0 then null else 'key' || (range % 1000) end as k, range as n, cast(1 as decimal(28,7)) as v from range(50000)");
        var outcome = test.Engine.RunGrouped("input", new SumTask(throwOn: 1017), "output", None);
        var failure = Assert.Single(outcome.Failures);
        Assert.Equal(["key17"], failure.Key);
        Assert.Equal("InvalidOperationException: 1017 is not wanted", failure.Message);
        Assert.Equal(50, failure.Rows);
        Assert.Equal((1000, 50_000, 999), (outcome.Groups, outcome.RowsIn, outcome.RowsOut));
        Assert.Equal("999 0", test.Text("(select concat_ws(' ', count(*), count_if(k = 'key17')) from output)"));
    }

    [Fact]
    public void FailuresOfAllKindsAreToldApartAndSorted()
    {
        using var test = new TestEngine(3);
        test.Table("input", "select 'k' || (range // 10) as k1, cast(range // 10 as integer) as k2, range as n, 't' as t from range(80)");
        using var other = new CancellationTokenSource();
        other.Cancel();
        var task = new AnyTask((rows, output, _, _) =>
        {
            var key = rows.First().Ints(1)[0];
            output.Longs(0).Append(key);
            if (key != 1) output.Texts(1).Append("x");
            if (key == 2) output[0].AppendNull();
            if (key == 2) output.Texts(1).Append("x");
            if (key == 3) throw new OperationCanceledException(other.Token);
            if (key == 4) rows.First();
        });
        var outcome = test.Engine.RunGrouped("input", task, "output", None);
        Assert.Equal(
        [
            "k1 1: column seen has 0 values where column line has 1: every row needs a value in every column",
            "k2 2: column line holds a NULL but is declared without NULLs",
            "k3 3: OperationCanceledException: The operation was canceled.",
            "k4 4: InvalidOperationException: the rows of a group can be read once: keep what is needed again",
        ], outcome.Failures.Select(failure => $"{string.Join(" ", failure.Key)}: {failure.Message}"));
        Assert.Equal(["0", "5", "6", "7"], test.Texts("select cast(line as varchar) as x from output"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30_000)]
    public void ALargeGroupMayBeLeftEarlyOrFail(int stopAfter)
    {
        using var test = new TestEngine(2);
        test.Table("input", "select 'k' || (range % 2) as k1, cast(null as integer) as k2, range as n, repeat('t', 100) as t from range(400000)");
        var task = new AnyTask((rows, output, _, _) =>
        {
            long read = 0;
            var first = "";
            if (stopAfter > 0)
                foreach (var batch in rows)
                {
                    first = batch.Texts(0).GetString(0)!;
                    read += batch.Count;
                    if (read >= stopAfter) break;
                }
            if (first == "k1") throw new InvalidDataException("enough");
            output.Longs(0).Append(read);
            output[1].AppendNull();
        });
        var outcome = test.Engine.RunGrouped("input", task, "output", None);
        Assert.Equal((2, 400_000), (outcome.Groups, outcome.RowsIn));
        if (stopAfter == 0)
        {
            Assert.Empty(outcome.Failures);
            return;
        }
        var failure = Assert.Single(outcome.Failures);
        Assert.Equal(["k1", null], failure.Key);
        Assert.InRange(failure.Rows, stopAfter, stopAfter + 2L * ColumnBatch.UsualRows);
        Assert.Equal("k0", Assert.Single(test.Texts("select k1 as x from output")));
    }

    [Fact]
    public void AGroupLargerThanMemoryStreamsThrough()
    {
        using var test = new TestEngine(2, 48L << 20);
        test.Table("input", "select 'only' as k1, cast(7 as integer) as k2, range as n, md5(cast(range as varchar)) as t from range(1200000)");
        var largest = 0L;
        var task = new AnyTask((rows, output, _, _) =>
        {
            long count = 0, last = -1;
            foreach (var batch in rows)
            {
                largest = Math.Max(largest, batch.Count);
                for (var i = 0; i < batch.Count; i++)
                {
                    if (batch.Longs(2)[i] <= last) throw new InvalidOperationException("out of order");
                    last = batch.Longs(2)[i];
                }
                count += batch.Count;
            }
            output.Longs(0).Append(count);
            output[1].AppendNull();
        });
        var outcome = test.Engine.RunGrouped("input", task, "output", None);
        Assert.Empty(outcome.Failures);
        Assert.Equal("1200000", Assert.Single(test.Texts("select cast(line as varchar) as x from output")));
        Assert.InRange(largest, 1, ColumnBatch.UsualRows);
    }

    [Fact]
    public void CancellingEndsGroupedWorkWithinASecond()
    {
        using var test = new TestEngine(2);
        test.Table("input", "select 'k' || range as k1, cast(1 as integer) as k2, range as n, 't' as t from range(100000)");
        foreach (var heedless in new[] { false, true })
        {
            using var cancel = new CancellationTokenSource();
            var watch = new Stopwatch();
            var task = new AnyTask((rows, output, _, token) =>
            {
                // One kind of task looks at the token, the other only works on.
                if (heedless) Thread.Sleep(20);
                else token.WaitHandle.WaitOne(TimeSpan.FromMinutes(1));
                token.ThrowIfCancellationRequested();
                output.Longs(0).Append(1);
                output.Texts(1).Append("x");
            });
            using var timer = new Timer(_ =>
            {
                watch.Start();
                cancel.Cancel();
            }, null, 500, Timeout.Infinite);
            Assert.ThrowsAny<OperationCanceledException>(() => test.Engine.RunGrouped("input", task, "output", cancel.Token));
            Assert.InRange(watch.Elapsed, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        }
        // The output was never defined, and the engine goes on.
        test.Table("output", "select 'x' as x");
    }

    [Fact]
    public void WrongInputsAreBreaches()
    {
        using var test = new TestEngine();
        test.Table("input", "select 'k' as k, 1 as n, cast(1 as decimal(28,7)) as v");
        Assert.Equal("input: column n is INTEGER, expected BIGINT: write cast(... as bigint) as n", Assert.Throws<EngineException>(() => test.Engine.RunGrouped("input", new SumTask(), "output", None)).Message);
        Assert.StartsWith("Binder Error", Assert.Throws<EngineException>(() => test.Engine.RunGrouped("input", Everything, "output", None)).Message, StringComparison.Ordinal);
        test.Table("nulls", "select 'k' as k, nullif(range, 30000) as n, cast(1 as decimal(28,7)) as v from range(40000)");
        Assert.StartsWith("nulls: column n holds a NULL", Assert.Throws<EngineException>(() => test.Engine.RunGrouped("nulls", new SumTask(), "output", None)).Message, StringComparison.Ordinal);
        Assert.StartsWith("none: no relation of this name", Assert.Throws<EngineException>(() => test.Engine.RunGrouped("none", Everything, "output", None)).Message, StringComparison.Ordinal);
        test.Table("output", "select 'x' as x");
        Assert.StartsWith("output: a relation of this name is defined already", Assert.Throws<EngineException>(() => test.Engine.RunGrouped("input", Everything, "output", None)).Message, StringComparison.Ordinal);
    }
}
