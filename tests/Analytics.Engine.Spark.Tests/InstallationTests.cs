using System.Diagnostics;
using Analytics.Engine.Spark.Internals;
using Analytics.Engine.Spark.Objects;
using Analytics.Tests;

namespace Analytics.Engine.Spark.Tests;

/// <summary>What is said of a Spark or a Java that is missing or unknown, by the engine and by spark-submit.sh; no Spark is started.</summary>
public sealed class InstallationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-spark-home-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("openjdk version \"17.0.15\" 2025-04-15", 17)]
    [InlineData("java version \"1.8.0_402\"", 8)]
    [InlineData("openjdk version \"21\" 2023-09-19", 21)]
    [InlineData("nothing", null)]
    public void TheJavaVersionIsRead(string output, int? major) => Assert.Equal(major, SparkInstallation.JavaMajor(output));

    [Fact]
    public void TheEngineSaysWhatIsWrongWithSparkHome()
    {
        Assert.Contains("there is no Spark, which would have bin/spark-submit", Message(), StringComparison.Ordinal);
        Install(null);
        Assert.Contains("tells Spark's version", Message(), StringComparison.Ordinal);
        Install("3.3.2");
        Assert.Contains("is Spark 3.3.2, which is not known to work; expected Spark 3.5 or 4.x", Message(), StringComparison.Ordinal);
        Install("4.3.0");
        Assert.Equal(new SparkInstallation(_folder, "4.3.0"), SparkInstallation.Look(_folder));

        string Message() => Assert.Throws<EngineException>(() => SparkInstallation.Look(_folder)).Message;
    }

    [Fact]
    public void TheScriptSaysWhatIsWrongAndEndsWithFour()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a bash script");
        Assert.Equal((4, "spark-submit.sh: SPARK_HOME is not set: it must name the folder of Apache Spark (3.5 or 4.x)."), First(Script(null, null, "run", "nightly")));
        Assert.Equal((4, $"spark-submit.sh: SPARK_HOME={_folder}: there is no bin/spark-submit in it. Set SPARK_HOME to the folder that Spark was unpacked into"), First(Script(_folder, null, "run", "nightly")));
        Install("3.3.2");
        Assert.Contains("is Spark 3.3.2, which is not known to work", First(Script(_folder, null, "run", "nightly")).Line, StringComparison.Ordinal);
        Install("4.3.0");
        Assert.Contains("is Java 11: Spark 4.3.0 needs Java 17 or later here", First(Script(_folder, Java("openjdk version \\\"11.0.2\\\""), "run", "nightly")).Line, StringComparison.Ordinal);
        Assert.Equal(2, First(Script(_folder, Java("openjdk version \\\"17.0.1\\\""), "--master", "yarn")).Code);
    }

    [Fact]
    public void ADryRunPrintsTheCommandAndDoesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a bash script");
        Install("4.3.0");
        var java = Java("openjdk version \\\"17.0.1\\\"");
        var (code, line) = First(Script(_folder, java, "--dry-run", "--master", "local[2]", "--conf", "a=b c", "run", "nightly", "--date", "2025-12-31", "--input", "x y"));
        Assert.Equal(0, code);
        Assert.StartsWith($"{_folder}/bin/spark-submit --master local\\[2\\] --conf a=b\\ c --name analytics\\ 2025-12-31 --conf spark.pyspark.driver.python={SharedData.ProjectRoot}", line, StringComparison.Ordinal);
        Assert.EndsWith("/analytics.py run nightly --date 2025-12-31 --input x\\ y ", line, StringComparison.Ordinal);
        (_, line) = First(Script(_folder, java, "--dry-run", "--master=yarn", "--deploy-mode=cluster", "--archives", "mine.zip#mine", "run", "nightly"));
        Assert.Contains("--archives mine.zip#mine\\,", line, StringComparison.Ordinal);
        Assert.Contains("/app.tar.gz#app ", line, StringComparison.Ordinal);
        Assert.Contains("spark.pyspark.driver.python=./app/analytics ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDriversJvmSuitsWhatItDoesUnlessTheUserChose()
    {
        Install("4.3.0");
        var spark = new SparkInstallation(_folder, "4.3.0");
        var conf = Directory.CreateDirectory(Path.Combine(_folder, "conf")).FullName;
        var driving = new SparkOptions { ScratchFolder = _folder, DriverOnly = true, Settings = new Dictionary<string, string> { ["spark.driver.extraJavaOptions"] = "-Xss4m" } };
        const string late = "-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000";
        const string serial = "spark.driver.defaultJavaOptions=-XX:+UseSerialGC " + late;

        Assert.Contains(serial, SparkProcess.Arguments(spark, driving));
        Assert.Contains("spark.driver.extraJavaOptions=-Xss4m", SparkProcess.Arguments(spark, driving));
        Assert.Contains("spark.driver.defaultJavaOptions=-XX:+UseParallelGC " + late, SparkProcess.Arguments(spark, driving with { DriverOnly = false, Master = "local[2]" }));
        Assert.DoesNotContain(SparkProcess.Arguments(spark, driving with { DriverOnly = false, Master = "yarn" }), argument => argument.Contains("GC", StringComparison.Ordinal));
        foreach (var (key, value) in new[] { ("spark.driver.extraJavaOptions", "-Xss4m -XX:+UseG1GC"), ("spark.driver.defaultJavaOptions", "-Xss4m") })
            Assert.DoesNotContain(serial, SparkProcess.Arguments(spark, driving with { Settings = new Dictionary<string, string> { [key] = value } }));
        // One kind that the user chose leaves the other.
        Assert.Equal(late, DriverJvm.JavaOptions(spark, driving, name => name == "JDK_JAVA_OPTIONS" ? "-XX:+UseParallelGC" : null));
        foreach (var compiler in (string[])["-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-XX:Tier4BackEdgeThreshold=1", "-XX:CompileThresholdScaling=2", "-Xint", "-Xcomp"])
            Assert.Equal("-XX:+UseSerialGC", DriverJvm.JavaOptions(spark, driving, name => name == "JAVA_TOOL_OPTIONS" ? "-Xss4m " + compiler : null));
        Assert.Null(DriverJvm.JavaOptions(spark, driving, name => name == "SPARK_SUBMIT_OPTS" ? "-Xint -XX:+UseG1GC" : null));
        foreach (var line in (string[])["spark.driver.extraJavaOptions -XX:+UseZGC -Xint", "spark.driver.defaultJavaOptions=-Dx=y"])
        {
            File.WriteAllText(Path.Combine(conf, "spark-defaults.conf"), line + "\n");
            Assert.Null(DriverJvm.JavaOptions(spark, driving, _ => null));
            Assert.NotNull(DriverJvm.JavaOptions(spark, driving, name => name == "SPARK_CONF_DIR" ? _folder : null));
        }

        var environment = new Dictionary<string, string?>();
        DriverJvm.LimitArenas(environment);
        Assert.Equal("2", environment["MALLOC_ARENA_MAX"]);
        environment["MALLOC_ARENA_MAX"] = "8";
        DriverJvm.LimitArenas(environment);
        Assert.Equal("8", environment["MALLOC_ARENA_MAX"]);
    }

    [Fact]
    public void TheScriptsDriverHasTheJvmThatSuitsItUnlessTheUserChose()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a bash script");
        Install("4.3.0");
        var java = Java("openjdk version \\\"17.0.1\\\"");
        const string late = @"-XX:Tier4InvocationThreshold=50000\ -XX:Tier4MinInvocationThreshold=6000\ -XX:Tier4CompileThreshold=150000\ -XX:Tier4BackEdgeThreshold=400000 ";
        const string serial = @"--conf spark.driver.defaultJavaOptions=-XX:+UseSerialGC\ " + late;
        foreach (var master in (string[][])[["--master", "spark://host:7077"], ["--master=yarn"]])
        {
            var line = Dry(master);
            Assert.StartsWith($"env MALLOC_ARENA_MAX=2 {_folder}/bin/spark-submit ", line, StringComparison.Ordinal);
            Assert.Contains(serial, line, StringComparison.Ordinal);
        }
        foreach (var local in (string[][])[["--master", "local[2]"], []])
        {
            var line = Dry(local);
            Assert.StartsWith($"{_folder}/bin/spark-submit ", line, StringComparison.Ordinal);
            Assert.Contains(@"--conf spark.driver.defaultJavaOptions=-XX:+UseParallelGC\ " + late, line, StringComparison.Ordinal);
        }
        var cluster = Dry("--master", "yarn", "--deploy-mode", "cluster");
        Assert.StartsWith($"{_folder}/bin/spark-submit ", cluster, StringComparison.Ordinal);
        Assert.DoesNotContain("-XX:", cluster, StringComparison.Ordinal);
        var properties = Path.Combine(_folder, "mine.conf");
        File.WriteAllText(properties, "spark.driver.extraJavaOptions -XX:+UseG1GC\n");
        foreach (var chosen in (string[][])[["--conf", "spark.driver.extraJavaOptions=-XX:+UseG1GC"], ["--driver-java-options", "-XX:+UseZGC"], ["--conf=spark.driver.defaultJavaOptions=-Dx=y"], ["--properties-file", properties], [$"--properties-file={properties}"]])
            foreach (var master in (string[])["spark://host:7077", "local[2]"])
                Assert.DoesNotContain("defaultJavaOptions=-XX:+Use", Dry([.. chosen, "--master", master]), StringComparison.Ordinal);
        Assert.Contains("--conf spark.driver.defaultJavaOptions=" + late, Dry("--driver-java-options", "-XX:+UseZGC"), StringComparison.Ordinal);
        Assert.Contains("--conf spark.driver.defaultJavaOptions=-XX:+UseParallelGC ", Dry("--driver-java-options", "-XX:TieredStopAtLevel=1"), StringComparison.Ordinal);
        Assert.DoesNotContain("defaultJavaOptions", Dry("--driver-java-options", "-XX:+UseZGC -Xint"), StringComparison.Ordinal);
        // The master may come from elsewhere.
        File.WriteAllText(properties, "spark.app.name x\n  spark.master = spark://host:7077\n");
        foreach (var elsewhere in (string[][])[["--conf", "spark.master=yarn"], ["--conf=spark.master=yarn"], ["--properties-file", properties]])
        {
            var line = Dry(elsewhere);
            Assert.StartsWith($"env MALLOC_ARENA_MAX=2 {_folder}/bin/spark-submit ", line, StringComparison.Ordinal);
            Assert.Contains(serial, line, StringComparison.Ordinal);
            Assert.Contains("-XX:+UseParallelGC", Dry([.. elsewhere, "--master", "local[2]"]), StringComparison.Ordinal);
        }
        File.WriteAllText(properties, "spark.driver.extraJavaOptions -XX:+UseG1GC\nspark.master yarn\n");
        Directory.CreateDirectory(Path.Combine(_folder, "conf"));
        File.Copy(properties, Path.Combine(_folder, "conf", "spark-defaults.conf"));
        Assert.DoesNotContain("UseSerialGC", Dry("--master", "spark://host:7077"), StringComparison.Ordinal);
        Assert.StartsWith("env MALLOC_ARENA_MAX=2 ", Dry(), StringComparison.Ordinal);

        string Dry(params string[] options) => First(Script(_folder, java, ["--dry-run", .. options, "run", "nightly"])).Line;
    }

    [Fact]
    public void TheEndOfSparksLogSaysEachThingOnce()
    {
        var log = string.Join('\n', Enumerable.Range(10, 40).Select(second => $"12:26:{second} WARN SQLConf: deprecated")) + "\n12:27:01 ERROR Why: this is why\n\tat a.b.C(D.scala:1)\n\n26/11/26 12:27:02 WARN SQLConf: deprecated\n";
        Assert.Equal(["12:27:01 ERROR Why: this is why", "26/11/26 12:27:02 WARN SQLConf: deprecated"], SparkProcess.Tail(new StringReader(log)));
        Assert.Equal(Enumerable.Range(3, 8).Select(n => $"line {n}"), SparkProcess.Tail(new StringReader(string.Concat(Enumerable.Range(1, 10).Select(n => $"line {n}\n")))));
    }

    [Fact]
    public void AFailedTaskIsToldOnceAndALostMasterInWords()
    {
        var twice = new JavaException("org.apache.spark.SparkException", "Subprocess exited with status 3. Error: out of luck", ["org.apache.spark.SparkException: Subprocess exited with status 3. Error: out of luck"], "");
        Assert.Equal("Subprocess exited with status 3. Error: out of luck (q)", SparkErrors.Translate(twice, "q").Message);
        var other = new JavaException("java.lang.RuntimeException", "it failed", ["java.io.IOException: the disk is gone"], "");
        Assert.Equal("it failed: java.io.IOException: the disk is gone (q)", SparkErrors.Translate(other, "q").Message);
        var stopped = new JavaException("java.lang.IllegalStateException", "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was created at:\n\na.b(C.scala:1)", [], "");
        var told = SparkErrors.Translate(stopped, "starting Spark");
        Assert.Equal(("Spark has ended the application: the master does not answer, or the cluster refused or killed it (starting Spark)", EngineErrorKind.Io), (told.Message, told.Kind));
    }

    private void Install(string? version)
    {
        foreach (var folder in (string[])["bin", "jars"]) Directory.CreateDirectory(Path.Combine(_folder, folder));
        foreach (var jar in Directory.EnumerateFiles(Path.Combine(_folder, "jars"))) File.Delete(jar);
        Program(Path.Combine(_folder, "bin", "spark-submit"), "echo started; exit 9");
        if (version is not null) File.WriteAllText(Path.Combine(_folder, "jars", $"spark-core_2.13-{version}.jar"), "");
    }

    /// <summary>A JAVA_HOME whose java says this.</summary>
    private string Java(string version)
    {
        var home = Path.Combine(_folder, "java");
        Directory.CreateDirectory(Path.Combine(home, "bin"));
        Program(Path.Combine(home, "bin", "java"), $"echo \"{version}\" >&2");
        return home;
    }

    private static void Program(string path, string script)
    {
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static (int Code, string Line) First((int Code, string Text) ended) => (ended.Code, ended.Text.Split('\n')[0]);

    private static (int Code, string Text) Script(string? home, string? java, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(SharedData.ProjectRoot, "spark-submit.sh"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in (string[])["SPARK_HOME", "SPARK_CONF_DIR", "MALLOC_ARENA_MAX", "SPARK_SUBMIT_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"]) start.Environment.Remove(name);
        if (home is not null) start.Environment["SPARK_HOME"] = home;
        if (java is not null) start.Environment["JAVA_HOME"] = java;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
