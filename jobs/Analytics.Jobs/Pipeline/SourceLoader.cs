using Analytics.Columns;
using Analytics.Jobs.Configuration;
using Analytics.Records;
using Analytics.Records.Curation;

namespace Analytics.Jobs.Pipeline;

/// <summary>A file whose records were read in this run.</summary>
internal sealed record LoadedSource(InputFile File, ParseSummary Summary, IReadOnlyList<ColumnBatch> Rejects);

/// <summary>
/// Reads source files in this process. Rows wait in the curator (in memory, or spilled), rejects beside them.
/// </summary>
internal sealed class SourceLoader(ResultsSettings results, int threads, long memoryBytes, string spillFolder, CancellationToken cancel) : ISourceLoader
{
    /// <summary>The most bytes of rejected lines that a run keeps.</summary>
    public const long RejectBytes = 512L << 20;

    private readonly Dictionary<string, LoadedSource> _loaded = new(StringComparer.Ordinal);
    private readonly RecordMapping _mapping = MappingSettings.ToMapping(results.Input);
    private readonly RejectBudget _budget = new(RejectBytes);
    private Curator? _curator;

    /// <summary>Where rows go.</summary>
    public Curator Curator => _curator ??= new Curator(new CurationOptions
    {
        Threads = threads,
        MemoryBytes = memoryBytes,
        SpillFolder = spillFolder,
        Duplicates = PolicyOf(results),
    });

    /// <summary>The sources that were read, by hash.</summary>
    public IReadOnlyDictionary<string, LoadedSource> Loaded => _loaded;

    /// <summary>What the configuration says of duplicates.</summary>
    public static DuplicatePolicy PolicyOf(ResultsSettings results) => results.Input.Duplicates switch
    {
        "keep" => DuplicatePolicy.Keep,
        "fail" => DuplicatePolicy.Fail,
        _ => DuplicatePolicy.Drop,
    };

    /// <inheritdoc/>
    public void Load(IReadOnlyList<InputFile> files, Action<double, string>? progress = null)
    {
        long bytes = files.Sum(file => file.Bytes), read = 0;
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Invoke(bytes == 0 ? 0 : (double)read / bytes, file.Name);
            Load(file);
            read += file.Bytes;
        }
    }

    /// <inheritdoc/>
    public void Replay(string sha256, IEnumerable<ColumnBatch> records)
    {
        var sink = Curator.AddSource(sha256);
        var noRejects = new ColumnBatch(RejectColumns.All);
        var sequence = 0;
        foreach (var batch in records) sink.Accept(sequence++, batch, noRejects);
    }

    /// <inheritdoc/>
    public CurationResult Finish(CurationPlan plan) => Curator.Finish(plan, cancel);

    /// <summary>Reads a file, unless its bytes were read already.</summary>
    /// <exception cref="RecordFormatException">The file as a whole cannot be read.</exception>
    public LoadedSource Load(InputFile file)
    {
        if (_loaded.TryGetValue(file.Sha256, out var loaded)) return loaded;
        var collector = new RejectCollector(Curator.AddSource(file.Sha256), file.Name, _budget);
        var summary = RecordParser.Parse(file.Path, file.Name, _mapping, new ParseOptions { Threads = threads }, collector, cancel);
        CheckHash(file, summary);
        return _loaded[file.Sha256] = new LoadedSource(file, summary, collector.Rejects.ToArray());
    }

    /// <summary>The order dates of a file without keeping its rows; for a backfill's plan.</summary>
    public static ParseSummary Scan(InputFile file, ResultsSettings results, int threads, CancellationToken cancel) =>
        RecordParser.Parse(file.Path, file.Name, MappingSettings.ToMapping(results.Input), new ParseOptions { Threads = threads }, new NoSink(), cancel);

    public void Dispose() => _curator?.Dispose();

    /// <summary>Refuses a file whose bytes are not those that the run was planned with.</summary>
    public static void CheckHash(InputFile file, ParseSummary summary)
    {
        if (summary.Sha256 != file.Sha256)
            throw new UserException(ExitCode.Data, $"{file.Name}: the file changed while it was read (its hash is another than at the start). Wait until it is whole and run again");
    }

    private sealed class NoSink : IRecordSink
    {
        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects)
        {
        }
    }
}
