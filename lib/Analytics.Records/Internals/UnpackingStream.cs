using ZstdSharp;

namespace Analytics.Records.Internals;

/// <summary>The unpacked text of a packed file. What the unpacker objects to becomes an error about the file, and nothing else does.</summary>
internal sealed class UnpackingStream : ForwardStream
{
    private readonly SourceBytes _file;
    private readonly Stream _inner;
    private readonly string _name;
    private readonly string _packing;

    private UnpackingStream(SourceBytes file, Stream inner, string name, string packing)
    {
        _file = file;
        _inner = inner;
        _name = name;
        _packing = packing;
    }

    public static Stream Open(SourceBytes file, Packing packing, string name) => packing switch
    {
        Packing.Gzip => new UnpackingStream(file, new GzipText(file), name, "gzip"),
        Packing.Zstandard => new UnpackingStream(file, new DecompressionStream(file, leaveOpen: true), name, "Zstandard"),
        _ => file,
    };

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _inner.Read(buffer);
        }
        catch (Exception exception) when (exception is InvalidDataException or ZstdException or EndOfStreamException)
        {
            _file.CheckUnchanged();
            throw new RecordFormatException($"{_name}: after {_file.BytesRead} bytes it is no {_packing} data, or it is damaged or cut off; expected whole {_packing} data. Fetch or write the file again", exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}
