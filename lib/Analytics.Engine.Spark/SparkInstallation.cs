using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Analytics.Engine.Spark;

/// <summary>A Spark on this machine, looked at before it is started: whether it is there, which version, and whether Java fits.</summary>
/// <param name="Home">Its folder.</param>
/// <param name="Version">Its version, such as <c>4.3.0</c>.</param>
public sealed partial record SparkInstallation(string Home, string Version)
{
    /// <summary>The versions that are known to work, as messages name them.</summary>
    public const string Supported = "3.5 or 4.x";

    /// <summary>Looks at a folder.</summary>
    /// <param name="home">Spark's folder; null for the environment's SPARK_HOME.</param>
    /// <exception cref="EngineException">There is none, or its version is not known, or Java is missing or too old (kind <see cref="EngineErrorKind.Io"/>).</exception>
    public static SparkInstallation Find(string? home)
    {
        var installation = Look(home);
        CheckJava(installation);
        return installation;
    }

    /// <summary>Looks at a folder without asking for Java.</summary>
    /// <exception cref="EngineException">There is none, or its version is not known.</exception>
    public static SparkInstallation Look(string? home)
    {
        var named = home ?? Environment.GetEnvironmentVariable("SPARK_HOME");
        if (string.IsNullOrEmpty(named))
            throw Error("SPARK_HOME is not set: it must name the folder of Apache Spark (" + Supported + "). Unpack Spark, then export SPARK_HOME=/path/to/spark");
        var folder = Path.GetFullPath(named);
        if (!File.Exists(Path.Combine(folder, "bin", "spark-submit")) || !Directory.Exists(Path.Combine(folder, "jars")))
            throw Error($"SPARK_HOME={named}: there is no Spark, which would have bin/spark-submit and jars/ in it. Set SPARK_HOME to the folder that Spark was unpacked into");
        var core = Directory.EnumerateFiles(Path.Combine(folder, "jars"), "spark-core_*.jar").Select(file => CoreJar().Match(Path.GetFileName(file))).FirstOrDefault(match => match.Success)
            ?? throw Error($"SPARK_HOME={named}: no jars/spark-core_*.jar tells Spark's version; expected Spark {Supported}");
        var version = core.Groups[1].Value;
        if (!IsSupported(version)) throw Error($"SPARK_HOME={named} is Spark {version}, which is not known to work; expected Spark {Supported}. Set SPARK_HOME to one of these");
        return new SparkInstallation(folder, version);
    }

    /// <summary>Whether a version of Spark is known to work.</summary>
    public static bool IsSupported(string version) => version.StartsWith("3.5.", StringComparison.Ordinal) || version.StartsWith("4.", StringComparison.Ordinal);

    private static void CheckJava(SparkInstallation spark)
    {
        var javaHome = Environment.GetEnvironmentVariable("JAVA_HOME");
        var java = string.IsNullOrEmpty(javaHome) ? "java" : Path.Combine(javaHome, "bin", "java");
        const int needed = 17;
        string output;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(java, "-version") { RedirectStandardError = true, RedirectStandardOutput = true })!;
            output = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception wrong)
        {
            throw new EngineException($"Java was not found ({java}): Spark {spark.Version} needs Java {needed}. Install it (such as the package openjdk-17-jre-headless) or set JAVA_HOME", kind: EngineErrorKind.Io, inner: wrong);
        }
        if (JavaMajor(output) is not { } major)
            throw Error($"{java} -version says no version: Spark {spark.Version} needs Java {needed}. Set JAVA_HOME to a Java {needed}");
        if (major < needed)
            throw Error($"{java} is Java {major.ToString(CultureInfo.InvariantCulture)}: Spark {spark.Version} needs Java {needed} or later here. Install it or set JAVA_HOME");
    }

    /// <summary>The major version in what <c>java -version</c> prints: 8 for <c>"1.8.0_402"</c>, 17 for <c>"17.0.15"</c>.</summary>
    internal static int? JavaMajor(string output)
    {
        var match = JavaVersion().Match(output);
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    private static EngineException Error(string message) => new(message, kind: EngineErrorKind.Io);

    [GeneratedRegex(@"^spark-core_[\d.]+-(\d+\.\d+\.\d+).*\.jar$", RegexOptions.CultureInvariant)]
    private static partial Regex CoreJar();

    [GeneratedRegex("version \"(?:1\\.)?(\\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex JavaVersion();
}
