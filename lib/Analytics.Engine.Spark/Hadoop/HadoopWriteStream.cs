using Analytics.Engine.Spark.Objects;

namespace Analytics.Engine.Spark.Hadoop;

/// <summary>
/// A new file of a Hadoop file system: written in blocks, and forced to the disks of its data nodes (hsync) before it is closed, where the
/// file system knows that: once closed, a file cannot be forced any more.
/// </summary>
internal sealed class HadoopWriteStream(FileConnections pool, FileConnection connection, JavaObject output, string path) : Stream
{
    private byte[] _block = new byte[1 << 12];
    private int _used;
    private long _sent;
    private bool _disposed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _sent + _used;

    public override long Position
    {
        get => _sent + _used;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty)
        {
            if (_used == _block.Length)
            {
                if (_block.Length < HadoopFileStore.BlockBytes) Array.Resize(ref _block, Math.Min(HadoopFileStore.BlockBytes, _block.Length * 8));
                else Send();
            }
            var count = Math.Min(buffer.Length, _block.Length - _used);
            buffer[..count].CopyTo(_block.AsSpan(_used));
            _used += count;
            buffer = buffer[count..];
        }
    }

    public override void Flush() => Send();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            try
            {
                // What went wrong before was told; a connection in pieces can close nothing.
                if (!connection.IsWhole) return;
                Send();
                HadoopErrors.Try("close it", path, () =>
                {
                    if (connection.Gateway.CallOn(output, "hasCapability", "hsync").AsBoolean("hasCapability")) connection.Gateway.CallOn(output, "hsync").Forget();
                    connection.Gateway.CallOn(output, "close").Forget();
                    return 0;
                });
            }
            finally
            {
                output.Dispose();
                pool.Return(connection);
            }
        }
        base.Dispose(disposing);
    }

    private void Send()
    {
        if (_used == 0) return;
        HadoopErrors.Try("write to it", path, () =>
        {
            connection.Write(output, new ArraySegment<byte>(_block, 0, _used));
            return 0;
        });
        _sent += _used;
        _used = 0;
    }
}
