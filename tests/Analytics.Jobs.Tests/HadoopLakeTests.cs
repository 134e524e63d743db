namespace Analytics.Jobs.Tests;

/// <summary>What a lake or an input on HDFS says where it cannot be reached. Runs on one are scripts/spark-matrix.sh's.</summary>
public sealed class HadoopLakeTests
{
    private const string Lake = "hdfs://nowhere.invalid/lake";

    private static readonly string File = Directory.EnumerateFiles(TestShop.SampleFiles, "2025-12-3*").Order(StringComparer.Ordinal).First();

    [Fact]
    public void TheEmbeddedEngineNamesTheOtherOne()
    {
        var ended = Run("run", "nightly", "--input", File, "--lake", Lake).With(2);
        Assert.Contains($"lake {Lake}: the embedded engine works on files of this machine alone; name --engine spark", ended.Err, StringComparison.Ordinal);
        using var shop = new TestShop(TestShop.SampleConfiguration);
        ended = Run("run", "nightly", "--input", "hdfs://nowhere.invalid/shop/*.csv", "--lake", shop.Lake).With(2);
        Assert.Contains("input hdfs://nowhere.invalid/shop/*.csv: the embedded engine reads files of this machine alone; name --engine spark", ended.Err, StringComparison.Ordinal);
        Assert.Empty(shop.RunFolders());
    }

    [Theory]
    [InlineData("runs", "list")]
    [InlineData("verify")]
    [InlineData("runs", "rollback", "latest")]
    [InlineData("publish", "--car", "x.car")]
    [InlineData("run", "nightly", "--engine", "spark")]
    public void WithoutASparkOneMessageSaysHowItIsReached(params string[] command)
    {
        var ended = Run([.. command, "--lake", Lake]).With(4);
        Assert.Contains($"{Lake}: Hadoop's file systems are reached through Spark, by ./spark-submit.sh or by a Spark that is started for the purpose; SPARK_HOME=/nowhere: there is no Spark", ended.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileUriIsALocalPath()
    {
        using var shop = new TestShop(TestShop.SampleConfiguration);
        Run("ingest", "--input", "file://" + File, "--lake", "file://" + shop.Lake, "--set", "results.limits.max_rejected_share=0.5").With(0);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(shop.Lake, "staging"), "*", SearchOption.TopDirectoryOnly));
    }

    private static Ended Run(params string[] arguments) =>
        InProcess.RunWith(new Dictionary<string, string> { ["SPARK_HOME"] = "/nowhere" }, [.. arguments, "--config", TestShop.SampleConfiguration]);
}
