using System.Diagnostics;

namespace Analytics.Engine.DuckDb.Tests;

public sealed class MissingLibraryTests
{
    private const string Probe = "ANALYTICS_ENGINE_PROBE";

    [Fact]
    public async Task WithoutTheNativeLibraryTheErrorSaysWhatToDo()
    {
        var folder = Directory.CreateTempSubdirectory("analytics-engine-").FullName;
        try
        {
            // These tests themselves, in a folder without the native library.
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory)) System.IO.File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(Path.Combine(folder, "Analytics.Engine.DuckDb.Tests.dll"));
            else start.FileName = Path.Combine(folder, Path.GetFileName(Environment.ProcessPath!));
            foreach (var argument in new[] { "-method", "*" + nameof(TheProbeItself) }) start.ArgumentList.Add(argument);
            start.Environment[Probe] = "1";
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output + await errors);
            Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void TheProbeItself()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Probe) == "1", "runs in a folder without the native library, started by the test above");
        var spill = Directory.CreateTempSubdirectory("analytics-engine-").FullName;
        var error = Assert.Throws<EngineException>(() => new DuckDbEngine(new DuckDbOptions(1L << 28, 1, spill)));
        Directory.Delete(spill);
        Assert.Equal(EngineErrorKind.Io, error.Kind);
        Assert.StartsWith("DuckDB's native library cannot be loaded on ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("install the program whole.", error.Message, StringComparison.Ordinal);
    }
}
