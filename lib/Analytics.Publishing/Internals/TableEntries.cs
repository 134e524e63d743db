using Analytics.Columns;

namespace Analytics.Publishing.Internals;

/// <summary>A run's tables as its manifest lists them.</summary>
internal static class TableEntries
{
    /// <summary>The lines of all dates up to the business date, a file a date.</summary>
    public static TableEntry OfTransactions(DateOnly businessDate, PublishDraft draft)
    {
        var files = new List<TableFile>();
        foreach (var day in draft.Curated)
        {
            if (day.Date > businessDate) continue;
            var file = day.Transactions;
            files.Add(new TableFile($"{LakeLayout.Transactions}/{LakeLayout.Date(day.Date)}.parquet", file.Rows, file.Bytes, file.Sha256, file.Cid));
        }
        return Of(draft.Transactions, files);
    }

    public static TableEntry Of(TableSchema schema, List<TableFile> files) => new()
    {
        Name = schema.Name,
        Version = schema.Version,
        Kind = schema.Kind == TableKind.Result ? "result" : "record",
        Rows = files.Sum(static f => f.Rows),
        Columns = [.. schema.Columns.Select(static c => new TableColumn(c.Name, c.Type.ToString(), c.Nullable))],
        OrderBy = schema.OrderBy,
        Files = files,
    };
}
