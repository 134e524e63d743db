using Analytics.Engine.Spark.Internals;
using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;

namespace Analytics.Engine.Spark.Tests;

/// <summary>What watches a job, without a Spark.</summary>
public sealed class JobWatchTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ALookThatFailsKeepsNoJobFromBeingCancelled(bool java)
    {
        using var ended = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var (looks, told, cancelled, aborted) = (0, 0, 0, 0);
        Exception wrong = java ? new JavaException("java.lang.IllegalArgumentException", "a list changed", [], "") : new GatewayException(GatewayFault.Closed, "closed");
        var watch = new JobWatch(
            () => ++looks == 1 ? throw wrong : new SparkProgress(1, 2, 1, 1),
            () =>
            {
                // The first wish meets a job between two stages.
                if (++cancelled == 2) ended.Set();
            },
            () => aborted++) { Every = Soon, CancelEvery = Soon, Grace = TimeSpan.FromMinutes(1), Tell = _ => { told++; cancel.Cancel(); } };
        // A connection that is gone is not looked at again, so nothing is told.
        if (!java) cancel.CancelAfter(200);
        watch.Run(ended, cancel.Token);
        Assert.Equal((java ? 2 : 1, java ? 1 : 0, 2, 0), (looks, told, cancelled, aborted));
    }

    [Fact]
    public void AJobThatDoesNotLetGoIsBrokenOff()
    {
        using var ended = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        var aborted = 0;
        new JobWatch(() => null, () => { }, () => aborted++) { CancelEvery = Soon, Grace = Soon * 4 }.Run(ended, cancel.Token);
        new JobWatch(() => null, () => throw new GatewayException(GatewayFault.Closed, "closed"), () => aborted++) { CancelEvery = Soon }.Run(ended, cancel.Token);
        Assert.Equal(2, aborted);
        ended.Set();
        new JobWatch(() => null, () => throw new InvalidOperationException("an ended job was cancelled"), () => aborted++).Run(ended, CancellationToken.None);
        Assert.Equal(2, aborted);
    }
}
