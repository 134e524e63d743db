using System.Collections.Concurrent;
using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Hadoop;

/// <summary>
/// Connections for files, apart from the one that Spark's jobs run on: a heartbeat must be written while a job takes minutes. Each user
/// has one to itself; there are as many as were ever in use at once.
/// </summary>
internal sealed class FileConnections(GatewayEndpoint endpoint) : IDisposable
{
    private readonly ConcurrentBag<FileConnection> _idle = [];
    private volatile bool _disposed;

    public FileConnection Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idle.TryTake(out var idle) ? idle : new FileConnection(new Gateway(endpoint));
    }

    public void Return(FileConnection connection)
    {
        if (_disposed || connection.Gateway.IsBroken || !connection.IsWhole) connection.Dispose();
        else _idle.Add(connection);
    }

    public T Use<T>(Func<Gateway, T> work)
    {
        var connection = Rent();
        try
        {
            return work(connection.Gateway);
        }
        finally
        {
            Return(connection);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var idle)) idle.Dispose();
    }
}
