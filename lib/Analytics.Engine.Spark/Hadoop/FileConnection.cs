using System.Net;
using System.Net.Sockets;
using Analytics.Engine.Spark.Objects;

namespace Analytics.Engine.Spark.Hadoop;

/// <summary>
/// A connection for calls and, once bytes are wanted, a second one beside it for nothing but them: Hadoop's own copy loop moves them between
/// a file's stream and that socket, so that no byte becomes text. One user at a time.
/// </summary>
internal sealed class FileConnection(Gateway gateway) : IDisposable
{
    private const string Copier = "org.apache.hadoop.io.IOUtils";

    private Socket? _data;
    private JavaObject? _javaSocket, _javaInput, _javaOutput;

    public Gateway Gateway => gateway;

    /// <summary>Whether it can be used again.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Has the JVM read from a stream as many bytes as the buffer holds, or up to the stream's end.</summary>
    /// <param name="input">An FSDataInputStream.</param>
    /// <param name="position">Where it stands.</param>
    /// <param name="into">The buffer.</param>
    /// <returns>The bytes that were read.</returns>
    public int Read(JavaObject input, long position, ArraySegment<byte> into) => Moving(() =>
    {
        var read = gateway.CallBeside(Data(), into, toJvm: false, Copier, "copyBytes", input, _javaOutput!, (long)into.Count, false);
        if (read == into.Count) return read;
        // The answer came first: what is under way still, or the stream has ended. It knows how far it was read.
        var sent = (int)(gateway.CallOn(input, "getPos").AsLong("getPos") - position);
        while (read < sent)
        {
            _data!.Poll(-1, SelectMode.SelectRead);
            var count = _data.Receive(into.AsSpan(read, sent - read));
            if (count == 0) throw new Protocol.GatewayException(Protocol.GatewayFault.Closed, "Spark's driver process (the JVM) is gone: it closed the connection for a file's bytes");
            read += count;
        }
        return read;
    });

    /// <summary>Has the JVM write bytes to a stream.</summary>
    public void Write(JavaObject output, ArraySegment<byte> bytes) => Moving(() =>
        gateway.CallBeside(Data(), bytes, toJvm: true, Copier, "copyBytes", _javaInput!, output, (long)bytes.Count, false));

    public void Dispose()
    {
        IsWhole = false;
        _javaInput?.Dispose();
        _javaOutput?.Dispose();
        _javaSocket?.Dispose();
        _data?.Dispose();
        gateway.Dispose();
    }

    private int Moving(Func<int> move)
    {
        // After a fault halfway, bytes may be left in the data connection: it is not used again.
        IsWhole = false;
        try
        {
            var moved = move();
            IsWhole = true;
            return moved;
        }
        catch (SocketException e)
        {
            throw new Protocol.GatewayException(Protocol.GatewayFault.Closed, "Spark's driver process (the JVM) is gone: the connection for a file's bytes broke", e);
        }
    }

    /// <summary>The JVM connects to a port that is open for this moment alone; whoever else comes by is turned away by his own port.</summary>
    private Socket Data()
    {
        if (_data is not null) return _data;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _javaSocket = gateway.New("java.net.Socket", "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        var port = (int)_javaSocket.CallLong("getLocalPort");
        while (_data is null)
        {
            var caller = listener.AcceptSocket();
            if (((IPEndPoint)caller.RemoteEndPoint!).Port == port) _data = caller;
            else caller.Dispose();
        }
        _data.Blocking = false;
        _data.NoDelay = true;
        _javaSocket.CallVoid("setTcpNoDelay", true);
        _javaInput = _javaSocket.Call("getInputStream");
        _javaOutput = _javaSocket.Call("getOutputStream");
        return _data;
    }
}
