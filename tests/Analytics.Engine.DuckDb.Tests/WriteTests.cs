using System.Security.Cryptography;
using Analytics.Columns;
using Analytics.Engine.DuckDb.Internals;

namespace Analytics.Engine.DuckDb.Tests;

public sealed class WriteTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly TableSchema Sales = new("sales", 1, TableKind.Result,
        [new("level", ColumnType.Text, true), new("day", ColumnType.Date), new("seen", ColumnType.Timestamp, true), new("amount", ColumnType.Amount), new("lift", ColumnType.Double), new("items", ColumnType.TextList)],
        ["level", "day"]);

    private const string SalesSql = """
        select case when n % 7 = 0 then null else 'level ' || (n % 7) end as level, date '2010-01-01' + cast(n // 7 as integer) as day,
            case when n % 5 = 0 then null else make_timestamp(n * 1000003) end as seen, cast(n * 0.1234567 as decimal(28,7)) as amount, sqrt(n) as lift, ['b', 'item ' || n] as items
        from (select range as n from range({0}) order by hash(range))
        """;

    private static void Define(TestEngine test, string name, int rows, string? change = null)
    {
        test.Table(name + "_0", string.Format(System.Globalization.CultureInfo.InvariantCulture, SalesSql, rows));
        test.Table(name, change ?? $"select * from {name}_0");
    }

    [Fact]
    public void TheBytesAreTheSameForAnyNumberOfThreads()
    {
        var hashes = new HashSet<string>();
        foreach (var threads in new[] { 1, 2, 4 })
        {
            using var test = new TestEngine(threads);
            Define(test, "t", 300_000);
            var written = test.Engine.Write("t", Sales, Path.Combine(test.Folder, "out"), null, None);
            Assert.Equal(300_000, written.Rows);
            var file = Assert.Single(written.Files);
            Assert.Equal("part-00000.parquet", Path.GetFileName(file));
            hashes.Add(Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(file))));

            // A view, and a run over what was written, give the same bytes again.
            test.Engine.DefineFiles("again", Sales.Columns, written.Files, None);
            var second = test.Engine.Write("again", Sales, Path.Combine(test.Folder, "again"), null, None);
            hashes.Add(Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(second.Files[0]))));
            Assert.Equal("0", test.Text("(select count(*) from ((select * from t except all select * from again) union all (select * from again except all select * from t)))"));
        }
        Assert.Single(hashes);
    }

    [Fact]
    public void FilesAreZstdWithTimesAdjustedToUtcAndRowsInOrder()
    {
        using var test = new TestEngine();
        Define(test, "t", 20_000);
        var file = test.Engine.Write("t", Sales, Path.Combine(test.Folder, "out"), null, None).Files[0];
        Assert.Equal("ZSTD", test.Text($"(select string_agg(distinct compression) from parquet_metadata('{file}'))"));
        Assert.Equal("TIMESTAMP WITH TIME ZONE", test.Text($"(select any_value(typeof(seen)) from read_parquet('{file}'))"));
        Assert.Equal("DECIMAL(28,7)", test.Text($"(select any_value(typeof(amount)) from read_parquet('{file}'))"));
        Assert.Equal("true", test.Text($"(select bool_and(a) from (select lag(r) over (order by level nulls first, day) is not distinct from nullif(r - 1, 0) as a from (select *, row_number() over () as r from read_parquet('{file}'))))"));
    }

    [Fact]
    public void ManyRowsAreCutByRowNumber()
    {
        using var test = new TestEngine();
        Define(test, "t", 10_001);
        using var database = Database.Open(new DuckDbOptions(1L << 30, 2, Path.Combine(test.Folder, "spill2")));
        using var connection = database.Connect();
        connection.Execute("create table n as select range as id from range(10001) order by hash(range)", "n", None);
        var schema = new TableSchema("n", 1, TableKind.Result, [new("id", ColumnType.Int64)], ["id"]);
        var written = new TableWriter(database) { RowsPerFile = 2_500 }.Write("n", schema, Path.Combine(test.Folder, "n"), null, None);
        Assert.Equal(10_001, written.Rows);
        Assert.Equal(["part-00000.parquet", "part-00001.parquet", "part-00002.parquet", "part-00003.parquet", "part-00004.parquet"], written.Files.Select(file => Path.GetFileName(file)));
        for (var i = 0; i < 5; i++)
            Assert.Equal($"{Math.Min(2500, 10_001 - i * 2500)} {i * 2500}", test.Text($"(select concat_ws(' ', count(*), min(id)) from read_parquet('{written.Files[i]}'))"));
    }

    [Fact]
    public void ATableWithoutRowsIsAFileWithItsColumns()
    {
        using var test = new TestEngine();
        Define(test, "t", 0);
        var written = test.Engine.Write("t", Sales, Path.Combine(test.Folder, "out"), null, None);
        Assert.Equal(0, written.Rows);
        test.Engine.DefineFiles("again", Sales.Columns, written.Files, None);
        Assert.Equal("0", test.Text("(select count(*) from again)"));
    }

    [Theory]
    [InlineData("select * replace (cast(amount as decimal(18,7)) as amount) from t_0", "t: column amount is DECIMAL(18,7), expected DECIMAL(28,7): write cast(... as decimal(28,7)) as amount")]
    [InlineData("select * exclude (lift) from t_0", "t: column 5 is called items, expected lift: columns come in the declared order (level, day, seen, amount, lift, items)")]
    [InlineData("select * exclude (items) from t_0", "t: column items VARCHAR[] is missing: 5 columns were given, 6 are declared (level, day, seen, amount, lift, items)")]
    [InlineData("select *, 1 as more from t_0", "t: column more INTEGER is one too many: 6 columns are declared (level, day, seen, amount, lift, items)")]
    [InlineData("select * replace (case when day = date '2010-03-01' and level = 'level 3' then null else lift end as lift) from t_0", "t: column lift is NULL where level = level 3, day = 2010-03-01, and table sales allows no NULL in it")]
    [InlineData("select * from t_0 union all select * from t_0 where day = date '2010-03-01' and level is null", "t: more than one row has level = NULL, day = 2010-03-01; table sales is sorted by level, day, in which its rows must differ")]
    public void ABreachOfTheSchemaIsNamedAndLeavesNothingBehind(string sql, string message)
    {
        using var test = new TestEngine();
        Define(test, "t", 20_000, sql);
        var folder = Path.Combine(test.Folder, "out");
        var error = Assert.Throws<EngineException>(() => test.Engine.Write("t", Sales, folder, null, None));
        Assert.Equal(message, error.Message);
        Assert.True(error.IsContractBreach);
        Assert.Equal(EngineErrorKind.Contract, error.Kind);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void EqualKeysAreFoundWhereverChunksMeet()
    {
        using var test = new TestEngine();
        var schema = new TableSchema("n", 1, TableKind.Result, [new("items", ColumnType.TextList), new("p", ColumnType.Price)], ["items", "p"]);
        const string lists = "select [lpad(cast(n as varchar), 6, '0'), 'a text of more than twelve bytes'] as items, cast(1 as decimal(18,4)) as p from";
        test.Table("good", $"{lists} (select range as n from range(10000))");
        Assert.Equal(10_000, test.Engine.Write("good", schema, Path.Combine(test.Folder, "good"), null, None).Rows);
        foreach (var twice in new[] { 0, 1, 2046, 2047, 2048, 4095, 9999 })
        {
            test.Table($"t{twice}", $"{lists} (select range as n from range(10000) union all select {twice})");
            var error = Assert.Throws<EngineException>(() => test.Engine.Write($"t{twice}", schema, Path.Combine(test.Folder, $"t{twice}"), null, None));
            Assert.Contains($"items = [{twice:D6}, a text of more than twelve bytes], p = 1.0000", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheFolderMustBeNewAndWritable()
    {
        using var test = new TestEngine();
        Define(test, "t", 10);
        Directory.CreateDirectory(Path.Combine(test.Folder, "there"));
        var error = Assert.Throws<EngineException>(() => test.Engine.Write("t", Sales, Path.Combine(test.Folder, "there"), null, None));
        Assert.Contains("exists already", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(test.Folder, "there")));

        System.IO.File.WriteAllText(Path.Combine(test.Folder, "file"), "");
        error = Assert.Throws<EngineException>(() => test.Engine.Write("t", Sales, Path.Combine(test.Folder, "file", "below"), null, None));
        Assert.Equal(EngineErrorKind.Io, error.Kind);
    }

    [Fact]
    public void AFullDiskIsRecognised()
    {
        Assert.SkipUnless(System.IO.File.Exists("/dev/full"), "needs /dev/full");
        var error = Assert.Throws<IOException>(() =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            full.Write(new byte[1 << 16]);
        });
        var translated = DuckDbErrors.File(error, "t", "/dev/full");
        Assert.Equal(EngineErrorKind.DiskFull, translated.Kind);
        Assert.EndsWith("(t, writing /dev/full): free space on that disk", translated.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACancelledWriteLeavesNothingBehind()
    {
        using var test = new TestEngine();
        test.Table("t", "select range as id from range(5000000)");
        var schema = new TableSchema("n", 1, TableKind.Result, [new("id", ColumnType.Int64)], ["id"]);
        var folder = Path.Combine(test.Folder, "out");
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(120));
        Assert.ThrowsAny<OperationCanceledException>(() => test.Engine.Write("t", schema, folder, null, cancel.Token));
        Assert.False(Directory.Exists(folder));
    }
}
