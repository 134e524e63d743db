using System.Text.RegularExpressions;

namespace Analytics.Engine.Spark.Internals;

/// <summary>
/// The collector and the compiler that suit what a driver's JVM does, and its malloc. One that leaves the work to executors is kept small: the
/// serial collector, which needs no memory and no threads of its own beside the heap, and two malloc arenas in place of eight a core. In local mode
/// the work is done here, and nobody waits for an answer within milliseconds: the parallel collector took 76 s of processor for Online Retail's
/// night where Java's choice, G1, took 87. A night's queries run once, for seconds: of the 39 s of processor for ingest and daily sales the
/// optimising compiler took 15. Made to wait ten times as long as in a server that runs for weeks it takes 8, and of the shop twenty-fold too the
/// same is left out: 91 s of 102. spark-submit.sh does the same. What the user chose stays.
/// </summary>
internal static partial class DriverJvm
{
    /// <summary>Spark's setting for it; the user's <c>spark.driver.extraJavaOptions</c> are added to it.</summary>
    public const string DefaultOptions = "spark.driver.defaultJavaOptions";

    private const string Arenas = "MALLOC_ARENA_MAX";

    // Ten times Java's own 5,000, 600, 15,000 and 40,000. Loops over a million rows still come to it within their first half.
    private const string LateCompiler = "-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000";

    /// <summary>The Java options that choose collector and compiler, without those of a kind of which the user has some; null where none is left.</summary>
    /// <param name="spark">Whose spark-defaults.conf and spark-env.sh count, unless SPARK_CONF_DIR names another folder.</param>
    /// <param name="options">The settings of this start.</param>
    /// <param name="environment">Reads a variable of the environment.</param>
    public static string? JavaOptions(SparkInstallation spark, SparkOptions options, Func<string, string?> environment)
    {
        if (!(options.DriverOnly || options.IsLocal) || options.Settings.ContainsKey(DefaultOptions)) return null;
        var folder = environment("SPARK_CONF_DIR") is { Length: > 0 } named ? named : Path.Combine(spark.Home, "conf");
        var defaults = Text(Path.Combine(folder, "spark-defaults.conf"));
        if (defaults.Contains(DefaultOptions, StringComparison.Ordinal)) return null;
        // Two collectors on one command line keep a JVM from starting.
        IEnumerable<string?> places =
        [
            defaults, Text(Path.Combine(folder, "spark-env.sh")), .. options.Settings.Values,
            environment("SPARK_SUBMIT_OPTS"), environment("JDK_JAVA_OPTIONS"), environment("JAVA_TOOL_OPTIONS"), environment("_JAVA_OPTIONS"),
        ];
        bool Chose(Regex kind) => places.Any(place => place is not null && kind.IsMatch(place));
        var collector = Chose(AnyCollector()) ? null : options.DriverOnly ? "-XX:+UseSerialGC" : "-XX:+UseParallelGC";
        var compiler = Chose(AnyCompiler()) ? null : LateCompiler;
        return collector is null || compiler is null ? collector ?? compiler : $"{collector} {compiler}";
    }

    /// <summary>Limits the arenas of glibc's malloc in a process's environment, unless the user has.</summary>
    public static void LimitArenas(IDictionary<string, string?> environment) => environment.TryAdd(Arenas, "2");

    private static string Text(string file) => File.Exists(file) ? File.ReadAllText(file) : "";

    [GeneratedRegex(@"-XX:[+-]Use\w+GC\b", RegexOptions.CultureInvariant)]
    private static partial Regex AnyCollector();

    [GeneratedRegex(@"-X(?:int|comp|X:[+-]?(?:Tier|CompileThreshold))", RegexOptions.CultureInvariant)]
    private static partial Regex AnyCompiler();
}
