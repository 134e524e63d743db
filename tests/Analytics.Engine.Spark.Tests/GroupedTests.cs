using Analytics.Columns;

namespace Analytics.Engine.Spark.Tests;

/// <summary>
/// Grouped work against workers of a few lines of awk: one that keeps to the protocol, and some that do not. The real worker is held
/// against the embedded engine by the whole nightly run.
/// </summary>
public sealed class GroupedTests(SparkFixture spark)
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Counts and sums a key's rows; fails where the key says so.</summary>
    private sealed class CountTask(byte[]? side = null) : GroupedTask
    {
        public override string Name => "count";

        public override IReadOnlyList<Column> Input { get; } = [new("k", ColumnType.Text, true), new("n", ColumnType.Int64), new("t", ColumnType.Text, true)];

        public override int KeyColumns => 1;

        public override IReadOnlyList<string> OrderBy { get; } = ["n"];

        public override IReadOnlyList<Column> Output { get; } = [new("rows", ColumnType.Int64), new("sum", ColumnType.Int64), new("ordered", ColumnType.Boolean), new("side", ColumnType.Text)];

        public override ReadOnlyMemory<byte> SideInput => side;

        public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel) => throw new NotSupportedException();
    }

    private const string Honest = """
        printf 'H\t1\t%s\t%s\n' "$5" "$7"
        side=none; [ "${8:-}" != --side ] || side=$(cat "$9")
        awk -F'\t' -v side="$side" '
            function finish() {
                if (n == 0) return
                keys++
                if (key ~ /bad/) { failed++; print "K\t" key "\t" n "\t" n "\t0\tInvalidOperationException: the key is bad" }
                else { out++; print "R\t" key "\t" n "\t" sum "\t" ordered "\t" side; print "K\t" key "\t" n "\t" n "\t1\t\\N" }
            }
            NR == 1 || $1 != key { finish(); key = $1; n = 0; sum = 0; ordered = "true"; last = $2 }
            { rows++; n++; sum += $2; if ($2 + 0 < last + 0) ordered = "false"; last = $2 }
            END { finish(); printf "E\t%d\t%d\t%d\t%d\n", keys, rows, out, failed }'
        """;

    [Fact]
    public void EveryKeyIsWorkedOnOnceInOrderAndFailuresAreNamed()
    {
        var engine = spark.WithWorker(Honest);
        engine.DefineTable("input", new SqlText("input.sql", """
            select case when id % 7 = 0 then null when id % 7 = 1 then '' when id % 7 = 2 then 'bad key' when id % 7 = 3 then 'tab key' else concat('k', id % 7) end as k, id as n,
                case when id % 3 = 0 then null else 'a text' end as t
            from range(7000)
            """), SqlParameters.None, None);
        var outcome = engine.RunGrouped("input", new CountTask(), "output", None);
        Assert.Equal((7, 7000, 6), (outcome.Groups, outcome.RowsIn, outcome.RowsOut));
        var failure = Assert.Single(outcome.Failures);
        Assert.Equal(["bad key"], failure.Key);
        Assert.Equal((1000, "InvalidOperationException: the key is bad"), (failure.Rows, failure.Message));
        Column[] columns = [new("k", ColumnType.Text, true), .. new CountTask().Output];
        var rows = engine.Read(new SqlText("q", "select * from output order by k nulls first"), SqlParameters.None, columns, None).SelectMany(EngineTests.Dump).ToList();
        long Sum(int residue) => Enumerable.Range(0, 7000).Where(id => id % 7 == residue).Sum(id => (long)id);
        Assert.Equal([$"NULL | 1000 | {Sum(0)} | true | none", $" | 1000 | {Sum(1)} | true | none", $"k4 | 1000 | {Sum(4)} | true | none", $"k5 | 1000 | {Sum(5)} | true | none", $"k6 | 1000 | {Sum(6)} | true | none", $"tab key | 1000 | {Sum(3)} | true | none"], rows);
        engine.Drop("output");
        // The side input reaches every worker, byte for byte; without rows no worker starts.
        engine.RunGrouped("input", new CountTask("what all may read"u8.ToArray()), "output", None);
        Assert.All(engine.Read(new SqlText("q", "select * from output"), SqlParameters.None, columns, None).SelectMany(EngineTests.Dump), row => Assert.EndsWith("what all may read", row, StringComparison.Ordinal));
        engine.DefineTable("empty", new SqlText("empty.sql", "select * from input where n < 0"), SqlParameters.None, None);
        outcome = engine.RunGrouped("empty", new CountTask(), "nothing", None);
        Assert.Equal((0, 0, 0), (outcome.Groups, outcome.RowsIn, outcome.RowsOut));
        foreach (var relation in (string[])["input", "output", "empty", "nothing"]) engine.Drop(relation);
    }

    [Fact]
    public void WhatIsKeptIsNotComputedAgainWhateverReadsIt()
    {
        var starts = Path.Combine(spark.Folder, "starts");
        var engine = spark.WithWorker($"echo started >>'{starts}'\n{Honest}");
        var before = KeptRows(engine);
        // A time that no two computations share, in a query with parts of its own: so are most files of Sql/.
        engine.DefineTable("kept", new SqlText("kept.sql", "with a as (select id, java_method('java.lang.System', 'nanoTime') as moment from range(100)) select cast(null as string) as k, id as n, moment as t from a"), SqlParameters.None, None);
        engine.DefineTable("joined", new SqlText("joined.sql", "with b as (select n, t from kept) select l.n, l.t from kept l join b on b.n = l.n and b.t = l.t"), SqlParameters.None, None);
        engine.RunGrouped("kept", new CountTask(), "kept_output", None);
        var started = File.ReadAllLines(starts).Length;
        List<string> Rows(string sql, params Column[] columns) => [.. engine.Read(new SqlText("q", sql), SqlParameters.None, columns, None).SelectMany(EngineTests.Dump)];
        Assert.Equal(Rows("select n, t from kept order by n", new("n", ColumnType.Int64), new("t", ColumnType.Text)),
            Rows("with c as (select n, t from joined) select n, t from c order by n", new("n", ColumnType.Int64), new("t", ColumnType.Text)));
        for (var i = 0; i < 2; i++)
            Assert.Equal(["100"], Rows("with d as (select * from kept_output) select sum(rows) as n from d", new Column("n", ColumnType.Int64, true)));
        Assert.Equal(started, File.ReadAllLines(starts).Length);
        foreach (var relation in (string[])["kept_output", "joined", "kept"]) engine.Drop(relation);
        Assert.Equal(before, KeptRows(engine));
    }

    /// <summary>How many relations Spark holds the rows of.</summary>
    private static long KeptRows(SparkEngine engine)
    {
        using var frame = engine.Session.SqlObject("select 1");
        using var session = frame.Call("sparkSession");
        using var context = session.Call("sparkContext");
        using var kept = context.Call("getPersistentRDDs");
        return kept.CallLong("size");
    }

    [Fact]
    public void WithoutAFolderThatNodesMountWorkerAndSideInputAreSent()
    {
        var shared = spark.WithWorker(Honest);
        var folder = Directory.CreateTempSubdirectory("analytics-uri-").FullName;
        try
        {
            // Rows on their way, worker and table lie as on HDFS: behind Hadoop's interface alone.
            using var engine = spark.New(options => options with { Gateway = shared.Host, ScratchFolder = $"file:{folder}/scratch" });
            Column[] columns = [new("k", ColumnType.Text, true), new("n", ColumnType.Int64), new("t", ColumnType.Text, true)];
            var rows = new ColumnBatch(columns);
            for (var i = 0; i < 100; i++)
            {
                rows.Texts(0).Append($"k{i % 4}");
                rows.Longs(1).Append(i);
                rows.Texts(2).Append("t");
            }
            engine.DefineRows("sent_input", columns, [rows], None);
            foreach (var side in (string[])["first", "second"])
            {
                var outcome = engine.RunGrouped("sent_input", new CountTask(System.Text.Encoding.UTF8.GetBytes(side)), "sent_output", None);
                Assert.Equal((4, 100, 4), (outcome.Groups, outcome.RowsIn, outcome.RowsOut));
                Column[] output = [new("k", ColumnType.Text), .. new CountTask().Output];
                Assert.All(engine.Read(new SqlText("q", "select * from sent_output"), SqlParameters.None, output, None).SelectMany(EngineTests.Dump), row => Assert.EndsWith(side, row, StringComparison.Ordinal));
                engine.Drop("sent_output");
            }
            var table = engine.Write("sent_input", new TableSchema("t", 1, TableKind.Result, [.. columns.Select(column => column with { Nullable = false })], ["n"]), $"file:{folder}/table", null, None);
            Assert.Equal(100, table.RowsOf(0));
            engine.DefineFiles("read_back", columns, table.Files, None);
            Assert.Equal(100, engine.Read(new SqlText("q", "select count(*) as n from read_back"), SqlParameters.None, [new("n", ColumnType.Int64)], None).Sum(batch => batch.Longs(0)[0]));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Theory]
    [InlineData("cat > /dev/null; echo 'the disk of this node is gone' >&2; exit 4", "the disk of this node is gone")]
    [InlineData("printf 'H\\t1\\t%s\\t%s\\n' \"$5\" another; cat > /dev/null; printf 'E\\t0\\t0\\t0\\t0\\n'", "another version of the protocol or ran another task")]
    [InlineData("printf 'H\\t1\\t%s\\t%s\\n' \"$5\" \"$7\"; cat > /dev/null", "an answer was cut off")]
    [InlineData("printf 'H\\t1\\t%s\\t%s\\n' \"$5\" \"$7\"; cat > /dev/null; printf 'E\\t0\\t0\\t0\\t0\\n'", "the relation has 100 rows and the workers read 0")]
    [InlineData("cat", "are of no known kind")]
    public void AWorkerThatDoesNotKeepToTheProtocolEndsTheWork(string script, string message)
    {
        var engine = spark.WithWorker(script);
        engine.DefineTable("input", new SqlText("input.sql", "select 'k' as k, id as n, cast(null as string) as t from range(100)"), SqlParameters.None, None);
        var error = Assert.Throws<EngineException>(() => engine.RunGrouped("input", new CountTask(), "output", None));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsContractBreach);
        // The name is free, and the engine as good as before.
        engine.DefineTable("output", new SqlText("q", "select 1 as n"), SqlParameters.None, None);
        engine.Drop("input");
        engine.Drop("output");
    }

    [Fact]
    public void AWorkerThatCrashesIsTriedAgainAndTheTextOfOneThatAlwaysDoesIsTold()
    {
        // The first process of all dies in the middle of its answer; whoever comes later does the work, that task's second attempt too.
        var mark = Path.Combine(spark.Folder, $"crashed-{Guid.NewGuid():N}");
        var engine = spark.WithWorker($"if mkdir '{mark}' 2>/dev/null; then printf 'H\\t1\\t%s\\t%s\\nR\\tk0\\t1' \"$5\" \"$7\"; echo 'this node is on fire' >&2; cat > /dev/null; kill -9 $$; fi\n{Honest}");
        engine.DefineTable("input", new SqlText("input.sql", "select concat('k', id % 20) as k, id as n, 'a text' as t from range(2000)"), SqlParameters.None, None);
        var outcome = engine.RunGrouped("input", new CountTask(), "output", None);
        Assert.True(Directory.Exists(mark));
        Assert.Equal((20, 2000, 20, 0), (outcome.Groups, outcome.RowsIn, outcome.RowsOut, outcome.Failures.Count));
        engine.Drop("output");
        spark.WithWorker("cat > /dev/null; echo 'every node is on fire' >&2; kill -9 $$");
        Assert.Contains("every node is on fire", Assert.Throws<EngineException>(() => engine.RunGrouped("input", new CountTask(), "output", None)).Message, StringComparison.Ordinal);
        engine.Drop("input");
    }

    [Fact]
    public void ANullWhereTheTaskAllowsNoneIsNamed()
    {
        var engine = spark.WithWorker(Honest);
        engine.DefineTable("input", new SqlText("input.sql", "select 'k' as k, cast(null as bigint) as n, 't' as t"), SqlParameters.None, None);
        var error = Assert.Throws<EngineException>(() => engine.RunGrouped("input", new CountTask(), "output", None));
        Assert.Equal("input: column n holds a NULL but is declared without NULLs: filter the row out, give a value by coalesce, or declare the column nullable", error.Message);
        engine.Drop("input");
    }

    [Fact]
    public void AMissingWorkerIsSaidBeforeAnythingRuns()
    {
        using var engine = spark.New(options => options with { Worker = "/no/such/worker" });
        engine.DefineTable("input", new SqlText("input.sql", "select 'k' as k, cast(1 as bigint) as n, 't' as t"), SqlParameters.None, None);
        Assert.Contains("the native worker /no/such/worker is missing", Assert.Throws<EngineException>(() => engine.RunGrouped("input", new CountTask(), "output", None)).Message, StringComparison.Ordinal);
    }
}
