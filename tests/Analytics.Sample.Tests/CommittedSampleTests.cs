namespace Analytics.Sample.Tests;

public sealed class CommittedSampleTests(SampleFolder sample)
{
    /// <summary>With ANALYTICS_WRITE_SAMPLE=1 the committed folder is written first; look at the diff before it is committed.</summary>
    [Fact]
    public void The_committed_sample_is_what_the_generator_writes_byte_for_byte()
    {
        if (Environment.GetEnvironmentVariable("ANALYTICS_WRITE_SAMPLE") == "1") SampleShop.Write(SampleFolder.Committed);
        var made = Files(sample.Folder);
        Assert.Equal(made.Keys, Files(SampleFolder.Committed).Keys);
        foreach (var (name, bytes) in Files(SampleFolder.Committed))
            Assert.True(bytes.AsSpan().SequenceEqual(made[name]), $"data/sample/{name} differs from what the generator writes");
    }

    [Fact]
    public void It_is_small()
    {
        Assert.InRange(Files(sample.Folder).Values.Sum(bytes => bytes.Length), 500_000, 3_000_000);
        Assert.InRange(sample.Truths.Totals.Fates.Records, 35_000, 45_000);
    }

    [Fact]
    public void Another_seed_gives_another_shop()
    {
        var other = Directory.CreateTempSubdirectory("sample-");
        try
        {
            var truths = SampleShop.Write(other.FullName, seed: 1);
            Assert.NotEqual(sample.Truths.Totals.SalesAmount, truths.Totals.SalesAmount);
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    private static SortedDictionary<string, byte[]> Files(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes), StringComparer.Ordinal);
}
