using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// Writes a relation as sorted Parquet files, held against its schema on the way: DuckDB sorts, this thread checks the rows
/// and another one encodes them with <see cref="ParquetWriter"/>, whose bytes depend on the rows alone.
/// </summary>
internal sealed class TableWriter(Database database)
{
    /// <summary>Rows of one file; more begin the next. Fixed, because it decides bytes.</summary>
    public long RowsPerFile { get; init; } = 10_000_000;

    public WrittenTable Write(string relation, TableSchema schema, string folder, Action<ColumnBatch>? each, CancellationToken cancel)
    {
        var keys = KeyColumns(relation, schema);
        if (Directory.Exists(folder) || File.Exists(folder))
            throw new EngineException($"{relation}: {folder} exists already: a table is written to a new folder", relation, kind: EngineErrorKind.Io);
        CheckShape(relation, schema, cancel);
        var sql = $"select {string.Join(", ", schema.Columns.Select(column => SqlLiteral.Name(column.Name)))} from {SqlLiteral.Name(relation)} order by {OrderBy(schema.OrderBy)}";
        using var reader = new ChunkReader(database.Connect(), new RenderedSql(relation, sql, []), schema.Columns, cancel, own: true);
        try
        {
            Directory.CreateDirectory(folder);
            return Write(reader, keys, relation, schema, folder, each, cancel);
        }
        catch (Exception wrong)
        {
            // Nothing half written may be taken for a table.
            if (Directory.Exists(folder)) Directory.Delete(folder, true);
            if (wrong is IOException or UnauthorizedAccessException) throw DuckDbErrors.File(wrong, relation, folder);
            throw;
        }
    }

    /// <summary>Ascending, nulls first: texts compare by their bytes, which is DuckDB's binary collation.</summary>
    public static string OrderBy(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => SqlLiteral.Name(column) + " asc nulls first"));

    private WrittenTable Write(ChunkReader reader, int[] keys, string relation, TableSchema schema, string folder, Action<ColumnBatch>? each, CancellationToken cancel)
    {
        using var files = new PartFiles(schema.Columns, folder, RowsPerFile, Create);
        var cursor = new KeyCursor(reader, keys);
        using (var encoder = new EncoderThread(files, cancel))
        {
            var batch = encoder.Rent(schema.Columns);
            while (Next(reader, encoder))
            {
                CheckKeys(reader, cursor, relation, schema);
                if (batch.Count + reader.Count > ColumnBatch.UsualRows)
                {
                    each?.Invoke(batch);
                    encoder.Hand(batch);
                    batch = encoder.Rent(schema.Columns);
                }
                reader.CopyTo(batch, 0, reader.Count, allowNulls: true);
                CheckNulls(batch, keys, relation, schema);
            }
            each?.Invoke(batch);
            encoder.Hand(batch);
            encoder.Finish();
        }
        return files.End();
    }

    private static FileStream Create(string file) => new(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);

    private static bool Next(ChunkReader reader, EncoderThread encoder)
    {
        try
        {
            return reader.Next(encoder.Abort);
        }
        catch (OperationCanceledException)
        {
            // The encoder's error is the cause, where it has one.
            encoder.ThrowError();
            throw;
        }
    }

    private static int[] KeyColumns(string relation, TableSchema schema)
    {
        if (schema.OrderBy.Count == 0) throw DuckDbErrors.Contract($"{schema.Name}: the schema names no sort keys: its rows would have no order", relation);
        var names = schema.Columns.Select(column => column.Name).ToList();
        return [.. schema.OrderBy.Select(key => names.IndexOf(key) is >= 0 and var at
            ? at : throw DuckDbErrors.Contract($"{schema.Name}: sort key {key} is none of its columns", relation))];
    }

    private void CheckShape(string relation, TableSchema schema, CancellationToken cancel)
    {
        using var connection = database.Connect();
        using var result = connection.Query(new RenderedSql(relation, $"select * from {SqlLiteral.Name(relation)} limit 0", []), streaming: false, cancel, own: true);
        TypeMap.Check(result.Columns(), schema.Columns, relation);
    }

    private static void CheckKeys(ChunkReader reader, KeyCursor cursor, string relation, TableSchema schema)
    {
        if (cursor.IsRemembered(0)) throw SameKey(cursor, relation, schema);
        for (var row = 1; row < reader.Count; row++)
        {
            if (!cursor.Same(row, row - 1)) continue;
            cursor.Remember(row);
            throw SameKey(cursor, relation, schema);
        }
        cursor.Remember(reader.Count - 1);
    }

    private static void CheckNulls(ColumnBatch batch, int[] keys, string relation, TableSchema schema)
    {
        for (var i = 0; i < schema.Columns.Count; i++)
        {
            if (schema.Columns[i].Nullable || batch[i].NullCount == 0) continue;
            var row = 0;
            while (!batch[i].IsNull(row)) row++;
            throw DuckDbErrors.Contract(
                $"{relation}: column {schema.Columns[i].Name} is NULL where {KeyText.Row(batch, keys, row)}, and table {schema.Name} allows no NULL in it", relation);
        }
    }

    private static EngineException SameKey(KeyCursor cursor, string relation, TableSchema schema) => DuckDbErrors.Contract(
        $"{relation}: more than one row has {KeyText.Row(cursor.Key, [.. Enumerable.Range(0, cursor.Key.Columns.Count)], 0)}; table {schema.Name} is sorted by {string.Join(", ", schema.OrderBy)}, in which its rows must differ", relation);
}
