using System.Net;
using System.Net.Sockets;
using System.Text;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Tests;

/// <summary>
/// A gateway of our own: it speaks the protocol on loopback, keeps objects by id, and misbehaves where a test asks for it.
/// Classes: <c>test.Text</c> (a held text), <c>test.Echo</c> (static: gives its argument back).
/// </summary>
internal sealed class FakeGateway : IDisposable
{
    public const string Secret = "a secret of 40 letters, never to be seen";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, string> _objects = [];
    private readonly List<Socket> _clients = [];
    private readonly Lock _gate = new();
    private int _next;

    public FakeGateway()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public GatewayEndpoint Endpoint => new(((IPEndPoint)_listener.LocalEndpoint).Port, Secret);

    /// <summary>What to do with the answer line to a command instead of sending it; null for sending it.</summary>
    public Func<string[], string, Socket, bool>? Misbehave { get; set; }

    /// <summary>Set when a command that hangs has arrived.</summary>
    public ManualResetEventSlim Hanging { get; } = new();

    /// <summary>Objects that nobody released.</summary>
    public int Held
    {
        get
        {
            lock (_gate) return _objects.Count;
        }
    }

    /// <summary>Ends all connections, as a JVM that is killed does.</summary>
    public void Die()
    {
        _listener.Stop();
        lock (_gate)
            foreach (var client in _clients) client.Dispose();
    }

    public void Dispose() => Die();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                lock (_gate) _clients.Add(client);
                _ = Task.Factory.StartNew(() => Serve(client), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Serve(Socket client)
    {
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            using var reader = new StreamReader(stream, new UTF8Encoding(false));
            if (!ReadAll(reader, 2, out var hello)) return;
            if (hello[0] != "A" || hello[1] != Secret)
            {
                Answer(client, hello, "!xsAuthentication failed");
                return;
            }
            if (!Answer(client, hello, "!yv")) return;
            while (ReadCommand(reader) is { } command)
                if (!Answer(client, command, Run(command))) return;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The other side is gone.
        }
    }

    private bool Answer(Socket client, string[] command, string line)
    {
        if (Misbehave is { } misbehave && misbehave(command, line, client)) return false;
        client.Send(Encoding.UTF8.GetBytes(line + "\n"));
        return true;
    }

    private static bool ReadAll(StreamReader reader, int lines, out string[] read)
    {
        read = new string[lines];
        for (var i = 0; i < lines; i++)
        {
            if (reader.ReadLine() is not { } line) return false;
            read[i] = line;
        }
        return true;
    }

    private static string[]? ReadCommand(StreamReader reader)
    {
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line == "e" && lines.Count > 0) return [.. lines];
            lines.Add(line);
        }
        return null;
    }

    private string Run(string[] command) => command switch
    {
        ["m", "d", var id] => Release(id),
        ["i", "test.Text", var text] => Hold(text[1..]),
        ["c", "z:test.Echo", "echo", var argument] => "!y" + argument,
        ["c", "z:test.Echo", "answer", var answer] => GatewayText.Unescape(answer.AsSpan(1)),
        ["c", "z:test.Echo", "hang"] => Hang(),
        ["c", "z:test.Thrower", "throw", var message] => "!x" + Hold("exception " + message[1..])[2..],
        ["c", var id, "toText"] => "!ys" + Find(id),
        ["c", var id, "getMessage"] => "!ys" + Find(id)["exception ".Length..],
        ["c", var id, "getCause"] => Find(id).StartsWith("exception outer", StringComparison.Ordinal) ? Hold("exception inner") : "!yn",
        ["c", _, "getClass"] => Hold("test.Exception"),
        ["c", var id, "getName"] => "!ys" + Find(id),
        ["c", _, var method, ..] => $"!xspy4j.Py4JException: Method {method} does not exist\\npy4j.Py4JException: and a trace",
        _ => "!xsunknown command",
    };

    private string Hang()
    {
        Hanging.Set();
        // Ends when the connection does.
        Thread.Sleep(Timeout.Infinite);
        return "";
    }

    private string Hold(string text)
    {
        lock (_gate)
        {
            var id = $"o{_next++}";
            _objects.Add(id, text);
            return "!yr" + id;
        }
    }

    private string Find(string id)
    {
        lock (_gate) return _objects[id];
    }

    private string Release(string id)
    {
        lock (_gate) return _objects.Remove(id) ? "!yv" : "!xsno such object";
    }
}
