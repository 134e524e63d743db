using System.Text;
using System.Text.Json;

namespace Analytics.Records.Tests;

public sealed class JsonLinesTests
{
    private static readonly RecordMapping Mapping = Mappings.OnlineRetail with
    {
        Columns = new Dictionary<string, ColumnMapping>
        {
            ["order_id"] = new() { Source = "order" },
            ["item_id"] = new() { Source = "item" },
            ["item_name"] = new() { Source = "name" },
            ["quantity"] = new() { Source = "qty" },
            ["ordered_at"] = new() { Source = "at", Formats = ["yyyy-MM-dd"] },
            ["unit_price"] = new() { Source = "price" },
        },
    };

    [Fact]
    public void ReadsValuesAsWritten()
    {
        var outcome = Harness.Run(Encoding.UTF8.GetBytes("""
            {"order":1,"item":"22222","name":" caf\u00e9 \ud83d\ude00\n","qty":-2.50,"at":"2010-12-01","price":"1.25","more":{"a":[1]}}

            {"at":"2010-12-01","price":1e1,"qty":1,"item":"22222","order":"x"}
            {"order":true,"item":"22222","name":null,"qty":1,"at":"2010-12-01","price":0}
            {"order":"1","item":"22222","qty":null,"at":"2010-12-01","price":0}
            """), Mapping, name: "lines.jsonl");
        Assert.Equal(2, outcome.Rows.Count);
        Assert.StartsWith("'1'|'22222'|'café 😀'|-2500|12500|-31250000|1291161600000000|14944|", outcome.Rows[0], StringComparison.Ordinal);
        Assert.StartsWith("'true'|'22222'|NULL|1000|0|0|", outcome.Rows[1], StringComparison.Ordinal);
        Assert.StartsWith("3|number|unit_price|'1e1'|", outcome.Rejects[0], StringComparison.Ordinal);
        Assert.StartsWith("5|missing|quantity|NULL|", outcome.Rejects[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"order\":1")]
    [InlineData("{\"order\":1,}")]
    [InlineData("{\"order\":1}{}")]
    [InlineData("{\"order\":1,\"order\":2}")]
    [InlineData("{\"order\":[1]}")]
    [InlineData("{\"order\":\"\\ud800\"}")]
    [InlineData("{\"order\":\"\\u0000\"}")]
    [InlineData("null")]
    [InlineData("  ")]
    public void RejectsWhatIsNoPlainObject(string line)
        => Assert.Equal([$"2|json|NULL|NULL|'{line}'|{line.Length}"], Harness.Run(Encoding.UTF8.GetBytes("{}\n" + line), Mapping, name: "lines.json").Rejects.Skip(1));

    [Fact]
    public void EveryLineIsOneRowOrOneReject()
    {
        Parallel.For(0, LongTests.Times(200), seed =>
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (var i = 0; i < 20; i++)
                text.Append(JsonSerializer.Serialize(new Dictionary<string, object?> { ["order"] = i, ["item"] = "22222", ["name"] = i % 3 == 0 ? null : "é\"\n", ["qty"] = i / 4m, ["at"] = "2010-12-01", ["price"] = "2.5" })).Append('\n');
            var data = Encoding.UTF8.GetBytes(text.ToString());
            for (var i = random.Next(20); i > 0; i--) data[random.Next(1, data.Length)] ^= (byte)(1 << random.Next(8));
            var most = random.Next(2) == 0 ? random.Next(20, 150) : 1000;
            var whole = Harness.Run(data, Mapping, new ParseOptions { MaxRecordBytes = most }, "lines.jsonl");
            var parts = Harness.Run(data, Mapping, new ParseOptions { ChunkBytes = random.Next(1, 300), Threads = 3, MaxRecordBytes = most }, "lines.jsonl");
            var lines = Encoding.Latin1.GetString(data).Split('\n');
            Assert.Equal(lines.Count(line => line.Length > 0 && line != "\r"), whole.Rows.Count + whole.Rejects.Count);
            Assert.Equal(whole.Rows, parts.Rows);
            Assert.Equal(whole.Rejects, parts.Rejects);
        });
    }
}
