using System.Text;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>A view over an explicit list of Parquet files whose every footer was checked against the declared columns.</summary>
internal static class FileRelation
{
    /// <summary>The view's query. Columns are taken by name; a TIMESTAMP of a file, which DuckDB reads with a zone, becomes a plain one in UTC.</summary>
    public static string Select(IReadOnlyList<Column> columns, IReadOnlyList<string> files)
    {
        var sql = new StringBuilder("select ");
        for (var i = 0; i < columns.Count; i++)
        {
            var name = SqlLiteral.Name(columns[i].Name);
            if (i > 0) sql.Append(", ");
            if (files.Count == 0) sql.Append("cast(null as ").Append(TypeMap.Sql(columns[i].Type)).Append(") as ").Append(name);
            else if (columns[i].Type.Kind == ColumnKind.Timestamp) sql.Append("make_timestamp(epoch_us(").Append(name).Append(")) as ").Append(name);
            else sql.Append(name);
        }
        if (files.Count == 0) return sql.Append(" where false").ToString();
        // A folder called order_date=2026-01-01 must not replace a column, and every file has the same columns: checked, not guessed.
        return sql.Append(" from read_parquet(").Append(FileList(files)).Append(", hive_partitioning = false, union_by_name = false, filename = false)").ToString();
    }

    /// <summary>Checks every file's columns.</summary>
    /// <exception cref="EngineException">A file is missing, is no Parquet file, or has other columns.</exception>
    public static void Check(Database database, string relation, IReadOnlyList<Column> columns, IReadOnlyList<string> files, CancellationToken cancel)
    {
        if (files.Count == 0) return;
        foreach (var file in files)
            if (file.Contains('\0') || !File.Exists(file))
                throw new EngineException($"{relation}: there is no file {file}", relation, kind: EngineErrorKind.Io);
        Column[] shape =
        [
            new("file", ColumnType.Text, true), new("name", ColumnType.Text, true), new("children", ColumnType.Int64, true),
            new("type", ColumnType.Text, true), new("converted", ColumnType.Text, true),
        ];
        var found = new Dictionary<string, FileSchema>(files.Count, StringComparer.Ordinal);
        var sql = $"select file_name as file, name, num_children as children, duckdb_type as type, converted_type as converted from parquet_schema({FileList(files)})";
        using var reader = new ChunkReader(database.Connect(), new RenderedSql(relation, sql, []), shape, cancel, own: true);
        var batch = new ColumnBatch(shape);
        while (reader.Next(cancel))
        {
            batch.Clear();
            reader.CopyTo(batch, 0, reader.Count);
            for (var row = 0; row < batch.Count; row++)
            {
                var file = batch.Texts(0).GetString(row)!;
                if (!found.TryGetValue(file, out var schema)) found.Add(file, schema = new FileSchema());
                schema.Add(batch.Texts(1).GetString(row)!, batch.Longs(2)[row], batch.Texts(3).GetString(row), batch.Texts(4).GetString(row) == "LIST");
            }
        }
        foreach (var file in files)
            CheckFile(relation, file, found.TryGetValue(file, out var schema) ? schema.Fields : throw new EngineException($"{relation}: file {file} has no Parquet schema", relation, kind: EngineErrorKind.Io), columns);
    }

    private static void CheckFile(string relation, string file, Dictionary<string, string> fields, IReadOnlyList<Column> columns)
    {
        foreach (var column in columns)
        {
            if (!fields.TryGetValue(column.Name, out var type))
                throw DuckDbErrors.Contract($"{relation}: file {file} has no column {column.Name} {column.Type}: write the file again with the declared columns", relation);
            if (!TypeMap.Fits(type, column.Type))
                throw DuckDbErrors.Contract($"{relation}: file {file}, column {column.Name} is {type}, expected {column.Type}: write the file again with the declared type", relation);
        }
    }

    private static string FileList(IReadOnlyList<string> files)
    {
        var list = new StringBuilder(files.Count * 64).Append('[');
        for (var i = 0; i < files.Count; i++) list.Append(i > 0 ? "," : "").Append(SqlLiteral.Text(files[i]));
        return list.Append(']').ToString();
    }

    /// <summary>One file's top columns, built from the depth-first list of its schema's nodes.</summary>
    private sealed class FileSchema
    {
        private readonly Stack<long> _open = new();
        private string? _list;

        public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

        public void Add(string name, long children, string? type, bool isList)
        {
            // 0 is the root, 1 a column, below that lie the two levels of a list.
            var depth = _open.Count;
            if (depth == 1)
            {
                _list = isList && children == 1 ? name : null;
                Fields[name] = type ?? (isList ? "LIST" : "STRUCT");
            }
            else if (depth == 3 && _list is not null && children == 0 && type is not null) Fields[_list] = type + "[]";
            if (children > 0) _open.Push(children);
            else Leave();
        }

        private void Leave()
        {
            while (_open.TryPop(out var left))
            {
                if (left == 1) continue;
                _open.Push(left - 1);
                return;
            }
        }
    }
}
