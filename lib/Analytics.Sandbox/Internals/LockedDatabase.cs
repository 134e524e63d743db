using System.Globalization;
using Analytics.Columns;
using Analytics.Engine.DuckDb.Internals;
using DuckDB.NET.Data;

namespace Analytics.Sandbox.Internals;

/// <summary>
/// A database in memory with a view for each table of the run, and nothing else within reach. The views name the files relative to
/// the run's folder, which is the process's own, so no text in the database tells where the lake is.
/// </summary>
internal static class LockedDatabase
{
    public static DuckDBConnection Open(WorkerRequest request)
    {
        var options = string.Create(CultureInfo.InvariantCulture, $"DataSource=:memory:;memory_limit={request.MemoryBytes}B;threads={request.Threads}");
        var connection = new DuckDBConnection(options);
        try
        {
            connection.Open();
            foreach (var sql in Statements(request)) Execute(connection, sql);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static IEnumerable<string> Statements(WorkerRequest request)
    {
        yield return "set global timezone = 'UTC'";
        // No spilling: a query that needs more than its memory ends.
        yield return "set global temp_directory = ''";
        yield return "set global home_directory = ''";
        yield return "set global extension_directory = ''";
        yield return "set global secret_directory = ''";
        yield return "set global allow_persistent_secrets = false";
        yield return "set global autoinstall_known_extensions = false";
        yield return "set global autoload_known_extensions = false";
        yield return "set global allow_community_extensions = false";
        yield return "set global default_null_order = 'nulls_first_on_asc_last_on_desc'";
        var files = request.Tables.SelectMany(static table => table.Files).Distinct(StringComparer.Ordinal).ToList();
        if (files.Count > 0) yield return $"set global allowed_paths = [{string.Join(", ", files.Select(SqlLiteral.Text))}]";
        foreach (var table in request.Tables)
        {
            var columns = table.Columns.Select(static column => new Column(column.Name, ColumnType.Parse(column.Type), column.Nullable)).ToList();
            yield return $"create view {SqlLiteral.Name(table.Name)} as {FileRelation.Select(columns, table.Files)}";
        }
        yield return "set global enable_external_access = false";
        yield return "set global lock_configuration = true";
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
