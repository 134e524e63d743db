using Analytics.Engine.Spark.Objects;

namespace Analytics.Engine.Spark.Internals;

/// <summary>Spark's session as far as the engine uses it. One thread at a time, but for <see cref="Control"/>.</summary>
internal sealed class SparkSession : IDisposable
{
    /// <summary>
    /// What the shared SQL and the promise of equal rows rest on; set in every session, whatever the cluster's defaults are.
    /// </summary>
    private static readonly (string Key, string Value)[] Needed =
    [
        ("spark.sql.ansi.enabled", "true"),
        ("spark.sql.session.timeZone", "UTC"),
        ("spark.sql.caseSensitive", "false"),
        // Files before 1900 that Spark did not write are in the proleptic Gregorian calendar, as Parquet says.
        ("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED"),
        ("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"),
        ("spark.sql.variable.substitute", "false"),
        ("spark.sql.parser.escapedStringLiterals", "false"),
        ("spark.sql.parser.quotedRegexColumnNames", "false"),
        ("spark.sql.legacy.createHiveTableByDefault", "false"),
        ("spark.sql.ansi.enforceReservedKeywords", "false"),
        ("spark.sql.ansi.doubleQuotedIdentifiers", "false"),
        // With it (4.x) a file that is sent after the start reaches no executor: it belongs to no session.
        ("spark.sql.artifact.isolation.enabled", "false"),
    ];

    /// <summary>
    /// What spares work and changes no row; set where the user has not. A lake has a small file a date: 725 of them (the sample) were listed by
    /// as many tasks, twice, and read by 23 tasks for 14 MB; listed by the driver and read by two, the same stages took a third of the time.
    /// </summary>
    private static readonly (string Key, string Value)[] Preferred =
    [
        ("spark.sql.sources.parallelPartitionDiscovery.threshold", "10000"),
        ("spark.sql.sources.parallelPartitionDiscovery.parallelism", "64"),
        ("spark.sql.files.openCostInBytes", "262144"),
        // Sets and lists by key: by hash, Spark holds 128 keys' and then sorts the rows after all. Sorted at once, a task holds one key's, the sort
        // spills, and baskets take no longer.
        ("spark.sql.execution.useObjectHashAggregateExec", "false"),
    ];

    private readonly JavaObject _session;
    private readonly JavaObject _context;

    private SparkSession(Gateway gateway, JavaObject session, string version)
    {
        (Gateway, _session, Version) = (gateway, session, version);
        _context = session.Call("sparkContext");
        ApplicationId = _context.CallText("applicationId") ?? "";
        Control = new SparkControl(gateway, _context);
    }

    public Gateway Gateway { get; }

    public string Version { get; }

    public string ApplicationId { get; }

    /// <summary>What may be asked while a call waits.</summary>
    public SparkControl Control { get; }

    /// <summary>Opens the session of a JVM.</summary>
    /// <param name="gateway">The first connection; the session owns it.</param>
    /// <param name="applicationName">The name of the application.</param>
    /// <exception cref="EngineException">The version is not known.</exception>
    public static SparkSession Open(Gateway gateway, string applicationName)
    {
        using var builder = gateway.CallStatic("org.apache.spark.sql.SparkSession", "builder").AsObject("builder");
        builder.CallVoid("appName", applicationName);
        using (var conf = gateway.New("org.apache.spark.SparkConf"))
        {
            // The default one follows lists link by link and runs out of stack where a basket has a thousand lines.
            if (!conf.CallBoolean("contains", "spark.serializer")) builder.CallVoid("config", "spark.serializer", "org.apache.spark.serializer.KryoSerializer");
            foreach (var (key, value) in Preferred)
                if (!conf.CallBoolean("contains", key)) builder.CallVoid("config", key, value);
        }
        foreach (var (key, value) in Needed) builder.CallVoid("config", key, value);
        var session = builder.Call("getOrCreate");
        var version = session.CallText("version") ?? "";
        if (!SparkInstallation.IsSupported(version))
            throw new EngineException($"this is Spark {version}, which is not known to work; expected Spark {SparkInstallation.Supported}", kind: EngineErrorKind.Io);
        return new SparkSession(gateway, session, version);
    }

    /// <summary>The address of Spark's own page; null where it has none.</summary>
    public string? UiAddress()
    {
        using var option = _context.Call("uiWebUrl");
        return option.CallBoolean("isDefined") ? option.CallText("get") : null;
    }

    /// <summary>A setting that Spark was started with; null where it was not.</summary>
    public string? Setting(string key)
    {
        using var conf = _context.Call("getConf");
        return conf.CallBoolean("contains", key) ? conf.CallText("get", key) : null;
    }

    /// <summary>A query, not run yet.</summary>
    public DataFrame Sql(string text) => new(Gateway, _session.Call("sql", text));

    /// <summary>A query as Java's object, for what is asked of Spark beyond this class.</summary>
    public JavaObject SqlObject(string text) => _session.Call("sql", text);

    /// <summary>Parquet files with these columns, in Spark's words.</summary>
    public DataFrame Parquet(string columns, IReadOnlyCollection<string> paths)
    {
        using var reader = Reader();
        reader.CallVoid("schema", columns);
        using var array = Gateway.TextArray(paths);
        return new DataFrame(Gateway, reader.Call("parquet", array));
    }

    /// <summary>Files of another format.</summary>
    public DataFrame Files(string format, IReadOnlyList<(string Key, string Value)> options, IReadOnlyCollection<string> paths)
    {
        using var reader = Reader();
        reader.CallVoid("format", format);
        foreach (var (key, value) in options) reader.CallVoid("option", key, value);
        using var array = Gateway.TextArray(paths);
        return new DataFrame(Gateway, reader.Call("load", array));
    }

    /// <summary>Parquet files with the columns that all of them together have; an error where two disagree on a type.</summary>
    public DataFrame MergedParquet(IReadOnlyCollection<string> paths)
    {
        using var reader = Reader();
        reader.CallVoid("option", "mergeSchema", "true");
        using var array = Gateway.TextArray(paths);
        return new DataFrame(Gateway, reader.Call("parquet", array));
    }

    /// <summary>Gives the rows that Spark keeps of a query a name.</summary>
    public void CreateKeptView(DataFrame kept, string name) => kept.CreateKeptView(_session, name);

    /// <summary>Sends a file of this machine to every executor, into the directory that its commands start in.</summary>
    public void AddFile(string path) => _context.CallVoid("addFile", "file:" + path);

    /// <summary>Jobs from here on belong to this group.</summary>
    public void SetJobGroup(string group, string description) => _context.CallVoid("setJobGroup", group, description, true);

    /// <summary>How many tasks the cluster runs at once, as far as Spark knows it.</summary>
    public int Parallelism() => Math.Max(1, (int)_context.CallLong("defaultParallelism"));

    /// <summary>The whole numbers of a query's only row.</summary>
    public long[] Longs(string query)
    {
        using var frame = _session.Call("sql", query);
        using var row = frame.Call("first");
        return Longs(row);
    }

    /// <summary>The whole numbers of a query's few rows, in its order.</summary>
    public IReadOnlyList<long[]> LongRows(string query)
    {
        using var frame = _session.Call("sql", query);
        using var list = frame.Call("collectAsList");
        var rows = new long[list.CallLong("size")][];
        for (var i = 0; i < rows.Length; i++)
        {
            using var row = list.Call("get", i);
            rows[i] = Longs(row);
        }
        return rows;
    }

    /// <summary>Other settings until the result is disposed.</summary>
    public IDisposable Override(params (string Key, string Value)[] settings) => new Overridden(this, settings);

    public void DropView(string name)
    {
        using var catalog = _session.Call("catalog");
        catalog.CallVoid("dropTempView", name);
    }

    /// <summary>Ends the application.</summary>
    public void Stop() => _session.CallVoid("stop");

    public void Dispose()
    {
        Control.Dispose();
        _context.Dispose();
        _session.Dispose();
        Gateway.Dispose();
    }

    private static long[] Longs(JavaObject row)
    {
        var values = new long[row.CallLong("length")];
        for (var i = 0; i < values.Length; i++) values[i] = row.CallLong("getLong", i);
        return values;
    }

    private JavaObject Reader()
    {
        var reader = _session.Call("read");
        // A folder called order_date=2026-01-01 must not become a column.
        reader.CallVoid("option", "recursiveFileLookup", "true");
        return reader;
    }

    private sealed class Overridden : IDisposable
    {
        private readonly JavaObject _conf;
        private readonly List<(string Key, string? Value)> _before = [];

        public Overridden(SparkSession session, (string Key, string Value)[] settings)
        {
            _conf = session._session.Call("conf");
            foreach (var (key, value) in settings)
            {
                // NULL where it has neither a value nor a default.
                _before.Add((key, _conf.CallText("get", key, (string?)null)));
                _conf.CallVoid("set", key, value);
            }
        }

        public void Dispose()
        {
            foreach (var (key, value) in _before)
            {
                try
                {
                    if (value is null) _conf.CallVoid("unset", key);
                    else _conf.CallVoid("set", key, value);
                }
                catch (Protocol.GatewayException)
                {
                    // Spark is gone, and its settings with it; whoever is on the way here reports that.
                    break;
                }
            }
            _conf.Dispose();
        }
    }
}
