using Analytics.Columns;
using Analytics.Engine.DuckDb.Internals;

namespace Analytics.Engine.DuckDb;

/// <summary>
/// The embedded engine. Relations are DuckDB tables (views over files); rows move as native chunks, column by column.
/// A declared TIMESTAMP is DuckDB's plain TIMESTAMP and always UTC: <see cref="DefineFiles"/> turns the zoned times of Parquet
/// files into it, <see cref="Read"/> and <see cref="Write"/> take either, and written files are marked as adjusted to UTC.
/// Texts compare by their UTF-8 bytes; the session's time zone is UTC; nothing is loaded from the network.
/// </summary>
public sealed class DuckDbEngine : IEngine
{
    private readonly Database _database;
    private readonly Connection _connection;
    private readonly Catalog _catalog = new();
    private readonly int _threads;
    private bool _disposed;

    /// <summary>Opens a database and defines the prelude in it.</summary>
    /// <exception cref="EngineException">The native library cannot be loaded, or DuckDB refuses an option or the file.</exception>
    public DuckDbEngine(DuckDbOptions options)
    {
        _threads = options.Threads;
        _database = Database.Open(options);
        try
        {
            _connection = _database.Connect();
            _connection.Execute("set global timezone = 'UTC'", "settings", CancellationToken.None);
            Prelude.Define(_connection);
            _connection.Execute("set global lock_configuration = true", "settings", CancellationToken.None);
            Version = Database.LibraryVersion();
        }
        catch
        {
            _connection?.Dispose();
            _database.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => "duckdb";

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public IExecutors? Executors => null;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> RelationNames => _catalog.Names;

    /// <summary>The native library's version, without opening a database.</summary>
    public static string LibraryVersion => Database.LibraryVersion();

    /// <inheritdoc/>
    /// <remarks>Every file's footer is read once, here. A file may have further columns, which are left out.</remarks>
    public void DefineFiles(string name, IReadOnlyList<Column> columns, IReadOnlyList<string> files, CancellationToken cancel)
    {
        CheckFree(name);
        FileRelation.Check(_database, name, columns, files, cancel);
        _connection.Execute($"create view {SqlLiteral.Name(name)} as {FileRelation.Select(columns, files)}", name, cancel);
        _catalog.Add(name, isView: true);
    }

    /// <inheritdoc/>
    public void DefineRows(string name, IReadOnlyList<Column> columns, IEnumerable<ColumnBatch> rows, CancellationToken cancel)
    {
        CheckFree(name);
        // A connection of its own: the rows may come from a query of this engine.
        using var load = new TableLoad(_database, name, columns, cancel);
        foreach (var batch in rows)
        {
            cancel.ThrowIfCancellationRequested();
            load.Appender.Append(batch);
        }
        load.Commit(cancel);
        _catalog.Add(name, isView: false);
    }

    /// <inheritdoc/>
    public void DefineTable(string name, SqlText query, SqlParameters parameters, CancellationToken cancel)
    {
        CheckFree(name);
        var sql = SqlRenderer.Render(query, parameters);
        _connection.Execute(sql with { Text = $"create table {SqlLiteral.Name(name)} as {sql.Text}" }, cancel);
        _catalog.Add(name, isView: false);
    }

    /// <inheritdoc/>
    public void Drop(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var kind = _catalog.Remove(name) ? "view" : "table";
        _connection.Execute($"drop {kind} {SqlLiteral.Name(name)}", name, CancellationToken.None);
    }

    /// <inheritdoc/>
    public IEnumerable<ColumnBatch> Read(SqlText query, SqlParameters parameters, IReadOnlyList<Column> columns, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ReadRows(SqlRenderer.Render(query, parameters), columns, cancel);
    }

    /// <inheritdoc/>
    public WrittenTable Write(string relation, TableSchema schema, string folder, Action<ColumnBatch>? each, CancellationToken cancel)
    {
        CheckDefined(relation);
        return new TableWriter(_database).Write(relation, schema, folder, each, cancel);
    }

    /// <inheritdoc/>
    public GroupedOutcome RunGrouped(string relation, GroupedTask task, string output, CancellationToken cancel)
    {
        CheckDefined(relation);
        CheckFree(output);
        var outcome = new GroupedRunner(_database, _threads).Run(relation, task, output, cancel);
        _catalog.Add(output, isView: false);
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _connection.Dispose();
        _database.Dispose();
    }

    private IEnumerable<ColumnBatch> ReadRows(RenderedSql sql, IReadOnlyList<Column> columns, CancellationToken cancel)
    {
        using var reader = new ChunkReader(_database.Connect(), sql, columns, cancel);
        var batch = new ColumnBatch(columns);
        while (reader.Next(cancel))
        {
            reader.CopyTo(batch, 0, reader.Count);
            // Chunks are small; a batch of a few of them spares the caller's loop.
            if (batch.Count + reader.Count <= ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    private void CheckFree(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _catalog.CheckFree(name);
    }

    private void CheckDefined(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _catalog.CheckDefined(name);
    }
}
