using System.Globalization;
using Analytics.Columns;
using Analytics.Engine.Wire;
using Analytics.Files;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// Grouped work on the executors: Spark brings the rows of each key together in order and feeds them, as lines, to our native worker, one
/// process a task; what comes back is kept, counted against what went in, and becomes a relation. A task that Spark repeats gives the same.
/// </summary>
internal sealed class GroupedTransform(SparkSession session, Jobs jobs, Exchange exchange, SparkOptions options, SparkGateway host)
{
    // Several tasks a core even out keys of unlike weight; more rows than this in one would make a repeated task long.
    private const int TasksPerCore = 3;
    private const long RowsPerTask = 2_000_000;

    private const string WorkerName = "worker";

    /// <summary>
    /// Behind a worker that failed. Spark reads the standard error by a thread of its own and looks at what that has by the time the command has
    /// ended: on a node with much to do that was nothing, or half a line, so that the failure came without its reason.
    /// </summary>
    private const string Linger = "{ code=$?; sleep 2; exit $code; }";

    private readonly HashSet<string> _sides = new(StringComparer.Ordinal);
    private string? _folder;

    public (GroupedOutcome Outcome, DataFrame Kept) Run(string relation, GroupedTask task, string output, CancellationToken cancel)
    {
        Check(task, relation);
        var command = SparkLiteral.Text(Command(task))[1..^1];
        return jobs.Run($"{task.Name} on {relation}", null, cancel, () =>
        {
            using (var input = session.Sql($"select {Columns(task)} from {SparkLiteral.Name(relation)}")) SparkTypes.Check(input.Columns(), task.Input, relation);
            var rows = CountInput(relation, task);
            // As many tasks as asked for: joined to fewer by their bytes, heavy work on few bytes would run on one core. Nothing else is there that
            // Spark could do better after a look at the stages before; to look takes it a job a stage, which the small counts behind the work are made of.
            using var planned = session.Override(("spark.sql.shuffle.partitions", Tasks(rows).ToString(CultureInfo.InvariantCulture)), ("spark.sql.adaptive.enabled", "false"));
            var kept = session.Sql(WireSql.Transform(task, SparkLiteral.Name(relation), command));
            try
            {
                kept.Persist();
                session.CreateKeptView(kept, Answer(output));
                var outcome = Sum(output, task, rows);
                using var typed = session.Sql(WireSql.Rows(task, SparkLiteral.Name(Answer(output))));
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

    private static string Columns(GroupedTask task) => string.Join(", ", task.Input.Select(column => SparkLiteral.Name(column.Name)));

    private static string Answer(string output) => output + " answer";

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
        var row = session.Longs($"select count(*){string.Concat(needed.Select(column => $", count({SparkLiteral.Name(column.Name)})"))} from {SparkLiteral.Name(relation)}");
        for (var i = 0; i < needed.Count; i++)
            if (row[i + 1] != row[0])
                throw SparkErrors.Contract($"{relation}: column {needed[i].Name} holds a NULL but is declared without NULLs: filter the row out, give a value by coalesce, or declare the column nullable", relation);
        return row[0];
    }

    /// <summary>Runs the work and adds up what the workers answered: nothing may be missing, and nothing may come twice.</summary>
    private GroupedOutcome Sum(string output, GroupedTask task, long rows)
    {
        var answer = SparkLiteral.Name(Answer(output));
        var totals = WireTotals.Of(session.Longs(WireSql.Totals(task, answer)));
        if (totals.Fault(task.Name, rows) is { } fault) throw new EngineException(fault, task.Name, kind: EngineErrorKind.Io);
        return new GroupedOutcome(totals.Closings, rows, totals.Rows, totals.ClosingFailed == 0 ? [] : Failures(answer, task));
    }

    private List<GroupFailure> Failures(string answer, GroupedTask task)
    {
        var keys = task.Input.Take(task.KeyColumns).ToArray();
        Column[] columns = [.. keys, new("rows_read", ColumnType.Int64), new("message", ColumnType.Text)];
        var failures = new List<GroupFailure>();
        var sql = $"select * from ({WireSql.Failures(task, answer)}) order by {SparkLiteral.OrderBy(keys.Select(key => key.Name))}";
        foreach (var batch in exchange.Read(new RenderedSql(task.Name, sql, []), columns))
            for (var row = 0; row < batch.Count; row++)
                failures.Add(new GroupFailure([.. keys.Select((key, at) => KeyText.Of(batch[at], row, key.Type))], batch.Longs(keys.Length)[row], batch.Texts(keys.Length + 1).GetString(row)!));
        return failures;
    }

    /// <summary>
    /// The shell's command that runs the worker on an executor. Worker and side input lie in the scratch folder, which every node mounts: files
    /// that SparkContext.addFile announces after the start do not reach the executors of a standalone cluster of Spark 4.3 (seen).
    /// </summary>
    private string Command(GroupedTask task)
    {
        var worker = options.Worker ?? throw new EngineException(
            $"{task.Name} runs in the native worker on Spark's executors, and there is none: build it once by scripts/worker.sh", kind: EngineErrorKind.Io);
        if (!File.Exists(worker)) throw new EngineException($"the native worker {worker} is missing: build it once by scripts/worker.sh", kind: EngineErrorKind.Io);
        if (exchange.Scratch.IsUri) return Sent(worker, task);
        if (_folder is null)
        {
            var folder = exchange.Scratch.NewFolder("worker");
            exchange.Scratch.Files.CreateFolder(folder);
            // A copy keeps the right to be executed.
            File.Copy(worker, StorePath.Combine(folder, WorkerName));
            _folder = folder;
        }
        string? side = null;
        if (!task.SideInput.IsEmpty)
        {
            side = $"side-{WireProtocol.SideInputHash(task)}";
            if (_sides.Add(side))
                using (var stream = exchange.Scratch.Files.CreateFile(StorePath.Combine(_folder, side))) stream.Write(task.SideInput.Span);
        }
        // What one key's answer spills stays on the node's own disk, where Spark started the command.
        return $"cd '{Path.GetFullPath(_folder).Replace("'", "'\\''", StringComparison.Ordinal)}' && ./{WorkerName} {WireProtocol.Arguments(task, side)} --spill \"$OLDPWD\" || {Linger}";
    }

    /// <summary>
    /// The same where no folder is mounted everywhere: worker and side input are sent by Spark, and lie in the directory that the command
    /// starts in. They are served from this machine for as long as the JVM lives, as an executor that comes late asks for every file ever sent.
    /// </summary>
    private string Sent(string worker, GroupedTask task)
    {
        if (_folder is null)
        {
            _folder = host.SentFolder();
            var copy = Path.Combine(_folder, WorkerName);
            if (!File.Exists(copy)) File.Copy(worker, copy);
            session.AddFile(copy);
        }
        string? side = null;
        if (!task.SideInput.IsEmpty)
        {
            side = $"side-{WireProtocol.SideInputHash(task)}";
            if (_sides.Add(side))
            {
                var path = Path.Combine(_folder, side);
                using (var stream = File.Create(path)) stream.Write(task.SideInput.Span);
                session.AddFile(path);
            }
        }
        return $"./{WorkerName} {WireProtocol.Arguments(task, side)} --spill . || {Linger}";
    }
}
