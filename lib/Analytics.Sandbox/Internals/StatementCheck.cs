using System.Text.Json;
using Analytics.Engine.DuckDb.Internals;
using DuckDB.NET.Data;

namespace Analytics.Sandbox.Internals;

/// <summary>
/// Looks at the statement as DuckDB's own parser sees it: one SELECT, from the run's tables and a few harmless table functions.
/// What slips through a mistake here still meets a database without file access, settings that are locked, and a process that can
/// write no file.
/// </summary>
internal static class StatementCheck
{
    private const string Expected = "Expected one SELECT (also WITH, FROM, VALUES, DESCRIBE, SUMMARIZE) over this run's tables.";
    private const int MaxDepth = 16_384;

    private static readonly HashSet<string> TableFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "summary", "pg_timezone_names", "icu_calendar_names",
    };

    // Those that tell of the machine, or that read or leave something beside the result.
    private static readonly HashSet<string> Functions = new(StringComparer.OrdinalIgnoreCase)
    {
        "getenv", "current_setting", "getvariable", "nextval", "currval", "write_log", "parse_duckdb_log_message", "current_query", "json_execute_serialized_sql",
        "query", "query_table", "setseed", "pg_read_file", "which_secret", "add_parquet_key", "st_setcrs",
    };

    /// <summary>Checks it.</summary>
    /// <exception cref="SandboxException">It is something else; the message says what.</exception>
    public static void Check(DuckDBConnection connection, string sql, IReadOnlyList<SandboxTable> tables)
    {
        using var document = Parse(connection, sql);
        var root = document.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            var message = root.GetProperty("error_message").GetString()!;
            if (root.GetProperty("error_type").GetString() == "not implemented") throw Refused("this is no SELECT, or more than one statement.");
            throw new SandboxException(SandboxFault.Sql, ValueText.Clean($"{message}{Position(root, sql)}"));
        }
        var statements = root.GetProperty("statements");
        if (statements.GetArrayLength() != 1) throw Refused($"there are {statements.GetArrayLength()} statements.");
        Walk(statements[0], tables);
    }

    private static JsonDocument Parse(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"select cast(json_serialize_sql({SqlLiteral.Text(sql)}) as varchar)";
        var text = (string)command.ExecuteScalar()!;
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            throw Refused("the statement is nested too deep.");
        }
    }

    private static void Walk(JsonElement statement, IReadOnlyList<SandboxTable> tables)
    {
        var names = new HashSet<string>(tables.Select(static table => table.Name), StringComparer.OrdinalIgnoreCase);
        var wanted = new List<string>();
        // No recursion: a statement may be nested a thousand deep.
        var open = new Stack<JsonElement>();
        open.Push(statement);
        while (open.TryPop(out var at))
        {
            if (at.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in at.EnumerateArray()) open.Push(item);
                continue;
            }
            if (at.ValueKind != JsonValueKind.Object) continue;
            if (Text(at, "type") is "BASE_TABLE") wanted.Add(TableName(at));
            else if (Text(at, "type") is "TABLE_FUNCTION") CheckTableFunction(at);
            else if (Text(at, "function_name") is { } function && Functions.Contains(function))
                throw Refused($"the function {function} is not to be had here.");
            if (at.TryGetProperty("cte_map", out var map))
                foreach (var entry in map.GetProperty("map").EnumerateArray()) names.Add(entry.GetProperty("key").GetString()!);
            foreach (var member in at.EnumerateObject()) open.Push(member.Value);
        }
        foreach (var name in wanted)
            if (!names.Contains(name))
                throw Refused($"there is no table {Shown(name)} in this run. It has {string.Join(", ", tables.Select(static table => table.Name).Order(StringComparer.Ordinal))}.");
    }

    private static void CheckTableFunction(JsonElement node)
    {
        var function = node.GetProperty("function");
        var name = Text(function, "function_name") ?? "";
        if (!TableFunctions.Contains(name))
            throw Refused($"the table function {Shown(name)} is not to be had here; there are {string.Join(", ", TableFunctions.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>The bare name where the table is one of the database's own; else the whole one, which no table has.</summary>
    private static string TableName(JsonElement node)
    {
        var catalog = Text(node, "catalog_name") ?? "";
        var schema = Text(node, "schema_name") ?? "";
        var table = Text(node, "table_name") ?? "";
        return catalog is "" or "memory" && schema is "" or "main" ? table : string.Join('.', new[] { catalog, schema, table }.Where(static part => part.Length > 0));
    }

    private static string? Text(JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Position(JsonElement root, string sql)
    {
        if (Text(root, "position") is not { } text || !int.TryParse(text, out var position) || position < 0 || position > sql.Length) return "";
        var line = 1 + sql.AsSpan(0, position).Count('\n');
        return $" (line {line})";
    }

    private static string Shown(string name) => name.Length <= 80 ? $"'{name}'" : $"'{name[..80]}...'";

    private static SandboxException Refused(string what) => new(SandboxFault.Refused, $"{what} {Expected}");
}
