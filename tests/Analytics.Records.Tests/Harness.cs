using System.Text;

namespace Analytics.Records.Tests;

/// <summary>Runs the parser on bytes through a file of its own.</summary>
internal static class Harness
{
    public sealed record Outcome(ParseSummary? Summary, List<string> Rows, List<string> Rejects, RecordFormatException? Error);

    public static string NewFile(byte[] data, string name = "lines.csv")
    {
        var folder = Directory.CreateTempSubdirectory("records-").FullName;
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, data);
        return path;
    }

    public static Outcome Run(byte[] data, RecordMapping mapping, ParseOptions? options = null, string name = "lines.csv")
    {
        var path = NewFile(data, name);
        try
        {
            return RunFile(path, mapping, options);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, true);
        }
    }

    public static Outcome RunFile(string path, RecordMapping mapping, ParseOptions? options = null)
    {
        var sink = new CollectingSink();
        try
        {
            var summary = RecordParser.Parse(path, Path.GetFileName(path), mapping, options ?? new ParseOptions(), sink, CancellationToken.None);
            Assert.Equal(summary.Chunks, sink.Chunks);
            var rows = RowReference.Write(sink.Rows());
            var rejects = RowReference.Write(sink.Rejects());
            Assert.Equal(summary.Records, rows.Count + rejects.Count);
            Assert.Equal(summary.Rows, rows.Count);
            Assert.Equal(summary.Rejected, rejects.Count);
            Assert.Equal(summary.Rejected, summary.RejectedByRule.Sum(rule => rule.Records));
            Assert.Equal(summary.Rows, summary.Dates.Sum(date => date.Rows));
            return new Outcome(summary, rows, rejects, null);
        }
        catch (RecordFormatException error)
        {
            return new Outcome(null, [], [], error);
        }
    }

    public static void HoldsAgainstReference(byte[] data, RecordMapping mapping, ParseOptions options)
    {
        var expected = RowReference.Csv(data, mapping, options.MaxRecordBytes);
        var actual = Run(data, mapping, options);
        if (expected is null)
        {
            Assert.True(actual.Error is not null, $"accepted: {Encoding.Latin1.GetString(data)}");
            Assert.StartsWith("lines.csv", actual.Error!.Message, StringComparison.Ordinal);
            return;
        }
        Assert.True(actual.Error is null, $"refused: {actual.Error?.Message}\n{Encoding.Latin1.GetString(data)}");
        Assert.Equal(expected.Rejects, actual.Rejects);
        Assert.Equal(expected.Rows, actual.Rows);
    }
}
