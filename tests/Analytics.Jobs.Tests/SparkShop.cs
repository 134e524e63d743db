using System.Diagnostics;
using Analytics.Tests;

namespace Analytics.Jobs.Tests;

/// <summary>Shops whose nights run on a Spark of this machine, and the settings for one.</summary>
internal static class SparkShop
{
    /// <summary>What a small machine bears; C1 alone, since a night of a test is over before the second compiler has paid for itself.</summary>
    public static string[] Settings(string folder) =>
        ["spark.driver.memory=1g", "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m", "spark.ui.enabled=false", "spark.sql.shuffle.partitions=4", $"spark.local.dir={folder}"];

    /// <summary>A shop on Spark. Skips the calling test where there is no Spark to test with.</summary>
    public static TestShop New(string configuration)
    {
        Prepare();
        var shop = new TestShop(configuration);
        shop.Always.AddRange(["--set", "machine.engine=spark", "--set", "machine.spark_master=local[2]"]);
        var settings = Settings(shop.At("local"));
        for (var i = 0; i < settings.Length; i++) shop.Always.AddRange(["--set", $"machine.spark_settings.{i}={settings[i]}"]);
        return shop;
    }

    /// <summary>Names Spark and the worker, which is built on first use.</summary>
    public static void Prepare()
    {
        Environment.SetEnvironmentVariable("SPARK_HOME", Output(SharedData.Path("spark/spark-home"), Environment.GetEnvironmentVariable("ANALYTICS_TEST_SPARK") ?? "4.3.0"));
        Environment.SetEnvironmentVariable("ANALYTICS_WORKER", Output(Path.Combine(SharedData.ProjectRoot, "scripts", "worker.sh")));
    }

    private static string Output(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}");
        return text;
    }
}
