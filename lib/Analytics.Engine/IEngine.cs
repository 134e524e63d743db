using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>
/// What a job may ask of an engine. Relations are named; a name is defined once and may be dropped. All methods block;
/// all throw <see cref="EngineException"/> for what the engine reports and <see cref="OperationCanceledException"/> when cancelled.
/// Not for use by several threads at once; an engine uses all cores itself.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>The name in configuration, manifest and lineage, such as <c>duckdb</c>.</summary>
    string Name { get; }

    /// <summary>The engine's own version, such as <c>1.5.6</c>.</summary>
    string Version { get; }

    /// <summary>The processes that grouped work runs in; null where it runs in this one.</summary>
    IExecutors? Executors { get; }

    /// <summary>The relations that are defined now.</summary>
    IReadOnlyCollection<string> RelationNames { get; }

    /// <summary>Defines a relation over Parquet files (in the order given; none gives an empty relation of these columns).</summary>
    void DefineFiles(string name, IReadOnlyList<Column> columns, IReadOnlyList<string> files, CancellationToken cancel);

    /// <summary>Defines a relation from rows that the program holds. The batches may be reused by the enumerator between steps.</summary>
    void DefineRows(string name, IReadOnlyList<Column> columns, IEnumerable<ColumnBatch> rows, CancellationToken cancel);

    /// <summary>Defines a relation by a query that runs once and is kept (in memory, or spilled) until it is dropped.</summary>
    void DefineTable(string name, SqlText query, SqlParameters parameters, CancellationToken cancel);

    /// <summary>Forgets a relation and frees what it holds.</summary>
    void Drop(string name);

    /// <summary>
    /// Reads a query's rows in its own order. The query's columns must have these names and types in this order.
    /// A NULL in a column that is declared without NULLs is a breach: behind it stands a zero that is no value.
    /// The batch is reused: it is valid until the next step of the enumeration.
    /// </summary>
    IEnumerable<ColumnBatch> Read(SqlText query, SqlParameters parameters, IReadOnlyList<Column> columns, CancellationToken cancel);

    /// <summary>
    /// Writes a relation as Parquet (zstd) sorted by the schema's order, as part files in a folder that does not exist yet,
    /// the same bytes for any number of threads. The relation must have exactly the schema's columns and types,
    /// no NULL where the schema allows none, and no two rows with equal sort keys.
    /// </summary>
    /// <param name="relation">The relation.</param>
    /// <param name="schema">The table's contract.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="each">Sees the rows on their way, in the table's order, and may not keep the batch; null for nobody.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="EngineException">The relation does not keep to the schema (<see cref="EngineException.IsContractBreach"/>).</exception>
    WrittenTable Write(string relation, TableSchema schema, string folder, Action<ColumnBatch>? each, CancellationToken cancel);

    /// <summary>
    /// Runs C# on each group of a relation, on all cores, and defines <paramref name="output"/> as the key columns followed by
    /// the task's output columns. A key on which the task throws gives no rows and one <see cref="GroupFailure"/>.
    /// The rows are those of the groups in key order, whatever the threads do. A group whose output rows are not whole, or hold a
    /// NULL in a column declared without, is a failure as well; a NULL in an input column declared without ends the job.
    /// </summary>
    GroupedOutcome RunGrouped(string relation, GroupedTask task, string output, CancellationToken cancel);
}

/// <summary>A written table.</summary>
/// <param name="Files">The part files' full paths, in row order.</param>
/// <param name="Rows">Rows in all.</param>
/// <param name="RowsPerFile">The rows of every file but the last.</param>
public sealed record WrittenTable(IReadOnlyList<string> Files, long Rows, long RowsPerFile = long.MaxValue)
{
    /// <summary>The rows of one file.</summary>
    public long RowsOf(int file) => file < Files.Count - 1 ? RowsPerFile : Files.Count == 1 ? Rows : Rows - (Files.Count - 1) * RowsPerFile;
}
