using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Analytics.Tests;

namespace Analytics.Faults.Tests;

/// <summary>How a process of the program ended.</summary>
internal sealed record Ended(int Code, string Output, string Error)
{
    /// <summary>128 + 9.</summary>
    public bool WasKilled => Code == 137;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"exit code {Code}\n{Output}\n{Error}");
}

/// <summary>The program itself, as a process of its own.</summary>
internal sealed partial class AnalyticsProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly Lazy<string> Program = new(FindProgram);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private AnalyticsProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it with a fault (<c>kill:N</c>, <c>full:N</c>), or without.</summary>
    public static AnalyticsProcess Start(IEnumerable<string> arguments, string? fault = null)
    {
        var info = new ProcessStartInfo(Dotnet) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        info.ArgumentList.Add(Program.Value);
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        // Whatever the developer has set for other tests or other lakes must not reach this one.
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            if (((string)entry.Key).StartsWith("ANALYTICS_", StringComparison.OrdinalIgnoreCase)) info.Environment.Remove((string)entry.Key);
        info.Environment["ANALYTICS_HOME"] = SharedData.ProjectRoot;
        info.Environment["DOTNET_ROLL_FORWARD"] = "LatestMajor";
        if (fault is not null) info.Environment["ANALYTICS_FAULT"] = fault;
        return new AnalyticsProcess(Process.Start(info)!);
    }

    /// <summary>Starts it and waits for its end.</summary>
    public static Ended Run(IEnumerable<string> arguments, string? fault = null)
    {
        using var process = Start(arguments, fault);
        return process.Wait();
    }

    /// <summary>Waits for its end; one that hangs fails the test.</summary>
    public Ended Wait()
    {
        if (!_process.WaitForExit(Limit))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"the program did not end within {Limit}: {_output.Result}\n{_error.Result}");
        }
        _process.WaitForExit();
        return new Ended(_process.ExitCode, _output.Result, _error.Result);
    }

    /// <summary>SIGKILL; nothing where it has ended.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Send(2);

    /// <summary>Holds it where it is.</summary>
    public void Stop() => Send(OperatingSystem.IsMacOS() ? 17 : 19);

    /// <summary>Lets it go on.</summary>
    public void Continue() => Send(OperatingSystem.IsMacOS() ? 19 : 18);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static string Dotnet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private void Send(int signal)
    {
        // What has ended meanwhile needs no signal, and its number may be another's by now.
        if (!_process.HasExited) _ = SendSignal(_process.Id, signal);
    }

    /// <summary>What the launcher starts, which has compiled it ahead of time; where there is no such launcher, the build beside this test.</summary>
    private static string FindProgram()
    {
        if (OperatingSystem.IsWindows()) return Path.Combine(AppContext.BaseDirectory, "analytics.dll");
        using var launcher = Process.Start(new ProcessStartInfo(Path.Combine(SharedData.ProjectRoot, "analytics"), ["--version"]) { RedirectStandardOutput = true })!;
        launcher.StandardOutput.ReadToEnd();
        launcher.WaitForExit();
        Assert.Equal(0, launcher.ExitCode);
        return Path.Combine(SharedData.ProjectRoot, ".build", "app", "analytics.dll");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
