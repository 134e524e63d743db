using System.Text.Json;

namespace Analytics.Jobs.Tests.Mining;

/// <summary>mine FILE: scoring and contrasts, as a user calls them.</summary>
public sealed class MineFileOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-mine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static List<JsonElement> Lines(string path) => File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement).ToList();

    private static string Items(JsonElement row, string column) => string.Join(' ', row.GetProperty(column).EnumerateArray().Select(item => item.GetString()));

    [Fact]
    public void ScoresRankWhatABasketLacksByTheBestRuleEach()
    {
        var baskets = Write("baskets.txt", string.Concat(Enumerable.Repeat("bread butter\n", 8).Append("bread milk\n").Append("bread\n").Concat(Enumerable.Repeat("tea milk\n", 4))));
        var today = Write("today.txt", "bread unknown\ntea\nbutter bread\nunknown\n");
        var scores = Path.Combine(_folder, "scores.jsonl");
        var ended = InProcess.Run("mine", baskets, "--min-support", "1", "--min-confidence", "0.1", "--score", today, "--scores", scores, "--by", "confidence").With(0);
        Assert.Contains("4 baskets scored, 3 of them lack something", ended.Out, StringComparison.Ordinal);
        var rows = Lines(scores).Select(row => $"{row.GetProperty("basket").GetInt64()}.{row.GetProperty("rank").GetInt32()} {Items(row, "consequent")} {row.GetProperty("score").GetDouble():F1} {Items(row, "antecedent")}");
        Assert.Equal(["1.1 butter 0.8 bread", "1.2 milk 0.1 bread", "2.1 milk 1.0 tea", "3.1 milk 0.1 bread"], rows);
        Assert.Contains("2.1", InProcess.Run("mine", baskets, "--min-support", "1", "--score", today, "--top-scores", "1").With(0).Out.Replace("2     1", "2.1", StringComparison.Ordinal).Replace("2       1", "2.1", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("--scores says where", InProcess.Run("mine", baskets, "--scores", scores).With(2).Err, StringComparison.Ordinal);
        Assert.Contains("leave out", InProcess.Run("mine", baskets, "--score", today, "--kind", "closed").With(2).Err, StringComparison.Ordinal);
    }

    [Fact]
    public void ContrastsTestEachPartAgainstTheOthers()
    {
        var text = new System.Text.StringBuilder("order_id,item_id,Country\n");
        for (var order = 0; order < 200; order++)
        {
            var north = order % 2 == 0;
            text.Append($"{order},snow,{(north ? "north" : "")}\n");
            if (north ? order % 20 != 0 : order % 20 == 1) text.Append($"{order},skates,{(north ? "north" : "")}\n");
        }
        var pairs = Write("pairs.csv", text.ToString());
        var contrasts = Path.Combine(_folder, "contrasts.csv");
        InProcess.Run("mine", pairs, "--contrast-column", "Country", "--min-support", "0.05", "--min-confidence", "0.1", "--contrasts", contrasts).With(0);
        var lines = File.ReadAllLines(contrasts);
        var rule = Assert.Single(lines, line => line.StartsWith("north,snow,skates,", StringComparison.Ordinal)).Split(',');
        Assert.Equal(["90", "100", "100", "0.9", "10", "100", "100", "0.1"], rule[3..11]);
        Assert.Contains(lines, line => line.StartsWith("(unknown),snow,skates,10,100,100,0.1,90,100,100,0.9,", StringComparison.Ordinal));
        Assert.Contains("0.900", InProcess.Run("mine", pairs, "--contrast-column", "Country", "--min-support", "0.05", "--min-confidence", "0.1").With(0).Out, StringComparison.Ordinal);
        Assert.Contains("a share of each part's baskets is expected", InProcess.Run("mine", pairs, "--contrast-column", "Country", "--min-support", "5").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("there is no column 'Land'", InProcess.Run("mine", pairs, "--contrast-column", "Land").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("no column to contrast by", InProcess.Run("mine", Write("b.txt", "a b\n"), "--contrast-column", "Country").With(2).Err, StringComparison.Ordinal);
    }
}
