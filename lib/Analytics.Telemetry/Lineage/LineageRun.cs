using Analytics.Publishing;

namespace Analytics.Telemetry.Lineage;

/// <summary>A check's outcome, for the data quality facet.</summary>
public sealed record LineageCheck(string Stage, string Check, string Severity, bool Passed, string Observed, string Expected, string Message);

/// <summary>Makes the OpenLineage events of one run: START, then COMPLETE or FAIL.</summary>
/// <param name="settings">Names.</param>
/// <param name="date">The business date; null where it is not known, because the run could not be planned.</param>
/// <param name="startedAt">When it began; also part of its id.</param>
/// <param name="engine">The engine's name.</param>
public sealed class LineageRun(LineageNames settings, DateOnly? date, DateTimeOffset startedAt, string engine)
{
    private readonly Guid _id = Guid.CreateVersion7(startedAt);

    /// <summary>The run's id in the events.</summary>
    public Guid Id => _id;

    /// <summary>It begins: the files that it takes in are known by name.</summary>
    public byte[] Start(IEnumerable<RunInput> inputs) => Event("START", startedAt, [.. inputs.Select(Input)], [], null, null);

    /// <summary>It published.</summary>
    public byte[] Complete(Manifest manifest, IReadOnlyList<LineageCheck> checks, DateTimeOffset at) => Event("COMPLETE", at,
        [.. manifest.Sources.Where(static source => source.Origin == SourceOrigin.New).Select(Input), .. History(manifest, checks)],
        [.. manifest.Tables.Select(table => Output(table, manifest.Run))], manifest.Run.EngineVersion, null);

    /// <summary>There was nothing to do, or only some stages were run: nothing was published.</summary>
    public byte[] CompleteWithout(DateTimeOffset at) => Event("COMPLETE", at, [], [], null, null);

    /// <summary>It failed.</summary>
    public byte[] Fail(string message, IEnumerable<RunInput> inputs, DateTimeOffset at) => Event("FAIL", at, [.. inputs.Select(Input)], [], null, message);

    private byte[] Event(string type, DateTimeOffset at, IReadOnlyList<LineageJson.Dataset> inputs, IReadOnlyList<LineageJson.Dataset> outputs, string? engineVersion, string? error) =>
        LineageJson.Write(new LineageJson.Event(type, at, _id, settings, date, engine, engineVersion, error, inputs, outputs));

    private LineageJson.Dataset Input(RunInput input) => new(settings.Namespace, $"{settings.Inputs}/{input.Name}") { Version = input.Sha256 };

    private LineageJson.Dataset Input(SourceFile source) => new(settings.Namespace, $"{settings.Inputs}/{source.Name}")
    {
        Version = source.Sha256,
        Read = (source.Fates.Records, source.Bytes, 1),
    };

    /// <summary>The cleaned lines of all files: what the checks are about.</summary>
    private IEnumerable<LineageJson.Dataset> History(Manifest manifest, IReadOnlyList<LineageCheck> checks)
    {
        if (manifest.Curated.Count == 0) yield break;
        yield return new LineageJson.Dataset(settings.Namespace, $"{settings.Tables}/curated/transactions")
        {
            Read = (manifest.Curated.Sum(static day => day.Transactions.Rows), manifest.Curated.Sum(static day => day.Transactions.Bytes), manifest.Curated.Count),
            Checks = checks,
        };
    }

    private LineageJson.Dataset Output(TableEntry table, RunHeader run) => new(settings.Namespace, $"{settings.Tables}/{table.Name}")
    {
        Version = run.Id,
        Columns = table.Columns,
        Written = (table.Rows, table.Files.Sum(static file => file.Bytes), table.Files.Count),
    };
}

/// <summary>By which names the events call things.</summary>
/// <param name="Namespace">The namespace of job and datasets, such as <c>shop</c>.</param>
/// <param name="Job">The job's name.</param>
/// <param name="Producer">A URI that names the program and its version.</param>
public sealed record LineageNames(string Namespace, string Job, string Producer)
{
    /// <summary>What stands before the names of source files.</summary>
    public string Inputs { get; init; } = "input";

    /// <summary>What stands before the names of tables.</summary>
    public string Tables { get; init; } = "lake";
}
