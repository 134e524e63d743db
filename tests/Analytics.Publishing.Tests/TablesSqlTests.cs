using Analytics.Columns;
using DuckDB.NET.Data;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class TablesSqlTests : IDisposable
{
    private readonly TestLake _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void DuckDbReadsTheTablesFromAnywhere()
    {
        var lake = _test.Open();
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var staging = lake.OpenStaging(Plan(lake, Day(1)));
        var draft = Work(lake, staging);
        // Real Parquet where the test's runs hold text.
        var curated = new List<CuratedDate>();
        foreach (var day in draft.Curated)
        {
            var path = $"{_test.Folder}/one.parquet";
            Execute($"copy (select '{LakeLayout.Date(day.Date)}' as order_id, 1.5::decimal(28,7) as amount) to '{path}' (format parquet)");
            var sha = Files.FileHash.Compute(File.ReadAllBytes(path));
            var target = LakeLayout.CuratedFile(LakeLayout.Transactions, day.Date, sha);
            File.Move(path, staging.CuratedFile(target));
            curated.Add(day with { Transactions = new CuratedFile(target, sha, new FileInfo(staging.CuratedFile(target)).Length, 1) });
        }
        foreach (var part in new[] { 0, 1 })
            Execute($"copy (select ['a', 'b'] as antecedent, {part}.5::double as lift) to '{staging.TableFolder("rules")}/part-{part}.parquet' (format parquet)");
        var empty = new Analytics.Columns.TableSchema("empty", 1, TableKind.Result, [new Column("a", ColumnType.Amount), new Column("t", ColumnType.Timestamp)], ["a"]);
        Execute($"copy (select 'ingest' as stage, timestamptz '2026-01-01 00:00:00+00' as started_at) to '{staging.TableFolder("lineage")}/part-0.parquet' (format parquet)");
        var run = new Publisher(lake).Publish(staging, draft with
        {
            Curated = curated,
            Tables = [new TableDraft(RulesSchema, [new PartFile("part-0.parquet", 1), new PartFile("part-1.parquet", 1)]),
                new TableDraft(LineageSchema, [new PartFile("part-0.parquet", 1)]), new TableDraft(empty, [])],
        }).Run;
        var sql = File.ReadAllText(lake.Full($"{run.Path}/tables.sql"));
        Execute($"set variable run = '{lake.Full(run.Path)}'");
        Execute(sql);
        Assert.Equal("2025-12-31,2026-01-01", Scalar("select string_agg(order_id, ',' order by order_id) from transactions"));
        Assert.Equal("2", Scalar("select count(*)::varchar from rules where len(antecedent) = 2"));
        Assert.Equal("0", Scalar("select count(*)::varchar from empty"));
        Assert.Equal("DECIMAL(28,7)", Scalar("select typeof(a) from (select max(a) as a from empty)"));
        Assert.Equal("ingest", Scalar("select stage from lineage"));

        Assert.Contains("--spark create or replace temporary view `transactions` (`order_id` string, `amount` decimal(28,7))\n", sql, StringComparison.Ordinal);
        Assert.Contains("--spark using parquet options (path '${spark.analytics.run}/transactions/{2025-12-31.parquet,2026-01-01.parquet}');\n", sql, StringComparison.Ordinal);
        Assert.Contains("--spark create or replace temporary view `empty` as select cast(null as decimal(28,7)) as `a`", sql, StringComparison.Ordinal);
        Assert.DoesNotContain(_test.Folder, sql, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', sql);

        void Execute(string text)
        {
            using var command = connection.CreateCommand();
            command.CommandText = text;
            command.ExecuteNonQuery();
        }

        string Scalar(string text)
        {
            using var command = connection.CreateCommand();
            command.CommandText = text;
            return (string)command.ExecuteScalar()!;
        }
    }
}
