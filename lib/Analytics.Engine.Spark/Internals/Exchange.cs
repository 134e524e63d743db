using System.Globalization;
using Analytics.Columns;
using Analytics.Engine.Wire;
using Analytics.Files;

namespace Analytics.Engine.Spark.Internals;

/// <summary>Brings a query's rows to the program: Spark writes them as lines of the wire, a file a partition, and they are read as a stream.</summary>
internal sealed class Exchange(SparkSession session, Jobs jobs, Scratch scratch)
{
    private const int TasksPerCore = 3;

    public Scratch Scratch => scratch;

    /// <summary>The rows in the query's order.</summary>
    public IEnumerable<ColumnBatch> Read(RenderedSql sql, IReadOnlyList<Column> columns, CancellationToken cancel)
    {
        var folder = scratch.NewFolder("read");
        try
        {
            jobs.Run(sql.Source, sql, cancel, () => WriteLines(sql, columns, folder));
            foreach (var batch in ReadLines(folder, columns, sql.Source))
            {
                cancel.ThrowIfCancellationRequested();
                yield return batch;
            }
        }
        finally
        {
            scratch.Delete(folder);
        }
    }

    /// <summary>The rows of a query that sorts each of its partitions, merged.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="keys">The positions of the columns that it sorts by, ascending, NULL first.</param>
    /// <param name="cancel">Ends the work.</param>
    public IEnumerable<ColumnBatch> ReadSorted(RenderedSql sql, IReadOnlyList<Column> columns, int[] keys, CancellationToken cancel)
    {
        var folder = scratch.NewFolder("read");
        try
        {
            jobs.Run(sql.Source, sql, cancel, () =>
            {
                // Spark joins small partitions to one a core; of two cores one then waits for a third of them.
                using var even = session.Override(("spark.sql.adaptive.coalescePartitions.minPartitionNum", (TasksPerCore * session.Parallelism()).ToString(CultureInfo.InvariantCulture)));
                WriteLines(sql, columns, folder);
            });
            foreach (var batch in SortedParts.Merge(scratch.Parts(folder).Select(part => ReadPart(part.Path, columns, sql.Source)), columns, keys))
            {
                cancel.ThrowIfCancellationRequested();
                yield return batch;
            }
        }
        finally
        {
            scratch.Delete(folder);
        }
    }

    /// <summary>The rows in the query's order, within a job that runs already.</summary>
    public IEnumerable<ColumnBatch> Read(RenderedSql sql, IReadOnlyList<Column> columns)
    {
        var folder = scratch.NewFolder("read");
        try
        {
            WriteLines(sql, columns, folder);
            foreach (var batch in ReadLines(folder, columns, sql.Source)) yield return batch;
        }
        finally
        {
            scratch.Delete(folder);
        }
    }

    private void WriteLines(RenderedSql sql, IReadOnlyList<Column> columns, string folder)
    {
        using var query = session.Sql(sql.Text);
        SparkTypes.Check(query.Columns(), columns, sql.Source);
        // concat_ws would pass over a NULL: every field says NULL itself, and the reader refuses it where none is allowed.
        var fields = columns.Select(column => WireSql.Write(column with { Nullable = true }));
        using var lines = query.Select([$"concat_ws(chr(9), {string.Join(", ", fields)}) as value"]);
        lines.WriteLines(Scratch.SparkPath(folder));
    }

    private IEnumerable<ColumnBatch> ReadLines(string folder, IReadOnlyList<Column> columns, string source)
    {
        foreach (var part in scratch.Parts(folder))
            foreach (var batch in ReadPart(part.Path, columns, source)) yield return batch;
    }

    private IEnumerable<ColumnBatch> ReadPart(string path, IReadOnlyList<Column> columns, string source)
    {
        using var stream = scratch.Files.OpenRead(path);
        using var batches = new WireRowReader(columns, source).Read(stream).GetEnumerator();
        while (Next(batches, source)) yield return batches.Current;
    }

    private static bool Next(IEnumerator<ColumnBatch> batches, string source)
    {
        try
        {
            return batches.MoveNext();
        }
        catch (WireFormatException wrong)
        {
            throw SparkErrors.Contract(wrong.Message, source);
        }
        catch (FileStoreException wrong)
        {
            throw new EngineException(wrong.Message, source, inner: wrong, kind: EngineErrorKind.Io);
        }
    }
}
