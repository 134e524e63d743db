using System.Text;
using Analytics.Columns;

namespace Analytics.Engine.Spark.Tests;

/// <summary>Files that executors read: every byte, in its place.</summary>
public sealed class ExecutorsTests(SparkFixture spark)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Column[] FileColumns = [new("path", ColumnType.Text), new("number", ColumnType.Int32)];

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(spark.Folder, "files of {1}", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Fact]
    public void ContentsComeInPartsWithWhatBelongsToTheFile()
    {
        var random = new Random(5);
        byte[][] contents = [[0], new byte[3000], new byte[3001], new byte[10_000]];
        foreach (var content in contents) random.NextBytes(content);
        var rows = new ColumnBatch(FileColumns);
        for (var i = 0; i < contents.Length; i++)
        {
            rows.Texts(0).Append(Write($"a[{i}] %41é*.bin", contents[i]));
            rows.Ints(1).Append(i);
        }
        var engine = spark.Engine;
        engine.Executors.DefineContents("contents", FileColumns, rows, 1000, None);
        Column[] columns = [new("number", ColumnType.Int32), new("part", ColumnType.Int64), new("data", ColumnType.Text)];
        var found = new Dictionary<int, List<byte>>();
        foreach (var batch in engine.Read(new SqlText("q", "select number, part, data from contents order by number, part"), SqlParameters.None, columns, None))
            for (var row = 0; row < batch.Count; row++)
            {
                if (!found.TryGetValue(batch.Ints(0)[row], out var bytes)) found[batch.Ints(0)[row]] = bytes = [];
                Assert.Equal(1000 * batch.Longs(1)[row], bytes.Count);
                bytes.AddRange(Convert.FromBase64String(batch.Texts(2).GetString(row)!));
            }
        Assert.Equal(contents.Length, found.Count);
        for (var i = 0; i < contents.Length; i++) Assert.Equal(contents[i], found[i]);
        engine.Drop("contents");
        var missing = new ColumnBatch(FileColumns);
        missing.Texts(0).Append(Path.Combine(spark.Folder, "nowhere.bin"));
        missing.Ints(1).Append(0);
        Assert.Contains("nowhere.bin", Assert.Throws<EngineException>(() => engine.Executors.DefineContents("missing", FileColumns, missing, 1000, None)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "\n")]
    [InlineData("", "")]
    [InlineData("\uFEFF", "")]
    [InlineData("\uFEFF", "\n")]
    [InlineData("", "\r")]
    public void LinesAreTheFileWithoutItsMark(string mark, string end)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 60_000; i++) text.Append(i % 9 == 0 ? "" : i % 7 == 0 ? $"line {i}\r" : $"line {i}, é and a quote {(i == 41_000 ? "\"" : "")}").Append('\n');
        text.Append("the last one");
        byte[] body = [.. Encoding.Latin1.GetBytes(text.ToString()), .. Encoding.ASCII.GetBytes(end)];
        byte[] bytes = [.. Encoding.UTF8.GetBytes(mark), .. body];
        var engine = spark.Engine;
        var blocks = engine.Executors.DefineLines("text_lines", Write("lines.csv", bytes), bytes.Length, '"', None);
        Assert.True(blocks.Count > 1, $"{blocks.Count} blocks");
        Assert.Equal(60_001, blocks.Sum(block => block.Lines));
        Assert.Single(blocks, block => block.HasQuote);
        var found = new List<byte>();
        foreach (var batch in engine.Read(new SqlText("q", "select block, data from text_lines order by part"), SqlParameters.None, [new("block", ColumnType.Int64), new("data", ColumnType.Text)], None))
            for (var row = 0; row < batch.Count; row++) found.AddRange(Convert.FromBase64String(batch.Texts(1).GetString(row)!));
        Assert.True(body.AsSpan().SequenceEqual(found.ToArray()), $"{found.Count} bytes of {body.Length}");
        engine.Drop("text_lines");
        engine.Drop("text_lines text");
        Assert.Contains("it changed while it was read", Assert.Throws<EngineException>(() => engine.Executors.DefineLines("text_lines", Write("lines.csv", bytes), bytes.Length + 7, null, None)).Message, StringComparison.Ordinal);
        engine.Drop("text_lines text");
    }
}
