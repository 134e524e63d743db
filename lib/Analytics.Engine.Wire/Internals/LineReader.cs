namespace Analytics.Engine.Wire.Internals;

/// <summary>Lines of a stream, each ended by a line feed; memory is bounded by the longest.</summary>
internal sealed class LineReader(Stream stream, string what)
{
    private byte[] _buffer = new byte[1 << 18];
    private int _start;
    private int _end;
    private bool _ended;
    private int _lineStart;
    private int _lineLength;

    /// <summary>Lines read so far.</summary>
    public long Lines { get; private set; }

    /// <summary>The line that was read last, without its end; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Current => _buffer.AsSpan(_lineStart, _lineLength);

    /// <summary>Reads the next line. False at the end of the stream.</summary>
    /// <exception cref="WireFormatException">The stream ends in the middle of a line.</exception>
    public bool TryRead()
    {
        var searched = _start;
        while (true)
        {
            var feed = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                (_lineStart, _lineLength) = (_start, searched + feed - _start);
                _start = searched + feed + 1;
                Lines++;
                return true;
            }
            if (_ended)
            {
                if (_start == _end) return false;
                throw new WireFormatException($"{what} ends in the middle of line {Lines + 1}, after '{Escapes.Show(_buffer.AsSpan(_start, _end - _start))}': the writer was cut off");
            }
            searched = _end - _start;
            MakeRoom();
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _ended = read == 0;
        }
    }

    /// <summary>Reads on to the end and looks at nothing: a writer must not find its reader gone.</summary>
    public void Drain()
    {
        while (!_ended) _ended = stream.Read(_buffer, 0, _buffer.Length) == 0;
        _start = _end = _lineStart = _lineLength = 0;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }
        if (_end < _buffer.Length) return;
        if (_buffer.Length == Array.MaxLength) throw new WireFormatException($"line {Lines + 1} of {what} is longer than {Array.MaxLength} bytes");
        Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, 2L * _buffer.Length));
    }
}
