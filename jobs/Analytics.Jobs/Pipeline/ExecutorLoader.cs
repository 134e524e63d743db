using System.Text;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Records;
using Analytics.Records.Curation;
using Analytics.Tasks;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// Reads source files on an engine's executors: each file, or range of lines of a large one, goes through the one parser in a worker there,
/// whose records travel in pieces by date to the worker that builds the date. This process sees summaries, rejects and, file by file, the
/// curated bytes, so its memory does not grow with the input.
/// </summary>
/// <param name="results">The configuration.</param>
/// <param name="open">Gives the engine, starting it on first use.</param>
/// <param name="files">Where curated files are written.</param>
/// <param name="sources">The file system of a source file.</param>
/// <param name="splitBytes">Unpacked text files above are read by several tasks, packed ones and Parquet by this process.</param>
/// <param name="threads">Threads for what this process reads.</param>
/// <param name="forget">Drops what was defined in the engine.</param>
/// <param name="cancel">Ends the work.</param>
internal sealed class ExecutorLoader(ResultsSettings results, Func<IEngine> open, IFileStore files, Func<string, IFileStore> sources, long splitBytes, int threads, Action forget, CancellationToken cancel) : ISourceLoader
{
    /// <summary>Bytes of a part of a file on its way to a worker: whole groups of three, so that base64 has no filling within a file.</summary>
    public const int PartBytes = 768 << 10;

    private static readonly Column[] FileColumns = [new("path", ColumnType.Text), new("sha256", ColumnType.Text), new("file", ColumnType.Text)];

    private readonly Dictionary<string, LoadedSource> _loaded = new(StringComparer.Ordinal);
    private readonly ParseRecordsTask _task = new(MappingSettings.ToMapping(results.Input));
    private readonly RecordMapping _mapping = MappingSettings.ToMapping(results.Input);
    private readonly RejectBudget _budget = new(SourceLoader.RejectBytes);
    // Queries of pieces in the columns of CurateDateTask.Input, and the dates in them.
    private readonly List<string> _pieces = [];
    private readonly HashSet<DateOnly> _dates = [];
    private int _next;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, LoadedSource> Loaded => _loaded;

    private IExecutors Executors => open().Executors!;

    /// <inheritdoc/>
    public void Load(IReadOnlyList<InputFile> files, Action<double, string>? progress = null)
    {
        var wanted = files.Where(file => !_loaded.ContainsKey(file.Sha256)).DistinctBy(file => file.Sha256).ToList();
        if (wanted.Count == 0) return;
        progress?.Invoke(0, wanted[0].Name);
        var parsed = new Dictionary<string, ParsedSource>(StringComparer.Ordinal);
        var whole = new List<InputFile>();
        foreach (var file in wanted)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                var (format, packed) = RecordParser.KindOf(file.Name, _mapping);
                if (format == SourceFormat.Parquet || file.Bytes == 0) ParseHere(file);
                else if (file.Bytes <= splitBytes) whole.Add(file);
                else if (packed || !SourceLines.IsUnpacked(file.Path)) ParseHere(file);
                else Parse(SourceLines.Define(open(), file, _mapping, format, Name("lines"), cancel), [file], parsed);
            }
            catch (RecordFormatException wrong)
            {
                // Told in its turn: of several files it is the first that is reported.
                parsed[file.Sha256] = new ParsedSource { Refused = wrong };
            }
        }
        if (whole.Count > 0) Parse(DefineWhole(whole), whole, parsed);
        foreach (var file in wanted)
        {
            if (!parsed.TryGetValue(file.Sha256, out var source)) continue;
            if (source.Refused is { } refused) throw refused;
            if (source.Failure is { } failure) throw Failed(failure, file.Name);
        }
        foreach (var file in wanted)
        {
            if (_loaded.ContainsKey(file.Sha256)) continue;
            var source = parsed[file.Sha256];
            var summary = source.Summaries.Count == 1 ? source.Summaries[0] : SummaryJson.Merge(source.Summaries, file.Sha256, file.Bytes);
            // Lines of a split file are counted by the bytes when they are defined; no task sees all of them.
            if (source.IsWhole) SourceLoader.CheckHash(file, summary);
            Keep(file, summary with { Sha256 = file.Sha256, Bytes = file.Bytes }, source.Rejects);
        }
    }

    /// <inheritdoc/>
    public void Replay(string sha256, IEnumerable<ColumnBatch> records)
    {
        IEnumerable<ColumnBatch> Seen()
        {
            foreach (var batch in records)
            {
                foreach (var day in batch.Ints(RecordColumns.OrderDate).Values) _dates.Add(Dates.FromDays(day));
                yield return batch;
            }
        }
        DefinePieces(PieceRows.Of(sha256, Seen()));
    }

    /// <inheritdoc/>
    public CurationResult Finish(CurationPlan plan)
    {
        var touched = plan.BaseDates.Where(date => _dates.Contains(date.Date) || plan.Rebuild.Contains(date.Date)).ToList();
        return touched.Count == 0 && _pieces.Count == 0
            ? new CurationResult([], [])
            : new ExecutorCuration(open(), files, plan, SourceLoader.PolicyOf(results), cancel).Run(touched, _pieces);
    }

    /// <inheritdoc/>
    public void Dispose() => forget();

    private string Name(string what) => $"source_{what}_{_next++}";

    private void Keep(InputFile file, ParseSummary summary, IReadOnlyList<ColumnBatch> rejects)
    {
        foreach (var date in summary.Dates) _dates.Add(date.Date);
        _loaded[file.Sha256] = new LoadedSource(file, summary, rejects);
    }

    /// <summary>Files that one task each reads whole.</summary>
    private string DefineWhole(List<InputFile> whole)
    {
        var rows = new ColumnBatch(FileColumns);
        foreach (var file in whole)
        {
            rows.Texts(0).Append(file.Path);
            rows.Texts(1).Append(file.Sha256);
            rows.Texts(2).Append(file.Name);
        }
        var contents = Name("bytes");
        Executors.DefineContents(contents, FileColumns, rows, PartBytes, cancel);
        var input = Name("parts");
        Executors.DefineView(input, new SqlText(input, $"select sha256, file, cast(1 as bigint) as first_line, part, data from {contents}"), SqlParameters.None, cancel);
        return input;
    }

    /// <summary>Runs the parser over a relation of parts and takes in what it says of each file.</summary>
    private void Parse(string input, IReadOnlyList<InputFile> sources, Dictionary<string, ParsedSource> parsed)
    {
        foreach (var file in sources) parsed[file.Sha256] = new ParsedSource();
        var output = Name("records");
        var outcome = open().RunGrouped(input, _task, output, cancel);
        foreach (var failure in outcome.Failures) parsed[failure.Key[0]!].Failure ??= failure.Message;
        if (outcome.Failures.Count > 0) return;
        foreach (var batch in open().Read(new SqlText(output, $"select sha256, first_line, summary from {output} where row_kind = {ParseRecordsTask.SummaryRow} order by sha256, first_line"),
            SqlParameters.None, [new("sha256", ColumnType.Text), new("first_line", ColumnType.Int64), new("summary", ColumnType.Text)], cancel))
            for (var row = 0; row < batch.Count; row++)
            {
                var source = parsed[batch.Texts(0).GetString(row)!];
                source.Summaries.Add(SummaryJson.Read(Encoding.UTF8.GetBytes(batch.Texts(2).GetString(row)!)));
                source.IsWhole = source.Summaries.Count == 1 && batch.Longs(1)[row] == 1 && !SourceLines.IsLines(input);
            }
        if (parsed.Values.Any(source => source.Summaries.Any(summary => summary.Rejected > 0))) ReadRejects(output, sources, parsed);
        _pieces.Add($"select order_date, {CurateDateTask.Piece} as role, sha256 as source, piece_line as first_line, content from {output} where row_kind = {ParseRecordsTask.PieceRow}");
    }

    private void ReadRejects(string output, IReadOnlyList<InputFile> sources, Dictionary<string, ParsedSource> parsed)
    {
        var names = sources.ToDictionary(file => file.Sha256, file => file.Name, StringComparer.Ordinal);
        Column[] columns = [new("sha256", ColumnType.Text), .. RejectColumns.All];
        var list = string.Join(", ", RejectColumns.All.Select(column => $"\"{column.Name}\""));
        foreach (var batch in open().Read(new SqlText(output, $"select sha256, {list} from {output} where row_kind = {ParseRecordsTask.RejectRow} order by sha256, source_line"), SqlParameters.None, columns, cancel))
            for (int start = 0, end; start < batch.Count; start = end)
            {
                for (end = start + 1; end < batch.Count && batch.Texts(0)[end].SequenceEqual(batch.Texts(0)[start]);) end++;
                var rejects = new ColumnBatch(RejectColumns.All);
                for (var column = 0; column < RejectColumns.All.Count; column++) rejects[column].AppendRange(batch[1 + column], start, end - start);
                var sha256 = batch.Texts(0).GetString(start)!;
                _budget.Take(rejects, names[sha256]);
                parsed[sha256].Rejects.Add(rejects);
            }
    }

    /// <summary>Reads a file here that no worker can: Parquet, an empty one, or a packed file too large for one row. Records go on as a stream.</summary>
    private void ParseHere(InputFile file)
    {
        var rejects = new RejectCollector(new PieceRows.NoRows(), file.Name, _budget);
        ParseSummary? summary = null;
        DefinePieces(PieceRows.Of(file.Sha256, sink => summary = Parse(file, sink), rejects));
        SourceLoader.CheckHash(file, summary!);
        Keep(file, summary!, rejects.Rejects.ToArray());
    }

    private ParseSummary Parse(InputFile file, IRecordSink sink)
    {
        var options = new ParseOptions { Threads = threads };
        if (FileSystems.IsUri(file.Path) && RecordParser.KindOf(file.Name, _mapping).Format != SourceFormat.Parquet)
        {
            using var stream = sources(file.Path).OpenRead(file.Path);
            return RecordParser.ParseText(stream, file.Name, _mapping, options, sink, cancel);
        }
        using var copy = new LocalCopy(sources);
        return RecordParser.Parse(copy.Of(file.Path), file.Name, _mapping, options, sink, cancel);
    }

    private void DefinePieces(IEnumerable<ColumnBatch> pieces)
    {
        var name = Name("pieces");
        open().DefineRows(name, PieceRows.Columns, pieces, cancel);
        _pieces.Add($"select order_date, {CurateDateTask.Piece} as role, source, first_line, content from {name}");
    }

    private static Exception Failed(string message, string file)
    {
        const string format = nameof(RecordFormatException) + ": ";
        return message.StartsWith(format, StringComparison.Ordinal) ? new RecordFormatException(message[format.Length..]) : new InvalidOperationException($"{file}: the worker that parsed it failed: {message}");
    }

    /// <summary>What the workers said of a file.</summary>
    private sealed class ParsedSource
    {
        public List<ParseSummary> Summaries { get; } = [];

        public List<ColumnBatch> Rejects { get; } = [];

        public string? Failure { get; set; }

        /// <summary>Why this process could not read it.</summary>
        public RecordFormatException? Refused { get; init; }

        /// <summary>Whether one task saw all of its bytes.</summary>
        public bool IsWhole { get; set; }
    }
}
