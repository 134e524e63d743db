using System.Diagnostics;
using Analytics.Tests;

namespace Analytics.Forecasting.Tests;

/// <summary>The same bits from the JIT and from NativeAOT, from any thread, on every run.</summary>
public sealed class NativeAotTests
{
    [Fact]
    public void A_native_program_gives_the_same_bits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && HasToolchain(), "NativeAOT needs Linux with gcc or clang on the PATH to link");
        var folder = Directory.CreateTempSubdirectory("forecast-aot");
        try
        {
            var project = Path.Combine(SharedData.ProjectRoot, "tests", "Analytics.Forecasting.Aot");
            // Its own copies of every intermediate file: the build of the solution is not touched.
            var (code, text) = Run("dotnet", ["publish", project, "-c", "Release", "-r", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true", "-nologo", "-v", "quiet",
                "--artifacts-path", folder.FullName, "-o", Path.Combine(folder.FullName, "out")]);
            Assert.SkipWhen(code != 0 && text.Contains("NU1101", StringComparison.Ordinal), "the package registry does not have the NativeAOT compiler");
            Assert.True(code == 0, text);
            var native = Run(Path.Combine(folder.FullName, "out", "forecast-digest"), []);
            Assert.Equal(0, native.Code);
            Assert.Equal(ForecastDigest.Lines(), native.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Threads_and_runs_give_the_same_bits()
    {
        var expected = ForecastDigest.Lines().ToArray();
        Assert.Equal(24, expected.Length);
        Assert.Equal(24, expected.Distinct().Count());
        var results = new string[4][];
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() => results[i] = [.. ForecastDigest.Lines()])).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.All(results, r => Assert.Equal(expected, r));
    }

    private static bool HasToolchain() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")));

    private static (int Code, string Text) Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = SharedData.ProjectRoot })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
