using System.Text.Json;
using Analytics.Tests;

namespace Analytics.Records.Tests;

/// <summary>The committed sample against the truths that its generator wrote beside it: every odd line by its file, line and rule.</summary>
public sealed class SampleTests
{
    private static readonly RecordMapping Mapping = new()
    {
        TimeZone = "Europe/Berlin",
        Currency = "EUR",
        CancellationPattern = "^C",
        ProductPattern = "^[0-9]{4}$",
        Columns = ((string[])["order_id", "item_id", "item_name", "quantity", "unit_price", "customer_id", "country", "category", "store_id", "unit_cost", "promotion", "discount_amount", "tax_amount", "currency"])
            .ToDictionary(name => name, name => new ColumnMapping { Source = name })
            .Append(new("ordered_at", new ColumnMapping { Source = "ordered_at", Formats = ["yyyy-MM-dd HH:mm:ss"] })).ToDictionary(),
    };

    [Fact]
    public void EveryPlantedRejectIsFoundAndNoOther()
    {
        var folder = Path.Combine(SharedData.ProjectRoot, "data", "sample");
        using var truths = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "truths.json")));
        var planted = truths.RootElement.GetProperty("oddities").EnumerateArray().Where(odd => odd.GetProperty("fate").GetString() == "rejected")
            .ToLookup(odd => odd.GetProperty("file").GetString()!, odd => $"{odd.GetProperty("line").GetInt64()}|{odd.GetProperty("rule").GetString()}|{odd.GetProperty("column").GetString() ?? "NULL"}");
        Assert.True(planted.Count > 10);
        foreach (var file in truths.RootElement.GetProperty("files").EnumerateArray())
        {
            var name = file.GetProperty("file").GetString()!;
            var outcome = Harness.RunFile(Path.Combine(folder, "transactions", name), Mapping, new ParseOptions { Threads = 2, ChunkBytes = 10_000 });
            Assert.True(outcome.Error is null, outcome.Error?.Message);
            Assert.Equal(planted[name].Order(), outcome.Rejects.Select(reject => string.Join('|', reject.Split('|')[..3])).Order());
            Assert.Equal(file.GetProperty("records").GetInt64(), outcome.Summary!.Records);
            Assert.Equal(file.GetProperty("rejected").GetInt64(), outcome.Summary.Rejected);
        }
    }
}
