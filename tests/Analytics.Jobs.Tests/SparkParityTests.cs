using System.Diagnostics;
using Analytics.Tests;

namespace Analytics.Jobs.Tests;

/// <summary>The same nights on both engines: every result table the same, row for row. Needs ../shared/spark and Java.</summary>
public sealed class SparkParityTests
{
    [Fact]
    public void ANightOfTheSampleIsTheSameOnSpark()
    {
        // December alone: all kinds of lines, and quick; its last day as a night of its own, so that the queries on a base run too.
        var files = Directory.EnumerateFiles(TestShop.SampleFiles, "2025-12-*").Order(StringComparer.Ordinal).SelectMany(file => (string[])["--input", file]).ToArray();
        string[] limits = ["--set", "results.limits.max_rejected_share=0.1"];
        using var duck = new TestShop(TestShop.SampleConfiguration);
        using var spark = OnSpark(TestShop.SampleConfiguration);
        foreach (var shop in (TestShop[])[duck, spark])
        {
            shop.Nightly([.. limits, .. files[..^2]]).With(0);
            shop.Nightly([.. limits, .. files[^2..]]).With(0);
        }
        var (bytes, rows) = TableParity.Check(duck.Latest, spark.Latest);
        // One writer encodes the tables of both engines: what no engine summed as doubles is the same file.
        Assert.Contains("daily_sales", bytes);
        Assert.Contains("itemsets", bytes);
        Assert.Contains("transactions", bytes);
        Assert.Empty(rows);
        spark.Run("verify").With(0);
        // The run is the same run, whoever computed it.
        Assert.Equal(Path.GetFileName(duck.Latest), Path.GetFileName(spark.Latest));
        Assert.Contains("nothing to do", spark.Nightly([.. limits, .. files]).With(0).Out, StringComparison.Ordinal);
        var manifest = TestShop.Json(Path.Combine(spark.Latest, "manifest.json")).GetRawText();
        Assert.Contains("\"spark\"", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void TheRealShopIsTheSameOnSpark()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ANALYTICS_LONG_TESTS") == "1", "set ANALYTICS_LONG_TESTS=1 to run the real shop on Spark (some minutes)");
        var input = SharedData.Path("online_retail/online_retail.csv.gz");
        using var duck = new TestShop(TestShop.OnlineRetailConfiguration);
        using var spark = OnSpark(TestShop.OnlineRetailConfiguration);
        foreach (var shop in (TestShop[])[duck, spark]) shop.Nightly("--input", input).With(0);
        TableParity.Check(duck.Latest, spark.Latest);
    }

    [Fact]
    public void WhereSparkIsMissingOneMessageSaysSo()
    {
        using var shop = new TestShop(TestShop.SampleConfiguration);
        var file = Directory.EnumerateFiles(TestShop.SampleFiles, "2025-12-3*").Order(StringComparer.Ordinal).First();
        var ended = InProcess.RunWith(new Dictionary<string, string> { ["SPARK_HOME"] = shop.Folder },
            "run", "nightly", "--engine", "spark", "--input", file, "--config", TestShop.SampleConfiguration, "--lake", shop.Lake).With(4);
        Assert.Contains($"SPARK_HOME={shop.Folder}: there is no Spark", ended.Err, StringComparison.Ordinal);
        Assert.Empty(shop.RunFolders());
    }

    /// <summary>A shop whose nights run on a Spark of this machine.</summary>
    private static TestShop OnSpark(string configuration)
    {
        Environment.SetEnvironmentVariable("SPARK_HOME", Output(SharedData.Path("spark/spark-home"), Environment.GetEnvironmentVariable("ANALYTICS_TEST_SPARK") ?? "4.3.0"));
        Environment.SetEnvironmentVariable("ANALYTICS_WORKER", Output(Path.Combine(SharedData.ProjectRoot, "scripts", "worker.sh")));
        var shop = new TestShop(configuration);
        shop.Always.AddRange(["--set", "machine.engine=spark", "--set", "machine.spark_master=local[2]"]);
        string[] settings = ["spark.driver.memory=1g", "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1", "spark.ui.enabled=false", "spark.sql.shuffle.partitions=4", $"spark.local.dir={shop.At("local")}"];
        for (var i = 0; i < settings.Length; i++) shop.Always.AddRange(["--set", $"machine.spark_settings.{i}={settings[i]}"]);
        return shop;
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
