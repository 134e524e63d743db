using System.Diagnostics;
using Analytics.Tests;

namespace Analytics.Proofs.Tests;

/// <summary>Node.js with the contracts' packages, installed once; a test that asks for it is skipped where it cannot be had, and fails with CI=true.</summary>
public sealed class NodeTools
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Lazy<string?> _missing = new(static () =>
    {
        if (OperatingSystem.IsWindows()) return "the contracts' script needs a Unix shell";
        foreach (var program in (string[])["node", "npm"])
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)))) return $"{program} was not found on the PATH";
        var (code, output) = Run("scripts/contracts.sh", "setup");
        return code == 0 ? null : $"npm could not install the packages of contracts/ and tools/chain/: {output.Trim()}";
    });

    public static string Root => SharedData.ProjectRoot;

    /// <summary>Skips the calling test where the tools are missing.</summary>
    public void Need()
    {
        if (_missing.Value is not { } reason) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    /// <summary>Runs a program in the project's folder; what it wrote, both streams.</summary>
    public static (int Code, string Output) Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {Limit}");
        }
        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }

    public static Process Start(string program, params string[] arguments)
    {
        var path = program.Contains('/', StringComparison.Ordinal) ? Path.Combine(Root, program) : program;
        var info = new ProcessStartInfo(path) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        return Process.Start(info)!;
    }
}
