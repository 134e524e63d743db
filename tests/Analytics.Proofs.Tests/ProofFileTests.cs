using System.Text;
using System.Text.Json.Nodes;

namespace Analytics.Proofs.Tests;

/// <summary>The format of docs/proofs.md: what is written today must be read for ever.</summary>
public sealed class ProofFileTests
{
    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name);

    private static string Hash(char digit) => new(digit, 64);

    private static Proof Row() => new()
    {
        ProofVersion = 1,
        BusinessDate = new DateOnly(2011, 12, 9),
        Run = "0123456789abcdef-2",
        Root = Hash('a'),
        Leaves = 12,
        File = new ProvedFile("rows.json", 345, Hash('b'), 5, [Hash('1'), Hash('2'), Hash('3')]),
        Row = new ProvedRow("segments", 7, "0800000002c3a9", new JsonObject { ["customer_id"] = "é", ["monetary"] = "12.5000000", ["r_score"] = 5, ["none"] = null }, [Hash('4')], "{\n  \"rows_version\": 1\n}\n"),
        Anchor = new ProvedAnchor(11155111, "0x" + new string('c', 40), "0x" + Hash('d'), 8_123_456, "0x" + Hash('e'), new DateTimeOffset(2011, 12, 10, 2, 3, 4, TimeSpan.Zero)),
    };

    [Fact]
    public void WritesTheGoldenBytesAndReadsThem()
    {
        var file = Row() with { Row = null, Anchor = null };
        foreach (var (name, proof) in new[] { ("proof-row-v1.json", Row()), ("proof-file-v1.json", file) })
        {
            var bytes = ProofFile.Write(proof);
            if (Environment.GetEnvironmentVariable("ANALYTICS_GOLDEN") == "write")
                File.WriteAllBytes(Path.Combine(Analytics.Tests.SharedData.ProjectRoot, "tests/Analytics.Proofs.Tests/golden", name), bytes);
            Assert.Equal(File.ReadAllText(Golden(name)), Encoding.UTF8.GetString(bytes));
            var read = ProofFile.Read(bytes, out var isIntact);
            Assert.True(isIntact);
            Assert.Equal(bytes, ProofFile.Write(read));
        }
    }

    [Fact]
    public void TheCheckLineIsTheHashOfWhatStandsBeforeIt()
    {
        var text = Encoding.UTF8.GetString(ProofFile.Write(Row()));
        var lines = text.Split('\n');
        var before = string.Join('\n', lines[..^3]) + "\n";
        Assert.Equal($"  \"check\": \"{Files.FileHash.Compute(Encoding.UTF8.GetBytes(before))}\"", lines[^3]);
    }
}
