namespace Analytics.Records.Internals;

/// <summary>A file that is read from front to back, and that must not change meanwhile.</summary>
internal sealed class SourceFile : SourceBytes
{
    private readonly string _path;
    private readonly string _name;
    private readonly FileStream _stream;
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

    public override long Length => _length;

    /// <exception cref="RecordFormatException">It changed.</exception>
    public override void CheckUnchanged()
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

    protected override int ReadBytes(Span<byte> buffer) => _stream.Read(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _stream.Dispose();
        base.Dispose(disposing);
    }
}
