using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>A new table that is filled in one transaction: there whole, or not at all.</summary>
internal sealed class TableLoad : IDisposable
{
    private readonly Connection _connection;
    private readonly string _name;
    private bool _committed;

    public TableLoad(Database database, string name, IReadOnlyList<Column> columns, CancellationToken cancel)
    {
        _name = name;
        _connection = database.Connect();
        try
        {
            _connection.Execute("begin transaction", name, cancel);
            _connection.Execute($"create table {SqlLiteral.Name(name)} ({Catalog.ColumnList(columns)})", name, cancel);
            Appender = new ChunkAppender(_connection, name, columns);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public ChunkAppender Appender { get; }

    public void Commit(CancellationToken cancel)
    {
        Appender.Finish();
        _connection.Execute("commit", _name, cancel);
        _committed = true;
    }

    public void Dispose()
    {
        Appender.Dispose();
        // Closing the connection rolls an open transaction back; said aloud, so that the memory is free before the next statement.
        if (!_committed)
        {
            try
            {
                _connection.Execute("rollback", _name, CancellationToken.None);
            }
            catch (EngineException)
            {
                // The transaction is gone already; the error that brought us here is the one to report.
            }
        }
        _connection.Dispose();
    }
}
