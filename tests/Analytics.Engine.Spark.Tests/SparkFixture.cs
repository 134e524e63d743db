using System.Diagnostics;
using Analytics.Tests;

[assembly: AssemblyFixture(typeof(Analytics.Engine.Spark.Tests.SparkFixture))]
// One Spark at a time is what a small machine bears.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

namespace Analytics.Engine.Spark.Tests;

/// <summary>One real Spark for all tests that need one, started by the first of them.</summary>
public sealed class SparkFixture : IDisposable
{
    private SparkEngine? _engine;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("analytics-spark-tests-").FullName;

    /// <summary>The shared engine. Skips the calling test where there is no Spark to test with.</summary>
    internal SparkEngine Engine => _engine ??= New();

    /// <summary>The shared engine, whose worker is this script of bash from now on.</summary>
    internal SparkEngine WithWorker(string script)
    {
        File.WriteAllText(Path.Combine(Folder, "worker.sh"), script + "\n");
        return Engine;
    }

    /// <summary>An engine of its own, for a test that breaks it.</summary>
    internal SparkEngine New(Func<SparkOptions, SparkOptions>? change = null)
    {
        var options = new SparkOptions
        {
            ScratchFolder = Path.Combine(Folder, "scratch"),
            ApplicationName = "analytics tests",
            // A failed task is tried once more, as on a cluster.
            Master = "local[2,2]",
            SparkHome = Home(),
            LogFile = Path.Combine(Folder, "spark.log"),
            Worker = Worker(),
            Settings = new Dictionary<string, string>
            {
                ["spark.driver.memory"] = "1g",
                // A short run is over before the second compiler has paid for itself.
                ["spark.driver.extraJavaOptions"] = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m",
                ["spark.ui.enabled"] = "false",
                ["spark.sql.shuffle.partitions"] = "4",
                ["spark.local.dir"] = Path.Combine(Folder, "local"),
            },
        };
        return new SparkEngine(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken);
    }

    /// <summary>A program that Spark may send about, and that does what the script of the moment says.</summary>
    private string Worker()
    {
        var worker = Path.Combine(Folder, "fake-worker");
        if (File.Exists(worker) || OperatingSystem.IsWindows()) return worker;
        File.WriteAllText(worker, $"#!/usr/bin/env bash\nexec bash '{Path.Combine(Folder, "worker.sh")}' \"$@\"\n");
        File.SetUnixFileMode(worker, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return worker;
    }

    /// <summary>The folder of a Spark for tests, unpacked on first use; ANALYTICS_TEST_SPARK names another version.</summary>
    internal static string Home()
    {
        var tool = SharedData.Path("spark/spark-home");
        using var process = Process.Start(new ProcessStartInfo(tool) { RedirectStandardOutput = true, ArgumentList = { Environment.GetEnvironmentVariable("ANALYTICS_TEST_SPARK") ?? "4.3.0" } })!;
        var home = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && home.Length > 0, $"{tool} gave no Spark");
        return home;
    }

    public void Dispose()
    {
        _engine?.Dispose();
        Directory.Delete(Folder, true);
    }
}
