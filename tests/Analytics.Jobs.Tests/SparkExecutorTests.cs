using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Engine.DuckDb;
using Analytics.Faults.Tests;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Records;
using Analytics.Records.Curation;
using Analytics.Tasks;

namespace Analytics.Jobs.Tests;

/// <summary>
/// What runs on Spark's executors, held against this process and the embedded engine in one session: broken files, ranges of a large one,
/// and every SQL file of the program. Needs ../shared/spark and Java.
/// </summary>
public sealed partial class SparkExecutorTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void WhatExecutorsReadIsWhatThisProcessReads() => OnSpark((spark, shop) =>
    {
        MutatedFilesAreReadAlike(spark, shop);
        ALargeFileIsReadInRangesAlike(spark, shop);
    });

    [Fact]
    public void EverySqlFileSaysTheSameOnBothEngines()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1", "set ANALYTICS_LONG_TESTS=1 to run every SQL file on both engines (a minute)");
        OnSpark(EverySqlFileSaysTheSame);
    }

    private static void OnSpark(Action<IEngine, TestShop> test)
    {
        SparkShop.Prepare();
        using var shop = new TestShop(TestShop.SampleConfiguration);
        var files = Directory.EnumerateFiles(TestShop.SampleFiles, "2025-12-*").Order(StringComparer.Ordinal).SelectMany(file => (string[])["--input", file]).ToArray();
        shop.Nightly([.. files, "--set", "results.limits.max_rejected_share=0.1", "--from", "2025-12-30", "--to", "2025-12-31"]).With(0);
        var machine = new MachineSettings { Engine = "spark", SparkMaster = "local[2]", Lake = shop.At("state"), SparkSettings = SparkShop.Settings(shop.At("local")) };
        using var spark = Engines.Open(machine, new EngineRequest(2, shop.At("scratch"), "analytics tests", null), None);
        test(spark, shop);
    }

    private static void MutatedFilesAreReadAlike(IEngine spark, TestShop shop)
    {
        var results = Results(shop);
        string[] Some(string file, int most) => File.ReadLines(Path.Combine(TestShop.SampleFiles, file)).Take(most).Select(line => line + "\n").ToArray();
        var mutator = new Mutator(
        [
            ("long.csv", Encoding.UTF8.GetBytes(string.Concat(Some("2025-12-04.csv", 150)))), ("short.csv", Encoding.UTF8.GetBytes(string.Concat(Some("2025-12-07.csv", 8)))),
            ("lines.jsonl", Encoding.UTF8.GetBytes(string.Concat(Some("2025-12-18.jsonl", 40)))),
            ("lines.parquet", File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(shop.Lake, "curated", "transactions"), "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last())),
        ]);
        var (good, bad) = (new List<InputFile>(), new List<(InputFile File, string Message)>());
        for (var seed = 0; seed < 120; seed++)
        {
            var (name, content) = mutator.Make(seed);
            // Names that a path of Hadoop's, a pattern or a URI could mistake.
            var file = Input(shop, $"in {{1}}%20/{seed:D3} [{seed % 3}]-{name}", content);
            if (good.Exists(other => other.Sha256 == file.Sha256) || bad.Exists(other => other.File.Sha256 == file.Sha256)) continue;
            using var alone = new SourceLoader(results, 1, 64 << 20, shop.At("spill"), None);
            try
            {
                alone.Load(file);
                good.Add(file);
            }
            catch (RecordFormatException wrong)
            {
                bad.Add((file, wrong.Message));
            }
        }
        Assert.InRange(bad.Count, 5, 80);
        Assert.Contains(good, file => file.Name.EndsWith(".gz", StringComparison.Ordinal));
        using var executors = Loader(spark, results, 64 << 20);
        foreach (var (file, message) in bad.Where(file => !file.File.Name.EndsWith(".parquet", StringComparison.Ordinal)).Take(2))
            Assert.Equal(message, Assert.Throws<RecordFormatException>(() => executors.Load([file])).Message);
        // Of several it is the first that is told.
        Assert.Equal(bad[0].Message, Assert.Throws<RecordFormatException>(() => executors.Load([good[0], .. bad.Take(5).Select(entry => entry.File), good[1]])).Message);
        Same(executors, results, good, shop, "mutated");
    }

    private static void ALargeFileIsReadInRangesAlike(IEngine spark, TestShop shop)
    {
        var lines = File.ReadAllLines(Path.Combine(TestShop.SampleFiles, "2025-12-04.csv")).Where(line => !line.Contains('"', StringComparison.Ordinal)).ToList();
        var text = new StringBuilder("\uFEFF\r\n\n").Append(lines[0]).Append("\r\n");
        for (var round = 0; text.Length < 1_500_000; round++)
            foreach (var line in lines.Skip(1))
                text.Append(round % 7 == 3 ? "broken,line\r" : round % 11 == 5 ? "" : string.Create(CultureInfo.InvariantCulture, $"{round}-{line}")).Append('\n');
        var results = Results(shop);
        // Without a line end at its end, and once with a lone return there; once with quotes, which may hold line ends.
        var plain = Input(shop, "ranges/plain.csv", Encoding.UTF8.GetBytes(text.ToString().TrimEnd('\n') + "\r"));
        var quoted = Input(shop, "ranges/quoted.csv", Encoding.UTF8.GetBytes(text + "9\"9,\"open\n" + lines[1]));
        using var executors = Loader(spark, results, 100_000);
        Same(executors, results, [plain, quoted], shop, "ranges");
        Assert.True(executors.Loaded[plain.Sha256].Summary.Rejected > 100);
    }

    /// <summary>Reads files on the executors and here, and holds counts, rejects, dates' files and fates equal.</summary>
    private static void Same(ExecutorLoader executors, ResultsSettings results, IReadOnlyList<InputFile> files, TestShop shop, string what)
    {
        using var here = new SourceLoader(results, 2, 64 << 20, shop.At("spill"), None);
        here.Load(files);
        executors.Load(files);
        foreach (var file in files)
        {
            var (expected, actual) = (here.Loaded[file.Sha256], executors.Loaded[file.Sha256]);
            static string Text(ParseSummary summary) => Encoding.UTF8.GetString(SummaryJson.Write(summary with { Chunks = 0, UnpackedBytes = 0 }));
            Assert.True(Text(expected.Summary) == Text(actual.Summary), $"{file.Name}: {Text(expected.Summary)} against {Text(actual.Summary)}");
            static List<string> Rejects(LoadedSource source) => [.. source.Rejects.SelectMany(batch => Enumerable.Range(0, batch.Count).Select(row => Row(batch, row)))];
            Assert.Equal(Rejects(expected), Rejects(actual));
        }
        CurationResult Finish(ISourceLoader loader, string folder) => loader.Finish(new CurationPlan { Folder = shop.At(folder), Labels = files.ToDictionary(file => file.Sha256, file => file.Name) });
        var (built, other) = (Finish(here, what + "-here"), Finish(executors, what + "-there"));
        Assert.Equal(built.Fates.OrderBy(fates => fates.Date).ThenBy(fates => fates.Sha256, StringComparer.Ordinal), other.Fates);
        static IEnumerable<(DateOnly, string?, string?, long, long)> Dates(CurationResult result) =>
            result.Dates.Select(date => (date.Date, date.Transactions?.Sha256, date.Evidence?.Sha256, date.MinimumOrderedAt, date.MaximumOrderedAt));
        Assert.Equal(Dates(built), Dates(other));
        foreach (var (date, same) in built.Dates.Zip(other.Dates)) Assert.Equal(File.ReadAllBytes(date.Transactions!.Path), File.ReadAllBytes(same.Transactions!.Path));
    }

    private static void EverySqlFileSaysTheSame(IEngine spark, TestShop shop)
    {
        using var duck = new DuckDbEngine(new DuckDbOptions(1L << 30, 2, shop.At("duck")));
        IEngine[] engines = [duck, spark];
        var (run, older) = (shop.Latest, shop.RunOf("2025-12-30"));
        foreach (var engine in engines)
        {
            void Define(string name, string table, string folder) => engine.DefineFiles(name, TableSchemas.Of(table).Columns,
                Directory.Exists(Path.Combine(folder, table)) ? [.. Directory.EnumerateFiles(Path.Combine(folder, table), "*.parquet").Order(StringComparer.Ordinal)] : [], None);
            foreach (var table in (string[])["transactions", "daily_sales", "itemsets", "rules", "rule_contrasts", "forecasts", "forecast_accuracy", "segments", "segment_profiles", "rejects"]) Define(table, table, run);
            foreach (var table in (string[])["transactions", "rules", "segments", "segment_profiles", "daily_sales"]) Define("base_" + table, table, older);
            engine.DefineRows("series_forecasts", new SeriesTask(default).OutputRelation, [SomeRows(new SeriesTask(default).OutputRelation)], None);
        }
        // What others read comes first.
        string[] shared = ["orders", "items", "basket_items", "basket_codes", "report_series"];
        var names = typeof(Relations).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Select(name => name[..^4]).Order(StringComparer.Ordinal).ToList();
        Assert.True(names.Count >= 28 && shared.All(names.Contains), string.Join(' ', names));
        var compared = 0L;
        foreach (var name in shared.Concat(names.Except(shared)))
        {
            var parameters = Parameters(Relations.SqlFile(name).Text);
            foreach (var engine in engines)
                if (shared.Contains(name)) engine.DefineTable(name, Relations.SqlFile(name), parameters, None);
            if (!shared.Contains(name)) duck.DefineTable("described", Relations.SqlFile(name), parameters, None);
            var columns = Describe(duck, shared.Contains(name) ? name : "described");
            if (!shared.Contains(name)) duck.Drop("described");
            compared += Compare(engines, name, parameters, columns);
        }
        Assert.True(compared > 5_000, $"{compared} rows");
    }

    private static long Compare(IEngine[] engines, string name, SqlParameters parameters, IReadOnlyList<Column> columns)
    {
        var text = Relations.SqlFile(name).Text.TrimEnd().TrimEnd(';');
        // A query's own order is part of what it says; the others are sorted, doubles last.
        var query = text[(text.LastIndexOf('\n') + 1)..].StartsWith("order by", StringComparison.Ordinal) ? text
            : $"select * from ({text}\n) q order by {string.Join(", ", columns.OrderBy(column => column.Type.Kind == ColumnKind.Double).Select(column => $"\"{column.Name}\" nulls first"))}";
        var rows = engines.Select(engine =>
        {
            var all = new ColumnBatch(columns);
            foreach (var batch in engine.Read(new SqlText(name + ".sql", query), parameters, columns, None)) all.AppendRows(batch, 0, batch.Count);
            return all;
        }).ToArray();
        for (var row = 0; row < Math.Max(rows[0].Count, rows[1].Count); row++)
        {
            Assert.True(row < rows[0].Count && row < rows[1].Count, $"{name}.sql: {rows[0].Count} rows on {engines[0].Name}, {rows[1].Count} on {engines[1].Name}");
            for (var column = 0; column < columns.Count; column++)
            {
                if (rows[0][column] is ValueVector<double> a && rows[1][column] is ValueVector<double> b && !a.IsNull(row) && !b.IsNull(row)
                    && (a[row].Equals(b[row]) || Math.Abs(a[row] - b[row]) <= 1e-9 * Math.Max(Math.Abs(a[row]), Math.Abs(b[row])))) continue;
                var (left, right) = (KeyText.Of(rows[0][column], row, columns[column].Type), KeyText.Of(rows[1][column], row, columns[column].Type));
                Assert.True(left == right, $"{name}.sql, row {row + 1} ({Row(rows[0], row)}), column {columns[column].Name}: {left ?? "NULL"} on {engines[0].Name}, {right ?? "NULL"} on {engines[1].Name}");
            }
        }
        return rows[0].Count;
    }

    private static List<Column> Describe(IEngine duck, string relation)
    {
        Column[] columns = [new("name", ColumnType.Text), new("type", ColumnType.Text)];
        return [.. duck.Read(new SqlText("columns", "select column_name as name, data_type as type from information_schema.columns where table_name = :relation order by ordinal_position"),
                new SqlParameters().Add("relation", relation), columns, None)
            .SelectMany(batch => Enumerable.Range(0, batch.Count).Select(row => new Column(batch.Texts(0).GetString(row)!, ColumnType.Parse(batch.Texts(1).GetString(row)!), true)))];
    }

    private static SqlParameters Parameters(string sql)
    {
        var parameters = new SqlParameters();
        foreach (var name in Named().Matches(Comments().Replace(sql, "")).Select(match => match.Groups[1].Value).Distinct())
            _ = name switch
            {
                "has_country" or "has_category" => parameters.Add(name, true),
                "since" => parameters.Add(name, new DateOnly(2025, 12, 10)),
                "buckets" => parameters.Add(name, 7L),
                "items" or "shown" => parameters.Add(name, 12L),
                _ => throw new InvalidOperationException($"no value for the parameter :{name}: add one here"),
            };
        return parameters;
    }

    private static ColumnBatch SomeRows(IReadOnlyList<Column> columns)
    {
        var rows = new ColumnBatch(columns);
        for (var row = 0; row < 20; row++)
            for (var i = 0; i < columns.Count; i++)
            {
                if (columns[i].Nullable && (row + i) % 5 == 0) rows[i].AppendNull();
                else if (rows[i] is TextVector texts) texts.Append($"text {row % 6} é");
                else if (rows[i] is ValueVector<int> ints) ints.Append(17 * row - i);
                else if (rows[i] is ValueVector<long> longs) longs.Append(1_000_003L * row + i);
                else if (rows[i] is ValueVector<double> doubles) doubles.Append(row / 7.0 - i);
                else if (rows[i] is ValueVector<Int128> wide) wide.Append((Int128)row * 10_000_019 - i);
                else if (rows[i] is ValueVector<bool> flags) flags.Append(row % 2 == 0);
                else throw new InvalidOperationException($"no values for {columns[i].Type}");
            }
        return rows;
    }

    private static string Row(ColumnBatch batch, int row) =>
        string.Join(" | ", Enumerable.Range(0, batch.Columns.Count).Select(column => KeyText.Of(batch[column], row, batch.Columns[column].Type) ?? "NULL"));

    private static ResultsSettings Results(TestShop shop) => SettingsLoader.Load(shop.Configuration, [], new Dictionary<string, string>()).Settings.Results;

    private static ExecutorLoader Loader(IEngine spark, ResultsSettings results, long splitBytes)
    {
        void Forget()
        {
            foreach (var name in spark.RelationNames.ToArray()) spark.Drop(name);
        }
        return new ExecutorLoader(results, () => spark, new LocalFileStore(), _ => new LocalFileStore(), splitBytes, 2, Forget, None);
    }

    private static InputFile Input(TestShop shop, string name, byte[] content)
    {
        var path = shop.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return new InputFile(Path.GetFileName(name), path, content.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));
    }

    [GeneratedRegex("(?<!:):([a-z_]+)")]
    private static partial Regex Named();

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comments();
}
