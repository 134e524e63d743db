using Analytics.Files;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class VerifyTests : IDisposable
{
    private readonly TestLake _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void NamesEachThingThatIsWrong()
    {
        var lake = _test.Open();
        var run = Night(lake, Day(2)).Run;
        var manifest = lake.ReadManifest(run);
        var folder = lake.Full(run.Path);
        var curated = manifest.Curated[^1].Evidence!.Path;

        File.Delete($"{folder}/rules/part-1.parquet");
        File.WriteAllText($"{folder}/rules/part-2.parquet", "one more");
        Flip($"{folder}/report.html");
        Flip(lake.Full(curated));
        var verification = Verifier.Verify(lake, run);
        Assert.Equal(
            [(FindingKind.Changed, curated), (FindingKind.Changed, $"{run.Path}/report.html"),
                (FindingKind.Missing, $"{run.Path}/rules/part-1.parquet"), (FindingKind.Extra, $"{run.Path}/rules/part-2.parquet")],
            verification.Findings.Select(f => (f.Kind, f.Path)));
        Assert.Null(verification.Root);
        Assert.All(verification.Findings, f => Assert.Contains("expected", f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryFlippedBitIsFound()
    {
        var lake = _test.Open();
        var run = Night(lake, Day(2)).Run;
        foreach (var item in lake.Files.ListTree(lake.Full(run.Path)))
        {
            var length = new FileInfo(item.Path).Length;
            foreach (var at in new[] { 0, length / 2, length - 2 })
            {
                Flip(item.Path, at);
                Assert.False(Verifier.Verify(lake, run).IsWhole, $"{item.Path} at {at}");
                Flip(item.Path, at);
            }
        }
        AssertWhole(lake, run);
    }

    [Fact]
    public void AHardLinkedFileThatIsChangedShowsUnderBothNames()
    {
        var lake = _test.Open();
        var run = Night(lake, Day(2)).Run;
        Flip(lake.Full($"{run.Path}/transactions/2026-01-02.parquet"));
        Assert.Equal(["curated", "runs"], Verifier.Verify(lake, run).Findings.Select(f => f.Path.Split('/')[0]));
    }

    [Fact]
    public void AManifestThatContradictsItselfIsFoundThoughItsRootIsMadeAnew()
    {
        var lake = _test.Open();
        var run = Night(lake, Day(2)).Run;
        var manifest = lake.ReadManifest(run);
        void Forge(string part, Manifest forged)
        {
            var bytes = ManifestFile.Write(forged);
            File.WriteAllBytes(lake.ManifestPath(run), bytes);
            var root = Internals.RunFiles.Root(FileHash.Compute(bytes), Internals.RunFiles.List(forged));
            File.WriteAllBytes(lake.Full($"{run.Path}/root.json"), Internals.LakeJson.Write(root));
            var findings = Verifier.Verify(lake, run).Findings;
            Assert.Contains(findings, f => f.Kind == FindingKind.Manifest && f.Message.Contains(part, StringComparison.Ordinal));
        }

        Forge("the key", manifest with { KeyParts = manifest.KeyParts with { ResultsVersion = "9" } });
        Forge("configuration", manifest with { KeyParts = manifest.KeyParts with { Configuration = Json("""{"support":0.02}""") } });
        Forge("the run", manifest with { Run = manifest.Run with { Id = "0000000000000000" } });
        Forge("row count", manifest with { Tables = [.. manifest.Tables.Select(t => t with { Rows = t.Rows + 1 })] });
        Forge("sources", manifest with { Sources = [] });
        Forge("'../../x'", manifest with { Documents = [new DocumentEntry("../../x", 1, new string('a', 64))] });
    }

    [Fact]
    public void WithoutManifestOrWithARuinedOneItSaysSo()
    {
        var lake = _test.Open();
        var run = Night(lake, Day(2)).Run;
        File.WriteAllText(lake.ManifestPath(run), "{\"manifest_version\": 1, \"run\": {");
        Assert.Equal(FindingKind.Unreadable, Assert.Single(Verifier.Verify(lake, run).Findings).Kind);
        File.Delete(lake.ManifestPath(run));
        Assert.Equal(FindingKind.Missing, Assert.Single(Verifier.Verify(lake, run).Findings).Kind);
    }

    [Fact]
    public void ComparesRowsAndColumnsWithTheFooters()
    {
        var lake = _test.Open();
        var run = Night(lake, Day(2)).Run;
        var findings = Verifier.Verify(lake, run, path => path.EndsWith("lineage/part-0.parquet", StringComparison.Ordinal)
            ? throw new InvalidDataException("cut") : new ParquetFacts(2, TransactionsSchema.Columns)).Findings;
        Assert.Equal(
            [(FindingKind.Unreadable, "lineage/part-0.parquet"), (FindingKind.Rows, "rules/part-0.parquet"), (FindingKind.Schema, "rules/part-0.parquet"),
                (FindingKind.Rows, "rules/part-1.parquet"), (FindingKind.Schema, "rules/part-1.parquet")],
            findings.Select(f => (f.Kind, f.Path[(run.Path.Length + 1)..])));
    }

    private static void Flip(string path, long at = 0)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = at;
        var old = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(old ^ 1));
    }
}
