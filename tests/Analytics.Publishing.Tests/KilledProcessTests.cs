using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Analytics.Files;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

/// <summary>Publishing in a process of its own that kills itself: this program, started again with a variable set.</summary>
public sealed class KilledProcessTests
{
    private const string Variable = "ANALYTICS_TEST_PUBLISH";

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(75)]
    [InlineData(90)]
    [InlineData(105)]
    [InlineData(120)]
    [InlineData(140)]
    public void TheNextProcessFindsTheLakeWholeAndTakesOver(int step)
    {
        using var test = new TestLake();
        Night(test.Open(), Day(1));
        var exit = Start(test.Folder, $"kill:{step}");
        var lake = test.Open();
        var latest = lake.Latest()!.Value;
        AssertWhole(lake, latest);
        if (exit == 0) Assert.Equal(Day(2), latest.Date);
        Assert.Equal(0, Start(test.Folder, ""));
        Assert.Equal(Day(2), lake.Latest()!.Value.Date);
        AssertWhole(lake, lake.Latest()!.Value);
        Assert.Empty(lake.Files.List(lake.Full(LakeLayout.Staging)));
    }

    [Fact]
    public void APublishingReallyIsKilled()
    {
        using var test = new TestLake();
        Night(test.Open(), Day(1));
        Assert.NotEqual(0, Start(test.Folder, "kill:50"));
    }

    /// <summary>The child: does one night and is gone before the test runner starts.</summary>
    [ModuleInitializer]
    internal static void RunChild()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder) return;
        using (var test = new TestLake(folder))
        {
            var store = FaultyFileStore.Wrap(new LocalFileStore(), Environment.GetEnvironmentVariable("ANALYTICS_FAULT"));
            Night(test.Open(store), Day(2));
        }
        Environment.Exit(0);
    }

    private static int Start(string folder, string fault)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") info.ArgumentList.Add(typeof(KilledProcessTests).Assembly.Location);
        info.Environment[Variable] = folder;
        info.Environment["ANALYTICS_FAULT"] = fault;
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        // 128 + 9: killed; anything else is a fault of the child itself.
        Assert.True(process.ExitCode is 0 or 137, string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}: {error.Result}"));
        return process.ExitCode;
    }
}
