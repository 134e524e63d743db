using System.ComponentModel;

namespace Analytics.Jobs.Configuration;

/// <summary>The whole configuration. What stands under results is part of a run's key; what stands under machine is not.</summary>
internal sealed record Settings
{
    [Description("What decides the results. Part of the key of a run: another value is another run.")]
    public ResultsSettings Results { get; init; } = new();

    [Description("Where and with what the program runs. Never changes a result, so it is no part of a run's key.")]
    public MachineSettings Machine { get; init; } = new();
}

/// <summary>What decides the results.</summary>
internal sealed class ResultsSettings
{
    [Description("The shop's name, as the report shows it.")]
    public string Shop { get; init; } = "Shop";

    [Description("How the transaction files are read.")]
    public InputSettings Input { get; init; } = new();

    [Description("When a run is refused (exit code 3).")]
    public LimitSettings Limits { get; init; } = new();

    [Description("The stages that make a run whole, in any order: ingest, sales, mine, forecast, segment. Publishing always comes last.")]
    public IReadOnlyList<string> Stages { get; init; } = ["ingest", "sales", "mine", "forecast", "segment"];

    [Description("Frequent itemsets and association rules.")]
    public MineSettings Mine { get; init; } = new();

    [Description("Sales forecasts.")]
    public ForecastSettings Forecast { get; init; } = new();

    [Description("Customer segments.")]
    public SegmentSettings Segment { get; init; } = new();
}

/// <summary>How the transaction files are read.</summary>
internal sealed class InputSettings
{
    [Description("auto (by the file's name), csv, json_lines or parquet. A name may end in .gz or .zst.")]
    public string Format { get; init; } = "auto";

    [Description("CSV: the character between fields.")]
    public string Delimiter { get; init; } = ",";

    [Description("CSV: the character around a field.")]
    public string Quote { get; init; } = "\"";

    [Description("CSV: whether the first line names the columns. Without it, a source column is its position, from \"1\".")]
    public bool Header { get; init; } = true;

    [Description("utf-8, windows-1252 or iso-8859-1. In utf-8 a record with invalid bytes is rejected.")]
    public string Encoding { get; init; } = "utf-8";

    [Description("The shop's IANA time zone, such as Europe/London. Needed where times carry no offset.")]
    public string? TimeZone { get; init; }

    [Description("Target column -> source column. A text names the source; an object may add trim, upper and formats (of times).")]
    public IReadOnlyDictionary<string, ColumnSettings> Columns { get; init; } = new Dictionary<string, ColumnSettings>();

    [Description("Order ids that match this .NET regular expression are cancellations, so returns.")]
    public string? CancellationPattern { get; init; }

    [Description("Item ids that do not match this .NET regular expression are no products, so adjustments.")]
    public string? ProductPattern { get; init; }

    [Description("The one currency of the lake; lines in another are rejected.")]
    public string? Currency { get; init; }

    [Description("What to do with a record that repeats another of its day in every column: drop, keep or fail.")]
    public string Duplicates { get; init; } = "drop";

    [Description("The first order date that is accepted.")]
    public DateOnly DateFrom { get; init; } = new(1990, 1, 1);

    [Description("The last order date that is accepted.")]
    public DateOnly DateTo { get; init; } = new(9999, 12, 31);
}

/// <summary>One source column.</summary>
internal sealed class ColumnSettings
{
    [Description("The column's name in the source.")]
    public string Source { get; init; } = "";

    [Description("Whether white space around the text is cut off.")]
    public bool Trim { get; init; }

    [Description("Whether the text is put into upper case (ASCII letters).")]
    public bool Upper { get; init; }

    [Description("The time formats that are tried, in this order, such as yyyy-MM-dd HH:mm:ss.")]
    public IReadOnlyList<string> Formats { get; init; } = [];
}

/// <summary>When a run is refused.</summary>
internal sealed class LimitSettings
{
    [Description("The greatest share of rejected records in the run's files.")]
    public decimal MaxRejectedShare { get; init; } = 0.05m;

    [Description("The greatest share of duplicates in the run's files.")]
    public decimal MaxDuplicateShare { get; init; } = 0.5m;

    [Description("Whether a date may be run that has neither new input nor lines.")]
    public bool AllowNoInput { get; init; }

    [Description("Without --date the run takes the last order date of its input; it is refused where that lies more than so many days after the one before it (a mistyped year).")]
    public int MaxGapDays { get; init; } = 31;
}

/// <summary>Sales forecasts.</summary>
internal sealed class ForecastSettings
{
    [Description("Days ahead.")]
    public int Horizon { get; init; } = 28;

    [Description("The most days of history that a model sees, counted back from the business date; 0 for all of it. A daily model learns its week from weeks and its year from two or three of them; what lies before costs time and teaches little. The table quality says where it was hit.")]
    public int MaxHistoryDays { get; init; } = 1096;

    [Description("Days on which the shop was or will be closed, beside those that its sales show: dates such as 2025-12-25 or ranges such as 2025-12-24..2025-12-26.")]
    public IReadOnlyList<string> ClosedDays { get; init; } = [];

    [Description("What may explain sales, past and ahead, such as \"black friday: 2024-11-29 2025-11-28\" or \"sale: 2025-07-01..2025-07-14\". Used for a series where its backtest is better with them.")]
    public IReadOnlyList<string> Events { get; init; } = [];

    [Description("How levels are made to add up: weighted (least squares by error variances), minimum_trace (by the covariance of errors, shrunk), bottom_up or top_down; backtest takes the one that was best for the last days of the history.")]
    public string Reconciliation { get; init; } = "backtest";
}

/// <summary>Customer segments.</summary>
internal sealed class SegmentSettings
{
    [Description("The least number of segments that is tried.")]
    public int MinSegments { get; init; } = 3;

    [Description("The greatest number of segments that is tried.")]
    public int MaxSegments { get; init; } = 8;

    [Description("The seed of clustering and of its resamples.")]
    public long Seed { get; init; } = 20111209;
}

/// <summary>Where and with what the program runs.</summary>
internal sealed record MachineSettings
{
    [Description("The folder of the lake.")]
    public string Lake { get; init; } = "lake";

    [Description("Files, folders or patterns that are read when the command line names none; relative to this configuration file.")]
    public IReadOnlyList<string> Input { get; init; } = [];

    [Description("Tables over whose rows a Merkle tree is made, so that a single row can be proved: the root stands in the manifest and in rows.json. transactions reads every line again each night.")]
    public IReadOnlyList<string> RowTrees { get; init; } = [];

    [Description("duckdb (embedded), or spark (Apache Spark 3.5 or 4.x, which SPARK_HOME names).")]
    public string Engine { get; init; } = "duckdb";

    [Description("Engine spark, where it is started by this program: Spark's master, such as local[*], spark://host:7077 or yarn.")]
    public string SparkMaster { get; init; } = "local[*]";

    [Description("Engine spark, where it is started by this program: Spark's own settings as KEY=VALUE, such as spark.driver.memory=2g.")]
    public IReadOnlyList<string> SparkSettings { get; init; } = [];

    [Description("Engine spark: an unpacked text file of more MiB is read by several tasks, a packed one by the driver program.")]
    public int SparkSplitMib { get; init; } = 64;

    [Description("Threads; 0 for one a core.")]
    public int Threads { get; init; }

    [Description("The engine's memory in MiB; 0 for a quarter of the machine's, at most 2048.")]
    public int MemoryMib { get; init; }

    [Description("Where the engine spills what does not fit; empty for the lake's staging folder.")]
    public string SpillFolder { get; init; } = "";

    [Description("The folder of the JSON log files; empty for the lake's state/logs.")]
    public string LogFolder { get; init; } = "";

    [Description("Days after which a log file is removed.")]
    public int LogDays { get; init; } = 30;

    [Description("Named schedules, which `analytics schedule run` keeps: name -> a Quartz cron expression, or an object with cron and more.")]
    public IReadOnlyDictionary<string, ScheduleSettings> Schedules { get; init; } = new Dictionary<string, ScheduleSettings>();

    [Description("Calls for help of the schedule.")]
    public AlertSettings Alerts { get; init; } = new();

    [Description("Metrics and traces by OpenTelemetry (docs/telemetry.md).")]
    public TelemetrySettings Telemetry { get; init; } = new();

    [Description("OpenLineage events of each run (docs/telemetry.md).")]
    public LineageSettings Lineage { get; init; } = new();

    [Description("The web console (docs/console.md).")]
    public WebSettings Web { get; init; } = new();

    [Description("The longest that a run may take, in minutes; past it the run ends with exit code 4 and publishes nothing. 0 for no limit.")]
    public int TimeLimitMinutes { get; init; }

    [Description("The Ethereum chain onto which the root of each published run goes (docs/anchoring.md).")]
    public AnchorSettings Anchor { get; init; } = new();

    [Description("The payment contract whose events `analytics payments fetch` writes as transaction logs (docs/anchoring.md).")]
    public PaymentSettings Payments { get; init; } = new();
}
