using System.Text;
using System.Text.Json;
using Analytics.Jobs.Pipeline;
using Analytics.Tests;

namespace Analytics.Jobs.Tests;

/// <summary>docs/tables.md says what the schema files say, table by table.</summary>
public sealed class TableDocsTests
{
    [Fact]
    public void Each_table_is_described_as_its_schema_is()
    {
        var sections = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var section in File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "docs", "tables.md")).Split("\n## ")[1..])
            sections.Add(section[..section.IndexOf('\n', StringComparison.Ordinal)], "## " + section.TrimEnd() + "\n");
        Assert.Equal(TableSchemas.Names, sections.Keys.Order(StringComparer.Ordinal));
        foreach (var table in TableSchemas.Names) Assert.Equal(Section(table), sections[table]);
    }

    private static string Section(string table)
    {
        using var stream = typeof(TableSchemas).Assembly.GetManifestResourceStream($"schema.{table}.json")!;
        using var json = JsonDocument.Parse(stream);
        var schema = json.RootElement;
        string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
        var sorted = string.Join(", ", schema.GetProperty("order_by").EnumerateArray().Select(column => column.GetString()));
        var text = new StringBuilder($"## {table}\n\n{Text(schema, "description")} ({Text(schema, "kind")}, version {schema.GetProperty("version").GetInt32()}, sorted by {sorted})\n\n| column | type | |\n|---|---|---|\n");
        foreach (var column in schema.GetProperty("columns").EnumerateArray())
        {
            var nullable = column.GetProperty("nullable").GetBoolean() ? ", may be NULL" : "";
            text.Append($"| {Text(column, "name")} | {Text(column, "type")}{nullable} | {Text(column, "description").Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return text.ToString();
    }
}
