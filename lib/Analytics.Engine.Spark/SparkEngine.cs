using Analytics.Columns;
using Analytics.Engine.Spark.Internals;
using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;
using Analytics.Files;

namespace Analytics.Engine.Spark;

/// <summary>
/// Apache Spark, 3.5 or 4.x, as it comes: driven through its own gateway, with no jar of ours. Relations are temporary views over files or
/// over rows that Spark keeps; grouped work runs on the executors in a native worker that Spark feeds. Where spark-submit started this
/// program, its session is used; else the engine starts Spark and ends it.
/// </summary>
public sealed class SparkEngine : IEngine
{
    private readonly SparkOptions _options;
    private readonly SparkGateway _host;
    private readonly SparkSession _session;
    private readonly Scratch _scratch;
    private readonly Exchange _exchange;
    private readonly Jobs _jobs;
    private readonly Dictionary<string, Relation> _relations = new(StringComparer.OrdinalIgnoreCase);
    private GroupedTransform? _grouped;
    private bool _disposed;

    /// <summary>Opens a session, starting Spark where spark-submit has not.</summary>
    /// <exception cref="EngineException">Spark or Java is missing, of an unknown version, or does not start.</exception>
    public SparkEngine(SparkOptions options, CancellationToken cancel = default)
    {
        _options = options;
        _host = options.Gateway ?? SparkGateway.Open(options, cancel);
        Gateway? gateway = null;
        try
        {
            gateway = new Gateway(_host.Endpoint);
            _session = SparkSession.Open(gateway, options.ApplicationName);
            _scratch = new Scratch(FilesOf(options.ScratchFolder), options.ScratchFolder);
        }
        catch (Exception wrong)
        {
            _session?.Dispose();
            gateway?.Dispose();
            var told = wrong is JavaException or GatewayException ? new EngineException(
                $"{SparkErrors.Translate(wrong, "starting Spark").Message}; {WhyGone()}", inner: wrong, kind: EngineErrorKind.Io) : null;
            if (OwnsHost) _host.Dispose();
            if (told is not null) throw told;
            throw;
        }
        _jobs = new Jobs(_session, options, WhyGone);
        _exchange = new Exchange(_session, _jobs, _scratch);
        Executors = new SparkExecutors(_session, _jobs, CheckFree, (name, columns, rows, token) => DefineRows(name, columns, [rows], token), name => _relations.Add(name, new Relation()));
        Version = _session.Version;
        UiAddress = _session.UiAddress();
        ApplicationId = _session.ApplicationId;
    }

    /// <inheritdoc/>
    public string Name => "spark";

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public IExecutors Executors { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> RelationNames => _relations.Keys;

    /// <summary>The address of Spark's own page of this application; null where it has none.</summary>
    public string? UiAddress { get; }

    /// <summary>The id that the cluster knows the application by.</summary>
    public string ApplicationId { get; }

    /// <summary>The process id of a Spark that the engine started, for tests; null else.</summary>
    internal int? ProcessId => _host.Process?.Id;

    /// <summary>The JVM, for tests that share it.</summary>
    internal SparkGateway Host => _host;

    private bool OwnsHost => _options.Gateway is null;

    internal Gateway Gateway => _session.Gateway;

    internal SparkSession Session => _session;

    /// <inheritdoc/>
    /// <remarks>
    /// The footers of all files are read: by this program where they are this machine's and of its own writing, else on the cluster, where the
    /// first such look alone costs a quarter of a second. A column that only some of the files lack is NULL in their rows.
    /// </remarks>
    public void DefineFiles(string name, IReadOnlyList<Column> columns, IReadOnlyList<string> files, CancellationToken cancel)
    {
        CheckFree(name);
        _jobs.Run(name, null, cancel, () =>
        {
            if (files.Count == 0)
            {
                var nothing = string.Join(", ", columns.Select(column => $"cast(null as {SparkTypes.Sql(column.Type)}) as {SparkLiteral.Name(column.Name)}"));
                using var empty = _session.Sql($"select {nothing} where false");
                empty.CreateView(name);
                return;
            }
            var paths = files.Select(Scratch.SparkPattern).ToArray();
            if (OwnFiles.Have(files, columns))
            {
                using var own = _session.Parquet(SparkTypes.ColumnList(columns), paths);
                own.CreateView(name);
                return;
            }
            using var found = FilesAsFound(name, columns, paths, out var same);
            using var frame = same ? found.Select([.. columns.Select(column => SparkLiteral.Name(column.Name))]) : _session.Parquet(SparkTypes.ColumnList(columns), paths);
            frame.CreateView(name);
        });
        _relations.Add(name, new Relation());
    }

    /// <inheritdoc/>
    public void DefineRows(string name, IReadOnlyList<Column> columns, IEnumerable<ColumnBatch> rows, CancellationToken cancel)
    {
        CheckFree(name);
        var folder = _scratch.NewFolder("rows");
        var file = StorePath.Combine(folder, "rows.parquet");
        _scratch.Files.CreateFolder(folder);
        try
        {
            using (var writer = new ParquetWriter(columns))
            using (var stream = _scratch.Files.CreateFile(file))
            {
                writer.Begin(stream);
                foreach (var batch in rows)
                {
                    cancel.ThrowIfCancellationRequested();
                    if (BatchCheck.Fault(batch, columns, 0) is { } fault) throw SparkErrors.Contract($"{name}: {fault}", name);
                    writer.Append(batch);
                }
                writer.End();
            }
            _jobs.Run(name, null, cancel, () =>
            {
                using var frame = _session.Parquet(SparkTypes.ColumnList(columns), [Scratch.SparkPattern(file)]);
                frame.CreateView(name);
            });
        }
        catch
        {
            _scratch.Delete(folder);
            throw;
        }
        _relations.Add(name, new Relation { Folder = folder });
    }

    /// <inheritdoc/>
    public void DefineTable(string name, SqlText query, SqlParameters parameters, CancellationToken cancel)
    {
        CheckFree(name);
        var sql = SparkSql.Render(query, parameters);
        Keep(name, sql.Source, sql, sql.Text, cancel);
    }

    /// <inheritdoc/>
    public void Drop(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckDefined(name);
        _relations.Remove(name, out var relation);
        _jobs.Run(name, null, CancellationToken.None, () =>
        {
            _session.DropView(name);
            relation!.Kept?.Unpersist();
            relation.Kept?.Dispose();
        });
        if (relation!.Folder is not null) _scratch.Delete(relation.Folder);
    }

    /// <inheritdoc/>
    public IEnumerable<ColumnBatch> Read(SqlText query, SqlParameters parameters, IReadOnlyList<Column> columns, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _exchange.Read(SparkSql.Render(query, parameters), columns, cancel);
    }

    /// <inheritdoc/>
    public WrittenTable Write(string relation, TableSchema schema, string folder, Action<ColumnBatch>? each, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckDefined(relation);
        return new TableWriter(FilesOf(folder), _exchange).Write(relation, schema, folder, Columns(relation, cancel), each, cancel);
    }

    /// <inheritdoc/>
    public GroupedOutcome RunGrouped(string relation, GroupedTask task, string output, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckDefined(relation);
        CheckFree(output);
        _grouped ??= new GroupedTransform(_session, _jobs, _exchange, _options, _host);
        var (outcome, kept) = _grouped.Run(relation, task, output, cancel);
        _relations.Add(output, new Relation { Kept = kept });
        return outcome;
    }

    /// <summary>A store for a folder: the local file system, or Hadoop's for a URI such as <c>hdfs://host/lake</c>.</summary>
    public IFileStore FilesOf(string folder) => Scratch.HasScheme(folder) ? _host.Files(folder) : new LocalFileStore();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _scratch.Dispose();
        try
        {
            if (OwnsHost && _host.Process is not null && !_session.Gateway.IsBroken) _session.Stop();
            // Where the JVM is another's, the application goes on to the next night and ends with this program.
            else if (!_session.Gateway.IsBroken) Forget();
        }
        catch (Exception e) when (e is JavaException or GatewayException)
        {
            // Spark is gone already.
        }
        _session.Dispose();
        if (OwnsHost) _host.Dispose();
    }

    private void Forget()
    {
        foreach (var (name, relation) in _relations)
        {
            _session.DropView(name);
            relation.Kept?.Unpersist();
            relation.Kept?.Dispose();
        }
    }

    private void Keep(string name, string source, RenderedSql? sql, string text, CancellationToken cancel)
    {
        var kept = _jobs.Run(source, sql, cancel, () =>
        {
            var frame = _session.Sql(text);
            try
            {
                frame.Persist();
                frame.Count();
                _session.CreateKeptView(frame, name);
                return frame;
            }
            catch
            {
                frame.Dispose();
                throw;
            }
        });
        _relations.Add(name, new Relation { Kept = kept });
    }

    private IReadOnlyList<(string Name, string Type)> Columns(string relation, CancellationToken cancel) => _jobs.Run(relation, null, cancel, () =>
    {
        using var frame = _session.Sql($"select * from {SparkLiteral.Name(relation)}");
        return frame.Columns();
    });

    /// <summary>The files with the columns that all of them together have, which must be the declared ones or fit them.</summary>
    /// <param name="name">The relation.</param>
    /// <param name="columns">The declared columns.</param>
    /// <param name="paths">The files.</param>
    /// <param name="same">Whether the types are the declared ones: then the files need not be listed once more to be read as declared.</param>
    private DataFrame FilesAsFound(string name, IReadOnlyList<Column> columns, string[] paths, out bool same)
    {
        DataFrame frame;
        try
        {
            frame = _session.MergedParquet(paths);
        }
        catch (JavaException wrong) when (wrong.ErrorClass?.StartsWith("CANNOT_MERGE_SCHEMA", StringComparison.Ordinal) == true)
        {
            throw new EngineException($"{name}: {SparkErrors.Translate(wrong, name).Message}: two files disagree on a column; write them again with the declared types", name, isContractBreach: true, inner: wrong);
        }
        try
        {
            var found = frame.Columns();
            same = true;
            foreach (var column in columns)
            {
                var type = found.FirstOrDefault(field => field.Name == column.Name).Type
                    ?? throw SparkErrors.Contract($"{name}: the files ({paths[0]} is the first of {paths.Length}) have no column {column.Name} {column.Type}: write them again with the declared columns", name);
                if (!SparkTypes.Fits(type, column.Type))
                    throw SparkErrors.Contract($"{name}: the files ({paths[0]} is the first of {paths.Length}), column {column.Name} is {type}, expected {column.Type}: write them again with the declared type", name);
                same &= type == column.Type.ToString();
            }
            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private string WhyGone() => _host.Process is { } process ? process.LogTail() : "look at Spark's own log for why";

    private void CheckFree(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (name.Length == 0 || name.Contains('\0')) throw SparkErrors.Contract("a relation needs a name without a NUL character", name);
        if (_relations.ContainsKey(name)) throw SparkErrors.Contract($"{name}: a relation of this name is defined already: drop it first or take another name", name);
    }

    private void CheckDefined(string name)
    {
        if (!_relations.ContainsKey(name))
            throw SparkErrors.Contract($"{name}: no relation of this name is defined (there are: {string.Join(", ", _relations.Keys.Order(StringComparer.Ordinal))})", name);
    }

    /// <summary>What a relation holds besides its name: rows that Spark keeps, or a folder of ours.</summary>
    private sealed class Relation
    {
        public DataFrame? Kept { get; init; }

        public string? Folder { get; init; }
    }
}
