using Analytics.Publishing;

namespace Analytics.Web.Data;

/// <summary>Tables of a run as sources of queries.</summary>
internal static class RunTables
{
    /// <summary>A table by its name; null where the run has none.</summary>
    public static TableEntry? Find(Manifest manifest, string name) => manifest.Tables.FirstOrDefault(table => table.Name == name);

    /// <summary>What stands behind from: Parquet files, or no row of the table's columns where there is none.</summary>
    public static string From(TableEntry table, IEnumerable<string> paths)
    {
        var list = paths.Select(TableQueries.Literal).ToList();
        if (list.Count > 0) return $"read_parquet([{string.Join(", ", list)}], hive_partitioning = false)";
        return $"(select {string.Join(", ", table.Columns.Select(column => $"cast(null as {column.Type}) as {TableQueries.Name(column.Name)}"))} where false)";
    }

    /// <summary>A column as text.</summary>
    public static string Text(TableColumn column) => $"cast({TableQueries.Name(column.Name)} as varchar) as {TableQueries.Name(column.Name)}";

    /// <summary>Whether a column holds numbers.</summary>
    public static bool IsNumber(TableColumn column) => column.Type is "BIGINT" or "INTEGER" or "DOUBLE" || column.Type.StartsWith("DECIMAL", StringComparison.Ordinal);
}
