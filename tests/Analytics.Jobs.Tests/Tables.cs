using DuckDB.NET.Data;

namespace Analytics.Jobs.Tests;

/// <summary>A reader from outside: DuckDB alone, over the published files by their paths.</summary>
internal sealed class Tables : IDisposable
{
    private readonly DuckDBConnection _connection = new("Data Source=:memory:");

    public Tables(string? run = null)
    {
        _connection.Open();
        // Times are in UTC whatever zone the machine is in.
        Execute("set timezone = 'UTC'");
        if (run is null) return;
        foreach (var folder in Directory.EnumerateDirectories(run))
            Execute($"create view \"{Path.GetFileName(folder)}\" as select * from read_parquet('{folder}/*.parquet', hive_partitioning = false)");
    }

    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public List<object?[]> Query(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>The one value of the one row.</summary>
    public T One<T>(string sql) => (T)Assert.Single(Assert.Single(Query(sql)))!;

    /// <summary>No row: each row that comes is printed.</summary>
    public void None(string sql)
    {
        var rows = Query(sql);
        if (rows.Count > 0) Assert.Fail($"{rows.Count} rows, none expected:\n" + string.Join('\n', rows.Take(10).Select(row => string.Join(" | ", row))) + $"\nof {sql}");
    }

    public void Dispose() => _connection.Dispose();
}
