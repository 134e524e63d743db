using System.Collections.Concurrent;
using System.Net.Sockets;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Objects;

/// <summary>
/// Calls into a JVM over one connection, one at a time. For what must go on while a call waits (cancelling, progress) there is
/// <see cref="OpenSecond"/>: a connection of its own to the same objects.
/// </summary>
internal sealed class Gateway : IDisposable
{
    private const int MostCauses = 8;
    private readonly GatewayEndpoint _endpoint;
    private readonly GatewayOptions _options;
    private readonly GatewayConnection _connection;
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<string> _forgotten = new();

    public Gateway(GatewayEndpoint endpoint, GatewayOptions? options = null)
    {
        _endpoint = endpoint;
        _options = options ?? new GatewayOptions();
        _connection = GatewayConnection.Open(endpoint, _options);
    }

    /// <summary>Whether the connection is gone.</summary>
    public bool IsBroken => _connection.IsBroken;

    /// <summary>A second connection to the same JVM. Object ids are the JVM's, so they hold on both.</summary>
    public Gateway OpenSecond() => new(_endpoint, _options);

    /// <summary>The same object as seen through this connection. The handle that it came from keeps owning it.</summary>
    public JavaAnswer CallOn(JavaObject target, string method, params ReadOnlySpan<JavaArgument> arguments) => Call(target.Id, method, arguments);

    /// <summary>Calls a static method.</summary>
    public JavaAnswer CallStatic(string className, string method, params ReadOnlySpan<JavaArgument> arguments) => Call("z:" + className, method, arguments);

    /// <summary>Makes an object.</summary>
    public JavaObject New(string className, params ReadOnlySpan<JavaArgument> arguments) => Send(GatewayText.New(className, arguments)).AsObject(className);

    /// <summary>Makes an array of texts from one text, whatever their number: two calls.</summary>
    /// <exception cref="ArgumentException">A text is empty or holds a line break.</exception>
    public JavaObject TextArray(IReadOnlyCollection<string> texts)
    {
        if (texts.Count == 0) return Send(GatewayText.NewArray("java.lang.String", 0)).AsObject("a new array");
        if (texts.Any(text => text.Length == 0 || text.Contains('\n'))) throw new ArgumentException("texts may not be empty or hold a line break", nameof(texts));
        using var pattern = CallStatic("java.util.regex.Pattern", "compile", "\n").AsObject("compile");
        return pattern.Call("split", string.Join('\n', texts));
    }

    /// <summary>Makes an array of NULLs of a class.</summary>
    public JavaObject NewArray(string className, int length) => Send(GatewayText.NewArray(className, length)).AsObject("a new array");

    /// <summary>Sets an element of an array.</summary>
    public void SetArrayItem(JavaObject array, int index, JavaObject value) => CallStatic("java.lang.reflect.Array", "set", array, index, value).Forget();

    /// <summary>The length of an array.</summary>
    public int ArrayLength(JavaObject array) => (int)Send(GatewayText.ArrayLength(array.Id)).AsLong("an array's length");

    /// <summary>An element of an array.</summary>
    public JavaAnswer ArrayItem(JavaObject array, int index) => Send(GatewayText.ArrayItem(array.Id, index));

    /// <summary>Calls a method of an object id or a <c>z:</c> class.</summary>
    public JavaAnswer Call(string target, string method, ReadOnlySpan<JavaArgument> arguments) => Send(GatewayText.Call(target, method, arguments));

    /// <summary>Calls a method that may throw one of these Java classes as its ordinary answer: then null, without the trouble of reading the exception.</summary>
    public JavaAnswer? CallUnless(ReadOnlySpan<string> classes, string target, string method, params ReadOnlySpan<JavaArgument> arguments)
    {
        lock (_gate)
        {
            Release();
            var (value, isError) = Exchange(GatewayText.Call(target, method, arguments));
            if (!isError) return new JavaAnswer(this, value);
            if (value.IsReference)
            {
                var ids = new List<string>();
                var (name, _) = Describe(value.Text, ids);
                foreach (var id in ids) Forget(id);
                if (classes.Contains(name))
                {
                    Forget(value.Text);
                    return null;
                }
            }
            throw Translate(value);
        }
    }

    /// <summary>Calls without a wait between them; commands as <see cref="GatewayText"/> writes them. The first error is thrown when all are answered.</summary>
    public JavaAnswer[] SendMany(IReadOnlyList<string> commands)
    {
        lock (_gate)
        {
            Release();
            var answers = new JavaAnswer[commands.Count];
            JavaValue? error = null;
            for (var from = 0; from < commands.Count; from += GatewayConnection.MostAtOnce)
            {
                var part = commands.Skip(from).Take(GatewayConnection.MostAtOnce).ToArray();
                var lines = _connection.ExchangeMany(part);
                for (var i = 0; i < lines.Length; i++)
                {
                    var (value, isError) = Read(lines[i]);
                    answers[from + i] = new JavaAnswer(this, value);
                    if (!isError) continue;
                    if (error is null) error = value;
                    else if (value.IsReference) Forget(value.Text);
                }
            }
            if (error is not { } first) return answers;
            foreach (var answer in answers)
                if (answer.Id is { } id && id != first.Text) Forget(id);
            throw Translate(first);
        }
    }

    /// <summary>Calls a static method that makes the JVM read or write a second connection; moves the bytes meanwhile.</summary>
    /// <returns>How many bytes moved before the answer came.</returns>
    public int CallBeside(Socket data, ArraySegment<byte> bytes, bool toJvm, string className, string method, params ReadOnlySpan<JavaArgument> arguments)
    {
        lock (_gate)
        {
            Release();
            var (line, moved) = _connection.ExchangeBeside(GatewayText.Call("z:" + className, method, arguments), data, bytes, toJvm);
            var (value, isError) = Read(line);
            if (isError) throw Translate(value);
            if (value.IsReference) Forget(value.Text);
            return moved;
        }
    }

    /// <summary>Puts an object down; the next command lets the JVM forget it.</summary>
    public void Forget(string id) => _forgotten.Enqueue(id);

    /// <summary>Lets the JVM forget now what was put down.</summary>
    public void ReleaseForgotten()
    {
        lock (_gate) Release();
    }

    /// <summary>Breaks a call off that waits; the gateway is then of no use.</summary>
    public void Abort() => _connection.Abort();

    public void Dispose()
    {
        try
        {
            if (!_connection.IsBroken) ReleaseForgotten();
        }
        catch (GatewayException)
        {
            // The JVM is gone, and its objects with it.
        }
        _connection.Dispose();
    }

    private JavaAnswer Send(string command)
    {
        lock (_gate)
        {
            Release();
            var (value, isError) = Exchange(command);
            return isError ? throw Translate(value) : new JavaAnswer(this, value);
        }
    }

    private void Release()
    {
        while (!_forgotten.IsEmpty)
        {
            var commands = new List<string>();
            while (commands.Count < GatewayConnection.MostAtOnce && _forgotten.TryDequeue(out var id)) commands.Add(GatewayText.Release(id));
            if (commands.Count == 1) Exchange(commands[0]);
            else _connection.ExchangeMany(commands);
        }
    }

    private (JavaValue Value, bool IsError) Exchange(string command) => Read(_connection.Exchange(command));

    private (JavaValue Value, bool IsError) Read(string line)
    {
        try
        {
            return GatewayText.ReadAnswer(line);
        }
        catch (FormatException wrong)
        {
            _connection.Abort();
            throw new GatewayException(GatewayFault.Garbled, $"Spark's gateway gave an answer that is none: {wrong.Message}", wrong);
        }
    }

    /// <summary>Reads an exception while the gate is held; its handles are released before anybody sees it.</summary>
    private JavaException Translate(JavaValue error)
    {
        if (!error.IsReference) return new JavaException("py4j.Py4JException", FirstLine(error.Text), [], error.Text);
        var ids = new List<string>();
        try
        {
            var (name, message) = Describe(error.Text, ids);
            var stack = Ask("z:org.apache.commons.lang3.exception.ExceptionUtils", "getStackTrace", error.Text) is { Kind: JavaKind.Text } text ? text.Text : "";
            var causes = new List<string>();
            var at = error.Text;
            while (causes.Count < MostCauses && Ask(at, "getCause") is { IsReference: true } cause)
            {
                ids.Add(cause.Text);
                var (causeName, causeMessage) = Describe(cause.Text, ids);
                causes.Add(causeMessage is null ? causeName : $"{causeName}: {causeMessage}");
                at = cause.Text;
            }
            return new JavaException(name, message, causes, stack);
        }
        finally
        {
            Forget(error.Text);
            foreach (var id in ids) Forget(id);
        }
    }

    private (string Name, string? Message) Describe(string id, List<string> ids)
    {
        var name = "java.lang.Throwable";
        if (Ask(id, "getClass") is { IsReference: true } type)
        {
            ids.Add(type.Text);
            if (Ask(type.Text, "getName") is { Kind: JavaKind.Text } text) name = text.Text;
        }
        return (name, Ask(id, "getMessage") is { Kind: JavaKind.Text } message ? message.Text : null);
    }

    /// <summary>Asks something of an exception; an error in answering is no answer.</summary>
    private JavaValue? Ask(string target, string method, string? objectArgument = null)
    {
        JavaArgument[] arguments = objectArgument is null ? [] : [JavaArgument.Reference(objectArgument)];
        var (value, isError) = Exchange(GatewayText.Call(target, method, arguments));
        if (!isError) return value;
        if (value.IsReference) Forget(value.Text);
        return null;
    }

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
