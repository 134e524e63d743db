using System.Security.Cryptography;

namespace Analytics.Records.Internals;

/// <summary>The bytes of a source, hashed while they are read from front to back.</summary>
internal abstract class SourceBytes : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes read so far.</summary>
    public long BytesRead { get; private set; }

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = ReadBytes(buffer);
        _hash.AppendData(buffer[..read]);
        BytesRead += read;
        return read;
    }

    /// <summary>Reads what is left and checks that the source is the one that was opened.</summary>
    /// <returns>The SHA-256 in lower-case hex.</returns>
    public string Finish()
    {
        var rest = new byte[64 << 10];
        while (Read(rest) > 0)
        {
        }
        CheckUnchanged();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <exception cref="RecordFormatException">It changed.</exception>
    public abstract void CheckUnchanged();

    protected abstract int ReadBytes(Span<byte> buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A source that somebody else reads; the stream stays theirs.</summary>
internal sealed class SourceStream(Stream stream) : SourceBytes
{
    /// <summary>Whoever hands over a stream answers for its bytes.</summary>
    public override void CheckUnchanged()
    {
    }

    protected override int ReadBytes(Span<byte> buffer) => stream.Read(buffer);
}
