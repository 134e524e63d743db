using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Objects;

/// <summary>
/// An object that the JVM keeps for us until it is released. Disposing never waits and never throws: the id is put down, and the
/// gateway's next command lets the JVM forget it. A handle that nobody disposed does the same when it is collected.
/// </summary>
internal sealed class JavaObject : IDisposable
{
    private readonly Gateway _gateway;
    private int _released;

    public JavaObject(Gateway gateway, string id) => (_gateway, Id) = (gateway, id);

    ~JavaObject() => Release();

    /// <summary>The id in the JVM, such as <c>o12</c>.</summary>
    public string Id { get; }

    /// <summary>Calls a method whose answer is an object.</summary>
    public JavaObject Call(string method, params ReadOnlySpan<JavaArgument> arguments) =>
        _gateway.Call(Target, method, arguments).AsObject(method);

    /// <summary>Calls a method whose answer is an object or null.</summary>
    public JavaObject? CallOptional(string method, params ReadOnlySpan<JavaArgument> arguments) =>
        _gateway.Call(Target, method, arguments).AsOptionalObject(method);

    /// <summary>Calls a method whose answer is a text; null where Java gives null.</summary>
    public string? CallText(string method, params ReadOnlySpan<JavaArgument> arguments) =>
        _gateway.Call(Target, method, arguments).AsText(method);

    /// <summary>Calls a method whose answer is a whole number.</summary>
    public long CallLong(string method, params ReadOnlySpan<JavaArgument> arguments) =>
        _gateway.Call(Target, method, arguments).AsLong(method);

    /// <summary>Calls a method whose answer is true or false.</summary>
    public bool CallBoolean(string method, params ReadOnlySpan<JavaArgument> arguments) =>
        _gateway.Call(Target, method, arguments).AsBoolean(method);

    /// <summary>Calls a method and lets its answer go.</summary>
    public void CallVoid(string method, params ReadOnlySpan<JavaArgument> arguments) =>
        _gateway.Call(Target, method, arguments).Forget();

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private string Target => Volatile.Read(ref _released) == 0 ? Id : throw new ObjectDisposedException($"{nameof(JavaObject)} {Id}");

    private void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) _gateway.Forget(Id);
    }
}
