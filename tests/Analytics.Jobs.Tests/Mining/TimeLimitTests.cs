using System.CommandLine;
using Analytics.Jobs.Commands;

namespace Analytics.Jobs.Tests.Mining;

/// <summary>machine.time_limit_minutes, by a clock that the test turns.</summary>
public sealed class TimeLimitTests
{
    /// <summary>Stands still; its one timer goes off as the clock is first read after a stage is done, which the next one does at its start.</summary>
    private sealed class StoppedClock(string lake, string after) : TimeProvider
    {
        private Action? _fire;
        private bool _fired;

        public TimeSpan? Due { get; private set; }

        private string Staging => Path.Combine(lake, "staging");

        public override DateTimeOffset GetUtcNow()
        {
            if (!_fired && Directory.Exists(Staging) && Directory.EnumerateFiles(Staging, after + ".json", SearchOption.AllDirectories).Any())
            {
                _fired = true;
                _fire?.Invoke();
            }
            return new DateTimeOffset(2025, 3, 3, 1, 0, 0, TimeSpan.Zero);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Due = dueTime;
                _fire = () => callback(state);
            }
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private static (int Code, string Error) Nightly(TestShop shop, TimeProvider time, params string[] arguments)
    {
        var options = new RunOptions();
        var command = new Command("nightly");
        options.AddTo(command, options.Input, options.Date, options.From, options.To, options.Retract, options.Only, options.Run, options.Force, options.Cascade, options.DryRun, options.Engine);
        var parsed = command.Parse([.. arguments, "--config", shop.Configuration, "--lake", shop.Lake, .. shop.Always]);
        var errors = Console.Error;
        using var captured = new StringWriter();
        try
        {
            Console.SetError(captured);
            return (PipelineAction.Run(parsed, options, null, time: time), captured.ToString());
        }
        catch (Exception e)
        {
            var code = CommandHost.Report(e, verbose: false);
            return (code, captured.ToString());
        }
        finally
        {
            Console.SetError(errors);
        }
    }

    [Fact]
    public void ARunPastItsTimeLimitInMiningEndsWithCode4AndPublishesNothing()
    {
        using var shop = SmallShop.New("ingest", "sales", "mine");
        var input = shop.Write("in.csv", SmallShop.Day("2025-03-03", 1));
        var clock = new StoppedClock(shop.Lake, after: "sales");
        var (code, error) = Nightly(shop, clock, "--input", input, "--set", "machine.time_limit_minutes=7");
        Assert.Equal(TimeSpan.FromMinutes(7), clock.Due);
        Assert.True(code == 4, $"{code}: {error}");
        Assert.Contains("the run took longer than machine.time_limit_minutes (7); nothing was published", error, StringComparison.Ordinal);
        Assert.Empty(shop.RunFolders());
        Assert.False(Directory.Exists(Path.Combine(shop.Lake, "latest")));

        // What was done before is kept for the next start, which has time enough and publishes; mine runs anew.
        shop.Always.Remove("--quiet");
        var again = shop.Nightly("--input", input).With(0);
        string[] lines = again.Out.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("sales", StringComparison.Ordinal) && line.Contains("kept", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("mine", StringComparison.Ordinal) && !line.Contains("kept", StringComparison.Ordinal));
        Assert.Single(shop.RunFolders());
    }

    [Fact]
    public void WithoutALimitNoTimerRunsAndALimitBeyondTimersIsRefused()
    {
        using var shop = SmallShop.New("ingest", "sales", "mine");
        var input = shop.Write("in.csv", SmallShop.Day("2025-03-03", 1));
        var clock = new StoppedClock(shop.Lake, after: "sales");
        Assert.Equal(0, Nightly(shop, clock, "--input", input).Code);
        Assert.Null(clock.Due);
        Assert.Equal(2, Nightly(shop, clock, "--input", input, "--set", "machine.time_limit_minutes=60000").Code);
    }
}
