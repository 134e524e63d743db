using System.Diagnostics;
using System.Security.Cryptography;
using Analytics.Columns;
using Analytics.Engine.DuckDb;

namespace Analytics.Engine.Spark.Tests;

/// <summary>The engine's promises against the real Spark; what both engines can do is compared with the embedded one.</summary>
public sealed class EngineTests(SparkFixture spark)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Column[] Everything =
    [
        new("id", ColumnType.Int64),
        new("flag", ColumnType.Boolean, true), new("small", ColumnType.Int32, true), new("big", ColumnType.Int64, true), new("number", ColumnType.Double, true),
        new("day", ColumnType.Date, true), new("moment", ColumnType.Timestamp, true), new("text", ColumnType.Text, true), new("list", ColumnType.TextList, true),
        new("quantity", ColumnType.Quantity, true), new("amount", ColumnType.Amount, true), new("digits", new ColumnType(ColumnKind.Decimal, 38, 38), true), new("whole", new ColumnType(ColumnKind.Decimal, 10), true),
        new("sure", ColumnType.Text), new("certain", ColumnType.Amount),
    ];

    private static readonly string[] Odd =
        ["", "'", "''\\\n\r\t\"", "\0", "\\N", "\\E", "\\[", "\\;", "\\B", "twelve bytes", "é", "日本語", "😀🎉", "a\0b", "%_\\%", "${x}", ":name", new string('x', 3000)];

    [Fact]
    public void EveryTypeComesBackAndIsWrittenToTheBytesOfTheEmbeddedEngine()
    {
        var engine = spark.Engine;
        using var duck = new DuckDbEngine(new DuckDbOptions(1L << 30, 2, Path.Combine(spark.Folder, "spill")));
        foreach (var rows in (int[])[0, 1, 3_000, 20_000])
        {
            var table = Rows(rows, seed: rows);
            var name = $"everything_{rows}";
            engine.DefineRows(name, Everything, Slices(table, 1777), None);
            duck.DefineRows(name, Everything, Slices(table, 1777), None);
            var query = new SqlText("q.sql", $"select * from {name} order by id nulls first");
            Assert.Equal(Dump(table), engine.Read(query, SqlParameters.None, Everything, None).SelectMany(Dump));

            var schema = new TableSchema("t", 1, TableKind.Result, Everything, ["id"]);
            List<string>[] seen = [[], []];
            var written = engine.Write(name, schema, Path.Combine(spark.Folder, name), batch => seen[0].AddRange(Dump(batch)), None);
            var expected = duck.Write(name, schema, Path.Combine(spark.Folder, name + "_duck"), batch => seen[1].AddRange(Dump(batch)), None);
            Assert.All(seen, lines => Assert.Equal(Dump(table), lines));
            Assert.Equal(rows, written.Rows);
            Assert.Equal(expected.Files.Select(Hash), written.Files.Select(Hash));

            // Keys of other kinds, most of them equal or NULL; a list among them has Spark sort the whole.
            foreach (var keys in (string[][])[["flag", "moment", "text", "whole", "day", "id"], ["flag", "list", "id"]])
            {
                var other = new TableSchema("t", 1, TableKind.Result, Everything, keys);
                written = engine.Write(name, other, Path.Combine(spark.Folder, name + keys[1]), null, None);
                var same = duck.Write(name, other, Path.Combine(spark.Folder, name + keys[1] + "_duck"), null, None);
                Assert.True(same.Files.Select(Hash).SequenceEqual(written.Files.Select(Hash)), $"{rows} rows by {string.Join(", ", keys)}");
            }

            engine.DefineFiles(name + "_files", Everything, written.Files, None);
            Assert.Equal(Dump(table), engine.Read(new SqlText("q.sql", $"select * from {name}_files order by id nulls first"), SqlParameters.None, Everything, None).SelectMany(Dump));
            engine.Drop(name);
            engine.Drop(name + "_files");
        }
    }

    [Fact]
    public void ParametersAndQuotedTextsAreTheSameOnBothEngines()
    {
        using var duck = new DuckDbEngine(new DuckDbOptions(1L << 30, 2, Path.Combine(spark.Folder, "spill")));
        Column[] columns =
        [
            new("t", ColumnType.Text), new("n", ColumnType.Text, true), new("l", ColumnType.Int64), new("d", ColumnType.Double), new("i", ColumnType.Double), new("day", ColumnType.Date),
            new("a", ColumnType.Amount), new("b", ColumnType.Boolean), new("quoted name", ColumnType.Text),
        ];
        const string sql = """
            select :t as t, :n as n, :l as l, :d as d, :i as i, :day as day, :a as a, :b as b, 'it''s \n :t ${x} -- no comment' as "quoted name"; -- and an end
            """;
        foreach (var odd in Odd.Where(text => !text.Contains('\0')))
        {
            var parameters = new SqlParameters().Add("t", odd).Add("n", (string?)null).Add("l", long.MinValue).Add("d", 0.1).Add("i", double.NegativeInfinity)
                .Add("day", new DateOnly(1, 1, 1)).Add("a", -123456789012345678901.1234567m, ColumnType.Amount).Add("b", true);
            var expected = duck.Read(new SqlText("p.sql", sql), parameters, columns, None).SelectMany(Dump).ToList();
            Assert.Equal(expected, spark.Engine.Read(new SqlText("p.sql", sql), parameters, columns, None).SelectMany(Dump));
        }
    }

    [Theory]
    [InlineData("select 1 as a", "q.sql: column a is INTEGER, expected BIGINT: write cast(... as bigint) as a")]
    [InlineData("select cast(1 as decimal(18,3)) as a", "q.sql: column a is DECIMAL(18,3), expected BIGINT: write cast(... as bigint) as a")]
    [InlineData("select cast(1 as bigint) as b", "q.sql: column 1 is called b, expected a: columns come in the declared order (a)")]
    [InlineData("select cast(1 as bigint) as a, 2 as b", "q.sql: column b INTEGER is one too many: 1 columns are declared (a)")]
    [InlineData("select cast(null as bigint) as a", "q.sql: column a holds a NULL but is declared without NULLs: filter the row out, give a value by coalesce, or declare the column nullable")]
    public void NamesTypesAndNullsAreChecked(string sql, string message)
    {
        var error = Assert.Throws<EngineException>(() => spark.Engine.Read(new SqlText("q.sql", sql), SqlParameters.None, [new Column("a", ColumnType.Int64)], None).Count());
        Assert.Equal(message, error.Message);
        Assert.True(error.IsContractBreach);
    }

    [Fact]
    public void SparksErrorClassAndMessageComeFirstThenFileAndLine()
    {
        var error = Assert.Throws<EngineException>(() => spark.Engine.DefineTable("t", new SqlText("bad.sql", "select *\n-- more\nfrom no_such_table"), SqlParameters.None, None));
        Assert.StartsWith("[TABLE_OR_VIEW_NOT_FOUND] The table or view `no_such_table` cannot be found.", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("(bad.sql, line 3)", error.Message, StringComparison.Ordinal);
        Assert.Equal((EngineErrorKind.Sql, 3, "bad.sql"), (error.Kind, error.Line, error.Query));
        Assert.DoesNotContain('\n', error.Message);

        // An error of a running task, far from the driver.
        error = Assert.Throws<EngineException>(() => spark.Engine.DefineTable("t", new SqlText("late.sql", "select 1 / (id - 500) as x from range(1000)"), SqlParameters.None, None));
        Assert.StartsWith("[DIVIDE_BY_ZERO] ", error.Message, StringComparison.Ordinal);
        // The name is free again.
        spark.Engine.DefineTable("t", new SqlText("good.sql", "select cast(1 as bigint) as a"), SqlParameters.None, None);
        spark.Engine.Drop("t");
    }

    [Fact]
    public void ARelationIsDefinedOnceAndMayBeDropped()
    {
        var engine = spark.Engine;
        engine.DefineTable("once", new SqlText("once.sql", "select cast(id as bigint) as id from range(10)"), SqlParameters.None, None);
        Assert.Contains("is defined already", Assert.Throws<EngineException>(() => engine.DefineRows("ONCE", [new("id", ColumnType.Int64)], [], None)).Message, StringComparison.Ordinal);
        engine.Drop("once");
        Assert.Contains("no relation of this name", Assert.Throws<EngineException>(() => engine.Drop("once")).Message, StringComparison.Ordinal);
        engine.DefineFiles("once", [new("id", ColumnType.Int64)], [], None);
        Assert.Empty(engine.Read(new SqlText("q", "select * from once"), SqlParameters.None, [new("id", ColumnType.Int64)], None));
        engine.Drop("once");
    }

    [Fact]
    public void FilesThatAreMissingOrDifferAreNamed()
    {
        var engine = spark.Engine;
        var missing = Path.Combine(spark.Folder, "no such file.parquet");
        var error = Assert.Throws<EngineException>(() => engine.DefineFiles("f", [new("id", ColumnType.Int64)], [missing], None));
        Assert.Equal(EngineErrorKind.Io, error.Kind);
        Assert.Contains("no such file.parquet", error.Message, StringComparison.Ordinal);

        // Folders that look like a partition or like a pattern are neither.
        var folder = Path.Combine(spark.Folder, "id=7 [x] {y}*");
        engine.DefineTable("n", new SqlText("n", "select cast(id as bigint) as id, cast('a' as string) as t from range(10)"), SqlParameters.None, None);
        var written = engine.Write("n", new TableSchema("n", 1, TableKind.Result, [new("id", ColumnType.Int64), new("t", ColumnType.Text)], ["id"]), folder, null, None);
        engine.DefineFiles("f", [new("id", ColumnType.Int64)], written.Files, None);
        Assert.Equal(45, engine.Read(new SqlText("q", "select sum(id) as id from f"), SqlParameters.None, [new("id", ColumnType.Int64)], None).Sum(batch => batch.Longs(0)[0]));
        engine.Drop("f");
        error = Assert.Throws<EngineException>(() => engine.DefineFiles("f", [new("id", ColumnType.Text)], written.Files, None));
        Assert.Contains("column id is BIGINT, expected VARCHAR", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsContractBreach);
        error = Assert.Throws<EngineException>(() => engine.DefineFiles("f", [new("more", ColumnType.Text)], written.Files, None));
        Assert.Contains("have no column more VARCHAR", error.Message, StringComparison.Ordinal);
        engine.Drop("n");
    }

    [Theory]
    [InlineData("select id, cast(null as string) as t from range(10)", "column t is NULL where id = 0, and table n allows no NULL in it")]
    [InlineData("select id, 'a' as t from range(5000) union all select cast(4095 as bigint) as id, 'b' as t", "more than one row has id = 4095; table n is sorted by id, in which its rows must differ")]
    [InlineData("select id from range(10)", "column t VARCHAR is missing: 1 columns were given, 2 are declared (id, t)")]
    public void ABreachOfTheSchemaIsNamedAndLeavesNothingBehind(string sql, string message)
    {
        var engine = spark.Engine;
        engine.DefineTable("breach", new SqlText("breach.sql", sql), SqlParameters.None, None);
        var folder = Path.Combine(spark.Folder, "breach");
        var error = Assert.Throws<EngineException>(() => engine.Write("breach", new TableSchema("n", 1, TableKind.Result, [new("id", ColumnType.Int64), new("t", ColumnType.Text)], ["id"]), folder, null, None));
        engine.Drop("breach");
        Assert.Equal("breach: " + message, error.Message);
        Assert.True(error.IsContractBreach);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task ACancelledQueryEndsAndTheEngineGoesOn()
    {
        var engine = spark.Engine;
        using var cancel = new CancellationTokenSource();
        using var started = new ManualResetEventSlim();
        // On a busy machine a task may take long to notice; broken off, the engine could not go on.
        using var progressing = spark.New(options => options with { Progress = _ => started.Set(), CancelGrace = TimeSpan.FromMinutes(1), LogFile = Path.Combine(spark.Folder, "cancelled.log") });
        var query = Task.Factory.StartNew(() => progressing.DefineTable("long", new SqlText("long.sql", "select count(*) as n from range(100000000000) where rand() < 0"), SqlParameters.None, cancel.Token),
            None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Runs(query, started);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        progressing.DefineTable("long", new SqlText("short.sql", "select cast(1 as bigint) as n"), SqlParameters.None, None);
        Assert.Equal(1, progressing.Read(new SqlText("q", "select n from long"), SqlParameters.None, [new("n", ColumnType.Int64)], None).Single().Longs(0)[0]);
        Assert.ThrowsAny<OperationCanceledException>(() => engine.DefineTable("never", new SqlText("q", "select 1 as n"), SqlParameters.None, cancel.Token));
    }

    /// <summary>Waits until a query has stages that run. One that ends before says how, in place of a wait without an end.</summary>
    private static async Task Runs(Task query, ManualResetEventSlim started)
    {
        if (await Task.WhenAny(query, Task.Run(() => started.Wait(None), None)) != query) return;
        await query;
        Assert.Fail("the query ended before it was seen to run");
    }

    [Fact]
    public async Task ADriverThatIsKilledInAQueryIsNoticedAtOnce()
    {
        using var started = new ManualResetEventSlim();
        using var engine = spark.New(options => options with { Progress = _ => started.Set(), LogFile = Path.Combine(spark.Folder, "killed.log") });
        var query = Task.Factory.StartNew(() => engine.DefineTable("long", new SqlText("long.sql", "select count(*) as n from range(100000000000) where rand() < 0"), SqlParameters.None, None),
            None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Runs(query, started);
        using (var jvm = Process.GetProcessById(engine.ProcessId!.Value)) jvm.Kill();
        var error = await Assert.ThrowsAsync<EngineException>(() => query);
        Assert.Equal(EngineErrorKind.Io, error.Kind);
        Assert.StartsWith("Spark's driver process (the JVM) is gone", error.Message, StringComparison.Ordinal);
        Assert.Contains("killed.log", error.Message, StringComparison.Ordinal);
        // What comes after it says the same instead of waiting.
        Assert.Equal(EngineErrorKind.Io, Assert.Throws<EngineException>(() => engine.DefineTable("next", new SqlText("q", "select 1 as n"), SqlParameters.None, None)).Kind);
    }

    [Fact]
    public void ASparkThatDoesNotStartSaysWhy()
    {
        var error = Assert.Throws<EngineException>(() => spark.New(options => options with { Master = "nonsense" }));
        Assert.Equal(EngineErrorKind.Io, error.Kind);
        Assert.True(error.Message.Contains("nonsense", StringComparison.Ordinal), error.Message);
    }

    internal static IEnumerable<ColumnBatch> Slices(ColumnBatch all, int size)
    {
        var slice = new ColumnBatch(all.Columns);
        for (var row = 0; row < all.Count; row++)
        {
            slice.AppendRow(all, row);
            if (slice.Count < size) continue;
            yield return slice;
            slice.Clear();
        }
        yield return slice;
    }

    internal static IEnumerable<string> Dump(ColumnBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
            yield return string.Join(" | ", batch.Columns.Select((column, at) => column.Type.Kind switch
            {
                _ when batch[at].IsNull(row) => "NULL",
                ColumnKind.Double => BitConverter.DoubleToInt64Bits(double.IsNaN(batch.Doubles(at)[row]) ? double.NaN : batch.Doubles(at)[row]).ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
                ColumnKind.TextList => string.Concat(batch.TextLists(at).GetStrings(row)!.Select(text => $"<{text}>")),
                _ => KeyText.Of(batch[at], row, column.Type),
            })).ToString();
    }

    /// <summary>Any bits; every NaN is one NaN, as no text tells them apart.</summary>
    private static double Any(Random random) => BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsNaN(any) ? double.NaN : any;

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    private static ColumnBatch Rows(int rows, int seed)
    {
        var batch = new ColumnBatch(Everything);
        var random = new Random(seed);
        for (var row = 0; row < rows; row++)
        {
            batch.Longs(0).Append(row);
            for (var i = 1; i < Everything.Length; i++)
            {
                if (Everything[i].Nullable && random.Next(4) == 0) batch[i].AppendNull();
                else AppendValue(batch[i], Everything[i].Type, random);
            }
        }
        return batch;
    }

    private static void AppendValue(ColumnVector vector, ColumnType type, Random random)
    {
        switch (vector)
        {
            case ValueVector<bool> flags: flags.Append(random.Next(2) == 0); break;
            case ValueVector<int> days when type.Kind == ColumnKind.Date: days.Append(random.Next(-700_000, 2_900_000)); break;
            case ValueVector<int> numbers: numbers.Append(random.Next(6) switch { 0 => int.MinValue, 1 => int.MaxValue, _ => random.Next() }); break;
            case ValueVector<long> numbers when type.Kind == ColumnKind.Decimal:
                var limit = (long)Math.Pow(10, type.Precision) - 1;
                numbers.Append(random.Next(6) switch { 0 => limit, 1 => -limit, 2 => 0, _ => random.NextInt64(-limit, limit) });
                break;
            case ValueVector<long> moments when type.Kind == ColumnKind.Timestamp: moments.Append(random.NextInt64(-62_135_596_800_000_000, 253_402_300_799_999_999)); break;
            case ValueVector<long> numbers: numbers.Append(random.Next(6) switch { 0 => long.MinValue, 1 => long.MaxValue, _ => random.NextInt64() }); break;
            case ValueVector<double> numbers:
                numbers.Append(random.Next(8) switch { 0 => double.NaN, 1 => double.NegativeInfinity, 2 => -0.0, 3 => double.Epsilon, 4 => double.MaxValue, 5 => random.NextDouble(), _ => Any(random) });
                break;
            case ValueVector<Int128> numbers:
                Int128 top = 1;
                for (var i = 0; i < type.Precision; i++) top *= 10;
                var any = new Int128((ulong)random.NextInt64(), (ulong)random.NextInt64()) % top;
                numbers.Append(random.Next(5) switch { 0 => top - 1, 1 => 1 - top, 2 => -any, 3 => 0, _ => any });
                break;
            case TextVector texts: texts.Append(Odd[random.Next(Odd.Length)]); break;
            case TextListVector lists:
                for (var count = random.Next(5); count > 0; count--) lists.Items.Append(Odd[random.Next(Odd.Length)]);
                lists.EndList();
                break;
        }
    }
}
