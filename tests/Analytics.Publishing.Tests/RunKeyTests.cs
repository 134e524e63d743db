using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class RunKeyTests
{
    private static readonly string A = new('a', 64);
    private static readonly string B = new('b', 64);

    private static RunKeyParts Golden() => RunKey.Parts(new DateOnly(2011, 12, 9),
        [new RunInput("z/ü \"1\"\n.csv", B), new RunInput("a.csv", A)], Json("""{"mine":{"min_support":0.010},"a":[1,2]}"""), "7", B);

    // Computed apart, in Python: sha256(b'analytics run key 1\n' + json.dumps({...}, sort_keys=True, separators=(',', ':'),
    // ensure_ascii=False).encode()) with configuration = sha256(b'{"a":[1,2],"mine":{"min_support":0.01}}').
    [Fact]
    public void IsStable() => Assert.Equal("2cf548e2fc9f82e1fffa4bd3f4cfd44430800e4c6277b5e87ed91dc6308986d6", RunKey.Compute(Golden()));

    [Fact]
    public void DoesNotDependOnOrderOrSpelling()
    {
        var other = RunKey.Parts(new DateOnly(2011, 12, 9),
            [new RunInput("a.csv", A), new RunInput("z/ü \"1\"\n.csv", B)], Json("""{ "a": [1, 2.0], "mine": { "min_support": 1e-2 } }"""), "7", B);
        Assert.Equal(RunKey.Compute(Golden()), RunKey.Compute(other));
    }

    [Fact]
    public void EveryPartCounts()
    {
        RunInput[] inputs = [new("a.csv", A), new("b.csv", B)];
        var date = new DateOnly(2011, 12, 9);
        var empty = Json("{}");
        string[] keys =
        [
            RunKey.Compute(RunKey.Parts(date, inputs, empty, "1", null)),
            RunKey.Compute(RunKey.Parts(date.AddDays(1), inputs, empty, "1", null)),
            RunKey.Compute(RunKey.Parts(date, inputs[..1], empty, "1", null)),
            RunKey.Compute(RunKey.Parts(date, [new("a.csv", B), new("b.csv", B)], empty, "1", null)),
            RunKey.Compute(RunKey.Parts(date, [new("a.csv", A), new("c.csv", B)], empty, "1", null)),
            RunKey.Compute(RunKey.Parts(date, inputs, Json("""{"a":0}"""), "1", null)),
            RunKey.Compute(RunKey.Parts(date, inputs, empty, "2", null)),
            RunKey.Compute(RunKey.Parts(date, inputs, empty, "1", A)),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void RefusesNamesTwiceAndWhatIsNoHash()
    {
        var date = new DateOnly(2011, 12, 9);
        Assert.Throws<ArgumentException>(() => RunKey.Parts(date, [new("a", A), new("a", B)], Json("{}"), "1", null));
        Assert.Throws<ArgumentException>(() => RunKey.Parts(date, [new("a", "abc")], Json("{}"), "1", null));
        Assert.Throws<ArgumentException>(() => RunKey.Parts(date, [], Json("{}"), "1", A.ToUpperInvariant()));
    }

    [Fact]
    public void NamesForcedRepetitions()
    {
        Assert.Equal("aaaaaaaaaaaaaaaa", RunKey.Id(A));
        Assert.Equal("aaaaaaaaaaaaaaaa-3", RunKey.Id(A, 3));
        Assert.True(RunKey.TryParseId("aaaaaaaaaaaaaaaa-12", out var repetition) && repetition == 12);
        foreach (var none in new[] { "aaaaaaaaaaaaaaaa-1", "aaaaaaaaaaaaaaaa-02", "aaaaaaaaaaaaaaaa-", "aaaaaaaaaaaaaaa", "AAAAAAAAAAAAAAAA", "aaaaaaaaaaaaaaaa2" })
            Assert.False(RunKey.TryParseId(none, out _), none);
    }
}
