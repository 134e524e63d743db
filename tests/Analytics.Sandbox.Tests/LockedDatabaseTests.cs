using Analytics.Sandbox.Internals;
using DuckDB.NET.Data;

namespace Analytics.Sandbox.Tests;

/// <summary>The database within the worker, here in the tests' own process.</summary>
public class LockedDatabaseTests(TestRun run) : IClassFixture<TestRun>
{
    /// <summary>A locked database over a run. Its files are named whole, because the current folder of the tests is another.</summary>
    public static DuckDBConnection Open(TestRun run)
    {
        var tables = run.Tables.Select(table => table with { Files = [.. table.Files.Select(file => Path.Combine(run.Folder, file))] }).ToList();
        return LockedDatabase.Open(new WorkerRequest("", tables, 256L << 20, 100, 1000, 2, 0, 0));
    }

    [Theory]
    [InlineData("set threads = 1")]
    [InlineData("set global memory_limit = '100GB'")]
    [InlineData("reset temp_directory")]
    [InlineData("set allowed_paths = ['/etc/passwd']")]
    [InlineData("set allowed_directories = ['/']")]
    [InlineData("set disabled_filesystems = ''")]
    [InlineData("pragma memory_limit = '100GB'")]
    public void Settings_are_locked(string sql)
    {
        using var connection = Open(run);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Contains("locked", Assert.Throws<DuckDBException>(() => command.ExecuteNonQuery()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_files_of_the_run_may_be_read_and_none_be_written()
    {
        using var connection = Open(run);
        using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from segments";
        Assert.Equal(1000L, command.ExecuteScalar());
        foreach (var sql in (string[])
        [
            $"select * from read_text('{run.SecretFile}')", $"copy segments to '{run.Folder}/x.csv'", $"copy segments to '{run.Folder}/segments/part-0.parquet' (format parquet)",
            $"attach '{run.Folder}/x.db'", "install httpfs", "load httpfs", $"export database '{run.Folder}/x'", "select * from glob('/*')",
        ])
        {
            command.CommandText = sql;
            var wrong = Record.Exception(() =>
            {
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                }
            });
            Assert.True(wrong is DuckDBException && wrong.Message.StartsWith("Permission Error", StringComparison.Ordinal), $"{sql}: {wrong?.Message ?? "nothing"}");
        }
    }
}
