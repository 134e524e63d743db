using Analytics.Engine.Spark.Objects;

namespace Analytics.Engine.Spark.Hadoop;

/// <summary>A file of a Hadoop file system, read in blocks from wherever its reader stands.</summary>
internal sealed class HadoopReadStream(FileConnections pool, FileConnection connection, JavaObject input, string path, long length) : Stream
{
    private byte[] _buffer = [];
    private ArraySegment<byte> _block = ArraySegment<byte>.Empty;
    private long _blockStart;
    private long _position;
    private long _javaPosition;
    private bool _disposed;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty) return 0;
        if (_position < _blockStart || _position >= _blockStart + _block.Count) Fill(buffer.Length);
        var at = (int)(_position - _blockStart);
        if (at >= _block.Count) return 0;
        var count = Math.Min(buffer.Length, _block.Count - at);
        _block.AsSpan(at, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => length + offset };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            try
            {
                if (connection.IsWhole) HadoopErrors.Try("close it", path, () =>
                {
                    connection.Gateway.CallOn(input, "close").Forget();
                    return 0;
                });
            }
            finally
            {
                input.Dispose();
                pool.Return(connection);
            }
        }
        base.Dispose(disposing);
    }

    private void Fill(int wanted)
    {
        _blockStart = _position;
        _block = ArraySegment<byte>.Empty;
        if (_position >= length) return;
        // Whoever jumps about (a footer, a column) reads small pieces; whoever reads on gets large ones.
        var size = _position == _javaPosition ? HadoopFileStore.BlockBytes : Math.Clamp(wanted, 1 << 16, HadoopFileStore.BlockBytes);
        size = (int)Math.Min(size, length - _position);
        HadoopErrors.Try("read it", path, () =>
        {
            if (_position != _javaPosition) connection.Gateway.CallOn(input, "seek", _position).Forget();
            if (_buffer.Length < size) _buffer = GC.AllocateUninitializedArray<byte>(size);
            _block = new ArraySegment<byte>(_buffer, 0, connection.Read(input, _position, new ArraySegment<byte>(_buffer, 0, size)));
            return 0;
        });
        _javaPosition = _position + _block.Count;
    }
}
