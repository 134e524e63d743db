using System.Diagnostics;
using System.Globalization;
using Analytics.Columns;
using Analytics.Jobs.Pipeline;
using Analytics.Tests;
using Parquet;
using Parquet.Schema;

namespace Analytics.Jobs.Tests;

/// <summary>The published tables as those who know nothing of the program open them: DuckDB, Parquet.Net, Spark.</summary>
public sealed class ReadFromOutsideTests(ReadFromOutsideTests.SmallRun run) : IClassFixture<ReadFromOutsideTests.SmallRun>
{
    /// <summary>A shop with every table, and every optional column of transactions in use.</summary>
    public sealed class SmallRun : IDisposable
    {
        public SmallRun()
        {
            Shop = new TestShop(TestShop.SampleConfiguration);
            // December alone: all kinds of lines, and quick.
            var files = Directory.EnumerateFiles(TestShop.SampleFiles, "2025-12-*").Order(StringComparer.Ordinal).SelectMany(file => (string[])["--input", file]);
            Shop.Nightly(["--quiet", "--set", "results.limits.max_rejected_share=0.1", .. files]).With(0);
            Folder = Shop.Latest;
        }

        internal TestShop Shop { get; }

        internal string Folder { get; }

        public void Dispose() => Shop.Dispose();
    }

    private static readonly string[] Published =
        ["anchors", "daily_sales", "forecast_accuracy", "forecasts", "itemsets", "lineage", "quality", "rejects", "rules", "segment_profiles", "segments", "transactions"];

    /// <summary>Tables that a run has only where its configuration asks for them.</summary>
    private static readonly string[] Asked = ["category_itemsets", "category_rules", "rule_contrasts"];

    [Fact]
    public void EveryTableOfTheContractIsThere()
    {
        Assert.Equal(Published, Directory.EnumerateDirectories(run.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Published.Concat(Asked).Order(StringComparer.Ordinal), TableSchemas.Names);
    }

    [Fact]
    public void DuckDbReadsEveryTableByItsPathWithTheContractsTypes()
    {
        using var tables = new Tables(run.Folder);
        foreach (var table in Published) Assert.Equal(Described(table), Describe(tables, $"\"{table}\""));
    }

    [Fact]
    public void DuckDbReadsEveryTableThroughTablesSql()
    {
        using var byPath = new Tables(run.Folder);
        using var byView = new Tables();
        byView.Execute($"set variable run = '{run.Folder.Replace("'", "''", StringComparison.Ordinal)}'");
        byView.Execute(File.ReadAllText(Path.Combine(run.Folder, "tables.sql")));
        foreach (var table in Published)
        {
            Assert.Equal(Described(table), Describe(byView, $"\"{table}\""));
            var count = byPath.One<long>($"select count(*) from \"{table}\"");
            // Of the first run of a lake no earlier one is anchored.
            Assert.True(count > 0 == (table != "anchors"), $"{table} has {count} rows");
            Assert.Equal(count, byView.One<long>($"select count(*) from \"{table}\""));
        }
        // In the run's own folder no variable is needed, and links to it work as well.
        Assert.Equal(byPath.One<decimal>("select sum(amount) from transactions"), byView.One<decimal>("select sum(amount) from transactions"));
        using var byLatest = new Tables();
        byLatest.Execute($"set variable run = '{Path.Combine(run.Shop.Lake, "latest")}'");
        byLatest.Execute(File.ReadAllText(Path.Combine(run.Shop.Lake, "latest", "tables.sql")));
        Assert.Equal(byPath.One<long>("select count(*) from rules"), byLatest.One<long>("select count(*) from rules"));
    }

    [Fact]
    public void FilesAreZstdAndTimesAreMicrosecondsInUtc()
    {
        using var tables = new Tables();
        foreach (var file in Directory.EnumerateFiles(run.Folder, "*.parquet", SearchOption.AllDirectories).Where(file => !file.Contains("transactions", StringComparison.Ordinal)).Append(Directory.EnumerateFiles(Path.Combine(run.Folder, "transactions")).First()))
            tables.None($"select path_in_schema, compression from parquet_metadata('{file}') where compression <> 'ZSTD'");
        foreach (var (table, column) in (ReadOnlySpan<(string, string)>)[("transactions", "ordered_at"), ("lineage", "started_at")])
        {
            var type = tables.One<string>($"select any_value(logical_type) from parquet_schema('{run.Folder}/{table}/*.parquet') where name = '{column}'");
            Assert.Contains("isAdjustedToUTC=1", type, StringComparison.Ordinal);
            Assert.Contains("MICROS", type, StringComparison.Ordinal);
        }
        // 18:59:12 in Berlin's winter is 17:59:12 UTC; the order date is the local one.
        tables.Execute($"create view t as select * from '{run.Folder}/transactions/*.parquet'");
        tables.None("select ordered_at, order_date from t where cast((ordered_at at time zone 'Europe/Berlin') as date) <> order_date");
    }

    [Fact]
    public void RowsAreInTheContractsOrder()
    {
        using var tables = new Tables();
        foreach (var table in Published.Where(table => table != "transactions"))
        {
            var keys = string.Join(", ", TableSchemas.Of(table).OrderBy.Select(column => $"\"{column}\""));
            tables.Execute("set threads = 1");
            tables.None($"""
                with numbered as (select row_number() over () as found, * from read_parquet('{run.Folder}/{table}/*.parquet', hive_partitioning = false)),
                sorted as (select found, row_number() over (order by {keys}) as place from numbered)
                select * from sorted where found <> place
                """);
        }
    }

    [Fact]
    public async Task ParquetNetReadsEveryTableByItsPathWithTheContractsTypes()
    {
        foreach (var table in Published)
        {
            long rows = 0;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(run.Folder, table)))
            {
                await using var stream = File.OpenRead(file);
                await using var reader = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
                Assert.Equal(TableSchemas.Of(table).Columns.Select(column => $"{column.Name} {column.Type}"), reader.Schema.Fields.Select(field => $"{field.Name} {TypeOf(field)}"));
                rows += reader.Metadata!.NumRows;
                // Every column chunk decodes.
                for (var group = 0; group < reader.RowGroupCount; group++)
                {
                    using var chunk = reader.OpenRowGroupReader(group);
                    foreach (var field in reader.Schema.DataFields)
                    {
                        using var data = await chunk.ReadRawColumnDataBaseAsync(field, TestContext.Current.CancellationToken);
                        Assert.NotNull(data);
                    }
                }
            }
            using var tables = new Tables(run.Folder);
            Assert.Equal(tables.One<long>($"select count(*) from \"{table}\""), rows);
        }

        static string TypeOf(Field field) => field switch
        {
            ListField { Item: DataField item } => TypeOf(item) + "[]",
            DecimalDataField number => $"DECIMAL({number.Precision},{number.Scale})",
            DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } => "DATE",
            DateTimeDataField { IsAdjustedToUTC: true } => "TIMESTAMP",
            DataField data when data.ClrType == typeof(DateOnly) => "DATE",
            DataField data when data.ClrType == typeof(bool) => "BOOLEAN",
            DataField data when data.ClrType == typeof(int) => "INTEGER",
            DataField data when data.ClrType == typeof(long) => "BIGINT",
            DataField data when data.ClrType == typeof(double) => "DOUBLE",
            DataField data when data.ClrType == typeof(string) || data.ClrType == typeof(ReadOnlyMemory<char>) => "VARCHAR",
            _ => field.ToString() ?? "",
        };
    }

    [Fact]
    public async Task SparkReadsEveryTableByItsPathAndThroughTablesSql()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ANALYTICS_SPARK_TESTS") == "1", "set ANALYTICS_SPARK_TESTS=1 to start Spark (a minute)");
        var tool = SharedData.Path("spark/spark-home");
        var start = new ProcessStartInfo(Path.Combine(SharedData.ProjectRoot, "scripts", "spark-read.sh")) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(run.Folder);
        start.Environment["SPARK_HOME_TOOL"] = tool;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await errors);
        using var tables = new Tables(run.Folder);
        foreach (var table in Published)
        {
            var types = string.Join(", ", TableSchemas.Of(table).Columns.Select(column => $"{column.Name} {SparkType(column.Type)}"));
            foreach (var way in (string[])["path", "view"])
                Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{way} {table} {tables.One<long>($"select count(*) from \"{table}\"")}: {types}"), output.Split('\n'));
        }
    }

    private static string SparkType(ColumnType type) => type.ToString() switch
    {
        "VARCHAR" => "string",
        "VARCHAR[]" => "array<string>",
        "INTEGER" => "int",
        var other => other.ToLowerInvariant(),
    };

    private static List<string> Described(string table) => TableSchemas.Of(table).Columns
        .Select(column => $"{column.Name} {(column.Type == ColumnType.Timestamp ? "TIMESTAMP WITH TIME ZONE" : column.Type.ToString())}").ToList();

    private static List<string> Describe(Tables tables, string from) =>
        tables.Query($"describe select * from {from}").ConvertAll(row => $"{row[0]} {row[1]}");
}
