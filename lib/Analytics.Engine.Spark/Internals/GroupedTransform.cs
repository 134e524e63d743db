using System.Globalization;
using Analytics.Columns;
using Analytics.Engine.Wire;
using Analytics.Files;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// Grouped work on the executors: Spark brings the rows of each key together in order and feeds them, as lines, to our native worker, one
/// process a task; what comes back is kept, counted against what went in, and becomes a relation. A task that Spark repeats gives the same.
/// </summary>
internal sealed class GroupedTransform(SparkSession session, Jobs jobs, Scratch scratch, SparkOptions options)
{
    // Several tasks a core even out keys of unlike weight; more rows than this in one would make a repeated task long.
    private const int TasksPerCore = 3;
    private const long RowsPerTask = 2_000_000;

    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);

    public (GroupedOutcome Outcome, DataFrame Kept) Run(string relation, GroupedTask task, string output, CancellationToken cancel)
    {
        Check(task, relation);
        var (worker, side) = Send(task, cancel);
        return jobs.Run($"{task.Name} on {relation}", null, cancel, () =>
        {
            using (var input = session.Sql($"select {Columns(task)} from {SparkLiteral.Name(relation)}")) SparkTypes.Check(input.Columns(), task.Input, relation);
            var rows = CountInput(relation, task);
            var kept = session.Sql(Query(relation, task, $"{worker} {WireProtocol.Arguments(task, side)}", Tasks(rows)));
            try
            {
                kept.Persist();
                kept.CreateView(Answer(output));
                var outcome = Sum(output, task, rows);
                using var typed = session.Sql(Typed(output, task));
                typed.CreateView(output);
                return (outcome, kept);
            }
            catch
            {
                kept.Unpersist();
                kept.Dispose();
                throw;
            }
            finally
            {
                session.DropView(Answer(output));
            }
        });
    }

    /// <summary>The transform: rows as lines in, answer lines out.</summary>
    internal static string Query(string relation, GroupedTask task, string command, int tasks)
    {
        var keys = task.Input.Take(task.KeyColumns).Select(column => column.Name).ToList();
        // Key, order and then all other columns: rows that are left in a tie are equal, so their order cannot show.
        var order = keys.Concat(task.OrderBy).Concat(task.Input.Select(column => column.Name)).Distinct(StringComparer.Ordinal);
        var fields = string.Join(", ", Enumerable.Range(0, WireProtocol.AnswerFields(task)).Select(field => $"{WireSql.AnswerField(field)} string"));
        var tab = SparkLiteral.Text("\t");
        return string.Create(CultureInfo.InvariantCulture, $"""
            select transform(line) row format delimited fields terminated by {tab} using {SparkLiteral.Text(command)} as ({fields}) row format delimited fields terminated by {tab}
            from (
                select {WireSql.Line(task.Input)} as line
                from (
                    select /*+ repartition({tasks}, {string.Join(", ", keys.Select(SparkLiteral.Name))}) */ {Columns(task)} from {SparkLiteral.Name(relation)}
                )
                sort by {WireSql.OrderBy(order)}
            )
            """);
    }

    private static string Columns(GroupedTask task) => string.Join(", ", task.Input.Select(column => SparkLiteral.Name(column.Name)));

    private static string Answer(string output) => output + " answer";

    private static string Typed(string output, GroupedTask task)
    {
        var columns = WireAnswer.Columns(task).Select((column, at) => $"{WireSql.Value(WireSql.AnswerField(at + 1), column.Type)} as {SparkLiteral.Name(column.Name)}");
        return $"select {string.Join(", ", columns)} from {SparkLiteral.Name(Answer(output))} where {WireSql.AnswerField(0)} = '{WireProtocol.Row}'";
    }

    private static void Check(GroupedTask task, string relation)
    {
        if (task.KeyColumns < 1 || task.KeyColumns > task.Input.Count)
            throw SparkErrors.Contract($"{task.Name}: {task.KeyColumns} key columns of {task.Input.Count} input columns: expected at least 1", relation);
        foreach (var key in task.Input.Take(task.KeyColumns))
            if (key.Type.Kind == ColumnKind.TextList)
                throw SparkErrors.Contract($"{task.Name}: key column {key.Name} is a list, which cannot be a key: join it into a text", relation);
        foreach (var name in task.OrderBy)
            if (task.Input.All(column => column.Name != name))
                throw SparkErrors.Contract($"{task.Name}: order column {name} is none of its input columns", relation);
    }

    private int Tasks(long rows) => (int)Math.Clamp(Math.Max((long)TasksPerCore * session.Parallelism(), rows / RowsPerTask), 1, 100_000);

    /// <summary>Counts the rows, and refuses a NULL where the task allows none: behind it would stand a zero that is no value.</summary>
    private long CountInput(string relation, GroupedTask task)
    {
        var needed = task.Input.Where(column => !column.Nullable).ToList();
        var counts = string.Concat(needed.Select(column => $", count({SparkLiteral.Name(column.Name)})"));
        var row = session.One($"select concat_ws(' ', count(*){counts}) from {SparkLiteral.Name(relation)}").Split(' ').Select(count => long.Parse(count, CultureInfo.InvariantCulture)).ToArray();
        for (var i = 0; i < needed.Count; i++)
            if (row[i + 1] != row[0])
                throw SparkErrors.Contract($"{relation}: column {needed[i].Name} holds a NULL but is declared without NULLs: filter the row out, give a value by coalesce, or declare the column nullable", relation);
        return row[0];
    }

    /// <summary>Runs the work and adds up what the workers answered: nothing may be missing, and nothing may come twice.</summary>
    private GroupedOutcome Sum(string output, GroupedTask task, long rows)
    {
        var answer = SparkLiteral.Name(Answer(output));
        string F(int field) => WireSql.AnswerField(field);
        var (read, given, error) = (F(task.KeyColumns + 1), F(task.KeyColumns + 3), F(task.KeyColumns + 4));
        var isKey = $"f0 = '{WireProtocol.Closing}'";
        var isEnd = $"f0 = '{WireProtocol.End}'";
        string SumIf(string condition, string field) => $"coalesce(sum(cast(if({condition}, {field}, '0') as bigint)), 0)";
        var sums = session.One($"""
            select concat_ws(' ',
                count_if(f0 = '{WireProtocol.Handshake}'), count_if({isEnd}), count_if(f0 = '{WireProtocol.Row}'), count_if({isKey}), {SumIf(isKey, read)}, {SumIf(isKey, given)},
                count_if({isKey} and {error} <> {SparkLiteral.Text("\\N")}),
                {SumIf(isEnd, "f1")}, {SumIf(isEnd, "f2")}, {SumIf(isEnd, "f3")}, {SumIf(isEnd, "f4")},
                count_if(f0 = '{WireProtocol.Handshake}' and (f1 <> '{WireProtocol.Version}' or f3 <> '{WireProtocol.Contract(task)}')),
                count_if(f0 is null or f0 not in ('{WireProtocol.Handshake}', '{WireProtocol.Row}', '{WireProtocol.Closing}', '{WireProtocol.End}')))
            from {answer}
            """).Split(' ').Select(count => long.Parse(count, CultureInfo.InvariantCulture)).ToArray();
        var (starts, ends, outRows, keys, keyRows, keyOut, failed) = (sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6]);
        if (sums[11] > 0) throw Wrong(task, "a worker of another build answered: build program and worker from the same sources");
        if (sums[12] > 0) throw Wrong(task, $"{sums[12]} lines of the workers' answers are of no known kind");
        if (starts != ends || keys != sums[7] || keyRows != sums[8] || keyOut != sums[9] || failed != sums[10] || outRows != keyOut || keyRows != rows)
            throw Wrong(task, string.Create(CultureInfo.InvariantCulture,
                $"the workers' counts do not add up: {rows} rows went in, {starts} workers began and {ends} ended, {keys} keys were closed with {keyRows} rows in and {keyOut} out, {outRows} rows came"));
        return new GroupedOutcome(keys, rows, outRows, failed == 0 ? [] : Failures(answer, task, isKey, error));
    }

    private List<GroupFailure> Failures(string answer, GroupedTask task, string isKey, string error)
    {
        var keys = task.Input.Take(task.KeyColumns).ToArray();
        Column[] columns = [.. keys, new("rows_read", ColumnType.Int64), new("message", ColumnType.Text)];
        var fields = columns.Select((column, at) => (Field: WireSql.AnswerField(at < keys.Length ? at + 1 : at == keys.Length ? at + 2 : at + 3), column));
        var folder = scratch.NewFolder("failures");
        try
        {
            using (var failed = session.Sql($"select {string.Join(", ", fields.Select(field => $"{WireSql.Value(field.Field, field.column.Type)} as {SparkLiteral.Name(field.column.Name)}"))} "
                + $"from {answer} where {isKey} and {error} <> {SparkLiteral.Text("\\N")} order by {WireSql.OrderBy(keys.Select(key => key.Name))}"))
            using (var lines = failed.Select([$"{WireSql.Line(columns)} as value"])) lines.WriteLines(Scratch.SparkPath(folder));
            var failures = new List<GroupFailure>();
            foreach (var part in scratch.Parts(folder))
            {
                using var stream = scratch.Files.OpenRead(part.Path);
                foreach (var batch in new WireRowReader(columns, task.Name).Read(stream))
                    for (var row = 0; row < batch.Count; row++)
                        failures.Add(new GroupFailure([.. keys.Select((key, at) => KeyText.Of(batch[at], row, key.Type))], batch.Longs(keys.Length)[row], batch.Texts(keys.Length + 1).GetString(row)!));
            }
            return failures;
        }
        finally
        {
            scratch.Delete(folder);
        }
    }

    /// <summary>Sends the worker and the task's side input to the executors, each once.</summary>
    private (string Worker, string? Side) Send(GroupedTask task, CancellationToken cancel)
    {
        var worker = options.Worker ?? throw new EngineException(
            $"{task.Name} runs in the native worker on Spark's executors, and there is none: build it by `./analytics` or `spark-submit.sh`, which do so once", kind: EngineErrorKind.Io);
        // A relative path is where the executors find it: spark-submit unpacked it there.
        var command = worker;
        if (!worker.StartsWith("./", StringComparison.Ordinal))
        {
            if (!File.Exists(worker)) throw new EngineException($"the native worker {worker} is missing: build it by `./analytics` or `spark-submit.sh`, which do so once", kind: EngineErrorKind.Io);
            SendOnce(Scratch.SparkPath(worker), worker, cancel);
            command = "./" + Path.GetFileName(worker);
        }
        if (task.SideInput.IsEmpty) return (command, null);
        var name = $"side-{WireProtocol.SideInputHash(task)}";
        if (!_sent.Contains(name))
        {
            var folder = scratch.NewFolder("side");
            scratch.Files.CreateFolder(folder);
            var path = StorePath.Combine(folder, name);
            using (var stream = scratch.Files.CreateFile(path)) stream.Write(task.SideInput.Span);
            SendOnce(Scratch.SparkPath(path), name, cancel);
        }
        return (command, name);
    }

    private void SendOnce(string path, string name, CancellationToken cancel)
    {
        if (!_sent.Add(name)) return;
        jobs.Run($"sending {name}", null, cancel, () => session.AddFile(path));
    }

    private static EngineException Wrong(GroupedTask task, string message) => new($"{task.Name}: {message}", task.Name, kind: EngineErrorKind.Io);
}
