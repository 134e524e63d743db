using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>
/// While it lives, a cancelled token interrupts the connection's query, again and again: an interrupt that comes
/// before the query has begun is forgotten by DuckDB. Disposing waits for a running interrupt, so none hits the next query.
/// </summary>
internal sealed class InterruptGuard : IDisposable
{
    private const int RepeatMilliseconds = 20;
    private readonly DuckDBNativeConnection _connection;
    private readonly Lock _gate = new();
    private readonly CancellationTokenRegistration _registration;
    private Timer? _timer;
    private bool _done;

    public InterruptGuard(DuckDBNativeConnection connection, CancellationToken cancel)
    {
        _connection = connection;
        _registration = cancel.CanBeCanceled ? cancel.Register(static guard => ((InterruptGuard)guard!).Start(), this) : default;
    }

    public void Dispose()
    {
        _registration.Dispose();
        lock (_gate)
        {
            _done = true;
            _timer?.Dispose();
        }
    }

    private void Start()
    {
        lock (_gate)
        {
            if (_done) return;
            _timer ??= new Timer(static guard => ((InterruptGuard)guard!).Interrupt(), this, 0, RepeatMilliseconds);
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_done) NativeMethods.Startup.DuckDBInterrupt(_connection);
        }
    }
}
