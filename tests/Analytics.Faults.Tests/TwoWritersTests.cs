using System.Globalization;
using Analytics.Publishing;

namespace Analytics.Faults.Tests;

/// <summary>Two processes on one lake: one publishes, the other does its work after it or names the owner.</summary>
public sealed class TwoWritersTests(Nights nights)
{
    [Fact]
    public void TheSameNightAtOnce()
    {
        var random = new Random(20261125);
        for (var i = LongTests.Times(3, 25); i > 0; i--)
        {
            var night = i % 2 == 0 ? nights.Second : nights.First;
            using var folder = new TestFolder();
            var lake = Nights.Before(night, folder);
            using var one = AnalyticsProcess.Start(nights.Command(night, lake));
            Thread.Sleep(random.Next(60));
            using var other = AnalyticsProcess.Start(nights.Command(night, lake));
            Ended[] ended = [one.Wait(), other.Wait()];
            var about = $"{night.Name} twice: {ended[0]} and {ended[1]}";
            Assert.True(ended.Any(end => end.Code == 0), about);
            for (var at = 0; at < 2; at++)
            {
                if (ended[at].Code == 0) continue;
                Assert.True(ended[at].Code == 5, about);
                var owner = (at == 0 ? other : one).Id;
                Assert.True(ended[at].Error.Contains(string.Create(CultureInfo.InvariantCulture, $"process {owner} "), StringComparison.Ordinal), $"it does not name process {owner}: {about}");
            }
            LakeChecks.AssertReadable(night, lake, about);
            LakeChecks.AssertDone(night, lake, about);
        }
    }

    /// <summary>An owner that stands still is alive all the same; a killed one is not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnOwnerThatStandsStill(bool isKilled)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGSTOP");
        var night = nights.Second;
        using var folder = new TestFolder();
        var lake = Nights.Before(night, folder);
        for (var tries = 0; ; tries++)
        {
            Assert.True(tries < 50, "the first process was never met with a claim");
            using var one = AnalyticsProcess.Start([.. nights.Command(night, lake), "--force"]);
            while (!one.HasExited && Claims(lake).Length == 0) Thread.Yield();
            one.Stop();
            // It may have been between two claims, or done, when it was stopped: then the next try meets it.
            if (one.HasExited || !Claims(lake).Any(claim => Path.GetFileName(claim).Length == 37))
            {
                one.Continue();
                one.Wait();
                continue;
            }
            if (isKilled) one.Kill();
            else
            {
                var refused = AnalyticsProcess.Run([.. nights.Command(night, lake), "--force"]);
                Assert.True(refused.Code == 5, refused.ToString());
                Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {one.Id} "), refused.Error, StringComparison.Ordinal);
                // A try that was not met has published; what follows it has an id of its own.
                var open = LakeChecks.Open(lake);
                LakeChecks.AssertReadable(night with { Runs = open.ListRuns(), Run = open.Latest()!.Value }, lake, "stopped");
                one.Continue();
                Assert.Equal(0, one.Wait().Code);
            }
            Assert.Equal(isKilled ? 137 : 0, one.Wait().Code);
            break;
        }
        var next = AnalyticsProcess.Run(nights.Command(night, lake));
        Assert.True(next.Code == 0, next.ToString());
        Assert.Equal(night.Run.Date, LakeChecks.Open(lake).Latest()!.Value.Date);
    }

    /// <summary>A late correction and a new night: the new one may find that its base changed, and says so.</summary>
    [Fact]
    public void TwoNightsAtOnce()
    {
        byte[] expected;
        using (var folder = new TestFolder())
        {
            var clean = Nights.Before(nights.Rebuilt, folder);
            nights.Run(nights.Rebuilt, clean);
            nights.Run(nights.Third, clean);
            expected = Results(clean);
        }
        var random = new Random(20261126);
        for (var i = LongTests.Times(2, 20); i > 0; i--)
        {
            using var folder = new TestFolder();
            var lake = Nights.Before(nights.Rebuilt, folder);
            using var late = AnalyticsProcess.Start(nights.Command(nights.Rebuilt, lake));
            Thread.Sleep(random.Next(60));
            using var next = AnalyticsProcess.Start(nights.Command(nights.Third, lake));
            Ended[] ended = [late.Wait(), next.Wait()];
            var about = $"{ended[0]} and {ended[1]}";
            Assert.True(ended.Any(end => end.Code == 0), about);
            foreach (var end in ended)
            {
                Assert.True(end.Code is 0 or 4 or 5, about);
                if (end.Code == 4) Assert.Contains("Run the command again", end.Error, StringComparison.Ordinal);
                if (end.Code == 5) Assert.Matches("held by process [0-9]+ on ", end.Error);
            }
            var open = LakeChecks.Open(lake);
            foreach (var run in open.ListRuns()) Assert.Equal(0, AnalyticsProcess.Run(["verify", run.ToString(), "--lake", lake]).Code);
            nights.Run(nights.Rebuilt, lake);
            nights.Run(nights.Third, lake);
            Assert.Equal(nights.Third.Run.Date, open.Latest()!.Value.Date);
            Assert.True(Results(lake).AsSpan().SequenceEqual(expected), about);
        }
    }

    private static byte[] Results(string lake) => File.ReadAllBytes($"{lake}/{LakeChecks.Open(lake).Latest()!.Value.Path}/{LakeLayout.Results}");

    /// <summary>The claims on the lake and on its open runs; a whole one's name is 32 digits and .json.</summary>
    private static string[] Claims(string lake)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"{lake}/{LakeLayout.Staging}").SelectMany(run => Directory.Exists($"{run}/lock") ? Directory.GetFiles($"{run}/lock") : [])];
        }
        catch (DirectoryNotFoundException)
        {
            // The open run was published and deleted meanwhile.
            return [];
        }
    }
}
