using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Tests;

public sealed class FilesTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Column[] Declared = [new("id", ColumnType.Int64), new("order_date", ColumnType.Date), new("seen", ColumnType.Timestamp), new("tags", ColumnType.TextList, true)];

    private static string File(TestEngine test, string name, IReadOnlyList<Column> columns, Action<ColumnBatch> fill)
    {
        var path = Path.Combine(test.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = new ParquetWriter(columns);
        return File(path, writer, fill);
    }

    private static string File(string path, ParquetWriter writer, Action<ColumnBatch> fill)
    {
        var batch = new ColumnBatch(writer.Columns);
        fill(batch);
        using var stream = System.IO.File.Create(path);
        writer.Begin(stream);
        writer.Append(batch);
        writer.End();
        return path;
    }

    private static void OneRow(ColumnBatch batch, int id)
    {
        batch.Longs(0).Append(id);
        batch.Ints(1).Append(15_000 + id);
        batch.Longs(2).Append(1_000_000L * id);
        batch.TextLists(3).Items.Append("tag " + id);
        batch.TextLists(3).EndList();
    }

    [Fact]
    public void ThousandsOfFilesInFoldersNamedLikeColumnsAreOneRelation()
    {
        using var test = new TestEngine();
        using var writer = new ParquetWriter(Declared);
        var files = Enumerable.Range(0, 6_100).Select(i =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(test.Folder, $"order_date=1999-01-01/it's {i}/id=7")).FullName;
            return File(Path.Combine(folder, "part.parquet"), writer, batch => OneRow(batch, i));
        }).ToList();
        test.Engine.DefineFiles("f", Declared, files, None);
        Assert.Equal($"6100 {6099 * 6100 / 2} 2011-01-26 2027-10-08 TIMESTAMP", test.Text("(select concat_ws(' ', count(*), sum(id), min(order_date), max(order_date), any_value(typeof(seen))) from f)"));
        // The order given is the order of the rows.
        Assert.Equal(Enumerable.Range(0, 6_100).Select(i => $"tag {i}"), test.Texts("select array_join(tags, '') as x from f"));
    }

    [Fact]
    public void NoFilesAreAnEmptyRelationOfTheDeclaredTypes()
    {
        using var test = new TestEngine();
        test.Engine.DefineFiles("f", Declared, [], None);
        Assert.Empty(test.Engine.Read(new SqlText("q", "select * from f"), SqlParameters.None, Declared, None));
    }

    [Fact]
    public void AFileMayHaveMoreColumnsInAnotherOrder()
    {
        using var test = new TestEngine();
        var file = File(test, "a.parquet", Declared, batch => OneRow(batch, 5));
        Column[] some = [Declared[2], Declared[0]];
        test.Engine.DefineFiles("f", some, [file], None);
        var batch = Assert.Single(test.Engine.Read(new SqlText("q", "select * from f"), SqlParameters.None, some, None));
        Assert.Equal((5_000_000L, 5L), (batch.Longs(0)[0], batch.Longs(1)[0]));
    }

    [Fact]
    public void OneOddFileAmongManyIsNamed()
    {
        using var test = new TestEngine();
        var good = File(test, "good.parquet", Declared, batch => OneRow(batch, 1));
        Column[] shape = [new("id", ColumnType.Int32), .. Declared[1..]];
        var odd = File(test, "odd.parquet", shape, batch =>
        {
            batch.Ints(0).Append(1);
            batch.Ints(1).Append(1);
            batch.Longs(2).Append(1);
            batch[3].AppendNull();
        });
        var error = Assert.Throws<EngineException>(() => test.Engine.DefineFiles("f", Declared, [good, odd], None));
        Assert.Equal($"f: file {odd}, column id is INTEGER, expected BIGINT: write the file again with the declared type", error.Message);
        Assert.Equal(EngineErrorKind.Contract, error.Kind);

        var few = File(test, "few.parquet", Declared[..1], batch => batch.Longs(0).Append(1));
        Assert.StartsWith($"f: file {few} has no column order_date DATE", Assert.Throws<EngineException>(() => test.Engine.DefineFiles("f", Declared, [good, few], None)).Message, StringComparison.Ordinal);

        // A list's inner nodes are called list and element: they are no columns.
        Assert.Contains("has no column element", Assert.Throws<EngineException>(() => test.Engine.DefineFiles("f", [new("element", ColumnType.Text)], [good], None)).Message, StringComparison.Ordinal);
        test.Engine.DefineFiles("f", Declared, [good], None);
    }

    [Fact]
    public void MissingAndBrokenFilesAreNamed()
    {
        using var test = new TestEngine();
        var missing = Path.Combine(test.Folder, "missing.parquet");
        var error = Assert.Throws<EngineException>(() => test.Engine.DefineFiles("f", Declared, [missing], None));
        Assert.Equal($"f: there is no file {missing}", error.Message);
        Assert.Equal(EngineErrorKind.Io, error.Kind);

        var broken = Path.Combine(test.Folder, "broken.parquet");
        System.IO.File.WriteAllText(broken, "no parquet at all, but long enough to have a footer");
        error = Assert.Throws<EngineException>(() => test.Engine.DefineFiles("f", Declared, [broken], None));
        Assert.Contains(broken, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOfDuckDbsOwnWriterAreReadToo()
    {
        using var test = new TestEngine();
        var file = Path.Combine(test.Folder, "own.parquet");
        using (var connection = new DuckDB.NET.Data.DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"copy (select cast(1 as bigint) as id, date '2011-01-26' as order_date, timestamp '1970-01-01 00:00:01' as seen, ['a', 'b'] as tags) to '{file}' (format parquet)";
            command.ExecuteNonQuery();
        }
        test.Engine.DefineFiles("f", Declared, [file], None);
        Assert.Equal("1 2011-01-26 1970-01-01 00:00:01 a+b", test.Text("(select concat_ws(' ', id, order_date, seen, array_join(tags, '+')) from f)"));
    }
}
