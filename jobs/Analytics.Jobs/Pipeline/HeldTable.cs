using Analytics.Columns;
using Analytics.Files;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// Writes a table whose rows the program holds: sorted, checked and encoded as the engine's tables are, to the same bytes, without an engine.
/// On a night that brings one file, the engine's start would be most of the work; on executors, the way there and back.
/// </summary>
internal static class HeldTable
{
    /// <summary>Up to so many rows a table is small.</summary>
    public const long SmallRows = 100_000;

    /// <summary>Up to so many bytes rows are held where an engine's executors would have to be sent them and send them back sorted.</summary>
    public const long HeldBytes = 128L << 20;

    public static TableFact Write(StageContext context, IEnumerable<ColumnBatch> rows, string table)
    {
        var all = new ColumnBatch(TableSchemas.Of(table).Columns);
        foreach (var batch in rows) all.AppendRows(batch, 0, batch.Count);
        return Write(context, all, table);
    }

    /// <summary>The same of rows that are together already.</summary>
    public static TableFact Write(StageContext context, ColumnBatch all, string table)
    {
        var schema = TableSchemas.Of(table);
        var keys = schema.OrderBy.Select(name => all[TableSchemas.Position(schema, name)]).ToArray();
        var order = Enumerable.Range(0, all.Count).ToArray();
        Array.Sort(order, (a, b) => Compare(keys, a, b));
        for (var i = 1; i < order.Length; i++)
            if (Compare(keys, order[i - 1], order[i]) == 0)
                throw new InvalidOperationException($"table {table}: two rows have the same {string.Join(", ", schema.OrderBy)}");

        var folder = context.Staging.TableFolder(table);
        context.Lake.Files.DeleteTree(folder);
        context.Lake.Files.CreateFolder(folder);
        const string part = "part-00000.parquet";
        using var writer = new ParquetWriter(schema.Columns);
        using (var stream = context.Lake.Files.CreateFile(StorePath.Combine(folder, part)))
        {
            writer.Begin(stream);
            var batch = new ColumnBatch(schema.Columns);
            foreach (var row in order)
            {
                batch.AppendRow(all, row);
                if (batch.Count < ColumnBatch.UsualRows) continue;
                writer.Append(batch);
                batch.Clear();
            }
            writer.Append(batch);
            writer.End();
        }
        return new TableFact(table, [new PartFact(part, all.Count)]);
    }

    /// <summary>Ascending, texts by their bytes; sort keys are never NULL in these tables.</summary>
    private static int Compare(ColumnVector[] keys, int a, int b)
    {
        foreach (var key in keys)
        {
            var order = key switch
            {
                TextVector texts => texts[a].SequenceCompareTo(texts[b]),
                TextListVector lists => Compare(lists, a, b),
                ValueVector<long> longs => longs[a].CompareTo(longs[b]),
                ValueVector<int> ints => ints[a].CompareTo(ints[b]),
                _ => throw new InvalidOperationException($"no order for a {key.GetType().Name}"),
            };
            if (order != 0) return order;
        }
        return 0;
    }

    /// <summary>By the first text that differs, then the shorter one first.</summary>
    private static int Compare(TextListVector lists, int a, int b)
    {
        var ((start, length), (otherStart, otherLength)) = (lists[a], lists[b]);
        for (var i = 0; i < Math.Min(length, otherLength); i++)
            if (lists.Items[start + i].SequenceCompareTo(lists.Items[otherStart + i]) is not 0 and var order) return order;
        return length.CompareTo(otherLength);
    }
}
