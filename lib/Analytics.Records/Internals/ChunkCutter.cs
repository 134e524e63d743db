using System.Buffers;

namespace Analytics.Records.Internals;

/// <summary>Reads a text file and cuts it into chunks of whole records. Memory is bounded by the chunk size and the cap on a record.</summary>
internal sealed class ChunkCutter : IDisposable
{
    private readonly Stream _stream;
    private readonly CsvGrammar _grammar;
    private readonly int _chunkBytes;
    private byte[] _buffer;
    private int _start;
    private int _filled;
    private bool _isLast;
    private int _sequence;

    public ChunkCutter(Stream stream, CsvGrammar grammar, int chunkBytes, long firstLine = 1)
    {
        Line = firstLine;
        _stream = stream;
        _grammar = grammar;
        _chunkBytes = chunkBytes;
        _buffer = ArrayPool<byte>.Shared.Rent(chunkBytes);
        Limit = chunkBytes;
        Fill();
    }

    /// <summary>The line at which the next chunk starts.</summary>
    public long Line { get; private set; }

    /// <summary>Bytes of the unpacked text so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>What is read and not yet cut.</summary>
    public ReadOnlySpan<byte> Data => _buffer.AsSpan(_start, _filled - _start);

    /// <summary>Whether the file ends with <see cref="Data"/>.</summary>
    public bool IsLast => _isLast;

    // A pooled array may be longer than asked for; chunks must not depend on that.
    private int Limit { get; set; }

    /// <summary>Reads further where a record is longer than what is at hand.</summary>
    /// <returns>False where the file ends or a record may not be longer.</returns>
    public bool Grow()
    {
        if (_isLast || Data.Length >= _grammar.Decisive) return false;
        if (_start > 0 && _filled == Limit)
        {
            Data.CopyTo(_buffer);
            _filled -= _start;
            _start = 0;
        }
        if (_filled == Limit)
        {
            var limit = (int)Math.Min(Math.Max(2L * Limit, 64), Math.Max((long)_grammar.Decisive + _chunkBytes, Limit + 1L));
            var larger = ArrayPool<byte>.Shared.Rent(limit);
            Data.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
            Limit = limit;
        }
        Fill();
        return true;
    }

    /// <summary>Skips bytes at the front: a mark of the encoding, a header.</summary>
    public void Skip(int bytes)
    {
        Line += Data[..bytes].Count((byte)'\n');
        _start += bytes;
    }

    /// <summary>The next chunk; its buffer goes back to the pool after use.</summary>
    public bool TryNext(out Chunk chunk)
    {
        while (true)
        {
            if (_isLast && Data.Length == 0)
            {
                chunk = default;
                return false;
            }
            var cut = _grammar.Cut(Data, _isLast);
            if (cut > 0)
            {
                chunk = new Chunk(_sequence++, _buffer, _start, cut, Line);
                Line += Data[..cut].Count((byte)'\n');
                Replace(Data[cut..]);
                return true;
            }
            if (Grow()) continue;
            chunk = Oversize();
            return true;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>Reads on to the end of a line that is too long, keeping what a reject shows of it.</summary>
    private Chunk Oversize()
    {
        var kept = ArrayPool<byte>.Shared.Rent(RowBuilder.MostRawBytes + 1);
        var keptBytes = 0;
        var bytes = 0L;
        byte last = 0;
        while (true)
        {
            var feed = Data.IndexOf((byte)'\n');
            var line = feed < 0 ? Data : Data[..feed];
            var room = Math.Min(line.Length, RowBuilder.MostRawBytes + 1 - keptBytes);
            line[..room].CopyTo(kept.AsSpan(keptBytes));
            keptBytes += room;
            bytes += line.Length;
            if (line.Length > 0) last = line[^1];
            _start += feed < 0 ? line.Length : feed + 1;
            if (feed >= 0 || _isLast) break;
            _start = _filled = 0;
            Fill();
        }
        if (last == '\r')
        {
            bytes--;
            keptBytes = (int)Math.Min(keptBytes, bytes);
        }
        return new Chunk(_sequence++, kept, 0, keptBytes, Line++, bytes);
    }

    private void Replace(ReadOnlySpan<byte> rest)
    {
        Limit = Math.Max(_chunkBytes, (int)Math.Min(2L * rest.Length, Array.MaxLength));
        var next = ArrayPool<byte>.Shared.Rent(Limit);
        rest.CopyTo(next);
        _filled = rest.Length;
        _buffer = next;
        _start = 0;
        Fill();
    }

    private void Fill()
    {
        if (_isLast) return;
        var read = _stream.ReadAtLeast(_buffer.AsSpan(_filled, Limit - _filled), Limit - _filled, throwOnEndOfStream: false);
        _isLast = read < Limit - _filled;
        _filled += read;
        Bytes += read;
    }
}
