using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Analytics.Anchoring.Tests;

/// <summary>What the proxy does with a request.</summary>
public enum Behaviour
{
    /// <summary>Passes it on.</summary>
    Pass,
    /// <summary>Breaks the connection before the node sees it.</summary>
    Drop,
    /// <summary>Passes it on and breaks the connection instead of giving the answer.</summary>
    LoseAnswer,
    /// <summary>Gives HTTP status 503.</summary>
    Unavailable,
}

/// <summary>An HTTP proxy on the loopback before a node, a request a connection, that can be told to misbehave by method.</summary>
internal sealed class MisbehavingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _http = new();
    private readonly string _target;

    public MisbehavingProxy(string target)
    {
        _target = target;
        _listener.Start();
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>Decides by the request's text.</summary>
    public Func<string, Behaviour> Decide { get; set; } = static _ => Behaviour.Pass;

    /// <summary>The requests that came.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Misbehaves on every request that names a method.</summary>
    public void On(string method, Behaviour behaviour) => Decide = request => request.Contains($"\"{method}\"", StringComparison.Ordinal) ? behaviour : Behaviour.Pass;

    /// <summary>Misbehaves once, on the first request that names a method, from the first on that names another.</summary>
    public void OnceFrom(string from, string method, Behaviour behaviour)
    {
        var (begun, done) = (0, 0);
        Decide = request =>
        {
            if (request.Contains($"\"{from}\"", StringComparison.Ordinal)) Volatile.Write(ref begun, 1);
            return Volatile.Read(ref begun) == 1 && request.Contains($"\"{method}\"", StringComparison.Ordinal) && Interlocked.Exchange(ref done, 1) == 0 ? behaviour : Behaviour.Pass;
        };
    }

    public void Heal() => Decide = static _ => Behaviour.Pass;

    public void Dispose()
    {
        _listener.Stop();
        _http.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var body = await ReadRequestAsync(stream);
                if (body is null) return;
                lock (Requests) Requests.Add(body);
                var behaviour = Decide(body);
                if (behaviour == Behaviour.Drop) return;
                if (behaviour == Behaviour.Unavailable)
                {
                    await WriteAsync(stream, "503 Service Unavailable", []);
                    return;
                }
                using var answer = await _http.PostAsync(_target, new StringContent(body, Encoding.UTF8, "application/json"));
                var bytes = await answer.Content.ReadAsByteArrayAsync();
                if (behaviour == Behaviour.LoseAnswer) return;
                await WriteAsync(stream, "200 OK", bytes);
            }
            catch (Exception e) when (e is IOException or SocketException or HttpRequestException or ObjectDisposedException)
            {
                // The connection is closed, and the caller sees that.
            }
        }
    }

    private static async Task<string?> ReadRequestAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[1 << 14];
        while (true)
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0) return null;
            bytes.AddRange(buffer.AsSpan(0, read).ToArray());
            var text = Encoding.UTF8.GetString(bytes.ToArray());
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var length = text[..end].Split("\r\n").First(static line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            var wanted = int.Parse(length["Content-Length:".Length..], CultureInfo.InvariantCulture);
            if (bytes.Count - end - 4 >= wanted) return text[(end + 4)..];
        }
    }

    private static async Task WriteAsync(NetworkStream stream, string status, byte[] body)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
    }
}
