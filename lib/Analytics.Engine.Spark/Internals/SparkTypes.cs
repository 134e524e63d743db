using System.Text.Json;
using Analytics.Columns;

namespace Analytics.Engine.Spark.Internals;

/// <summary>Column types and Spark's.</summary>
internal static class SparkTypes
{
    /// <summary>The type in Spark's SQL.</summary>
    public static string Sql(ColumnType type) => type.Kind switch
    {
        ColumnKind.Int32 => "int",
        ColumnKind.Text => "string",
        ColumnKind.TextList => "array<string>",
        _ => type.ToString().ToLowerInvariant(),
    };

    /// <summary>The columns as Spark's table statements list them.</summary>
    public static string ColumnList(IReadOnlyList<Column> columns) =>
        string.Join(", ", columns.Select(column => $"{SparkLiteral.Name(column.Name)} {Sql(column.Type)}"));

    /// <summary>The name of a type in the JSON of a schema: ours where it is one of ours, else Spark's.</summary>
    public static string NameOf(JsonElement type)
    {
        if (type.ValueKind == JsonValueKind.Object)
        {
            var kind = type.GetProperty("type").GetString();
            return kind == "array" ? NameOf(type.GetProperty("elementType")) + "[]" : kind!.ToUpperInvariant();
        }
        return type.GetString() switch
        {
            "string" => "VARCHAR",
            "long" => "BIGINT",
            "integer" => "INTEGER",
            var other => other!.ToUpperInvariant(),
        };
    }

    /// <summary>Whether a column of that type holds what the declared type holds, bit by bit.</summary>
    public static bool Fits(string actual, ColumnType declared) =>
        actual == declared.ToString() || (declared.Kind == ColumnKind.Timestamp && actual == "TIMESTAMP_NTZ");

    /// <summary>Checks names and types of a query or of a relation against the declared columns.</summary>
    public static void Check(IReadOnlyList<(string Name, string Type)> actual, IReadOnlyList<Column> declared, string source)
    {
        string Names() => string.Join(", ", declared.Select(column => column.Name));
        for (var i = 0; i < Math.Max(actual.Count, declared.Count); i++)
        {
            if (i >= actual.Count)
                throw SparkErrors.Contract($"{source}: column {declared[i].Name} {declared[i].Type} is missing: {actual.Count} columns were given, {declared.Count} are declared ({Names()})", source);
            if (i >= declared.Count)
                throw SparkErrors.Contract($"{source}: column {actual[i].Name} {actual[i].Type} is one too many: {declared.Count} columns are declared ({Names()})", source);
            if (actual[i].Name != declared[i].Name)
                throw SparkErrors.Contract($"{source}: column {i + 1} is called {actual[i].Name}, expected {declared[i].Name}: columns come in the declared order ({Names()})", source);
            if (!Fits(actual[i].Type, declared[i].Type))
                throw SparkErrors.Contract($"{source}: column {actual[i].Name} is {actual[i].Type}, expected {declared[i].Type}: write cast(... as {declared[i].Type.ToString().ToLowerInvariant()}) as {actual[i].Name}", source);
        }
    }
}
