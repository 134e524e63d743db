namespace Analytics.Records.Internals;

/// <summary>How one record of CSV ended.</summary>
internal enum RecordEnd
{
    /// <summary>It is well formed and not longer than allowed.</summary>
    Complete,
    /// <summary>A quote is broken, or it is too long: its first line is rejected alone.</summary>
    Broken,
    /// <summary>The bytes at hand do not decide.</summary>
    NeedMore,
}

/// <summary>
/// The grammar of CSV as <see cref="RecordParser"/> documents it, for the thread that cuts a file into chunks: it finds
/// places where a record starts for sure, whatever quotes are open. Every chunk ends at one, so that no thread needs another's bytes.
/// </summary>
/// <param name="delimiter">What separates fields.</param>
/// <param name="quote">What quotes; the delimiter again for none.</param>
/// <param name="mostRecordBytes">The cap on a record, line end aside.</param>
internal sealed class CsvGrammar(byte delimiter, byte quote, int mostRecordBytes)
{
    private readonly bool _quotes = quote != delimiter;

    public byte Delimiter => delimiter;

    public byte Quote => quote;

    /// <summary>The most bytes after which <see cref="Cut"/> decides: a record longer than that (CR and LF included) is too long.</summary>
    public int Decisive => mostRecordBytes + 2;

    /// <summary>The greatest position at which a record starts or the data end, so that all before it is decided; 0 where more data are needed.</summary>
    /// <param name="data">Data from the start of a record.</param>
    /// <param name="isLast">Whether the file ends with them.</param>
    public int Cut(ReadOnlySpan<byte> data, bool isLast)
    {
        if (!_quotes) return isLast ? data.Length : data.LastIndexOf((byte)'\n') + 1;
        var record = 0;
        var position = 0;
        while (true)
        {
            var next = data[position..].IndexOf(quote);
            if (next < 0)
            {
                if (isLast) return data.Length;
                var feed = data[position..].LastIndexOf((byte)'\n');
                return feed < 0 ? record : position + feed + 1;
            }
            var open = position + next;
            var before = data[position..open].LastIndexOf((byte)'\n');
            if (before >= 0) record = position + before + 1;
            if (open != record && data[open - 1] != delimiter)
            {
                position = open + 1;
                continue;
            }
            var end = CloseQuote(data, open, isLast, out position);
            if (end == RecordEnd.Complete && !data[open..position].Contains((byte)'\n')) continue;
            if (end == RecordEnd.Complete) end = Measure(data[record..], isLast, out position);
            else if (end == RecordEnd.NeedMore && data.Length - record >= Decisive) end = RecordEnd.Broken;
            if (end == RecordEnd.NeedMore) return record;
            if (end == RecordEnd.Complete)
            {
                record = position += record;
                continue;
            }
            var line = data[record..].IndexOf((byte)'\n');
            if (line < 0) return isLast ? data.Length : record;
            record = position = record + line + 1;
        }
    }

    /// <summary>Follows one record from its start.</summary>
    /// <param name="data">Data from the start of the record.</param>
    /// <param name="isLast">Whether the file ends with them.</param>
    /// <param name="length">For a complete record its length with the line end.</param>
    public RecordEnd Measure(ReadOnlySpan<byte> data, bool isLast, out int length)
    {
        var position = 0;
        while (true)
        {
            if (_quotes && position < data.Length && data[position] == quote)
            {
                var end = CloseQuote(data, position, isLast, out length);
                if (end == RecordEnd.NeedMore && data.Length >= Decisive) end = RecordEnd.Broken;
                if (end != RecordEnd.Complete) return end;
                position = length;
            }
            var next = data[position..].IndexOfAny(delimiter, (byte)'\n');
            if (next < 0)
            {
                length = data.Length;
                if (!isLast) return data.Length >= Decisive ? RecordEnd.Broken : RecordEnd.NeedMore;
            }
            else if (data[position + next] == delimiter)
            {
                position += next + 1;
                continue;
            }
            else
            {
                length = position + next + 1;
            }
            return Content(data[..length]).Length > mostRecordBytes ? RecordEnd.Broken : RecordEnd.Complete;
        }
    }

    /// <summary>A line or record without its line end.</summary>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> line)
    {
        if (line.Length > 0 && line[^1] == '\n') line = line[..^1];
        return line.Length > 0 && line[^1] == '\r' ? line[..^1] : line;
    }

    /// <summary>Finds the end of a quoted field and whether a delimiter or a line end follows it.</summary>
    /// <param name="data">The data.</param>
    /// <param name="open">The opening quote.</param>
    /// <param name="isLast">Whether the file ends with the data.</param>
    /// <param name="after">For a complete field the position behind its closing quote.</param>
    private RecordEnd CloseQuote(ReadOnlySpan<byte> data, int open, bool isLast, out int after)
    {
        var undecided = isLast ? RecordEnd.Broken : RecordEnd.NeedMore;
        after = open + 1;
        while (true)
        {
            var next = data[after..].IndexOf(quote);
            if (next < 0) return undecided;
            after += next + 1;
            if (after == data.Length) return isLast ? RecordEnd.Complete : RecordEnd.NeedMore;
            if (data[after] == quote)
            {
                after++;
                continue;
            }
            if (data[after] == delimiter || data[after] == '\n') return RecordEnd.Complete;
            if (data[after] != '\r') return RecordEnd.Broken;
            if (after + 1 < data.Length) return data[after + 1] == '\n' ? RecordEnd.Complete : RecordEnd.Broken;
            return isLast ? RecordEnd.Complete : RecordEnd.NeedMore;
        }
    }
}
