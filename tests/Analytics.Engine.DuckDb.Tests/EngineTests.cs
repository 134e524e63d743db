using System.Diagnostics;
using Analytics.Columns;
using Analytics.Engine.DuckDb.Internals;
using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Tests;

public sealed class EngineTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Column[] Number = [new("n", ColumnType.Int64)];

    [Fact]
    public void NameVersionAndSettingsAreFixed()
    {
        using var test = new TestEngine(3, 200L << 20);
        Assert.Equal("duckdb", test.Engine.Name);
        Assert.Matches(@"^\d+\.\d+\.\d+", test.Engine.Version);
        Assert.Equal("UTC", test.Text("current_setting('TimeZone')"));
        Assert.Equal("3", test.Text("current_setting('threads')"));
        Assert.Equal("200.0 MiB", test.Text("current_setting('memory_limit')"));
        Assert.Equal("false", test.Text("current_setting('autoload_known_extensions')"));
        Assert.Equal("false", test.Text("current_setting('autoinstall_known_extensions')"));
        Assert.Equal(Path.Combine(test.Folder, "spill"), test.Text("current_setting('temp_directory')"));
    }

    [Theory]
    [InlineData("select * from read_csv('https://example.com/x.csv')")]
    [InlineData("select * from read_parquet('s3://bucket/x.parquet')")]
    [InlineData("set autoinstall_known_extensions = true")]
    [InlineData("set memory_limit = '100GB'")]
    public void NeitherNetworkNorSettingsCanBeReachedFromAQuery(string sql)
    {
        using var test = new TestEngine();
        Assert.Throws<EngineException>(() => test.Engine.Read(new SqlText("q.sql", sql), SqlParameters.None, Number, None).Count());
    }

    [Fact]
    public void RelationsAreDefinedOnceAndDropped()
    {
        using var test = new TestEngine();
        test.Table("t", "select range as n from range(10)");
        test.Engine.DefineFiles("f", Number, [], None);
        Assert.StartsWith("T: a relation of this name is defined already", Assert.Throws<EngineException>(() => test.Table("T", "select 1 as n")).Message, StringComparison.Ordinal);
        Assert.StartsWith("f: a relation of this name is defined already", Assert.Throws<EngineException>(() => test.Engine.DefineRows("f", Number, [], None)).Message, StringComparison.Ordinal);
        Assert.Equal("u: no relation of this name is defined (there are: f, t)", Assert.Throws<EngineException>(() => test.Engine.Drop("u")).Message);
        test.Engine.Drop("t");
        test.Engine.Drop("f");
        test.Table("t", "select 'now a text' as n");
        test.Table("f", "select 'now a table' as n");
        Assert.Equal("now a table", test.Text("(select n from f)"));
        test.Table("odd \"name\"; drop table t", "select 'odd' as n");
        Assert.Equal("odd", test.Text("(select n from \"odd \"\"name\"\"; drop table t\")"));
        test.Engine.Drop("odd \"name\"; drop table t");
    }

    [Fact]
    public void ATableIsComputedOnceAndKept()
    {
        using var test = new TestEngine();
        test.Table("t", "select range as n, random() as r from range(3)");
        Assert.Equal(test.Texts("select cast(r as varchar) as x from t"), test.Texts("select cast(r as varchar) as x from t"));
    }

    [Fact]
    public void ADatabaseFileIsUsedWhereOneIsNamed()
    {
        var folder = Directory.CreateTempSubdirectory("analytics-engine-").FullName;
        try
        {
            var path = Path.Combine(folder, "it.duckdb");
            using (var engine = new DuckDbEngine(new DuckDbOptions(1L << 28, 1, Path.Combine(folder, "spill"), path)))
                engine.DefineTable("t", new SqlText("q", "select range as n from range(100000)"), SqlParameters.None, None);
            Assert.True(System.IO.File.Exists(path));
            var error = Assert.Throws<EngineException>(() => new DuckDbEngine(new DuckDbOptions(1L << 28, 1, Path.Combine(folder, "spill"), Path.Combine(folder, "none", "it.duckdb"))));
            Assert.Equal(EngineErrorKind.Io, error.Kind);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void RowsThatBreakTheirDeclarationAreRefusedWhole()
    {
        using var test = new TestEngine();
        Column[] columns = [new("id", ColumnType.Int64), new("name", ColumnType.Text), new("price", new ColumnType(ColumnKind.Decimal, 4, 2))];
        string Fault(Action<ColumnBatch> fill)
        {
            var batch = new ColumnBatch(columns);
            fill(batch);
            return Assert.Throws<EngineException>(() => test.Engine.DefineRows("r", columns, [batch], None)).Message;
        }
        void Good(ColumnBatch batch)
        {
            batch.Longs(0).Append(1);
            batch.Texts(1).Append("a");
            batch.Longs(2).Append(9999);
        }
        Assert.Equal("r: column name holds a NULL but is declared without NULLs", Fault(batch => { batch.Longs(0).Append(1); batch[1].AppendNull(); batch.Longs(2).Append(1); }));
        Assert.Equal("r: column name has 0 values where column id has 1: every row needs a value in every column", Fault(batch => batch.Longs(0).Append(1)));
        Assert.Equal("r: column price, row 2 of a batch: 10000 has more digits than DECIMAL(4,2) holds", Fault(batch => { Good(batch); batch.Longs(0).Append(1); batch.Texts(1).Append("a"); batch.Longs(2).Append(10000); }));
        Assert.Equal("r: column name, row 1 of a batch: the text is no valid UTF-8", Fault(batch => { batch.Longs(0).Append(1); batch.Texts(1).Append([0xff]); batch.Longs(2).Append(1); }));
        var good = new ColumnBatch(columns);
        Good(good);
        test.Engine.DefineRows("r", columns, [good, good], None);
        Assert.Equal("2", test.Text("(select count(*) from r)"));
        Assert.Throws<InvalidOperationException>(() => test.Engine.DefineRows("s", columns, Throwing(good), None));
        test.Engine.DefineRows("s", columns, [], None);
        Assert.Equal("0", test.Text("(select count(*) from s)"));
    }

    private static IEnumerable<ColumnBatch> Throwing(ColumnBatch batch)
    {
        yield return batch;
        throw new InvalidOperationException("the source broke");
    }

    [Fact]
    public void CancellingEndsAnEndlessQueryWithinASecond()
    {
        using var test = new TestEngine();
        var endless = new SqlText("endless.sql", "select count(*) as n from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3");
        foreach (var run in new Action<CancellationToken>[]
        {
            token => test.Engine.Read(endless, SqlParameters.None, Number, token).Count(),
            token => test.Engine.DefineTable("t", endless, SqlParameters.None, token),
        })
        {
            using var cancel = new CancellationTokenSource();
            var watch = new Stopwatch();
            using var timer = new Timer(_ =>
            {
                watch.Start();
                cancel.Cancel();
            }, null, 300, Timeout.Infinite);
            Assert.ThrowsAny<OperationCanceledException>(() => run(cancel.Token));
            Assert.InRange(watch.Elapsed, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
            Assert.Equal("alive", test.Text("'alive'"));
        }
        using var before = new CancellationTokenSource();
        before.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => test.Engine.DefineTable("t", endless, SqlParameters.None, before.Token));
        test.Table("t", "select 1 as n");
    }

    [Fact]
    public void MemoryThatRunsOutIsRecognised()
    {
        using var test = new TestEngine(2, 32L << 20);
        var error = Assert.Throws<EngineException>(() => test.Texts("select md5(string_agg(repeat('x', 1000) || range, ',')) as x from range(1000000)"));
        Assert.Equal(EngineErrorKind.OutOfMemory, error.Kind);
        Assert.EndsWith(": raise the engine's memory limit or lower its threads", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SET ", error.Message, StringComparison.Ordinal);
        Assert.Equal("alive", test.Text("'alive'"));
    }

    [Fact]
    public void MoreThanMemorySpillsAndIsCleanedUp()
    {
        var test = new TestEngine(2, 64L << 20);
        try
        {
            test.Table("t", "select 'a text that does not compress away ' || md5(cast(range as varchar)) as x, range as n from range(1000000)");
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(test.Folder, "spill")));
            Assert.Equal("1000000", test.Text("(select count(*) from (select x from t order by x))"));
            test.Engine.Dispose();
            Assert.Empty(Directory.Exists(Path.Combine(test.Folder, "spill")) ? Directory.GetFiles(Path.Combine(test.Folder, "spill")) : []);
        }
        finally
        {
            test.Dispose();
        }
    }

    [Theory]
    [InlineData(DuckDBErrorType.OutOfMemory, "Out of Memory Error: failed to pin block of size 256.0 KiB (1.0 GiB/1.0 GiB used)\n\nPossible solutions:\n* Reducing the number of threads (SET threads=X)", EngineErrorKind.OutOfMemory, "Out of Memory Error: failed to pin block of size 256.0 KiB (1.0 GiB/1.0 GiB used) (q.sql): raise the engine's memory limit or lower its threads")]
    [InlineData(DuckDBErrorType.OutOfMemory, "Out of Memory Error: failed to offload data block of size 256.0 KiB (9.9 GiB/10.0 GiB used).\nThis limit was set by the 'max_temp_directory_size' setting.", EngineErrorKind.DiskFull, "Out of Memory Error: failed to offload data block of size 256.0 KiB (9.9 GiB/10.0 GiB used). This limit was set by the 'max_temp_directory_size' setting. (q.sql): free space on the disk of the spill folder, or name another spill folder")]
    [InlineData(DuckDBErrorType.Io, "IO Error: Could not write all bytes to file \"x\": wanted=262144 wrote=4096: No space left on device", EngineErrorKind.DiskFull, "IO Error: Could not write all bytes to file \"x\": wanted=262144 wrote=4096: No space left on device (q.sql): free space on the disk of the spill folder, or name another spill folder")]
    [InlineData(DuckDBErrorType.Internal, "INTERNAL Error: what\n\nStack Trace:\n\n0 x\n1 y", EngineErrorKind.Sql, "INTERNAL Error: what (q.sql)")]
    [InlineData(DuckDBErrorType.Interrupt, "INTERRUPT Error: Interrupted!", EngineErrorKind.Interrupted, "INTERRUPT Error: Interrupted! (q.sql)")]
    [InlineData(DuckDBErrorType.Invalid, null, EngineErrorKind.Sql, "DuckDB gave no message (q.sql)")]
    public void MessagesAreCleanAndOfAKind(DuckDBErrorType type, string? message, EngineErrorKind kind, string expected)
    {
        var error = DuckDbErrors.Translate(type, message, "q.sql");
        Assert.Equal(kind, error.Kind);
        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public void AClosedEngineSaysSo()
    {
        var test = new TestEngine();
        test.Dispose();
        Assert.Throws<ObjectDisposedException>(() => test.Table("t", "select 1 as n"));
        Assert.Throws<ObjectDisposedException>(() => test.Engine.Read(new SqlText("q", "select 1"), SqlParameters.None, Number, None));
        Assert.Throws<ObjectDisposedException>(() => test.Engine.Drop("t"));
        test.Engine.Dispose();
    }
}
