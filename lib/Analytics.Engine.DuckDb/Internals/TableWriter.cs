using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>Writes a relation as sorted Parquet files once it has been held against its schema.</summary>
internal sealed class TableWriter(Database database)
{
    /// <summary>Rows of one file; more begin the next. Fixed, because it decides bytes.</summary>
    public long RowsPerFile { get; init; } = 20_000_000;

    public WrittenTable Write(string relation, TableSchema schema, string folder, CancellationToken cancel)
    {
        if (Directory.Exists(folder) || File.Exists(folder))
            throw new EngineException($"{relation}: {folder} exists already: a table is written to a new folder", relation, kind: EngineErrorKind.Io);
        using var connection = database.Connect();
        CheckShape(connection, relation, schema, cancel);
        var rows = CheckRows(relation, schema, cancel);
        CheckKeys(connection, relation, schema, cancel);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"{relation}: the folder {folder} cannot be made: {wrong.Message}", relation, kind: EngineErrorKind.Io, inner: wrong);
        }
        var files = new List<string>();
        for (long from = 0; from == 0 || from < rows; from += RowsPerFile)
        {
            var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"part-{files.Count:D5}.parquet"));
            var window = rows > RowsPerFile ? string.Create(CultureInfo.InvariantCulture, $" limit {RowsPerFile} offset {from}") : "";
            connection.Execute(
                $"copy (select {Columns(schema)} from {SqlLiteral.Name(relation)} order by {OrderBy(schema.OrderBy)}{window}) to {SqlLiteral.Text(file)} (format parquet, compression zstd, row_group_size 122880)",
                relation, cancel);
            files.Add(file);
        }
        return new WrittenTable(files, rows);
    }

    /// <summary>Ascending, nulls first: texts compare by their bytes, which is DuckDB's binary collation.</summary>
    public static string OrderBy(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => SqlLiteral.Name(column) + " asc nulls first"));

    private static string Columns(TableSchema schema) => string.Join(", ", schema.Columns.Select(column =>
    {
        var name = SqlLiteral.Name(column.Name);
        // Parquet marks a time as adjusted to UTC only where DuckDB's type has a zone.
        return column.Type.Kind == ColumnKind.Timestamp ? $"cast({name} as timestamptz) as {name}" : name;
    }));

    private static void CheckShape(Connection connection, string relation, TableSchema schema, CancellationToken cancel)
    {
        foreach (var key in schema.OrderBy)
            if (schema.Columns.All(column => column.Name != key))
                throw DuckDbErrors.Contract($"{schema.Name}: sort key {key} is none of its columns", relation);
        if (schema.OrderBy.Count == 0) throw DuckDbErrors.Contract($"{schema.Name}: the schema names no sort keys: rows would have no order", relation);
        using var result = connection.Query(new RenderedSql(relation, $"select * from {SqlLiteral.Name(relation)} limit 0", []), streaming: false, cancel, own: true);
        TypeMap.Check(result.Columns(), schema.Columns, relation);
    }

    private long CheckRows(string relation, TableSchema schema, CancellationToken cancel)
    {
        var needed = schema.Columns.Where(column => !column.Nullable).ToArray();
        var shape = new List<Column> { new("rows", ColumnType.Int64) };
        shape.AddRange(needed.Select((_, i) => new Column(string.Create(CultureInfo.InvariantCulture, $"nulls_{i}"), ColumnType.Int64)));
        var counts = string.Concat(needed.Select((column, i) => string.Create(CultureInfo.InvariantCulture, $", count(*) - count({SqlLiteral.Name(column.Name)}) as nulls_{i}")));
        using var reader = new ChunkReader(database.Connect(),
            new RenderedSql(relation, $"select count(*) as rows{counts} from {SqlLiteral.Name(relation)}", []), shape, cancel, own: true);
        reader.Next(cancel);
        var batch = new ColumnBatch(shape);
        reader.CopyTo(batch, 0, 1);
        for (var i = 0; i < needed.Length; i++)
            if (batch.Longs(i + 1)[0] is > 0 and var nulls)
                throw DuckDbErrors.Contract($"{relation}: column {needed[i].Name} holds NULL in {nulls} rows, and table {schema.Name} allows none in it", relation);
        return batch.Longs(0)[0];
    }

    private static void CheckKeys(Connection connection, string relation, TableSchema schema, CancellationToken cancel)
    {
        var keys = string.Join(", ", schema.OrderBy.Select(SqlLiteral.Name));
        var texts = string.Join(", ", schema.OrderBy.Select(key => $"coalesce(cast({SqlLiteral.Name(key)} as varchar), 'NULL')"));
        using var own = connection.Query(
            new RenderedSql(relation, $"select concat_ws(', ', {texts}) as keys from {SqlLiteral.Name(relation)} group by {keys} having count(*) > 1 order by {OrderBy(schema.OrderBy)} limit 1", []),
            streaming: false, cancel, own: true);
        using var chunk = own.FetchChunk();
        if (chunk.IsInvalid || global::DuckDB.NET.Native.NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk) == 0) return;
        var text = new TextVector();
        new NativeColumn(chunk, 0, ColumnType.Text).CopyTo(text, 0, 1, "keys", relation);
        throw DuckDbErrors.Contract($"{relation}: more than one row has {string.Join(", ", schema.OrderBy)} = {text.GetString(0)}, and these columns are the sort key of table {schema.Name}: rows must differ in them", relation);
    }
}
