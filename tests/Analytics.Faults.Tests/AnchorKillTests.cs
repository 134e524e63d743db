using System.Diagnostics;
using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Anchoring;
using Analytics.Publishing;
using Analytics.Tests;

namespace Analytics.Faults.Tests;

/// <summary>
/// The program is killed while it sends roots to a chain, at each step on the disk and at random moments. In the end each run is anchored
/// once by one transaction, and the lake has never been anything but whole.
/// </summary>
public sealed class AnchorKillTests(Nights nights)
{
    /// <summary>The short form takes every tenth step; the library's own tests stop at every one in memory, against a chain that goes on.</summary>
    [Fact]
    public void AtEveryStepOnTheDisk()
    {
        RequireChain();
        var stride = LongTests.Times(10, 1);
        for (var step = 1 + stride / 2; ; step += stride)
        {
            using var folder = new TestFolder();
            var lake = Nights.Before(nights.Third, folder);
            var ended = AnalyticsProcess.Run(Command(lake), $"kill:{step}");
            Assert.True(ended.Code is 0 or 137, $"step {step}: {ended}");
            AssertAnchoredOnce(lake, $"killed at step {step}");
            if (!ended.WasKilled) break;
            Assert.True(step < 1000, "anchoring takes no end of steps");
        }
    }

    [Fact]
    public void AtRandomMoments()
    {
        RequireChain();
        var watch = Stopwatch.StartNew();
        using (var folder = new TestFolder()) Assert.Equal(0, AnalyticsProcess.Run(Command(Nights.Before(nights.Third, folder))).Code);
        var whole = watch.Elapsed;
        var random = new Random(20261125);
        var killed = 0;
        for (var i = 0; i < LongTests.Times(4, 100); i++)
        {
            using var folder = new TestFolder();
            var lake = Nights.Before(nights.Third, folder);
            // Killed up to three times in a row before it is left alone.
            for (var kills = 1 + random.Next(3); kills > 0; kills--)
            {
                var part = random.NextDouble();
                using var process = AnalyticsProcess.Start(Command(lake));
                Thread.Sleep(whole * (1.1 * part));
                process.Kill();
                var ended = process.Wait();
                Assert.True(ended.Code is 0 or 137, $"killed after {part:F4}: {ended}");
                if (ended.WasKilled) killed++;
            }
            AssertAnchoredOnce(lake, $"killed at random, round {i}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} were killed before their end");
    }

    private string[] Command(string lake) => ["anchor", "--config", nights.Config, "--lake", lake, "--set", "machine.anchor.chain=dev", "--quiet"];

    private void AssertAnchoredOnce(string folder, string about)
    {
        var ended = AnalyticsProcess.Run(Command(folder));
        Assert.True(ended.Code == 0, $"{about}: {ended}");
        var lake = LakeChecks.Open(folder);
        var journal = ChainSession.JournalOf(lake);
        var runs = lake.ListRuns();
        using var chain = DevelopmentChain.Start(DevelopmentChain.FindProgram(SharedData.ProjectRoot)!, new LocalFileStore(), ChainSession.DevelopmentState(lake));
        using var client = new JsonRpcClient(chain.Url);
        var node = new EthereumNode(client);
        using var key = DevelopmentChain.Key();
        var contract = Address.Parse(journal.FindContract(DevelopmentChain.ChainId)!.Contract!);
        var newest = node.BlockNumberAsync(default).GetAwaiter().GetResult();
        var events = node.LogsAsync(contract, [ReportAnchorContract.Anchored.Hash], 0, newest, default).GetAwaiter().GetResult();
        Assert.True(events.Count == runs.Count, $"{about}: {events.Count} events for {runs.Count} runs");
        // One transaction for the contract and one a run: nothing was sent twice, not even in vain.
        Assert.Equal(1ul + (ulong)runs.Count, node.NonceAsync(key.Address, EthereumNode.Latest, default).GetAwaiter().GetResult());
        foreach (var run in runs)
        {
            var entry = journal.Find(run.Date, run.Id)!;
            Assert.True(entry.State == AnchorState.Final, $"{about}: {run} is {entry.State}");
            Assert.Equal(lake.ReadRoot(run), ReportAnchorContract.RootOfAsync(node, contract, run.Date, run.Id, default).GetAwaiter().GetResult());
            Assert.True(Verifier.Verify(lake, run).IsWhole, $"{about}: {run} is not whole");
        }
        // A claim on the lock that was never finished stays for an hour, since nobody can tell it from one that is being made.
        Assert.DoesNotContain(LakeChecks.Files($"{folder}/{LakeLayout.Chain}"), static file => file.EndsWith(".tmp", StringComparison.Ordinal) && !file.StartsWith("lock/", StringComparison.Ordinal));
    }

    private static void RequireChain() => LocalChain.Require(DevelopmentChain.FindProgram(SharedData.ProjectRoot));
}
