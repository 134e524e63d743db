using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Tests;

public sealed class ReadTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static EngineException Fault(TestEngine test, string sql, params Column[] columns) =>
        Assert.Throws<EngineException>(() => test.Engine.Read(new SqlText("q.sql", sql), SqlParameters.None, columns, None).Count());

    [Theory]
    [InlineData("select 1 as a", "q.sql: column a is INTEGER, expected BIGINT: write cast(... as bigint) as a")]
    [InlineData("select sum(range) as a from range(3)", "q.sql: column a is HUGEINT, expected BIGINT: write cast(... as bigint) as a")]
    [InlineData("select cast(1 as decimal(18,3)) as a", "q.sql: column a is DECIMAL(18,3), expected BIGINT: write cast(... as bigint) as a")]
    [InlineData("select cast(1 as bigint) as b", "q.sql: column 1 is called b, expected a: columns come in the declared order (a)")]
    [InlineData("select cast(1 as bigint) as A", "q.sql: column 1 is called A, expected a: columns come in the declared order (a)")]
    [InlineData("select cast(1 as bigint) as a, 2 as b", "q.sql: column b INTEGER is one too many: 1 columns are declared (a)")]
    public void NamesAndTypesAreChecked(string sql, string message)
    {
        using var test = new TestEngine();
        var error = Fault(test, sql, new Column("a", ColumnType.Int64));
        Assert.Equal(message, error.Message);
        Assert.True(error.IsContractBreach);
    }

    [Fact]
    public void AMissingColumnIsNamed()
    {
        using var test = new TestEngine();
        var error = Fault(test, "select cast(1 as bigint) as a", new Column("a", ColumnType.Int64), new Column("b", ColumnType.Text));
        Assert.Equal("q.sql: column b VARCHAR is missing: 1 columns were given, 2 are declared (a, b)", error.Message);
    }

    [Fact]
    public void ATimeWithOrWithoutZoneIsTheSameMicroseconds()
    {
        using var test = new TestEngine();
        var batch = Assert.Single(test.Engine.Read(
            new SqlText("q", "select timestamp '2011-12-09 12:50:00' as a, cast(timestamp '2011-12-09 12:50:00' as timestamptz) as b, timestamptz '2011-12-09 14:50:00+02' as c"),
            SqlParameters.None, [new("a", ColumnType.Timestamp), new("b", ColumnType.Timestamp), new("c", ColumnType.Timestamp)], None));
        var expected = (new DateTime(2011, 12, 9, 12, 50, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        Assert.Equal((expected, expected, expected), (batch.Longs(0)[0], batch.Longs(1)[0], batch.Longs(2)[0]));
    }

    [Fact]
    public void ListsFromAnywhereAreRead()
    {
        using var test = new TestEngine();
        Column[] columns = [new("n", ColumnType.Int64), new("l", ColumnType.TextList, true)];
        test.Table("t", "select range as n, case when range % 3 = 0 then null when range % 3 = 1 then [] else ['a' || range, 'a longer text than twelve ' || range] end as l from range(5000)");
        foreach (var sql in new[]
        {
            "select n, l from t order by n",
            "select n, list_transform(l, lambda x: x) as l from t order by n",
            "select t.n, u.l from t join t as u on t.n = u.n order by t.n",
            "select n, case when len(l) > 0 then list_concat([l[1]], [l[2]]) else l end as l from t order by n",
        })
        {
            var next = 0L;
            foreach (var batch in test.Engine.Read(new SqlText("q", sql), SqlParameters.None, columns, None))
                for (var i = 0; i < batch.Count; i++, next++)
                {
                    Assert.Equal(next, batch.Longs(0)[i]);
                    string[]? expected = (next % 3) switch { 0 => null, 1 => [], _ => [$"a{next}", $"a longer text than twelve {next}"] };
                    Assert.Equal(expected, batch.TextLists(1).GetStrings(i));
                }
            Assert.Equal(5000, next);
        }
        // A constant, which DuckDB keeps once for all rows.
        foreach (var batch in test.Engine.Read(new SqlText("q", "select range as n, ['x', 'y'] as l from range(3000)"), SqlParameters.None, columns, None))
            for (var i = 0; i < batch.Count; i++) Assert.Equal(["x", "y"], batch.TextLists(1).GetStrings(i)!);
    }

    [Fact]
    public void ANullInAListIsABreach()
    {
        using var test = new TestEngine();
        Assert.Equal("q.sql: column l has a list with a NULL in it, which VARCHAR[] columns do not allow: filter it out of the list",
            Fault(test, "select ['a', null] as l", new Column("l", ColumnType.TextList)).Message);
    }

    [Fact]
    public void ANullThatWasNotDeclaredIsABreach()
    {
        using var test = new TestEngine();
        const string sql = "select nullif(range, 5000) as n from range(9000)";
        Assert.Equal("q.sql: column n holds a NULL but is declared without NULLs: filter the row out, give a value by coalesce, or declare the column nullable",
            Fault(test, sql, new Column("n", ColumnType.Int64)).Message);
        Assert.Equal(1, test.Engine.Read(new SqlText("q.sql", sql), SqlParameters.None, [new("n", ColumnType.Int64, true)], None).Sum(batch => batch[0].NullCount));
    }

    [Fact]
    public void AnErrorFarBehindTheFirstRowsReachesTheReader()
    {
        using var test = new TestEngine();
        long rows = 0;
        var error = Assert.Throws<EngineException>(() =>
        {
            foreach (var batch in test.Engine.Read(new SqlText("q.sql", "select case when range = 3000000 then error('row ' || range) else range end as n from range(5000000)"), SqlParameters.None, [new("n", ColumnType.Int64)], None))
                rows += batch.Count;
        });
        Assert.InRange(rows, 1, 3_000_000);
        Assert.Contains("row 3000000", error.Message, StringComparison.Ordinal);
        Assert.Equal("q.sql", error.Query);
        Assert.Equal("ok", test.Text("'ok'"));
    }

    [Fact]
    public void TheReasonIsToldAlsoWhereDuckDbStoppedItsOtherThreadsFirst()
    {
        // Of some hundred failures of one of two threads DuckDB reports several as an interrupt that nobody asked for.
        using var test = new TestEngine(2);
        var query = new SqlText("q.sql", "select case when range = 300000 then error('row ' || range) else range end as n from range(1000000)");
        for (var i = 0; i < 500; i++)
        {
            var read = Assert.Throws<EngineException>(() => test.Engine.Read(query, SqlParameters.None, [new("n", ColumnType.Int64)], None).Count());
            Assert.StartsWith("Invalid Input Error: row 300000 (q.sql", read.Message, StringComparison.Ordinal);
            var made = Assert.Throws<EngineException>(() => test.Engine.DefineTable("t", query, SqlParameters.None, None));
            Assert.Equal((read.Message, read.Kind), (made.Message, made.Kind));
        }
        // A query that somebody did cancel is not run again.
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var batch in test.Engine.Read(new SqlText("q.sql", "select range as n from range(10000000000)"), SqlParameters.None, [new("n", ColumnType.Int64)], cancel.Token)) cancel.Cancel();
        });
    }

    [Fact]
    public void MoreRowsThanMemoryStreamThrough()
    {
        using var test = new TestEngine(memory: 64L << 20);
        long rows = 0, bytes = 0;
        foreach (var batch in test.Engine.Read(new SqlText("q", "select 'a text that is quite a bit longer than a number ' || range as x from range(4000000)"), SqlParameters.None, [new("x", ColumnType.Text)], None))
        {
            rows += batch.Count;
            bytes += batch.Texts(0).ByteCount;
        }
        Assert.Equal(4_000_000, rows);
        Assert.True(bytes > 200L << 20);
    }

    [Fact]
    public void RowsKeepTheirOrderAndReadsMayInterleave()
    {
        using var test = new TestEngine(4);
        test.Table("t", "select range as n from range(500000) order by hash(range)");
        Column[] columns = [new("n", ColumnType.Int64)];
        var query = new SqlText("q", "select n from t");
        var first = test.Engine.Read(query, SqlParameters.None, columns, None).SelectMany(batch => batch.Longs(0).Values.ToArray());
        var second = test.Engine.Read(query, SqlParameters.None, columns, None).SelectMany(batch => batch.Longs(0).Values.ToArray());
        Assert.All(first.Zip(second), pair => Assert.Equal(pair.First, pair.Second));

        // The rows of a read may become a relation while they are read.
        test.Engine.DefineRows("copy", columns, test.Engine.Read(query, SqlParameters.None, columns, None), None);
        Assert.Equal("500000", test.Text("(select count(*) from copy)"));
        Assert.Equal("true", test.Text("(select bool_and(a.n = b.n) from (select n, row_number() over () as r from t) a join (select n, row_number() over () as r from copy) b on a.r = b.r)"));
    }

    [Fact]
    public void TextsSortByTheirBytes()
    {
        using var test = new TestEngine();
        string[] texts = ["", "A", "B", "Z", "a", "b", "é", "\uFFFD", "😀"];
        var sorted = test.Texts($"select x from (values {string.Join(",", texts.Reverse().Select(text => $"('{text}')"))}, (null)) as v(x) order by x nulls first");
        Assert.Equal([null, .. texts], sorted);
        Assert.Equal([null, .. texts], test.Texts($"select x from (values {string.Join(",", texts.Reverse().Select(text => $"('{text}')"))}, (null)) as v(x) order by x"));
    }
}
