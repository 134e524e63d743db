using Analytics.Columns;
using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>A running query: names and types checked, rows fetched as native chunks or copied into batches.</summary>
internal sealed class ChunkReader : IDisposable
{
    private readonly Connection _connection;
    private readonly RenderedSql _sql;
    private readonly NativeResult _result;
    private readonly NativeColumn[] _native;
    private readonly bool _own;
    private DuckDBDataChunk? _chunk;

    /// <summary>Starts the query. The reader owns the connection.</summary>
    public ChunkReader(Connection connection, RenderedSql sql, IReadOnlyList<Column> columns, CancellationToken cancel, bool own = false)
    {
        _connection = connection;
        _sql = sql;
        _own = own;
        Columns = columns;
        _native = new NativeColumn[columns.Count];
        try
        {
            _result = connection.Query(sql, streaming: true, cancel, own);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        try
        {
            TypeMap.Check(_result.Columns(), columns, sql.Source);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Rows of the current chunk.</summary>
    public int Count { get; private set; }

    /// <summary>A column of the current chunk.</summary>
    public ref readonly NativeColumn this[int column] => ref _native[column];

    /// <summary>Fetches the next chunk; the last one's columns are gone.</summary>
    public bool Next(CancellationToken cancel)
    {
        _chunk?.Dispose();
        _chunk = null;
        Count = 0;
        var chunk = _connection.Fetch(_result, _sql, cancel, _own);
        if (chunk is null) return false;
        _chunk = chunk;
        Count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
        for (var i = 0; i < _native.Length; i++) _native[i] = new NativeColumn(chunk, i, Columns[i].Type);
        return true;
    }

    /// <summary>Appends rows of the current chunk to a batch of the same columns.</summary>
    /// <param name="batch">Takes the rows.</param>
    /// <param name="start">The first row of the chunk.</param>
    /// <param name="count">How many.</param>
    /// <param name="allowNulls">Whether the caller looks for forbidden NULLs itself. Else one is an error here: behind it stands a zero, which nobody must take for a value.</param>
    /// <exception cref="EngineException">A NULL where the column allows none, or within a list.</exception>
    public void CopyTo(ColumnBatch batch, int start, int count, bool allowNulls = false)
    {
        for (var i = 0; i < _native.Length; i++)
        {
            _native[i].CopyTo(batch[i], start, count, Columns[i].Name, _sql.Source);
            if (batch[i].NullCount > 0 && !Columns[i].Nullable && !allowNulls)
                throw DuckDbErrors.Contract(
                    $"{_sql.Source}: column {Columns[i].Name} holds a NULL but is declared without NULLs: filter the row out, give a value by coalesce, or declare the column nullable", _sql.Source);
        }
    }

    public void Dispose()
    {
        _chunk?.Dispose();
        _chunk = null;
        _result.Dispose();
        _connection.Dispose();
    }
}
