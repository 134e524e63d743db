using Analytics.Files;

namespace Analytics.Anchoring.Tests;

/// <summary>Stopped at each step that the journal takes on the disk, and started again: one anchor, one transaction, nothing forgotten.</summary>
public class KilledAnchorerTests
{
    [Theory]
    [InlineData(FaultMode.Stop)]
    [InlineData(FaultMode.Full)]
    public async Task Stopped_at_each_step_of_the_journal_a_run_is_anchored_once(FaultMode mode)
    {
        using var chain = await TestChain.StartAsync();
        for (var step = 1; ; step++)
        {
            var nonce = await chain.NonceAsync();
            AnchoredRun[] runs = [TestChain.NewRun(step), TestChain.NewRun(step)];
            var files = new FaultyFileStore(new LocalFileStore(), mode, step);
            var stopped = false;
            try
            {
                await chain.Anchorer(files).ProcessAsync(runs, TimeSpan.FromSeconds(30), default);
            }
            catch (FileStoreException)
            {
                stopped = true;
            }
            chain.Journal().Recover();
            await chain.Anchorer().ProcessAsync(runs, TimeSpan.FromSeconds(30), default);
            foreach (var run in runs)
            {
                await chain.AssertAnchoredOnceAsync(run);
                Assert.Single(chain.Entry(run).Attempts);
            }
            Assert.Equal(nonce + 2, await chain.NonceAsync());
            Assert.Empty(Directory.EnumerateFiles(chain.JournalFolder, "*.tmp"));
            if (!stopped) break;
            Assert.True(step < 200, "the journal takes no end of steps");
        }
    }
}
