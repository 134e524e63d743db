using Analytics.Jobs.Terminal;
using Analytics.Publishing;

namespace Analytics.Jobs.Tests;

/// <summary>The console's command line, and what a run writes for those who watch it; the console itself has tests of its own.</summary>
public sealed class WebCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-web-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void UsersAreAddedListedAndRemoved()
    {
        var (users, password) = (Path.Combine(_folder, "users.json"), Path.Combine(_folder, "password.txt"));
        string[] common = ["--set", $"machine.web.users={users}", "--lake", Path.Combine(_folder, "lake")];
        File.WriteAllText(password, "too short\n");
        Assert.Contains("12 or more", InProcess.Run(["web", "user", "add", "otto", "--password-file", password, .. common]).With(2).Err, StringComparison.Ordinal);
        File.WriteAllText(password, "long enough for anyone\n");
        InProcess.Run(["web", "user", "add", "otto", "--role", "operator", "--password-file", password, .. common]).With(0);
        InProcess.Run(["web", "user", "add", "vera", "--password-file", password, .. common]).With(0);
        Assert.Matches("^otto +operator\nvera +viewer\n$", InProcess.Run(["web", "user", "list", .. common]).With(0).Out);
        Assert.DoesNotContain("long enough", File.ReadAllText(users), StringComparison.Ordinal);
        InProcess.Run(["web", "user", "remove", "otto", .. common]).With(0);
        Assert.Contains("no user otto", InProcess.Run(["web", "user", "remove", "otto", .. common]).With(2).Err, StringComparison.Ordinal);
        Assert.Contains("names no users file", InProcess.Run("web", "user", "list", "--lake", Path.Combine(_folder, "lake")).With(2).Err, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:0", "there are no users")]
    [InlineData("nowhere", "an address and a port are expected")]
    public void AConsoleWithAnOpenDoorDoesNotStart(string listen, string why) =>
        Assert.Contains(why, InProcess.Run("web", "--listen", listen, "--lake", Path.Combine(_folder, "lake")).With(2).Err, StringComparison.Ordinal);

    [Fact]
    public void ARunSaysHowFarItIsAndIsNotHeldUpByIt()
    {
        var log = new Serilog.LoggerConfiguration().CreateLogger();
        using var output = new StringWriter();
        var open = Path.Combine(_folder, "open");
        Directory.CreateDirectory(open);
        var reporter = new ProgressReporter(new PlainReporter(output, output, quiet: false, log), open, ["ingest", "mine"], TimeProvider.System);
        reporter.StageStarted("run", "mine");
        var begun = RunProgress.Read(open)!;
        Assert.Equal(("mine", 0d), (begun.Stage, begun.Share));
        Assert.Equal(["ingest", "mine"], begun.Stages);
        reporter.StageEnded("mine", "done", TimeSpan.Zero, skipped: false);
        Assert.Equal("", RunProgress.Read(open)!.Stage);
        // The open run is published, and its folder gone: nothing is written and nothing is wrong.
        Directory.Delete(open, recursive: true);
        reporter.StageStarted("run", "publish");
        reporter.StageEnded("publish", "done", TimeSpan.Zero, skipped: false);
        Assert.Null(RunProgress.Read(open));
        Assert.Contains("publish", output.ToString(), StringComparison.Ordinal);
    }
}
