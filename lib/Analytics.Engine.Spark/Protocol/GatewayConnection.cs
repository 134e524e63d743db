using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Analytics.Engine.Spark.Protocol;

/// <summary>
/// One connection to a gateway: a command, then its answer line. The JVM runs all commands of a connection in one thread of its own.
/// Any fault breaks it for good: what was asked and what would be answered can no longer be told apart. For one thread at a time,
/// but for <see cref="Abort"/>, which any thread may call.
/// </summary>
internal sealed class GatewayConnection : IDisposable
{
    /// <summary>Commands of one <see cref="ExchangeMany"/>: some tens of bytes each, far below what a loopback socket holds.</summary>
    public const int MostAtOnce = 128;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly Socket _socket;
    private readonly GatewayOptions _options;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _from, _to;
    private GatewayException? _broken;
    private volatile bool _aborted;

    private GatewayConnection(Socket socket, GatewayOptions options) => (_socket, _options) = (socket, options);

    /// <summary>Whether it can no longer be used.</summary>
    public bool IsBroken => _broken is not null || _aborted;

    /// <summary>Connects and proves that it knows the secret.</summary>
    /// <exception cref="GatewayException">Nobody listens, the secret is refused, or no answer comes in time.</exception>
    public static GatewayConnection Open(GatewayEndpoint endpoint, GatewayOptions options)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new GatewayConnection(socket, options);
        try
        {
            Connect(socket, endpoint, options);
            socket.ReceiveTimeout = (int)options.HandshakeTimeout.TotalMilliseconds;
            socket.SendTimeout = (int)options.HandshakeTimeout.TotalMilliseconds;
            var answer = connection.Exchange(GatewayText.Authenticate(endpoint.Secret));
            if (answer != GatewayText.Authenticated)
                throw new GatewayException(GatewayFault.Refused, $"Spark's gateway at {endpoint} refused the secret: another program listens there, or the environment is another session's. Start through spark-submit anew");
            socket.ReceiveTimeout = 0;
            socket.SendTimeout = 0;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and waits for its answer, as long as the JVM takes and lives.</summary>
    /// <exception cref="GatewayException">The connection is, or was, broken.</exception>
    public string Exchange(string command) => Guard(() =>
    {
        Send(Utf8.GetBytes(command));
        return Utf8.GetString(ReadLine());
    });

    /// <summary>Sends commands one behind the other, then takes their answers: the JVM works them off in order without a wait in between.</summary>
    /// <param name="commands">So few and short ones that neither side's socket buffer fills up while nobody reads (see <see cref="MostAtOnce"/>).</param>
    public string[] ExchangeMany(IReadOnlyCollection<string> commands) => Guard(() =>
    {
        Send(Utf8.GetBytes(string.Concat(commands)));
        var answers = new string[commands.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            // The JVM holds its second answer back until the first is acknowledged (Nagle), which this side would put off by 40 ms.
            AcknowledgeAtOnce();
            answers[i] = Utf8.GetString(ReadLine());
        }
        return answers;
    });

    /// <summary>
    /// Sends a command that makes the JVM read or write a second connection, and moves bytes over that one until they are through or the
    /// answer is there: a call that fails halfway answers and leaves the rest where it is.
    /// </summary>
    /// <returns>The answer, and how many bytes moved.</returns>
    public (string Answer, int Moved) ExchangeBeside(string command, Socket data, ArraySegment<byte> bytes, bool toJvm) => Guard(() =>
    {
        Send(Utf8.GetBytes(command));
        var moved = 0;
        while (moved < bytes.Count)
        {
            List<Socket> readable = toJvm ? [_socket] : [_socket, data], writable = toJvm ? [data] : [];
            Socket.Select(readable, writable, null, -1);
            if (!readable.Contains(data) && writable.Count == 0) break;
            // No more than a socket's buffer goes in at once, and the next look says whether the JVM still takes it.
            var piece = bytes.AsSpan(moved, Math.Min(bytes.Count - moved, 1 << 18));
            var count = toJvm ? data.Send(piece, SocketFlags.None, out var error) : data.Receive(piece, SocketFlags.None, out error);
            if (error is not SocketError.Success and not SocketError.WouldBlock) throw new SocketException((int)error);
            if (count == 0 && error == SocketError.Success) throw new GatewayException(GatewayFault.Closed, "Spark's driver process (the JVM) is gone: it closed the connection for a file's bytes");
            moved += count;
        }
        return (Utf8.GetString(ReadLine()), moved);
    });

    /// <summary>Breaks the connection off: a thread that waits for an answer stops waiting.</summary>
    public void Abort()
    {
        _aborted = true;
        // Shutdown wakes a blocked read on every system; closing alone does not on all.
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was closed by the other side, or never open.
        }
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private T Guard<T>(Func<T> exchange)
    {
        if (_aborted) throw Aborted();
        if (_broken is not null) throw new GatewayException(_broken.Fault, _broken.Message, _broken);
        try
        {
            return exchange();
        }
        catch (GatewayException wrong)
        {
            throw Break(wrong);
        }
        catch (DecoderFallbackException wrong)
        {
            throw Break(new GatewayException(GatewayFault.Garbled, "Spark's gateway gave an answer that is no UTF-8", wrong));
        }
        catch (Exception wrong) when (wrong is SocketException or ObjectDisposedException)
        {
            throw Break(_aborted ? Aborted()
                : wrong is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock }
                    ? new GatewayException(GatewayFault.Unreachable, $"Spark's gateway did not answer within {_options.HandshakeTimeout.TotalSeconds:0.#} s", wrong)
                    : new GatewayException(GatewayFault.Closed, "Spark's driver process (the JVM) is gone: it ended or was killed", wrong));
        }
    }

    private static void Connect(Socket socket, GatewayEndpoint endpoint, GatewayOptions options)
    {
        using var limit = new CancellationTokenSource(options.HandshakeTimeout);
        try
        {
            socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, endpoint.Port), limit.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception wrong) when (wrong is SocketException or OperationCanceledException)
        {
            throw new GatewayException(GatewayFault.Unreachable, $"Spark's gateway at {endpoint} cannot be reached: {wrong.Message}", wrong);
        }
    }

    private void AcknowledgeAtOnce()
    {
        // TCP_QUICKACK, which the kernel forgets again; elsewhere answers of many commands take longer.
        if (OperatingSystem.IsLinux()) _socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, 12, [1, 0, 0, 0]);
    }

    private void Send(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;) sent += _socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
    }

    private byte[] ReadLine()
    {
        var line = new MemoryStream();
        while (true)
        {
            var end = Array.IndexOf(_buffer, (byte)'\n', _from, _to - _from);
            var stop = end < 0 ? _to : end;
            if (line.Length + (stop - _from) > _options.LongestAnswer)
                throw new GatewayException(GatewayFault.Garbled, $"Spark's gateway gave an answer of more than {_options.LongestAnswer} bytes");
            line.Write(_buffer, _from, stop - _from);
            _from = stop;
            if (end >= 0)
            {
                _from++;
                return line.ToArray();
            }
            (_from, _to) = (0, _socket.Receive(_buffer));
            if (_to == 0)
                throw _aborted ? Aborted() : new GatewayException(GatewayFault.Closed, line.Length == 0
                    ? "Spark's driver process (the JVM) is gone: it closed the connection"
                    : "Spark's driver process (the JVM) is gone: it closed the connection within an answer");
        }
    }

    private GatewayException Break(GatewayException wrong)
    {
        _broken = wrong;
        _socket.Dispose();
        return wrong;
    }

    private static GatewayException Aborted() => new(GatewayFault.Aborted, "the connection to Spark was broken off");
}

/// <summary>What a connection puts up with.</summary>
internal sealed record GatewayOptions
{
    /// <summary>How long connecting and proving the secret may take. Calls themselves take as long as Spark takes.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest answer in bytes. Rows never come as answers but through files, so a longer one is a mistake.</summary>
    public long LongestAnswer { get; init; } = 64L << 20;
}
