using System.Security.Cryptography;

namespace Analytics.Records.Internals;

/// <summary>A file that is hashed while it is read from front to back, and that must not change meanwhile.</summary>
internal sealed class SourceFile : ForwardStream
{
    private readonly string _path;
    private readonly string _name;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _length;
    private readonly DateTime _written;

    public SourceFile(string path, string name)
    {
        _path = path;
        _name = name;
        // Shared with writers: that one is at work is seen by what it changes, and told.
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        _length = _stream.Length;
        _written = File.GetLastWriteTimeUtc(_stream.SafeFileHandle);
    }

    /// <summary>Bytes read so far.</summary>
    public long BytesRead { get; private set; }

    public override long Length => _length;

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = _stream.Read(buffer);
        _hash.AppendData(buffer[..read]);
        BytesRead += read;
        return read;
    }

    /// <summary>Reads what is left and checks that the file is the one that was opened.</summary>
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
    public void CheckUnchanged()
    {
        // Opened anew: what stands under the name now counts, through links too.
        string what;
        try
        {
            using var now = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(now);
            var written = File.GetLastWriteTimeUtc(now);
            if (length == _length && written == _written && BytesRead <= _length) return;
            what = length != _length || BytesRead > _length ? $"it had {_length} bytes and has {Math.Max(length, BytesRead)}" : "it was written to";
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            what = "it was removed";
        }
        throw new RecordFormatException($"{_name} changed while it was read: {what}. Wait until its writer is done, or have the writer rename it into place, and run again");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }
}
