using System.Globalization;
using Analytics.Columns;
using Analytics.Files;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// Writes a relation as sorted Parquet files, held against its schema on the way: Spark sorts, on all executors, each partition by itself; this
/// program merges the partitions' rows as streams and encodes them with the writer that every engine uses, so that equal rows are equal bytes.
/// A sort of the whole table by Spark would read it once more for its bounds and move every row.
/// </summary>
internal sealed class TableWriter(IFileStore files, Exchange exchange)
{
    /// <summary>So many partitions are merged at most: each is an open file.</summary>
    private const int MostParts = 64;

    /// <summary>Rows of one file; more begin the next. Fixed, because it decides bytes.</summary>
    public const long RowsPerFile = 10_000_000;

    public WrittenTable Write(string relation, TableSchema schema, string folder, IReadOnlyList<(string Name, string Type)> actual, Action<ColumnBatch>? each, CancellationToken cancel)
    {
        var keys = KeyColumns(relation, schema);
        if (files.Find(folder) is not null) throw new EngineException($"{relation}: {folder} exists already: a table is written to a new folder", relation, kind: EngineErrorKind.Io);
        SparkTypes.Check(actual, schema.Columns, relation);
        var names = string.Join(", ", schema.Columns.Select(column => SparkLiteral.Name(column.Name)));
        var order = SparkLiteral.OrderBy(schema.OrderBy);
        var merge = SortedParts.CanMerge(keys.Select(key => schema.Columns[key]));
        var sql = new RenderedSql(relation, merge
            ? string.Create(CultureInfo.InvariantCulture, $"select {names} from (select /*+ coalesce({MostParts}) */ {names} from {SparkLiteral.Name(relation)}) sort by {order}")
            : $"select {names} from {SparkLiteral.Name(relation)} order by {order}", []);
        // A forbidden NULL is told with its row's key, which only this place knows.
        var columns = schema.Columns.Select(column => column with { Nullable = true }).ToArray();
        files.CreateFolder(folder);
        try
        {
            using var parts = new PartFiles(schema.Columns, folder, RowsPerFile, files.CreateFile);
            var last = new ColumnBatch(keys.Select(key => columns[key]).ToArray());
            using (var encoder = new EncoderThread(parts, cancel))
            {
                foreach (var batch in merge ? exchange.ReadSorted(sql, columns, keys, cancel) : exchange.Read(sql, columns, cancel))
                {
                    cancel.ThrowIfCancellationRequested();
                    CheckNulls(batch, keys, relation, schema);
                    CheckKeys(batch, keys, last, relation, schema);
                    each?.Invoke(batch);
                    // The batch belongs to who reads it, who fills it again while this copy is encoded.
                    var copy = encoder.Rent(schema.Columns);
                    copy.AppendRows(batch, 0, batch.Count);
                    encoder.Hand(copy);
                }
                encoder.Finish();
            }
            return parts.End();
        }
        catch (Exception wrong)
        {
            // Nothing half written may be taken for a table.
            files.DeleteTree(folder);
            if (wrong is FileStoreException store) throw new EngineException(store.Message, relation, inner: wrong, kind: store.IsFull ? EngineErrorKind.DiskFull : EngineErrorKind.Io);
            throw;
        }
    }

    private static int[] KeyColumns(string relation, TableSchema schema)
    {
        if (schema.OrderBy.Count == 0) throw SparkErrors.Contract($"{schema.Name}: the schema names no sort keys: its rows would have no order", relation);
        var names = schema.Columns.Select(column => column.Name).ToList();
        return [.. schema.OrderBy.Select(key => names.IndexOf(key) is >= 0 and var at ? at : throw SparkErrors.Contract($"{schema.Name}: sort key {key} is none of its columns", relation))];
    }

    private static void CheckKeys(ColumnBatch batch, int[] keys, ColumnBatch last, string relation, TableSchema schema)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            var same = row > 0 || last.Count > 0;
            for (var i = 0; same && i < keys.Length; i++)
                same = row > 0 ? Same(batch[keys[i]], row, batch[keys[i]], row - 1) : Same(batch[keys[i]], row, last[i], 0);
            if (!same) continue;
            throw SparkErrors.Contract(
                $"{relation}: more than one row has {KeyText.Row(batch, keys, row)}; table {schema.Name} is sorted by {string.Join(", ", schema.OrderBy)}, in which its rows must differ", relation);
        }
        last.Clear();
        for (var i = 0; i < keys.Length; i++) last[i].AppendFrom(batch[keys[i]], batch.Count - 1);
    }

    private static bool Same(ColumnVector a, int row, ColumnVector b, int other)
    {
        if (a.IsNull(row) || b.IsNull(other)) return a.IsNull(row) && b.IsNull(other);
        return (a, b) switch
        {
            (ValueVector<bool> x, ValueVector<bool> y) => x[row] == y[other],
            (ValueVector<int> x, ValueVector<int> y) => x[row] == y[other],
            (ValueVector<long> x, ValueVector<long> y) => x[row] == y[other],
            (ValueVector<double> x, ValueVector<double> y) => x[row].Equals(y[other]),
            (ValueVector<Int128> x, ValueVector<Int128> y) => x[row] == y[other],
            (TextVector x, TextVector y) => x[row].SequenceEqual(y[other]),
            (TextListVector x, TextListVector y) => x.GetStrings(row)!.SequenceEqual(y.GetStrings(other)!, StringComparer.Ordinal),
            _ => throw new InvalidOperationException($"no comparison of {a.GetType().Name} and {b.GetType().Name}"),
        };
    }

    private static void CheckNulls(ColumnBatch batch, int[] keys, string relation, TableSchema schema)
    {
        for (var i = 0; i < schema.Columns.Count; i++)
        {
            if (schema.Columns[i].Nullable || batch[i].NullCount == 0) continue;
            var row = 0;
            while (!batch[i].IsNull(row)) row++;
            throw SparkErrors.Contract(
                $"{relation}: column {schema.Columns[i].Name} is NULL where {KeyText.Row(batch, keys, row)}, and table {schema.Name} allows no NULL in it", relation);
        }
    }
}
