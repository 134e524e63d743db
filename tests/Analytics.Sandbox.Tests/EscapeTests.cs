using Analytics.Sandbox.Internals;
using DuckDB.NET.Data;

namespace Analytics.Sandbox.Tests;

/// <summary>
/// Ways out that are known or thinkable. Each is tried twice: the look at the statement refuses it, and without that look the locked
/// database refuses it as well, or gives nothing away.
/// </summary>
public class EscapeTests(TestRun run) : IClassFixture<TestRun>
{
    /// <summary>What the statement check refuses: statement, and a part of the message.</summary>
    public static readonly TheoryData<string, string> Refused = new()
    {
        { "select * from read_csv('../secret.txt')", "read_csv" },
        { "select * from read_csv_auto('/etc/passwd')", "read_csv_auto" },
        { "select * from read_text('../secret.txt')", "read_text" },
        { "select * from read_blob('../secret.txt')", "read_blob" },
        { "select * from read_json('../secret.txt')", "read_json" },
        { "select * from read_ndjson_objects('../secret.txt')", "read_ndjson_objects" },
        { "select * from read_parquet('../secret.parquet')", "read_parquet" },
        { "select * from parquet_scan(['segments/part-0.parquet', '../secret.parquet'])", "parquet_scan" },
        { "select * from parquet_metadata('../secret.parquet')", "parquet_metadata" },
        { "select * from parquet_schema('segments/part-0.parquet')", "parquet_schema" },
        { "select * from read_duckdb('../x.db')", "read_duckdb" },
        { "select * from sniff_csv('../secret.txt')", "sniff_csv" },
        { "select * from glob('/etc/*')", "glob" },
        { "select * from '../secret.parquet'", "no table" },
        { "from '/etc/passwd'", "no table" },
        { "table \"../secret.txt\"", "no table" },
        { "describe '../secret.parquet'", "no table" },
        { "summarize '../secret.parquet'", "no table" },
        { "select (select max(secret) from '../secret.parquet')", "no table" },
        { "with q as (select * from '../secret.parquet') select * from q", "no table" },
        { "select * from segments where exists (select 1 from read_text('../secret.txt'))", "read_text" },
        { "select * from segments, lateral (select * from read_text(name))", "read_text" },
        { "select * from 'https://example.org/x.parquet'", "no table" },
        { "select * from read_parquet('s3://bucket/x.parquet')", "read_parquet" },
        { "select * from system.information_schema.tables", "no table" },
        { "select * from information_schema.tables", "no table" },
        { "select * from pg_catalog.pg_tables", "no table" },
        { "select * from sqlite_master", "no table" },
        { "select * from duckdb_settings()", "duckdb_settings" },
        { "select * from system.main.duckdb_settings()", "duckdb_settings" },
        { "select * from duckdb_views", "no table" },
        { "select sql from duckdb_views()", "duckdb_views" },
        { "select * from duckdb_secrets()", "duckdb_secrets" },
        { "select * from which_secret('s3://x', 's3')", "which_secret" },
        { "select * from duckdb_databases()", "duckdb_databases" },
        { "select * from duckdb_extensions()", "duckdb_extensions" },
        { "select * from duckdb_variables()", "duckdb_variables" },
        { "select * from duckdb_temporary_files()", "duckdb_temporary_files" },
        { "select * from duckdb_logs", "no table" },
        { "select * from pragma_database_size()", "pragma_database_size" },
        { "select * from pragma_platform()", "pragma_platform" },
        { "select * from checkpoint()", "checkpoint" },
        { "select * from enable_logging()", "enable_logging" },
        { "select * from enable_profiling()", "enable_profiling" },
        { "select * from query('select * from read_text(''../secret.txt'')')", "query" },
        { "select * from query_table('../secret.parquet')", "query_table" },
        { "select * from query_table(['segments', '../secret.parquet'])", "query_table" },
        { "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))", "json_execute_serialized_sql" },
        { "select * from arrow_scan(1::bigint::pointer, 2::bigint::pointer, 3::bigint::pointer)", "arrow_scan" },
        { "select * from arrow_scan_dumb(1, 2, 3)", "arrow_scan_dumb" },
        { "select * from seq_scan('segments')", "seq_scan" },
        { "select * from sql_auto_complete('sel')", "sql_auto_complete" },
        { "select * from test_vector_types(1)", "test_vector_types" },
        { "select getenv('HOME')", "getenv" },
        { "select GetEnv('HOME')", "getenv" },
        { "select \"getenv\"('HOME')", "getenv" },
        { "select main.current_setting('allowed_paths')", "current_setting" },
        { "select ('allowed_paths').current_setting()", "current_setting" },
        { "select list_transform(['allowed_paths'], x -> current_setting(x))", "current_setting" },
        { "select current_setting(s) from (values ('temp_directory')) v(s)", "current_setting" },
        { "select * from segments order by current_setting('allowed_paths')", "current_setting" },
        { "select count(*) filter (where current_setting('threads') = 2) from segments", "current_setting" },
        { "select getvariable('x')", "getvariable" },
        { "select write_log('x')", "write_log" },
        { "select current_query()", "current_query" },
        { "attach '../x.db' as x", "no SELECT" },
        { "attach ':memory:' as x", "no SELECT" },
        { "detach memory", "no SELECT" },
        { "use system", "no SELECT" },
        { "copy segments to '../out.csv'", "no SELECT" },
        { "copy (select 1) to '/dev/stdout'", "no SELECT" },
        { "copy segments from '../secret.txt'", "no SELECT" },
        { "export database '../x'", "no SELECT" },
        { "import database '../x'", "no SELECT" },
        { "install httpfs", "no SELECT" },
        { "force install httpfs from 'http://example.org'", "no SELECT" },
        { "load httpfs", "no SELECT" },
        { "load '../x.so'", "no SELECT" },
        { "update extensions", "no SELECT" },
        { "pragma database_list", "no SELECT" },
        { "pragma enable_profiling", "no SELECT" },
        { "set lock_configuration = false", "no SELECT" },
        { "set enable_external_access = true", "no SELECT" },
        { "set memory_limit = '100GB'", "no SELECT" },
        { "set variable x = 1", "no SELECT" },
        { "reset threads", "no SELECT" },
        { "reset enable_external_access", "no SELECT" },
        { "call duckdb_settings()", "no SELECT" },
        { "call read_text('../secret.txt')", "no SELECT" },
        { "create table x as select 1", "no SELECT" },
        { "create temp table x as from '../secret.parquet'", "no SELECT" },
        { "create or replace view segments as select 1", "no SELECT" },
        { "create macro m(a) as getenv(a)", "no SELECT" },
        { "create secret (type s3)", "no SELECT" },
        { "create persistent secret (type s3)", "no SELECT" },
        { "create type t as enum (select 'a')", "no SELECT" },
        { "create sequence s", "no SELECT" },
        { "insert into segments values (1)", "no SELECT" },
        { "update segments set id = 1", "no SELECT" },
        { "delete from segments", "no SELECT" },
        { "drop view segments", "no SELECT" },
        { "alter view segments rename to x", "no SELECT" },
        { "vacuum", "no SELECT" },
        { "analyze", "no SELECT" },
        { "checkpoint", "no SELECT" },
        { "begin", "no SELECT" },
        { "prepare p as select * from '../secret.parquet'", "no SELECT" },
        { "execute p", "no SELECT" },
        { "deallocate p", "no SELECT" },
        { "explain select 1", "no SELECT" },
        { "explain analyze copy segments to '../out.csv'", "no SELECT" },
        { "comment on view segments is 'x'", "no SELECT" },
        { "pivot segments on name using sum(id)", "no SELECT" },
        { "select 1; select 2", "2 statements" },
        { "select 1; copy segments to '../out.csv'", "no SELECT" },
        { "select 1; attach '../x.db'", "no SELECT" },
        { "select 1 /* ; */; drop view segments -- x", "no SELECT" },
        { "select 1 --\n; set threads = 1", "no SELECT" },
        { "/* select */ set threads = 1", "no SELECT" },
        { ";;;", "0 statements" },
        { "-- nothing", "0 statements" },
        { "with q as (delete from segments returning *) select * from q", "CTE needs a SELECT" },
        { "selec 1", "syntax error" },
        { "select 'abc", "unterminated" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void The_statement_is_refused_with_a_reason(string sql, string part)
    {
        using var connection = LockedDatabaseTests.Open(run);
        var refused = Assert.Throws<SandboxException>(() => StatementCheck.Check(connection, sql, run.Tables));
        Assert.Contains(part, refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(run.Folder, refused.Message, StringComparison.Ordinal);
        Assert.True(refused.Fault is SandboxFault.Refused or SandboxFault.Sql);
    }

    [Theory]
    [InlineData("select 1")]
    [InlineData("select 1;")]
    [InlineData("  /* a */ select count(*) from Segments -- end")]
    [InlineData("with q as (select id from segments) select * from q join main.rules on true join memory.main.rejects on true")]
    [InlineData("from segments select name limit 3")]
    [InlineData("table segments")]
    [InlineData("values (1), (2)")]
    [InlineData("describe segments")]
    [InlineData("summarize segments")]
    [InlineData("show tables")]
    [InlineData("pivot segments on name in ('c1', 'c2') using sum(id)")]
    [InlineData("unpivot (select id, share from segments) on id, share")]
    [InlineData("select unnest(antecedent), lift from rules")]
    [InlineData("select * from range(3) r(i), generate_series(1, 2) g(j), unnest([1, 2]) u(k)")]
    [InlineData("with recursive t(i) as (select 1 union all select i + 1 from t where i < 5) select * from t")]
    [InlineData("select * from segments qualify row_number() over (partition by day order by id) = 1")]
    [InlineData("select * from segments where name = 'read_text(''x'')' or name = '; drop table segments'")]
    public void What_analysts_write_is_let_through(string sql)
    {
        using var connection = LockedDatabaseTests.Open(run);
        StatementCheck.Check(connection, sql, run.Tables);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        Assert.True(reader.FieldCount > 0);
        while (reader.Read()) Assert.NotNull(reader[0]);
    }

    /// <summary>The second wall: what the check refuses is given to the database all the same.</summary>
    [Fact]
    public void Behind_the_check_the_locked_database_gives_nothing_away()
    {
        // Whole names of files stand in settings and errors; nothing that they point to may be read or written.
        var isOpen = new List<string>();
        var before = Files();
        foreach (var row in Refused)
        {
            var sql = row.Data.Item1;
            // Pointers into our own memory: only the check stands before them, and the process around it. Profiling writes to the terminal.
            if (sql.Contains("arrow_scan", StringComparison.Ordinal) || sql.Contains("enable_profiling", StringComparison.Ordinal)) continue;
            using var connection = LockedDatabaseTests.Open(run);
            try
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                using var reader = command.ExecuteReader();
                while (reader.Read())
                    for (var i = 0; i < reader.FieldCount; i++)
                        if (!reader.IsDBNull(i) && ValueText.Of(reader.GetValue(i)).Contains(TestRun.Secret, StringComparison.Ordinal)) isOpen.Add(sql);
            }
            catch (Exception wrong) when (wrong is DuckDBException or InvalidOperationException or NotImplementedException)
            {
                if (wrong.Message.Contains(TestRun.Secret, StringComparison.Ordinal)) isOpen.Add(sql);
            }
            using var after = connection.CreateCommand();
            after.CommandText = "select current_setting('enable_external_access'), current_setting('lock_configuration')";
            using var settings = after.ExecuteReader();
            Assert.True(settings.Read());
            if (settings.GetBoolean(0) || !settings.GetBoolean(1)) isOpen.Add(sql + " (settings)");
        }
        Assert.Empty(isOpen);
        Assert.Equal(before, Files());
    }

    private string[] Files() => [.. Directory.GetFileSystemEntries(Path.Combine(run.Folder, ".."), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
