using DuckDB.NET.Data;

namespace Analytics.Sandbox.Tests;

/// <summary>A folder like a run's, with three tables, beside a file that nobody may read.</summary>
public sealed class TestRun : IDisposable
{
    public const string Secret = "the secret of the neighbour";

    public TestRun()
    {
        Folder = Path.Combine(Path.GetTempPath(), "analytics-sandbox-" + Guid.NewGuid().ToString("N"), "run");
        Directory.CreateDirectory(Path.Combine(Folder, "segments"));
        Directory.CreateDirectory(Path.Combine(Folder, "rules"));
        File.WriteAllText(SecretFile, Secret + "\n");
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            copy (select i as id, 'c' || i as name, cast(i / 3.0 as decimal(28,7)) as amount, i * 0.5::double as share, date '2026-01-01' + cast(i as integer) as day,
                         timestamptz '2026-01-01 00:00:00+00' + to_seconds(i) as moment
                  from range(1000) t(i)) to '{Folder}/segments/part-0.parquet' (format parquet);
            copy (select ['a', 'b'] as antecedent, 1.5::double as lift union all select ['c'], 'infinity'::double) to '{Folder}/rules/part-0.parquet' (format parquet);
            copy (select '{Secret}' as secret) to '{Folder}/../secret.parquet' (format parquet);
            """;
        command.ExecuteNonQuery();
    }

    public string Folder { get; }

    public string SecretFile => Path.Combine(Folder, "..", "secret.txt");

    public IReadOnlyList<SandboxTable> Tables { get; } =
    [
        new("segments", [new("id", "BIGINT", false), new("name", "VARCHAR", true), new("amount", "DECIMAL(28,7)", true), new("share", "DOUBLE", true), new("day", "DATE", true), new("moment", "TIMESTAMP", true)], ["segments/part-0.parquet"]),
        new("rules", [new("antecedent", "VARCHAR[]", false), new("lift", "DOUBLE", true)], ["rules/part-0.parquet"]),
        new("rejects", [new("raw", "VARCHAR", true)], []),
    ];

    public SqlSandbox Sandbox { get; } = new(SandboxProgram.Own("Analytics.Sandbox.Tests"));

    /// <summary>Runs a query to its end.</summary>
    public async Task<(IReadOnlyList<SandboxColumn> Columns, List<object?[]> Rows, SandboxSummary Summary)> ReadAsync(string sql, SandboxLimits? limits = null, CancellationToken cancel = default)
    {
        await using var query = await Sandbox.StartAsync(Folder, Tables, sql, limits ?? new SandboxLimits(), cancel);
        var rows = new List<object?[]>();
        await foreach (var row in query.ReadAsync(cancel)) rows.Add(row);
        return (query.Columns, rows, query.Summary!);
    }

    public void Dispose()
    {
        Sandbox.Dispose();
        Directory.Delete(Path.Combine(Folder, ".."), recursive: true);
    }
}
