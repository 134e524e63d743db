using System.Globalization;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Tests;

/// <summary>
/// Holds the result tables of two runs equal row for row: bit for bit where values are integers, decimals, texts or lists of them,
/// to 1e-9 relative where they are doubles. Names the first difference.
/// </summary>
internal static class TableParity
{
    private const double Relative = 1e-9;

    /// <summary>Compares all result tables.</summary>
    /// <returns>The tables whose files are the same bytes, and those that are the same rows only.</returns>
    public static (IReadOnlyList<string> SameBytes, IReadOnlyList<string> SameRows) Check(string run, string other)
    {
        var (hashes, otherHashes) = (Hashes(run), Hashes(other));
        Assert.Equal(hashes.Keys.Order(StringComparer.Ordinal), otherHashes.Keys.Order(StringComparer.Ordinal));
        var (bytes, rows) = (new List<string>(), new List<string>());
        foreach (var table in hashes.Keys.Order(StringComparer.Ordinal))
        {
            if (hashes[table] == otherHashes[table]) bytes.Add(table);
            else
            {
                if (FirstDifference(run, other, TableSchemas.Of(table)) is { } difference) Assert.Fail(difference);
                rows.Add(table);
            }
        }
        return (bytes, rows);
    }

    /// <summary>The first difference of a table in two runs, in its own order; null where there is none.</summary>
    public static string? FirstDifference(string run, string other, TableSchema schema)
    {
        using var tables = new Tables();
        var columns = string.Join(", ", schema.Columns.Select(column => column.Type.Kind == ColumnKind.Double ? $"\"{column.Name}\"" : $"cast(\"{column.Name}\" as varchar)"));
        var order = string.Join(", ", schema.OrderBy.Select(column => $"\"{column}\" nulls first"));
        List<object?[]> Rows(string folder) => tables.Query($"select {columns} from read_parquet('{folder}/{schema.Name}/*.parquet', hive_partitioning = false) order by {order}");
        var (left, right) = (Rows(run), Rows(other));
        for (var row = 0; row < Math.Max(left.Count, right.Count); row++)
        {
            if (row >= left.Count || row >= right.Count)
                return $"table {schema.Name}: {left.Count} rows against {right.Count}; the first that only one has is {string.Join(" | ", (row < left.Count ? left : right)[row])}";
            for (var i = 0; i < schema.Columns.Count; i++)
                if (!Same(left[row][i], right[row][i]))
                {
                    var key = string.Join(", ", schema.OrderBy.Select(name => $"{name} = {left[row][schema.Columns.ToList().FindIndex(column => column.Name == name)]}"));
                    return string.Create(CultureInfo.InvariantCulture, $"table {schema.Name}, row {row + 1} ({key}), column {schema.Columns[i].Name}: {Show(left[row][i])} against {Show(right[row][i])}");
                }
        }
        return null;
    }

    private static bool Same(object? a, object? b)
    {
        if (a is not double x || b is not double y) return Equals(a, b);
        return x.Equals(y) || Math.Abs(x - y) <= Relative * Math.Max(Math.Abs(x), Math.Abs(y));
    }

    private static string Show(object? value) => value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : value?.ToString() ?? "NULL";

    private static Dictionary<string, string> Hashes(string run)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "results.json")));
        return json.RootElement.GetProperty("tables").EnumerateArray().ToDictionary(table => table.GetProperty("name").GetString()!, table => table.GetProperty("sha256").GetString()!, StringComparer.Ordinal);
    }
}
