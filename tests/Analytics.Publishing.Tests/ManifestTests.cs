using System.Text;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class ManifestTests
{
    private static readonly string GoldenPath = Path.Combine(AppContext.BaseDirectory, "golden", "manifest-v2.json");

    private static readonly string OldPath = Path.Combine(AppContext.BaseDirectory, "golden", "manifest-v1.json");

    private static string Hash(char digit) => new(digit, 64);

    /// <summary>The golden manifest as version 1 had it.</summary>
    private static Manifest Old()
    {
        var at = new DateTimeOffset(2011, 12, 10, 2, 3, 4, 567, TimeSpan.Zero);
        var parts = RunKey.Parts(new DateOnly(2011, 12, 9), [new RunInput("shop/2011-12-09.csv", Hash('1')), new RunInput("shop/ünïcode <&>.csv", Hash('2'))],
            Json("""{"mine":{"min_support":0.01,"names":["<a>","é"]},"season":7}"""), "3", Hash('b'));
        return new Manifest
        {
            ManifestVersion = 1,
            Run = new RunHeader
            {
                Id = RunKey.Id(RunKey.Compute(parts), 2),
                Key = RunKey.Compute(parts),
                BusinessDate = new DateOnly(2011, 12, 9),
                Revision = 2,
                Base = new RunBase(new DateOnly(2011, 12, 8), "bbbbbbbbbbbbbbbb", Hash('b'), Hash('c')),
                Engine = "duckdb",
                EngineVersion = "1.5.6",
                ProgramVersion = "0.1.0",
                StartedAt = at,
                FinishedAt = at.AddSeconds(12),
                SourceCount = 2,
                TableCount = 1,
                TableBytes = 1234567890123,
            },
            KeyParts = parts,
            Changes = new RunChanges([new RunInput("shop/2011-12-09.csv", Hash('1'))], ["shop/taken back.csv"]),
            Sources = [new SourceFile
            {
                Name = "shop/2011-12-09.csv",
                Sha256 = Hash('1'),
                Bytes = 4711,
                Aliases = ["again.csv"],
                Origin = SourceOrigin.New,
                Fates = new SourceFates(100, 90, 5, 2, 2, 1),
                OrderDates = [new DateRange(new DateOnly(2011, 12, 7), new DateOnly(2011, 12, 9))],
            }],
            Curated = [new CuratedDate(new DateOnly(2011, 12, 9),
                new CuratedFile(LakeLayout.CuratedFile(LakeLayout.Transactions, new DateOnly(2011, 12, 9), Hash('d')), Hash('d'), 999, 97,
                    new DateTimeOffset(2011, 12, 9, 8, 34, 0, TimeSpan.Zero), new DateTimeOffset(2011, 12, 9, 12, 50, 0, TimeSpan.Zero).AddMicroseconds(123456)))],
            Tables = [new TableEntry
            {
                Name = "rules",
                Version = 1,
                Kind = "result",
                Rows = 7,
                Columns = [new TableColumn("antecedent", "VARCHAR[]", false), new TableColumn("lift", "DOUBLE", true)],
                OrderBy = ["antecedent"],
                Files = [new TableFile("rules/part-0.parquet", 7, 555, Hash('e'))],
            }],
            Documents = [new DocumentEntry("report.html", 321, Hash('f'))],
            State = new Dictionary<string, System.Text.Json.JsonElement> { ["segment"] = Json("""{"centroids":[[0.10,1e-7],[3,4]]}""") },
        };
    }

    private static Manifest Golden()
    {
        var old = Old();
        return old with
        {
            ManifestVersion = 2,
            Curated = [.. old.Curated.Select(day => day with { Transactions = day.Transactions with { Cid = "bafkreiclwfszs4c2gksjzgf2ibfjqbdkndli5533okibr3ioxv7lns4ql4" } })],
            Tables = [.. old.Tables.Select(table => table with { RowsRoot = Hash('9'), Files = [table.Files[0] with { Cid = "bafkreiadcvvs2abjazz2j26p4wddrnfzyoe7toyrin3w5fhgsgrqbx5xga" }] })],
            Documents = [old.Documents[0] with { Cid = "bafybeianphhwoth4gejc47u735kroc4nrxqnoud65gf57cagmsxyekgkhq" }],
        };
    }

    [Fact]
    public void ReadsAManifestOfVersion1AndWritesItAgain()
    {
        var bytes = File.ReadAllBytes(OldPath);
        var manifest = ManifestFile.Read(bytes, OldPath);
        Assert.Null(manifest.Tables[0].RowsRoot);
        Assert.Null(manifest.Curated[0].Transactions.Cid);
        Assert.Equal(bytes, ManifestFile.Write(manifest));
        Assert.Equal(bytes, ManifestFile.Write(Old()));
    }

    /// <summary>Set ANALYTICS_GOLDEN=write to write the file anew, which only a new manifest version may need.</summary>
    [Fact]
    public void WritesTheGoldenBytes()
    {
        var bytes = ManifestFile.Write(Golden());
        if (Environment.GetEnvironmentVariable("ANALYTICS_GOLDEN") == "write")
            File.WriteAllBytes(Path.Combine(Analytics.Tests.SharedData.ProjectRoot, "tests/Analytics.Publishing.Tests/golden/manifest-v2.json"), bytes);
        Assert.Equal(File.ReadAllText(GoldenPath), Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void ReadsTheGoldenFileAndWritesItAgain()
    {
        var bytes = File.ReadAllBytes(GoldenPath);
        var manifest = ManifestFile.Read(bytes, GoldenPath);
        Assert.Equal(Golden().Run, manifest.Run);
        Assert.Equal(Golden().Sources[0].Fates, manifest.Sources[0].Fates);
        Assert.Equal(Golden().Curated[0].Transactions, manifest.Curated[0].Transactions);
        Assert.Equal("0.10", manifest.State["segment"].GetProperty("centroids")[0][0].GetRawText());
        Assert.Equal(bytes, ManifestFile.Write(manifest));
        Assert.Equal(manifest.Run.Key, RunKey.Compute(manifest.KeyParts));
    }

    [Fact]
    public void ReadsTheHeadAlone()
    {
        using var test = new TestLake();
        var path = $"{test.Folder}/manifest.json";
        var text = File.ReadAllText(GoldenPath);
        File.WriteAllText(path, text);
        Assert.Equal(Golden().Run, ManifestFile.ReadHeader(test.Store, path));
        // What stands behind the head is not looked at; a head longer than a block is read whole.
        File.WriteAllText(path, text[..text.IndexOf("\"key_parts\"", StringComparison.Ordinal)] + "garbage" + new string('x', 9000));
        Assert.Equal(Golden().Run, ManifestFile.ReadHeader(test.Store, path));
        File.WriteAllText(path, text.Replace("\"duckdb\"", $"\"{new string('d', 20000)}\"", StringComparison.Ordinal));
        Assert.Equal(20000, ManifestFile.ReadHeader(test.Store, path).Engine.Length);
        for (var cut = 0; cut < 700; cut += 7)
        {
            File.WriteAllText(path, text[..cut]);
            Assert.Equal(Fault.Contract, Assert.Throws<PublishingException>(() => ManifestFile.ReadHeader(test.Store, path)).Fault);
        }
    }

    [Fact]
    public void ANewerVersionIsRefusedClearly()
    {
        var text = """{"manifest_version": 3, "something": {"new": true}}""";
        var error = Assert.Throws<PublishingException>(() => ManifestFile.Read(Encoding.UTF8.GetBytes(text), "runs/x/manifest.json"));
        Assert.Equal(Fault.Usage, error.Fault);
        Assert.Equal("runs/x/manifest.json: the manifest has version 3; expected version 2 or older. It was written by a newer program: update this one.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"manifest_version": "1"}""")]
    [InlineData("""{"manifest_version": 1}""")]
    [InlineData("""{"manifest_version": 0}""")]
    [InlineData("""{"run": {}, "manifest_version": 1}""")]
    public void WhatIsNoManifestIsRefused(string text) =>
        Assert.Equal(Fault.Contract, Assert.Throws<PublishingException>(() => ManifestFile.Read(Encoding.UTF8.GetBytes(text), "m")).Fault);

    [Fact]
    public void CompactsDates()
    {
        Assert.Equal([new DateRange(Day(1), Day(3)), new DateRange(Day(5), Day(5))], DateRange.Compact([Day(5), Day(2), Day(1), Day(3), Day(2)]));
        Assert.Equal([Day(1), Day(2)], new DateRange(Day(1), Day(2)).Days());
        Assert.Empty(DateRange.Compact([]));
    }
}
