namespace Analytics.Files.Internals;

/// <summary>A stream being written whose errors, a full disk among them, name the file.</summary>
internal sealed class ReportingStream(string path, Stream inner) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override void Flush() => Try(inner.Flush);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            throw FileErrors.Wrap("write to it", path, e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => Try(() => inner.SetLength(value));

    protected override void Dispose(bool disposing)
    {
        // Closing writes what is still buffered, so this is where a full disk often shows.
        if (disposing) Try(inner.Dispose);
        base.Dispose(disposing);
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            throw FileErrors.Wrap("write to it", path, e);
        }
    }
}
