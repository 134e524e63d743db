using Analytics.Tests;

namespace Analytics.Jobs.Tests;

/// <summary>The same nights on both engines: every result table the same, row for row. Needs ../shared/spark and Java.</summary>
public sealed class SparkParityTests
{
    [Fact]
    public void ANightOfTheSampleIsTheSameOnSpark()
    {
        // December alone: all kinds of lines, and quick; its last day as a night of its own, so that the queries on a base run too. One
        // command for both nights, and so one Spark.
        var files = Directory.EnumerateFiles(TestShop.SampleFiles, "2025-12-*").Order(StringComparer.Ordinal).SelectMany(file => (string[])["--input", file]).ToArray();
        string[] limits = ["--set", "results.limits.max_rejected_share=0.1"];
        using var duck = new TestShop(TestShop.SampleConfiguration);
        using var spark = SparkShop.New(TestShop.SampleConfiguration);
        foreach (var shop in (TestShop[])[duck, spark]) shop.Nightly([.. limits, .. files, "--from", "2025-12-30", "--to", "2025-12-31"]).With(0);
        TableParity.Check(duck.RunOf("2025-12-30"), spark.RunOf("2025-12-30"));
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
        using var spark = SparkShop.New(TestShop.OnlineRetailConfiguration);
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
}
