namespace Analytics.Records.Internals;

/// <summary>Parses whole records of a text file, one chunk at a time; one a thread.</summary>
internal abstract class TextChunkParser(CompiledMapping mapping, int mostRecordBytes)
{
    public RowBuilder Builder { get; } = new(mapping);

    protected SourceEncoding Encoding => mapping.Encoding;

    /// <summary>Parses a chunk that starts and ends where records do.</summary>
    public abstract void Parse(ReadOnlySpan<byte> chunk, long firstLine);

    /// <summary>Rejects a line of which only the beginning is there.</summary>
    public void RejectOversize(ReadOnlySpan<byte> beginning, long line, long bytes)
    {
        Builder.NewRecord();
        if (Encoding != SourceEncoding.Utf8)
        {
            var utf8 = new byte[beginning.Length * SourceEncodings.MostBytes];
            beginning = utf8.AsSpan(0, SourceEncodings.ToUtf8(Encoding, beginning, utf8));
        }
        Builder.Reject(RejectRules.Size, line, beginning, bytes);
    }

    /// <summary>Whether a text of the chunk, which may have become longer on its way into UTF-8, was longer than allowed in the file.</summary>
    protected bool IsTooLong(ReadOnlySpan<byte> text) => text.Length > mostRecordBytes && SourceEncodings.SourceLength(Encoding, text) > mostRecordBytes;

    protected void Reject(string rule, long line, ReadOnlySpan<byte> raw)
        => Builder.Reject(rule, line, raw, SourceEncodings.SourceLength(Encoding, raw));
}
