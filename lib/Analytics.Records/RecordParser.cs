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
    /// <summary>What a file is by its name and the mapping.</summary>
    /// <returns>Its format, never <see cref="SourceFormat.Auto"/>, and whether it is packed.</returns>
    /// <exception cref="RecordFormatException">Its name does not tell.</exception>
    public static (SourceFormat Format, bool IsPacked) KindOf(string displayName, RecordMapping mapping)
    {
        var (format, packing) = SourceKind.Of(displayName, mapping.Format);
        return (format, packing != Packing.None);
    }

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
        Check(options);
        var (format, packing) = SourceKind.Of(displayName, mapping.Format);
        var compiled = new CompiledMapping(mapping, format);
        using var file = new SourceFile(path, displayName);
        return format == SourceFormat.Parquet ? ParseParquet(file, path, displayName, compiled, options, sink, cancel) : ParseBytes(file, displayName, format, packing, compiled, options, sink, cancel);
    }

    /// <summary>Parses a text file (CSV or JSON lines, packed or not) whose bytes come from elsewhere; the same rows, rejects and counts as of the file.</summary>
    /// <param name="source">The file's bytes as they lie there, from front to back. It stays open.</param>
    /// <param name="displayName">Its name in messages and, with <see cref="SourceFormat.Auto"/>, what tells format and compression.</param>
    /// <param name="mapping">How its columns become the contract's; valid by <see cref="RecordMapping.Validate"/>.</param>
    /// <param name="options">What the parser may use.</param>
    /// <param name="sink">Takes rows and rejects.</param>
    /// <param name="cancel">Ends the parse between two chunks.</param>
    /// <exception cref="RecordFormatException">The file as a whole cannot be read, or it is Parquet, which needs a file.</exception>
    /// <exception cref="ArgumentException">The mapping or the options are not valid.</exception>
    public static ParseSummary ParseText(Stream source, string displayName, RecordMapping mapping, ParseOptions options, IRecordSink sink, CancellationToken cancel)
    {
        Check(options);
        var (format, packing) = TextKind(displayName, mapping);
        using var bytes = new SourceStream(source);
        return ParseBytes(bytes, displayName, format, packing, new CompiledMapping(mapping, format), options, sink, cancel);
    }

    /// <summary>
    /// Parses some consecutive lines of an unpacked text file in which no quote stands, so that every line is a record of its own.
    /// The first range of a file holds its header and is read by <see cref="ParseText"/>; together the ranges give the rows, rejects
    /// and counts of the file, line numbers included.
    /// </summary>
    /// <param name="lines">The lines' bytes, line ends included. It stays open.</param>
    /// <param name="header">
    /// For CSV the file's bytes up to the end of its first line that is not empty: the header or, in a file without one, the record that
    /// tells how many fields there are. For JSON lines nothing.
    /// </param>
    /// <param name="firstLine">The physical line at which <paramref name="lines"/> start, from 1.</param>
    /// <param name="displayName">The file's name.</param>
    /// <param name="mapping">How its columns become the contract's.</param>
    /// <param name="options">What the parser may use.</param>
    /// <param name="sink">Takes rows and rejects.</param>
    /// <param name="cancel">Ends the parse between two chunks.</param>
    /// <returns>Counts and dates of the range; length and hash are those of its bytes.</returns>
    /// <exception cref="RecordFormatException">The header does not fit, or the file is packed or Parquet.</exception>
    public static ParseSummary ParseRange(Stream lines, ReadOnlyMemory<byte> header, long firstLine, string displayName, RecordMapping mapping, ParseOptions options, IRecordSink sink, CancellationToken cancel)
    {
        Check(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(firstLine, 1);
        var (format, packing) = TextKind(displayName, mapping);
        if (packing != Packing.None) throw new RecordFormatException($"{displayName}: a packed file cannot be read in ranges of lines; read it whole");
        var compiled = new CompiledMapping(mapping, format);
        var grammar = Grammar(compiled, format, options);
        RowShape? shape = null;
        if (format == SourceFormat.Csv)
        {
            using var first = new MemoryStream(header.ToArray());
            using var headerCutter = new ChunkCutter(first, grammar, options.ChunkBytes);
            SkipMark(headerCutter);
            shape = CsvHeader.Bind(headerCutter, grammar, compiled, displayName);
        }
        using var bytes = new SourceStream(lines);
        using var cutter = new ChunkCutter(bytes, grammar, options.ChunkBytes, firstLine);
        return ParseChunks(bytes, cutter, grammar, shape, compiled, options, sink, cancel);
    }

    private static void Check(ParseOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRecordBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxRecordBytes, 256 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ChunkBytes, 256 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkRows, 1);
    }

    private static (SourceFormat Format, Packing Packing) TextKind(string name, RecordMapping mapping)
    {
        var kind = SourceKind.Of(name, mapping.Format);
        if (kind.Format == SourceFormat.Parquet) throw new RecordFormatException($"{name}: Parquet cannot be read as a stream of bytes; it needs the file");
        return kind;
    }

    private static CsvGrammar Grammar(CompiledMapping mapping, SourceFormat format, ParseOptions options)
    {
        var delimiter = (byte)mapping.Source.Delimiter;
        var quote = format == SourceFormat.JsonLines || mapping.Source.Quote == '\0' ? delimiter : (byte)mapping.Source.Quote;
        return new CsvGrammar(delimiter, quote, options.MaxRecordBytes);
    }

    private static void SkipMark(ChunkCutter cutter)
    {
        while (cutter.Data.Length < 4 && cutter.Grow())
        {
        }
        if (cutter.Data.StartsWith("\uFEFF"u8)) cutter.Skip(3);
    }

    private static ParseSummary ParseBytes(SourceBytes file, string name, SourceFormat format, Packing packing, CompiledMapping mapping, ParseOptions options, IRecordSink sink, CancellationToken cancel)
    {
        using var text = UnpackingStream.Open(file, packing, name);
        var isJson = format == SourceFormat.JsonLines;
        var grammar = Grammar(mapping, format, options);
        using var cutter = new ChunkCutter(text, grammar, options.ChunkBytes);
        while (cutter.Data.Length < 4 && cutter.Grow())
        {
        }
        if (cutter.Data.Length == 0) throw new RecordFormatException($"{name}: it is empty; expected {(isJson ? "one JSON object a line" : "a header and records")}");
        SourceKind.CheckText(cutter.Data, name);
        SkipMark(cutter);
        if (isJson && cutter.Data.TrimStart(" \t\r\n"u8).StartsWith("["u8))
            throw new RecordFormatException($"{name}, line {cutter.Line}: it starts with a JSON array; expected one object a line");
        var shape = isJson ? null : CsvHeader.Bind(cutter, grammar, mapping, name);
        return ParseChunks(file, cutter, grammar, shape, mapping, options, sink, cancel);
    }

    /// <summary>Parses what the cutter has left: records of a shape, or JSON where there is none.</summary>
    private static ParseSummary ParseChunks(SourceBytes file, ChunkCutter cutter, CsvGrammar grammar, RowShape? shape, CompiledMapping mapping, ParseOptions options, IRecordSink sink, CancellationToken cancel)
    {
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

    private static ParseSummary Summary(SourceBytes file, Tally tally, long unpacked, int chunks)
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
