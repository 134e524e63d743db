using System.IO.Compression;

namespace Analytics.Records.Internals;

/// <summary>
/// Gzip that notices when it is cut off. .NET's <see cref="GZipStream"/> ends in silence where its input does, and a file
/// cut in the middle would pass for a whole one. So a last member of our own is put behind the file: only if its text comes out at the
/// end, the file's own last member was whole and nothing else followed it. Its text does not stand in its packed bytes, so that a stored
/// block that was cut cannot bring it forth.
/// </summary>
internal sealed class GzipText : ForwardStream
{
    private static readonly byte[] Seal = MakeSeal();
    private static readonly byte[] PackedSeal = Pack(Seal);

    private readonly GZipStream _inner;
    // What was unpacked; the seal's length of it is always held back.
    private readonly byte[] _held = new byte[64 << 10];
    private int _from;
    private int _to;
    private bool _ended;

    public GzipText(Stream file) => _inner = new GZipStream(new Sealed(file), CompressionMode.Decompress);

    /// <exception cref="InvalidDataException">The file is no gzip, damaged or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_ended && _to - _from <= Seal.Length)
        {
            _held.AsSpan(_from, _to - _from).CopyTo(_held);
            _to -= _from;
            _from = 0;
            var read = _inner.Read(_held.AsSpan(_to));
            _to += read;
            if (read > 0) continue;
            _ended = true;
            if (!_held.AsSpan(0, _to).EndsWith(Seal)) throw new InvalidDataException("the data end in the middle, or something else follows them");
        }
        var count = Math.Min(buffer.Length, _to - _from - Seal.Length);
        _held.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] MakeSeal()
    {
        // Any text will do that no file ends with; its repeats make sure that it is packed and not stored.
        var seal = new byte[64];
        var value = 0x9E3779B97F4A7C15UL;
        for (var i = 0; i < 32; i++)
        {
            value ^= value << 13;
            value ^= value >> 7;
            value ^= value << 17;
            seal[i] = seal[63 - i] = (byte)(value & 0x0F);
        }
        return seal;
    }

    private static byte[] Pack(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(text);
        var bytes = packed.ToArray();
        if (bytes.AsSpan().IndexOf(text.AsSpan(0, 16)) >= 0) throw new InvalidOperationException("the seal of gzip was stored, not packed");
        return bytes;
    }

    /// <summary>The file, and behind it the packed seal.</summary>
    private sealed class Sealed(Stream file) : ForwardStream
    {
        private int _sealed;
        private bool _any;

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer);
            _any |= read > 0;
            if (read > 0 || buffer.Length == 0) return read;
            if (!_any) throw new InvalidDataException("the file is empty");
            read = Math.Min(buffer.Length, PackedSeal.Length - _sealed);
            PackedSeal.AsSpan(_sealed, read).CopyTo(buffer);
            _sealed += read;
            return read;
        }
    }
}
