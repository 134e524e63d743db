using Analytics.Columns;
using Analytics.Records;
using Analytics.Records.Curation;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// Reads source files once, whoever asks first (the planner that needs their last order date, or ingest), and builds the dates of what was
/// read: in this process, or on an engine's executors.
/// </summary>
internal interface ISourceLoader : IDisposable
{
    /// <summary>The sources that were read, by hash.</summary>
    IReadOnlyDictionary<string, LoadedSource> Loaded { get; }

    /// <summary>Reads files, but for those whose bytes were read already.</summary>
    /// <param name="files">The files, in the order in which what is wrong with them is reported.</param>
    /// <param name="progress">Is told the share of the bytes that were read, and of which file; may be null.</param>
    /// <exception cref="RecordFormatException">A file as a whole cannot be read.</exception>
    void Load(IReadOnlyList<InputFile> files, Action<double, string>? progress = null);

    /// <summary>Takes the records of a source from elsewhere than its file.</summary>
    /// <param name="sha256">The source.</param>
    /// <param name="records">Batches of <see cref="RecordColumns.All"/>, each its own.</param>
    void Replay(string sha256, IEnumerable<ColumnBatch> records);

    /// <summary>Builds every date that a source touches or the plan names. Once, after all sources.</summary>
    CurationResult Finish(CurationPlan plan);
}
