using System.Collections.Concurrent;
using System.Text.Json;
using Analytics.Columns;

namespace Analytics.Jobs.Pipeline;

/// <summary>The published tables' contracts, from the JSON files in Schemas/.</summary>
internal static class TableSchemas
{
    private static readonly ConcurrentDictionary<string, TableSchema> Cache = new(StringComparer.Ordinal);

    /// <summary>The contract of a table.</summary>
    /// <exception cref="InvalidOperationException">No such schema: a bug.</exception>
    public static TableSchema Of(string table) => Cache.GetOrAdd(table, static name =>
    {
        using var stream = typeof(TableSchemas).Assembly.GetManifestResourceStream($"schema.{name}.json")
            ?? throw new InvalidOperationException($"no schema for table {name}");
        using var json = JsonDocument.Parse(stream);
        var root = json.RootElement;
        var columns = root.GetProperty("columns").EnumerateArray()
            .Select(column => new Column(column.GetProperty("name").GetString()!, ColumnType.Parse(column.GetProperty("type").GetString()!), column.GetProperty("nullable").GetBoolean()))
            .ToArray();
        return new TableSchema(name, root.GetProperty("version").GetInt32(),
            root.GetProperty("kind").GetString() == "record" ? TableKind.Record : TableKind.Result,
            columns, root.GetProperty("order_by").EnumerateArray().Select(column => column.GetString()!).ToArray());
    });

    /// <summary>The position of a column of a table.</summary>
    /// <exception cref="InvalidOperationException">It has none of that name: a bug.</exception>
    public static int Position(TableSchema schema, string column)
    {
        for (var i = 0; i < schema.Columns.Count; i++)
            if (schema.Columns[i].Name == column) return i;
        throw new InvalidOperationException($"table {schema.Name} has no column {column}");
    }

    /// <summary>The names of all tables that have a contract.</summary>
    public static IReadOnlyList<string> Names { get; } = typeof(TableSchemas).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("schema.", StringComparison.Ordinal))
        .Select(name => name["schema.".Length..^".json".Length])
        .Order(StringComparer.Ordinal).ToArray();
}
