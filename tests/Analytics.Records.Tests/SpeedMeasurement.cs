using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Analytics.Columns;
using Analytics.Tests;

namespace Analytics.Records.Tests;

/// <summary>Prints how fast the parser is. Asked for alone: <c>-explicit only -method '*SpeedMeasurement*' -showliveoutput</c>.</summary>
public sealed class SpeedMeasurement
{
    [Fact(Explicit = true)]
    public void OnlineRetail()
    {
        var packed = SharedData.Path("data/online_retail/online_retail.csv.gz");
        var plain = Path.Combine(Directory.CreateTempSubdirectory("records-").FullName, "online_retail.csv");
        using (var from = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
        using (var to = File.Create(plain)) from.CopyTo(to);
        foreach (var (path, threads, chunk) in ((string, int, int)[])[(plain, 1, 256), (plain, 1, 512), (plain, 2, 512), (packed, 1, 512), (packed, 2, 512)])
        {
            var times = new List<double>();
            var work = new List<double>();
            ParseSummary? summary = null;
            var allocated = 0L;
            for (var i = 0; i < 9; i++)
            {
                var before = GC.GetTotalAllocatedBytes();
                var used = Environment.CpuUsage.TotalTime;
                var start = Stopwatch.GetTimestamp();
                summary = RecordParser.Parse(path, Path.GetFileName(path), Mappings.OnlineRetail, new ParseOptions { Threads = threads, ChunkBytes = chunk << 10 }, new NoSink(), CancellationToken.None);
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                work.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
                allocated = GC.GetTotalAllocatedBytes() - before;
            }
            times.Sort();
            work.Sort();
            TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(path)} threads {threads} chunk {chunk} KiB: median {times[4] * 1000:F0} ms, least {times[0] * 1000:F0} ms, processors {work[4] * 1000:F0} ms, least {work[0] * 1000:F0} ms, {summary!.UnpackedBytes / times[4] / 1e6:F0} MB/s of text, {allocated / 1e6:F0} MB allocated"));
        }
        Directory.Delete(Path.GetDirectoryName(plain)!, true);
    }

    private sealed class NoSink : IRecordSink
    {
        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects)
        {
        }
    }
}
