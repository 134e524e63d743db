using DuckDB.NET.Data;

namespace Analytics.Bench;

/// <summary>The limit to measure ingest against: DuckDB's own copy of the CSV into one zstd Parquet file, which checks, cleans and sorts nothing.</summary>
internal static class DuckDbCopy
{
    public static int Run(string input, string output)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
        command.CommandText = $"copy (select * from read_csv({Quote(input)})) to {Quote(output)} (format parquet, compression zstd)";
        command.ExecuteNonQuery();
        return 0;
    }
}
