using System.Diagnostics;
using System.Text;
using Analytics.Telemetry.Lineage;

namespace Analytics.Telemetry.Tests;

/// <summary>Sending beside the run, to a receiver of our own that may misbehave.</summary>
public sealed class LineageSenderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-lineage-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task EventsComeInOrderByHttpWithTheKeyAndInAFile()
    {
        await using var receiver = new Receiver();
        var file = Path.Combine(_folder, "deeper", "events.jsonl");
        using var sender = new LineageSender(new LineageTargets($"{receiver.Address}/api/v1/lineage", "the-key", file));
        for (var i = 0; i < 20; i++) sender.Send(Encoding.UTF8.GetBytes($"{{\"i\":{i}}}"));
        Assert.Null(sender.Finish());
        Assert.Equal((20, 0), (sender.Sent, sender.Lost));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{{\"i\":{i}}}"), receiver.Requests.Select(request => Encoding.UTF8.GetString(request.Body)));
        Assert.All(receiver.Requests, request => Assert.Contains("Authorization: Bearer the-key", request.Head, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{{\"i\":{i}}}"), await File.ReadAllLinesAsync(file));
    }

    [Fact]
    public void AReceiverThatIsDownOrSaysNoIsCountedAndTold()
    {
        using var down = new LineageSender(new LineageTargets("http://127.0.0.1:1/lineage?key=secret", null, ""));
        down.Send("{}"u8.ToArray());
        down.Send("{}"u8.ToArray());
        var told = down.Finish()!;
        Assert.StartsWith("2 of 2 OpenLineage events were not taken: http://127.0.0.1:1/lineage: ", told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
        using var file = new LineageSender(new LineageTargets("", null, "/proc/nowhere/x.jsonl"));
        file.Send("{}"u8.ToArray());
        Assert.Contains("1 of 1", file.Finish(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARefusalIsTold()
    {
        await using var receiver = new Receiver(status: "503 Service Unavailable");
        using var sender = new LineageSender(new LineageTargets(receiver.Address, null, ""));
        sender.Send("{}"u8.ToArray());
        Assert.Contains("503", sender.Finish(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReceiverThatNeverAnswersHoldsUpNobody()
    {
        await using var receiver = new Receiver(isSilent: true);
        using var sender = new LineageSender(new LineageTargets(receiver.Address, null, ""));
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++) sender.Send("{}"u8.ToArray());
        // Taking an event does not wait for it.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Contains("100 of 100 OpenLineage events were not taken", sender.Finish(TimeSpan.FromMilliseconds(200)), StringComparison.Ordinal);
    }
}
