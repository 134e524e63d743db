using System.Diagnostics;
using System.Text;
using Analytics.Telemetry.Otlp;

namespace Analytics.Telemetry.Tests;

/// <summary>Spans and measures as they come to a receiver: protobuf over HTTP, whose texts stand in it as they are.</summary>
public class OtlpTests
{
    [Fact]
    public async Task SpansAndMeasuresComeToTheReceiver()
    {
        await using var receiver = new Receiver();
        string trace;
        using (var export = OtlpExport.Start(receiver.Address, "http", "1.2.3"))
        {
            using (var process = RunTelemetry.StartRun("analytics", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
            {
                trace = process.TraceId.ToHexString();
                using var run = RunTelemetry.Start("run nightly");
                RunTelemetry.Describe(run, "0123456789abcdef", new DateOnly(2026, 1, 2), "duckdb");
                using (var stage = RunTelemetry.StartStage("ingest"))
                {
                    Assert.Equal(run!.SpanId, stage!.ParentSpanId);
                    RunTelemetry.StageDone(stage, new StageNumbers("ingest", 1.5, 10, 8, 2, 1 << 20));
                }
                RunTelemetry.RunDone(run, "published", 2);
            }
            Assert.True(export.Flush());
        }
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", trace);
        var traces = Bodies(receiver, "/v1/traces");
        Assert.All((string[])["stage ingest", "run nightly", "analytics.run.id", "0123456789abcdef", "analytics.stage.rows_rejected", "service.name", "1.2.3"], text => Assert.Contains(text, traces, StringComparison.Ordinal));
        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString(trace)), traces, StringComparison.Ordinal);
        var measures = Bodies(receiver, "/v1/metrics");
        Assert.All((string[])["analytics.runs", "analytics.run.duration", "analytics.stage.rows", "rejected", "analytics.run.peak_memory", "{row}"], text => Assert.Contains(text, measures, StringComparison.Ordinal));
    }

    [Fact]
    public void AReceiverThatIsDownIsToldAndHoldsUpNobody()
    {
        using var export = OtlpExport.Start("http://127.0.0.1:1", "http", "1");
        using (RunTelemetry.Start("run nightly")) RunTelemetry.RunDone(null, "failed", 1);
        Assert.False(export.Flush());
    }

    [Fact]
    public void WithoutAListenerThereAreIdsAndNoMore()
    {
        using var process = RunTelemetry.StartRun("analytics", null);
        Assert.Equal(ActivityIdFormat.W3C, process.IdFormat);
        Assert.NotEqual(default, process.TraceId);
        Assert.Same(process, Activity.Current);
        Assert.Null(RunTelemetry.StartStage("ingest"));
    }

    private static string Bodies(Receiver receiver, string path) => string.Concat(receiver.Requests.Where(request => request.Head.StartsWith($"POST {path} ", StringComparison.Ordinal)).Select(request => Encoding.Latin1.GetString(request.Body)));
}
