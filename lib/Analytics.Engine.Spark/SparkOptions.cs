namespace Analytics.Engine.Spark;

/// <summary>How Spark is reached and what it may use.</summary>
public sealed record SparkOptions
{
    /// <summary>
    /// A folder that the driver and every executor can reach, for rows on their way between them: a local path (local mode), or a URI of
    /// Hadoop's file systems such as <c>hdfs://host/lake/staging/...</c>. Made if it is missing; the engine removes what it put there.
    /// </summary>
    public required string ScratchFolder { get; init; }

    /// <summary>The JVM to use; it stays its owner's. Null for one of the engine's own, or spark-submit's.</summary>
    public SparkGateway? Gateway { get; init; }

    /// <summary>The application's name, as Spark's pages show it.</summary>
    public string ApplicationName { get; init; } = "analytics";

    /// <summary>
    /// Spark's master, such as <c>local[*]</c>, where the engine starts Spark itself. Not used where spark-submit started this program.
    /// </summary>
    public string Master { get; init; } = "local[*]";

    /// <summary>Whether the driver's JVM does the work itself, as with every master called local.</summary>
    internal bool IsLocal => Master.StartsWith("local", StringComparison.Ordinal);

    /// <summary>
    /// Whether a Spark that is started here only drives: executors, if there are any, are processes of their own. Its JVM then gets what keeps
    /// such a one small, unless the user chose otherwise (<see cref="Internals.DriverJvm"/>).
    /// </summary>
    public bool DriverOnly { get; init; }

    /// <summary>Spark's folder; null for the environment's SPARK_HOME.</summary>
    public string? SparkHome { get; init; }

    /// <summary>Spark's own settings (<c>spark.driver.memory</c>), for a Spark that the engine starts.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The file that a started Spark's own log goes to; null for one in the temporary folder.</summary>
    public string? LogFile { get; init; }

    /// <summary>How long Spark may take to start.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a cancelled job may take to end before the connection is broken off.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The native worker program that runs grouped work on the executors; a copy of it goes into the scratch folder. Null for none.</summary>
    public string? Worker { get; init; }

    /// <summary>Called about twice a second with what Spark's stages have done, while a job runs; on a thread of its own.</summary>
    public Action<SparkProgress>? Progress { get; init; }
}

/// <summary>How far the running job's stages are.</summary>
/// <param name="Stages">Stages that run now.</param>
/// <param name="Tasks">Their tasks.</param>
/// <param name="Done">How many of these have ended.</param>
/// <param name="Running">How many of these run now.</param>
public readonly record struct SparkProgress(int Stages, int Tasks, int Done, int Running);
