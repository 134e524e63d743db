namespace Analytics.Records.Internals;

/// <summary>
/// Parses CSV: finds all separators of a chunk at once, then walks over them. The same grammar as <see cref="CsvGrammar"/>;
/// since a chunk ends where a record does, a quote that is open at its end is broken in the file too.
/// </summary>
internal sealed class CsvChunkParser : TextChunkParser
{
    private readonly RowShape _shape;
    private readonly byte _delimiter;
    private readonly byte _quote;
    private readonly Field[] _fields;
    private readonly StructuralIndex _index = new();
    private byte[] _utf8 = [];

    public CsvChunkParser(CompiledMapping mapping, RowShape shape, CsvGrammar grammar, int mostRecordBytes) : base(mapping, mostRecordBytes)
    {
        _shape = shape;
        _delimiter = grammar.Delimiter;
        _quote = grammar.Quote;
        _fields = new Field[shape.Fields];
    }

    public override void Parse(ReadOnlySpan<byte> chunk, long firstLine)
    {
        if (Encoding == SourceEncoding.Utf8)
        {
            ParseUtf8(chunk, firstLine);
            return;
        }
        var most = checked(chunk.Length * SourceEncodings.MostBytes);
        if (_utf8.Length < most) _utf8 = new byte[most];
        ParseUtf8(_utf8.AsSpan(0, SourceEncodings.ToUtf8(Encoding, chunk, _utf8)), firstLine);
    }

    private void ParseUtf8(ReadOnlySpan<byte> chunk, long line)
    {
        _index.Scan(chunk, _delimiter, _quote);
        var positions = _index.Positions;
        var last = _index.Count;
        var isText = Utf8Text.IsText(chunk);
        var token = 0;
        var start = 0;
        while (start < chunk.Length)
        {
            var record = start;
            var firstToken = token;
            var feeds = 0;
            var count = 0;
            var broken = false;
            int end;
            Builder.NewRecord();
            while (true)
            {
                var position = positions[token];
                Field field;
                if (token == last || chunk[position] == '\n')
                {
                    end = position > start && chunk[position - 1] == '\r' ? position - 1 : position;
                    field = new Field(start, end - start);
                    start = position + 1;
                }
                else if (chunk[position] == _delimiter)
                {
                    end = -1;
                    field = new Field(start, position - start);
                    start = position + 1;
                }
                else if (position != start)
                {
                    token++;
                    continue;
                }
                else
                {
                    var close = CloseQuote(chunk, positions, token, ref feeds, out var doubled);
                    if (close < 0)
                    {
                        broken = true;
                        end = -1;
                        break;
                    }
                    token = close + 1;
                    var after = positions[close] + 1;
                    field = doubled > 0 ? Undouble(chunk[(start + 1)..(after - 1)], doubled) : new Field(start + 1, after - start - 2);
                    // Behind the closing quote stands the next token, or CR and then the next token.
                    end = token < last && positions[token] == after && chunk[after] == _delimiter ? -1 : after;
                    start = positions[token] + 1;
                }
                if (count < _fields.Length) _fields[count] = field;
                count++;
                token++;
                if (end >= 0) break;
            }
            if (!broken && feeds > 0 && IsTooLong(chunk[record..end])) broken = true;
            if (broken)
            {
                // The first line goes, the rest is read anew.
                token = firstToken;
                while (token < last && chunk[positions[token]] != '\n') token++;
                var raw = CsvGrammar.Content(chunk[record..positions[token]]);
                start = positions[token] + 1;
                token++;
                Reject(IsTooLong(raw) ? RejectRules.Size : RejectRules.Quote, line, raw);
                line++;
                continue;
            }
            if (end > record) Take(chunk, record, end, count, line, isText);
            line += 1 + feeds;
        }
    }

    private void Take(ReadOnlySpan<byte> chunk, int record, int end, int count, long line, bool isText)
    {
        var raw = chunk[record..end];
        if (IsTooLong(raw)) Reject(RejectRules.Size, line, raw);
        else if (!isText && !Utf8Text.IsText(raw)) Reject(RejectRules.Encoding, line, raw);
        else if (count != _fields.Length) Reject(RejectRules.Columns, line, raw);
        else Builder.Add(_shape, chunk, _fields, line, raw);
    }

    /// <summary>The token of the closing quote, or -1 where the field is broken.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="positions">Its tokens.</param>
    /// <param name="open">The token of the opening quote.</param>
    /// <param name="feeds">Raised by the line feeds inside.</param>
    /// <param name="doubled">How many doubled quotes are inside.</param>
    private int CloseQuote(ReadOnlySpan<byte> chunk, ReadOnlySpan<int> positions, int open, ref int feeds, out int doubled)
    {
        var last = positions.Length - 1;
        doubled = 0;
        for (var token = open + 1; token < last; token++)
        {
            var value = chunk[positions[token]];
            if (value == '\n') feeds++;
            if (value != _quote) continue;
            var after = positions[token] + 1;
            if (after == chunk.Length) return token;
            if (chunk[after] == _quote)
            {
                doubled++;
                token++;
                continue;
            }
            if (chunk[after] == _delimiter || chunk[after] == '\n') return token;
            var isLineEnd = chunk[after] == '\r' && (after + 1 == chunk.Length || chunk[after + 1] == '\n');
            return isLineEnd ? token : -1;
        }
        return -1;
    }

    private Field Undouble(ReadOnlySpan<byte> text, int doubled)
    {
        var target = Builder.Scratch(text.Length - doubled, out var start);
        var length = target.Length;
        while (text.IndexOf(_quote) is var quote && quote >= 0)
        {
            text[..(quote + 1)].CopyTo(target);
            target = target[(quote + 1)..];
            text = text[(quote + 2)..];
        }
        text.CopyTo(target);
        return Field.InScratch(start, length);
    }
}
