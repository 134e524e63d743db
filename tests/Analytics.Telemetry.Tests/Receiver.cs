using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Analytics.Telemetry.Tests;

/// <summary>A small HTTP receiver on loopback: keeps what it was sent, answers with one status, or never.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<(string Head, byte[] Body)> _requests = [];
    private readonly List<Task> _served = [];
    private readonly string _status;
    private readonly bool _isSilent;
    private readonly Task _accepting;

    public Receiver(string status = "200 OK", bool isSilent = false)
    {
        (_status, _isSilent) = (status, isSilent);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public IReadOnlyList<(string Head, byte[] Body)> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_served);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                while (await ReadAsync(stream) is { } request)
                {
                    lock (_requests) _requests.Add(request);
                    if (_isSilent) await Task.Delay(Timeout.Infinite, _end.Token);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {_status}\r\nContent-Length: 0\r\n\r\n"), _end.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The other side is gone, or the test is over.
            }
        }
    }

    private async Task<(string Head, byte[] Body)?> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _end.Token) == 0) return null;
            head.Append((char)one[0]);
        }
        var length = head.ToString().Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?[15..];
        var body = new byte[length is null ? 0 : int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _end.Token);
        return (head.ToString(), body);
    }
}
