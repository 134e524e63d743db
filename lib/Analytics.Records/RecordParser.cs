using Analytics.Records.Internals;

namespace Analytics.Records;

/// <summary>
/// The one parser of transaction lines: bytes to typed columns, on all cores within one file, without a string a field.
/// <para>CSV: a line ends with LF or CR LF; a lone CR is text. An empty line is no record. A quote quotes at the start of a field
/// alone; elsewhere it is text. Inside, a doubled one stands for itself, and delimiters and line ends are text. Behind the closing
/// quote a delimiter or the record's end must follow. Where it does not, or no quote closes the field before the file ends or the record gets too
/// long, the record's first physical line alone is rejected (rule <c>quote</c>) and reading goes on with the next line: one
/// broken quote costs one line. The last line needs no line end.</para>
/// <para>Every record is either one row or one reject; the rules and their order are in <see cref="RejectRules"/>.</para>
/// </summary>
public static class RecordParser
{
    /// <summary>Parses one file.</summary>
    /// <param name="path">The file on the local file system.</param>
    /// <param name="displayName">Its name in messages and, with <see cref="SourceFormat.Auto"/>, what tells format and compression.</param>
    /// <param name="mapping">How its columns become the contract's; valid by <see cref="RecordMapping.Validate"/>.</param>
    /// <param name="options">What the parser may use.</param>
    /// <param name="sink">Takes rows and rejects.</param>
    /// <param name="cancel">Ends the parse between two chunks.</param>
    /// <returns>Counts, dates and the file's hash.</returns>
    /// <exception cref="RecordFormatException">The file as a whole cannot be read. What the sink took by then is void.</exception>
    /// <exception cref="ArgumentException">The mapping or the options are not valid.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static ParseSummary Parse(string path, string displayName, RecordMapping mapping, ParseOptions options, IRecordSink sink, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRecordBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxRecordBytes, 256 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ChunkBytes, 256 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkRows, 1);
        var (format, packing) = SourceKind.Of(displayName, mapping.Format);
        var compiled = new CompiledMapping(mapping, format);
        using var file = new SourceFile(path, displayName);
        return format == SourceFormat.Parquet ? ParseParquet(file, path, displayName, compiled, options, sink, cancel) : ParseText(file, displayName, format, packing, compiled, options, sink, cancel);
    }

    private static ParseSummary ParseText(SourceFile file, string name, SourceFormat format, Packing packing, CompiledMapping mapping, ParseOptions options, IRecordSink sink, CancellationToken cancel)
    {
        using var text = UnpackingStream.Open(file, packing, name);
        var isJson = format == SourceFormat.JsonLines;
        var delimiter = (byte)mapping.Source.Delimiter;
        var quote = isJson || mapping.Source.Quote == '\0' ? delimiter : (byte)mapping.Source.Quote;
        var grammar = new CsvGrammar(delimiter, quote, options.MaxRecordBytes);
        using var cutter = new ChunkCutter(text, grammar, options.ChunkBytes);
        while (cutter.Data.Length < 4 && cutter.Grow())
        {
        }
        if (cutter.Data.Length == 0) throw new RecordFormatException($"{name}: it is empty; expected {(isJson ? "one JSON object a line" : "a header and records")}");
        SourceKind.CheckText(cutter.Data, name);
        if (cutter.Data.StartsWith("\uFEFF"u8)) cutter.Skip(3);
        if (isJson && cutter.Data.TrimStart(" \t\r\n"u8).StartsWith("["u8))
            throw new RecordFormatException($"{name}, line {cutter.Line}: it starts with a JSON array; expected one object a line");
        var shape = isJson ? null : CsvHeader.Bind(cutter, grammar, mapping, name);
        using var parse = new ParseThreads(
            () => shape is null ? new JsonChunkParser(mapping, options.MaxRecordBytes) : new CsvChunkParser(mapping, shape, grammar, options.MaxRecordBytes), sink, Threads(options), cancel);
        var chunks = 0;
        for (; cutter.TryNext(out var chunk); chunks++) parse.Add(chunk);
        var tally = parse.Finish();
        return Summary(file, tally, cutter.Bytes, chunks);
    }

    private static ParseSummary ParseParquet(SourceFile file, string path, string name, CompiledMapping mapping, ParseOptions options, IRecordSink sink, CancellationToken cancel)
    {
        if (file.Length == 0) throw new RecordFormatException($"{name}: it is empty; expected a Parquet file");
        try
        {
            var (tally, chunks) = new ParquetSource(path, name, mapping, options.ChunkRows).Parse(Threads(options), sink, cancel);
            return Summary(file, tally, file.Length, chunks);
        }
        catch (RecordFormatException)
        {
            // A file that was being written is told as that, not as damaged.
            file.CheckUnchanged();
            throw;
        }
    }

    private static int Threads(ParseOptions options) => options.Threads == 0 ? Environment.ProcessorCount : options.Threads;

    private static ParseSummary Summary(SourceFile file, Tally tally, long unpacked, int chunks)
    {
        var sha256 = file.Finish();
        return new ParseSummary
        {
            Records = tally.Rows + tally.Rejected,
            Rejected = tally.Rejected,
            Rows = tally.Rows,
            Dates = tally.Dates(),
            RejectedByRule = tally.Rules(),
            Currencies = tally.Currencies(),
            Sha256 = sha256,
            Bytes = file.BytesRead,
            UnpackedBytes = unpacked,
            Chunks = chunks,
        };
    }
}
