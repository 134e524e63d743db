using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Analytics.Publishing.Tests;
using Analytics.Telemetry.Lineage;
using Json.Schema;

namespace Analytics.Telemetry.Tests;

/// <summary>The events, judged by OpenLineage's own JSON Schemas, each facet by the one that it names.</summary>
public sealed class LineageTests : IDisposable
{
    private static readonly LineageNames Names = new("shop", "run_nightly", "https://example.org/analytics/1");
    private static readonly EvaluationOptions Strict = new() { RequireFormatValidation = true };
    private static readonly Lazy<JsonSchema> Spec = new(Load);
    private readonly TestLake _test = new();

    public void Dispose() => _test.Dispose();

    private static JsonSchema Load()
    {
        var assembly = typeof(LineageTests).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            SchemaRegistry.Global.Register(JsonSchema.FromText(reader.ReadToEnd()));
        }
        return new JsonSchemaBuilder().Ref("https://openlineage.io/spec/2-0-2/OpenLineage.json").Build();
    }

    private static JsonNode Valid(byte[] line)
    {
        Assert.DoesNotContain((byte)'\n', line);
        using var document = JsonDocument.Parse(line);
        Assert.True(Spec.Value.Evaluate(document.RootElement, Strict).IsValid, Encoding.UTF8.GetString(line));
        var facets = 0;
        Check(document.RootElement, ref facets);
        Assert.True(facets >= 3);
        return JsonNode.Parse(line)!;
    }

    /// <summary>An unknown schema throws, so a facet cannot name one that nobody looked at.</summary>
    private static void Check(JsonElement at, ref int facets)
    {
        if (at.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in at.EnumerateArray()) Check(item, ref facets);
            return;
        }
        if (at.ValueKind != JsonValueKind.Object) return;
        if (at.TryGetProperty("_schemaURL", out var url))
        {
            facets++;
            Assert.True(new JsonSchemaBuilder().Ref(url.GetString()!).Build().Evaluate(at, Strict).IsValid, at.ToString());
        }
        foreach (var member in at.EnumerateObject()) Check(member.Value, ref facets);
    }

    [Fact]
    public void ThreeEventsOfARunAreValidAndSayWhatItReadAndWrote()
    {
        var lake = _test.Open();
        TestLake.Night(lake, TestLake.Day(1));
        var outcome = TestLake.Night(lake, TestLake.Day(2));
        var manifest = lake.ReadManifest(outcome.Run);
        var run = new LineageRun(Names, TestLake.Day(2), _test.Clock.Now, "duckdb");

        var start = Valid(run.Start(manifest.Changes.Put));
        Assert.Equal("START", (string?)start["eventType"]);
        Assert.Equal("input/2026-01-02.csv", (string?)start["inputs"]![0]!["name"]);

        LineageCheck[] checks = [new("ingest", "rejected_share", "error", true, "0.1", "at most 0.5", "fine"), new("mine", "max_nodes", "warning", false, "7 \"x\"\n", "", "<cut>")];
        var complete = Valid(run.Complete(manifest, checks, _test.Clock.Now.AddMinutes(3)));
        Assert.Equal("COMPLETE", (string?)complete["eventType"]);
        Assert.Equal((string?)start["run"]!["runId"], (string?)complete["run"]!["runId"]);
        Assert.Equal("2026-01-02T00:00:00Z", (string?)complete["run"]!["facets"]!["nominalTime"]!["nominalStartTime"]);
        // The one file that is new, not yesterday's; and the lines of all.
        Assert.Equal(["input/2026-01-02.csv", "lake/curated/transactions"], complete["inputs"]!.AsArray().Select(input => (string?)input!["name"]));
        Assert.Equal(10, (long)complete["inputs"]![0]!["inputFacets"]!["inputStatistics"]!["rowCount"]!);
        var assertions = complete["inputs"]![1]!["inputFacets"]!["dataQualityAssertions"]!["assertions"]!.AsArray();
        Assert.Equal([(true, "error"), (false, "warn")], assertions.Select(check => ((bool)check!["success"]!, (string)check["severity"]!)));
        var rules = complete["outputs"]!.AsArray().Single(output => (string?)output!["name"] == "lake/rules")!;
        Assert.Equal((7, 2), ((long)rules["outputFacets"]!["outputStatistics"]!["rowCount"]!, (int)rules["outputFacets"]!["outputStatistics"]!["fileCount"]!));
        Assert.Equal([("antecedent", "VARCHAR[]"), ("lift", "DOUBLE")], rules["facets"]!["schema"]!["fields"]!.AsArray().Select(field => ((string)field!["name"]!, (string)field["type"]!)));
        Assert.Equal(outcome.Run.Id, (string?)rules["facets"]!["version"]!["datasetVersion"]);

        var fail = Valid(run.Fail("in/x.csv, line 3: no date", manifest.Changes.Put, _test.Clock.Now));
        Assert.Equal(("FAIL", "in/x.csv, line 3: no date"), ((string?)fail["eventType"], (string?)fail["run"]!["facets"]!["errorMessage"]!["message"]));
        Assert.Equal("COMPLETE", (string?)Valid(run.CompleteWithout(_test.Clock.Now))["eventType"]);
    }

    [Theory]
    [InlineData("runId", "no-uuid")]
    [InlineData("eventTime", "yesterday")]
    [InlineData("eventType", "DONE")]
    public void TheSchemasRefuseWhatIsWrong(string member, string value)
    {
        var text = Encoding.UTF8.GetString(new LineageRun(Names, TestLake.Day(1), _test.Clock.Now, "duckdb").Start([]));
        var broken = System.Text.RegularExpressions.Regex.Replace(text, $"\"{member}\":\"[^\"]*\"", $"\"{member}\":\"{value}\"");
        Assert.NotEqual(text, broken);
        using var document = JsonDocument.Parse(broken);
        Assert.False(Spec.Value.Evaluate(document.RootElement, Strict).IsValid);
    }
}
