namespace Analytics.Sandbox;

/// <summary>The program that serves one query a process: it calls <see cref="SandboxWorker.Run"/> and does nothing else.</summary>
/// <param name="FileName">The file to start.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record SandboxProgram(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The command word by which a program knows that it is to be the worker.</summary>
    public const string Word = "sql-worker";

    /// <summary>The program that runs now, with <see cref="Word"/> as its one argument.</summary>
    /// <param name="assembly">The name of its entry assembly, such as <c>analytics</c>.</param>
    public static SandboxProgram Own(string assembly)
    {
        var isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        return isHosted
            ? new SandboxProgram(Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), Word])
            : new SandboxProgram(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? assembly + ".exe" : assembly), [Word]);
    }
}
