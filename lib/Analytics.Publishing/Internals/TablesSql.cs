using System.Text;

namespace Analytics.Publishing.Internals;

/// <summary>
/// Writes tables.sql: statements for DuckDB, and behind <c>--spark </c> at the start of each line those for Spark. Paths are relative
/// to one variable, the run's folder, so that the same run has the same file wherever its lake stands.
/// </summary>
internal static class TablesSql
{
    private const string Spark = "--spark ";

    public static byte[] Write(RunRef run, IReadOnlyList<TableEntry> tables)
    {
        var text = new StringBuilder();
        text.Append($"-- Views of the tables of run {run}, with explicit lists of their files.\n");
        text.Append("""
            -- DuckDB, in the run's folder:          duckdb -init tables.sql
            -- DuckDB, from anywhere:                set variable run = '/path/to/the/run'; before this file
            -- Spark, statements behind '--spark ':  sed -n 's/^--spark //p' tables.sql > views.sql
            --                                       spark-sql --conf spark.analytics.run=/path/to/the/run -i views.sql

            set variable run = coalesce(getvariable('run'), '.');

            """.ReplaceLineEndings("\n"));
        foreach (var table in tables) AppendDuckDb(text, table);
        text.Append('\n');
        foreach (var table in tables) AppendSpark(text, table);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AppendDuckDb(StringBuilder text, TableEntry table)
    {
        text.Append($"\ncreate or replace view {Name(table.Name)} as\n");
        if (table.Files.Count == 0)
        {
            text.Append("select ").AppendJoin(", ", table.Columns.Select(static c => $"cast(null as {DuckDbType(c.Type)}) as {Name(c.Name)}")).Append(" where false;\n");
            return;
        }
        text.Append("select * from read_parquet([\n");
        for (var i = 0; i < table.Files.Count; i++)
            text.Append($"    getvariable('run') || '/{table.Files[i].Path}'{(i == table.Files.Count - 1 ? "" : ",")}\n");
        // The names of the folders above a run mean nothing to its columns.
        text.Append("], hive_partitioning = false);\n");
    }

    private static void AppendSpark(StringBuilder text, TableEntry table)
    {
        text.Append(Spark).Append($"create or replace temporary view `{table.Name}`");
        if (table.Files.Count == 0)
        {
            text.Append(" as select ").AppendJoin(", ", table.Columns.Select(static c => $"cast(null as {SparkType(c.Type)}) as `{c.Name}`")).Append(" where false;\n");
            return;
        }
        text.Append(" (").AppendJoin(", ", table.Columns.Select(static c => $"`{c.Name}` {SparkType(c.Type)}")).Append(")\n");
        // One path with alternatives in braces: the one form in which Spark's SQL takes a list of files.
        text.Append(Spark).Append("using parquet options (path '${spark.analytics.run}/").Append(table.Name).Append('/');
        var names = table.Files.Select(f => f.Path[(table.Name.Length + 1)..]).ToList();
        if (names.Count == 1) text.Append(names[0]);
        else text.Append('{').AppendJoin(',', names).Append('}');
        text.Append("');\n");
    }

    private static string Name(string name) => $"\"{name}\"";

    /// <summary>DuckDB reads Parquet's timestamps that are adjusted to UTC as those with a zone.</summary>
    private static string DuckDbType(string type) => type == "TIMESTAMP" ? "TIMESTAMPTZ" : type;

    private static string SparkType(string type) => type switch
    {
        "VARCHAR" => "string",
        "VARCHAR[]" => "array<string>",
        "INTEGER" => "int",
        _ => type.ToLowerInvariant(),
    };
}
