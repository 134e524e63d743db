using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>
/// Processes near the data that an engine's grouped work runs in. There work is brought to the rows: what a job would read into its own
/// memory elsewhere is defined as a relation here, and only results come back.
/// </summary>
public interface IExecutors
{
    /// <summary>How many tasks run at once, as far as the engine knows it.</summary>
    int Parallelism { get; }

    /// <summary>Defines a relation by a query that runs whenever the relation is read; nothing is kept.</summary>
    void DefineView(string name, SqlText query, SqlParameters parameters, CancellationToken cancel);

    /// <summary>
    /// Defines a relation of files' bytes, which the executors read: the given columns, then <c>part</c> BIGINT from 0 and <c>data</c>
    /// VARCHAR, the part's bytes in base64. A file is read whole by one task; none is empty, as engines pass over those.
    /// </summary>
    /// <param name="name">The relation.</param>
    /// <param name="columns">The columns of <paramref name="files"/>; the first is <c>path</c>, in which no two files are equal.</param>
    /// <param name="files">One row a file, with what else stands in its rows.</param>
    /// <param name="partBytes">Bytes of a part.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="EngineException">A file cannot be found.</exception>
    void DefineContents(string name, IReadOnlyList<Column> columns, ColumnBatch files, int partBytes, CancellationToken cancel);

    /// <summary>
    /// Defines a relation of an unpacked text file's lines, which several tasks read: <c>block</c> BIGINT, <c>part</c> BIGINT, which grows
    /// along the whole file, and <c>data</c> VARCHAR, the part's lines with their ends in base64. A byte order mark is left out.
    /// </summary>
    /// <param name="name">The relation.</param>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="quote">A character to look for in its lines; null for none.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The blocks in the order of the file.</returns>
    /// <exception cref="EngineException">The file has another length.</exception>
    IReadOnlyList<LineBlock> DefineLines(string name, string path, long bytes, char? quote, CancellationToken cancel);
}

/// <summary>Consecutive lines of a file that one task reads.</summary>
/// <param name="Block">Its number in the relation; not consecutive.</param>
/// <param name="Lines">Lines in it.</param>
/// <param name="HasQuote">Whether the character that was looked for is in one of them.</param>
public sealed record LineBlock(long Block, long Lines, bool HasQuote);
