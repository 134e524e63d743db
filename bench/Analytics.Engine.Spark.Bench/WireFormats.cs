using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Engine.Spark.Internals;
using Analytics.Engine.Wire;

namespace Analytics.Engine.Spark.Bench;

/// <summary>
/// What a row costs on its way through a process on the executors, as lines of the worker's protocol and as JSON: Spark writes each row, the
/// process gives it back as it is, Spark reads it and sums. Then what the lines cost the worker that reads them, in this process.
/// </summary>
internal static class WireFormats
{
    private const int Rounds = 3;
    private const string Numbers = "a line of numbers", Texts = "a line with a text";

    private static readonly Column[] Key = [new("k", ColumnType.Int64), new("n", ColumnType.Int64), new("v", ColumnType.Double)];
    private static readonly Column[] Named = [new("k", ColumnType.Text), new("n", ColumnType.Int64), new("v", ColumnType.Double, true)];

    /// <summary>Prints a row a kind of line and format: medians of <see cref="Rounds"/>, the formats in turn.</summary>
    /// <param name="master">Spark's master.</param>
    /// <param name="rows">Rows of each run.</param>
    public static void Run(string master, long rows)
    {
        var folder = Directory.CreateTempSubdirectory("analytics-wire-bench-").FullName;
        try
        {
            using var engine = new SparkEngine(new SparkOptions
            {
                ScratchFolder = folder,
                ApplicationName = "analytics wire bench",
                Master = master,
                LogFile = Path.Combine(folder, "spark.log"),
                Settings = new Dictionary<string, string> { ["spark.driver.memory"] = "2g", ["spark.ui.enabled"] = "false" },
            });
            Console.WriteLine($"{rows:N0} rows of three columns each, medians of {Rounds}; the last column is one thread of this program");
            Console.WriteLine("| | bytes a row | through Spark and a process, s | of that the process's pipe and both texts, s | reading alone, million rows a second |");
            Console.WriteLine("|---|---|---|---|---|");
            Compare(engine.Session, Numbers, "id % 4000 as k, id as n, id / 7.0D as v", Key, rows, folder);
            Compare(engine.Session, Texts, "concat('item ', id % 4000, if(id % 1000 = 0, '\t\\\\', '')) as k, id as n, id / 7.0D as v", Named, rows, folder);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static void Compare(SparkSession session, string what, string expressions, Column[] columns, long rows, string folder)
    {
        var source = $"select {expressions} from range({rows.ToString(CultureInfo.InvariantCulture)})";
        const string format = WireSql.RowFormat;
        var names = string.Join(", ", columns.Select(column => column.Name));
        var types = string.Join(", ", columns.Select(column => $"{column.Name} {SparkTypes.Sql(column.Type)}"));
        var fields = columns.Select((_, i) => $"{WireSql.Field(i)} string");
        var bare = Sum($"select {names} from ({source})");
        var wire = Sum($"select {string.Join(", ", columns.Select((column, i) => $"{WireSql.Read(WireSql.Field(i), column.Type)} as {column.Name}"))} from (select transform({string.Join(", ", columns.Select(WireSql.Write))}) {format} using 'cat' as ({string.Join(", ", fields)}) {format} from ({source}))");
        var json = Sum($"select r.* from (select from_json(line, '{types}') as r from (select transform(to_json(struct({names}))) {format} using 'cat' as (line string) {format} from ({source})))");
        var (bareSeconds, wireSeconds, jsonSeconds) = (new List<double>(), new List<double>(), new List<double>());
        long[]? expected = null;
        for (var round = -1; round < Rounds; round++)
            foreach (var (query, seconds) in ((string, List<double>)[])[(bare, bareSeconds), (wire, wireSeconds), (json, jsonSeconds)])
            {
                var watch = Stopwatch.StartNew();
                var sums = session.Longs(query);
                // The first round warms up.
                if (round >= 0) seconds.Add(watch.Elapsed.TotalSeconds);
                expected ??= sums;
                if (!sums.SequenceEqual(expected)) throw new InvalidOperationException($"{what}: the formats do not give the same rows: {string.Join(' ', expected)} and {string.Join(' ', sums)}");
            }
        var wireFile = Sample(session, source, columns.Select(WireSql.Write), Path.Combine(folder, "wire"));
        var jsonFile = Sample(session, source, [$"to_json(struct({names}))"], Path.Combine(folder, "json"));
        Row(what + ", the protocol's", wireFile, wireSeconds, bareSeconds, ReadWire(wireFile, columns));
        Row(what + ", JSON", jsonFile, jsonSeconds, bareSeconds, ReadJson(jsonFile, columns));
    }

    private static string Sum(string rows) => $"select count(*), sum(n), cast(sum(floor(v)) as bigint), sum(cast(hash(k) as bigint)) from ({rows})";

    /// <summary>The lines of a part of the rows as they go to a process.</summary>
    private static byte[] Sample(SparkSession session, string source, IEnumerable<string> fields, string folder)
    {
        using (var frame = session.Sql($"select concat_ws(chr(9), {string.Join(", ", fields)}) as value from ({source}) where n < 500000")) frame.WriteLines("file:" + folder);
        var lines = Directory.EnumerateFiles(folder, "part-*").Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes).ToArray();
        Directory.Delete(folder, true);
        return lines;
    }

    private static double ReadWire(byte[] lines, Column[] columns)
    {
        return Fastest(() =>
        {
            var rows = 0L;
            foreach (var batch in new WireRowReader(columns, "bench").Read(new MemoryStream(lines))) rows += batch.Count;
            return rows;
        });
    }

    private static double ReadJson(byte[] lines, Column[] columns)
    {
        return Fastest(() =>
        {
            var batch = new ColumnBatch(columns);
            var rows = 0L;
            for (int start = 0, end; start < lines.Length; start = end + 1)
            {
                end = start + lines.AsSpan(start).IndexOf((byte)'\n');
                var reader = new Utf8JsonReader(lines.AsSpan(start, end - start));
                reader.Read();
                for (var i = 0; i < columns.Length; i++)
                {
                    reader.Read();
                    if (!reader.ValueTextEquals(columns[i].Name)) throw new InvalidOperationException($"expected {columns[i].Name}");
                    reader.Read();
                    if (columns[i].Type.Kind == ColumnKind.Text) batch.Texts(i).Append(reader.GetString()!);
                    else if (columns[i].Type.Kind == ColumnKind.Double) batch.Doubles(i).Append(reader.GetDouble());
                    else batch.Longs(i).Append(reader.GetInt64());
                }
                rows++;
                if (batch.Count == ColumnBatch.UsualRows) batch.Clear();
            }
            return rows;
        });
    }

    /// <summary>Million rows a second, the best of five.</summary>
    private static double Fastest(Func<long> read)
    {
        var best = 0.0;
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            var rows = read();
            best = Math.Max(best, rows / 1e6 / watch.Elapsed.TotalSeconds);
        }
        return best;
    }

    private static void Row(string what, byte[] lines, List<double> seconds, List<double> bare, double read) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {what} | {lines.Length / (double)lines.AsSpan().Count((byte)'\n'):F1} | {Median(seconds):F2} | {Median(seconds) - Median(bare):F2} | {read:F2} |"));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
