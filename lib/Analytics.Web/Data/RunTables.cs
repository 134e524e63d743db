using Analytics.Files;
using Analytics.Publishing;

namespace Analytics.Web.Data;

/// <summary>Tables of a run as sources of queries.</summary>
internal static class RunTables
{
    /// <summary>A table by its name; null where the run has none.</summary>
    public static TableEntry? Find(Manifest manifest, string name) => manifest.Tables.FirstOrDefault(table => table.Name == name);

    /// <summary>What stands behind from: the table's files, or some of them.</summary>
    /// <exception cref="ConsoleException">The manifest names a file outside of the run.</exception>
    public static string From(Lake lake, RunRef run, TableEntry table, IEnumerable<TableFile>? files = null)
    {
        var list = new List<string>();
        foreach (var file in files ?? table.Files)
        {
            if (!StorePath.IsPlainRelative(file.Path)) throw new ConsoleException($"the manifest of {run} names the file '{file.Path}'; expected one below the run's folder. The run was altered: verify it");
            list.Add(TableQueries.Literal(lake.Full($"{run.Path}/{file.Path}")));
        }
        if (list.Count > 0) return $"read_parquet([{string.Join(", ", list)}], hive_partitioning = false)";
        return $"(select {string.Join(", ", table.Columns.Select(column => $"cast(null as {column.Type}) as {TableQueries.Name(column.Name)}"))} where false)";
    }

    /// <summary>A column as text.</summary>
    public static string Text(TableColumn column) => $"cast({TableQueries.Name(column.Name)} as varchar) as {TableQueries.Name(column.Name)}";

    /// <summary>Whether a column holds numbers.</summary>
    public static bool IsNumber(TableColumn column) => column.Type is "BIGINT" or "INTEGER" or "DOUBLE" || column.Type.StartsWith("DECIMAL", StringComparison.Ordinal);
}
