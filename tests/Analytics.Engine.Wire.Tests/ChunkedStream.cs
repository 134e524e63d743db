namespace Analytics.Engine.Wire.Tests;

/// <summary>Bytes that come in pieces of random lengths, as through a pipe.</summary>
internal sealed class ChunkedStream(byte[] bytes, int seed) : Stream
{
    private readonly Random _random = new(seed);
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var most = _random.Next(3) switch { 0 => 1, 1 => 17, _ => 70_000 };
        var read = Math.Min(Math.Min(count, bytes.Length - _position), _random.Next(1, most + 1));
        Array.Copy(bytes, _position, buffer, offset, read);
        _position += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
